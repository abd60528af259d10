"""The verbs of transfers, one file for each stretch of the way; ``actions`` names them all.

Every verb takes its step through ``stepping``: one transaction, one version, one entry.
"""
