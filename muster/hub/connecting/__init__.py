"""Setting up what messages flow by: systems, how each is spoken to, and routes; and trying them.

For integrators, without a programmer. A system is registered, an endpoint says how it is spoken to,
a route is drafted under an agreement. A draft carries nothing: one record can be tried on it, and
it goes live by the airlock, like every other change of what flows.
"""
