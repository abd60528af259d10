"""Messages between systems: seeing what came and what became of it, and running the routes.

For integrators, caseworkers and service operators. Systems send messages, ask about them and have
them replayed by the API; people see systems and routes, follow one message's whole way, and let go
on what waits.
"""
