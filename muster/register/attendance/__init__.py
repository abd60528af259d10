"""Attendance: how many people came to a building, as its systems count them.

For leaders who compare weeks with what is expected, and for estates teams. Counts alone come in,
no person among them. What an employer expects is declared beside them, from a day on, and is never
counted itself.
"""
