"""Explore: from an address to released cells, in steps; for leaders, analysts and whoever cites.

``themes`` sorts the declared metrics, so that one of thirty is found. ``known`` says which dates
and employers a metric has. ``asking`` reads an address into a question, says what of it cannot be
answered and what to choose instead. ``answering`` takes the cells from released tables, or from the
releases that an address cites. ``laying`` lays the same cells out as rows and columns, ``drawing``
draws them, and ``taking`` writes them as files.

Choosing an employer or a period shows part of released tables; it never makes a table with a filter
of its own.
"""

from muster.gates.rows import EVERYBODY

AUDIENCE = EVERYBODY
DATE = "date"
