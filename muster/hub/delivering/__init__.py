"""Handing messages to the systems that subscribe to them: in order, and once in effect.

For integrators who must trust it. In the order of work: ``leases`` gives each part of a route to
one worker at a time (a ``lease``), ``stream`` reads what comes next, ``routing`` says under which
agreement, contract and translation, ``preparing`` checks, minimises and translates, ``breaker``
stops what would be unusual (``watching`` counts it), ``handing`` hands over as the receiver's
effect class asks, ``recalling`` asks what it had before, ``noting`` records what came of it in one
transaction, and ``parking`` sets aside what cannot go on. ``carrying`` does one batch of all that.

What people decide: ``releasing``, ``following`` and ``discarding`` of what waits, ``replaying``,
``pausing``, and ``deciding`` on what the breaker stopped.
"""
