"""The same verbs as the pages, at a terminal. ``muster --help`` lists them.

For operators and integrators. Every command migrates an empty database by itself, prints what
it did in plain words, and with ``--json`` as one JSON object.
"""

from muster.cli.main import main

__all__ = ["main"]
