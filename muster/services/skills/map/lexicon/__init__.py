"""What skills are called: ESCO and the Digital and Data framework, cleaned of false friends.

``shipped()`` is the lexicon that comes with Muster; ``read_lexicon(path)`` reads an employer's own;
``Lexicon.corrected(corrections)`` is either as people corrected it.
"""

from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.lexicon.files import read_definitions, read_lexicon
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.shipping import roles, shipped

__all__ = ["Correction", "Lexicon", "read_definitions", "read_lexicon", "roles", "shipped"]
