"""How each kind of database keeps logs: ``sqlite``, ``postgres``, and ``memory`` for tests."""
