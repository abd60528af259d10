"""What every room may lean on, and which knows nothing of HR.

``ids`` (UUIDv7), ``clock`` (time as an argument), ``days`` (legal days in Europe/London),
``money`` (integer pence), ``errors`` (what, where, how to fix), ``settings`` (from the
environment, all documented) and ``keys`` (encryption, keyed hash, signing).
"""
