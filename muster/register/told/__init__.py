"""What people tell of themselves, once, for every system that is concerned.

For every civil servant, and for those whose systems are told.
"""
