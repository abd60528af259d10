"""Files that go on to other systems: what changed since the receiver was last told, and no more.

For integrators whose payroll or pension system is fed from another employer's HR file. A file is
landed, checked and held back by the same rules as always (agreement, quarantine, the breaker for
unusual change); what was accepted of it then goes to every route that leads on from its system.
``due`` finds what has to go, ``current`` works out what the receiver should hold, ``difference``
compares that with what it was told, ``forward`` hands the difference over.
"""
