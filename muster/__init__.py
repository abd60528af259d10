"""Muster lets 180 government employers work as one."""
