"""Dashboards and briefs: figures that somebody put side by side, to share, print and send.

For leaders who look at the same figures every month, and for analysts who put them together. Each
figure is a released table.
"""
