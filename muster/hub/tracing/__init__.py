"""Tracing: from a value back to the bytes of the file it arrived in, and what was done on the way.

For whoever must prove, mend or doubt a value: a caseworker, the person it speaks of, an auditor.
``cells`` finds the cells of a row and where they stand in the exact bytes; ``steps`` reads them
again as they were read when the file came; ``origin`` puts both together for a landing.
``hub.messages.where_from`` answers the same of a message.
"""

from muster.hub.tracing.cells import Cell
from muster.hub.tracing.origin import Origin, Traced, where_from
from muster.hub.tracing.steps import Step

__all__ = ["Cell", "Origin", "Step", "Traced", "where_from"]
