"""Transfers: a person moves from one employer to another, and the first pay is right.

For managers who offer a post, the person who moves, both employers' HR officers and payroll leads,
and leaders who want to know how well it goes.
"""
