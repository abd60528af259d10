"""Speed, measured beside a named peer in the same run; for operators who size a machine, and for
maintainers who must notice when something becomes slow.

``muster bench NAME --json`` runs ``bench/NAME.py``. Each such module offers
``measure(*, full: bool) -> Iterator[Figure]``; without ``full`` it takes a sample and minutes. A
benchmark runs in a temporary ``MUSTER_HOME`` with throwaway databases, never on anybody's data.

``figures`` says what a figure is and how rounds are taken; ``run`` is the entry.
"""
