"""Shared services: what providers did for employers, at what cost, and what was promised.

For leaders who ask whether sharing pays. Nothing here is personal. What auditors published of
earlier programmes ships beside it, each figure with its source, so that a business case can be read
against what became of others.
"""
