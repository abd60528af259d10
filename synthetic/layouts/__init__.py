"""How four unlike HR systems would write the same people down. One module per kind of system.

Each module describes its layout column by column, names its value codes, and offers `LAYOUT`,
whose `write(path, rows, employer)` makes one file. The layouts are documented synthetic samples:
they borrow the habits of real exports (column names, separators, encodings, date formats) and copy
no supplier's specification.

Every layout carries the same facts: staff number, names, birth date, National Insurance number,
start and leaving date, engagement, grade as stated, working time, profession, post, place, e-mail
and pay. A file is a full snapshot: everybody employed on the as-at date, and those whose last day
fell since the snapshot before.
"""
