"""Planning a move so that both payrolls know in time, and what to do where they cannot. Pure.

For the two HR officers who agree a first day: is it in time, which day would be, and if it has to
be this one, who pays which days meanwhile. A plan is worked out again when a cut-off moves.
"""
