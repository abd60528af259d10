"""Shared services: what providers did for employers, at what cost, and what was promised.

For leaders who ask whether sharing pays. Nothing here is personal.
"""
