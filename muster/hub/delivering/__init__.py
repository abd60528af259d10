"""Handing messages to the systems that subscribe to them: in order, and once in effect.

For integrators who must trust it. In the order of work: ``leases`` gives each part of a route to
one worker at a time, ``stream`` reads what comes next, ``routing`` says under which agreement,
contract and translation, ``preparing`` checks, minimises and translates, ``handing`` hands over as
the receiver's effect class asks, ``noting`` records what came of it in one transaction, ``parking``
sets aside what cannot go on, and ``worker`` turns the wheel.
"""
