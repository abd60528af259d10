"""The inbox: what waits for me, for my team and for those I cover, from every process.

For everybody who works on cases: one list, whatever the process.
"""
