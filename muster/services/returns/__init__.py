"""Returns: what somebody in government wants to know, asked once and answered once.

For those who commission information, for employers of whom it is asked, and for analysts who
answer.
"""
