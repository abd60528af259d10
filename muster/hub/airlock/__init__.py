"""The airlock: what is new runs in shadow beside what is live, until a person accepts it.

For integrators who change a route's translation or a contract, and for those who let it go live. In
order: ``sides`` (what a translation under a contract makes of messages), ``comparing`` (two sides,
field by field), ``looking`` (running trials look at the route's messages), ``recording`` (what they
found, sealed), ``trials`` (begin, accept, go live, withdraw) and ``queries``.

A trial reads the same messages as its route and hands over nothing: no outlet is ever asked for, no
cursor moved, nothing parked.
"""
