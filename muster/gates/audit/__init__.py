"""The audit of what was released: what could somebody work out who reads all of it together?

For information-governance officers. Each protected table that left is read beside the tables of
the same metric, date and audience that left before it, as an attacker would read them. Where a
small cell comes out exactly, or nearly so, the table is held until a person has decided.

The steps, in order: ``tables`` reads released tables as bounds on what is true; ``systems`` writes
the sums that must hold between them around one cell; ``bounds`` finds the least and the most that
the cell may then be; ``auditing`` chooses the cells, within a time, and holds what tells too much;
``deciding`` is what the officer does about it.
"""
