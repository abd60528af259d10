"""Which records are of one person, where no rule is certain: how likely, and why.

For whoever answers for links. It works on any two tables of people, or on one within itself, of
which somebody declared what their columns say. In the order of work: ``roles`` says which columns
say what, ``preparing`` writes the same thing in the same way, ``evidence`` says how two values are
compared, ``candidates`` which records are compared at all, ``model`` learns from the records
themselves how much each agreement and each difference tells, and ``deciding`` chooses which pairs
are linked, which of them need nobody's eyes, and states how often that is wrong. ``weighing`` is
the fitted model taken apart: with it ``one`` weighs a single new record against all that are known,
and ``explaining`` says why a pair weighs what it weighs. Nothing here stores anything or asks the
register.
"""
