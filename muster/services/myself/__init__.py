"""Telling something of oneself once, seeing which systems have it, and asking for a correction.

For every civil servant; and for HR caseworkers, who answer what no system answers by itself.
"""
