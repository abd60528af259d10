"""What may pass: who may see and do what, and which numbers may leave.

Small modules, each owned by policy people. For records: ``access`` answers who may do what to whose
record, ``people`` hides those who are restricted, ``looks`` and ``watching`` keep who read what.
For figures: ``metrics`` collects what is declared, ``facts`` counts it, ``disclosure`` and
``telling`` say what may be told, ``release`` lets a table out or cites it, and ``audit`` looks at
all that left together.
"""
