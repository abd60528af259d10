"""Suggesting how a file that no layout knows is to be read: proposed, with reasons, for a person.

For the HR officer or integrator who has a workbook that somebody else made. Nothing here decides:
every proposal says how sure it is and why, what could mean two things is asked, and the result is
an ordinary layout, which a person changes and saves. The steps, each a module, in order:

``peeking`` reads the beginning of a file, ``placing`` finds its table, ``profiles`` says what its
columns hold, ``lessons`` and ``words`` say how people name what a contract asks for, ``ways`` says
how a column would be read, ``evidence`` weighs a column against a field, ``assigning`` gives each
field its column, ``sharing`` doubts a column that is taken twice, ``proposing`` makes the
suggestion (``suggestion``), ``spoken_of`` finds where the file states its date, ``writing`` writes
all that as a layout, and ``previewing`` shows what that layout would make of the file.
"""
