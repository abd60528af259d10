"""Translating: messages of one contract become what another system reads, by rules held as data.

For integrators who write a route's mapping as TOML (``docs/how-to/write-a-mapping.md``) and for the
workers that apply it. In order: ``words`` (reading what a mapping says, so that every word that is
not known is named), ``conditions`` (when something holds), ``verbs`` (the steps there are, and what
each may be told), ``loading`` (the whole text), ``definition`` (what it becomes), ``reading`` and
``steps`` (each step over a column), ``compiling`` (a mapping as column expressions), ``apply``
(messages in, messages out), ``lookups`` (tables given when messages are translated) and
``examples`` (a mapping's own worked examples, run).

Every step looks at one row alone: a million messages and a single one give the same.
"""

from muster.hub.translating.apply import Translated, translate
from muster.hub.translating.definition import RouteMapping, beyond, origins, uses
from muster.hub.translating.examples import check_examples
from muster.hub.translating.loading import load_mapping, read_code_list
from muster.hub.translating.lookups import NO_LOOKUPS, HeldLookups, Lookups

__all__ = [
    "NO_LOOKUPS",
    "HeldLookups",
    "Lookups",
    "RouteMapping",
    "Translated",
    "beyond",
    "check_examples",
    "load_mapping",
    "origins",
    "read_code_list",
    "translate",
    "uses",
]
