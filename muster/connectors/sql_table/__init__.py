"""A table in somebody's database: messages written to it exactly once, rows read from it.

For departments whose payroll, pension or reporting system is fed through a database, PostgreSQL or
SQLite, and for those whose HR system lets others read a table or view. Writing keeps an inbox
table (``muster_inbox``) beside the target, in the same transaction; reading follows a column that
only rises, or compares the table with what it was.

``connector.py`` is the outlet, ``inlet.py`` the way in, ``fake.py`` stands in for a table in
tests; ``refusals.py`` says which errors of a database refuse a row and which are for later.
"""
