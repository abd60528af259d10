"""What skills are called: ESCO and the Digital and Data framework, cleaned of false friends.

``shipped()`` is the lexicon that comes with Muster; ``read_lexicon(path)`` reads an employer's own,
and ``joined`` puts it beside the shipped one; ``Lexicon.corrected(corrections)`` is any of them as
people corrected it. ``broader`` tells which groups a skill is in.
"""

from muster.services.skills.map.lexicon.broader import broader
from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.lexicon.files import lexicon_of, names_skills, read_lexicon
from muster.services.skills.map.lexicon.joining import joined
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.shipping import roles, shipped
from muster.services.skills.map.lexicon.tables import LARGEST, Listed

__all__ = [
    "LARGEST", "Correction", "Lexicon", "Listed", "broader", "joined", "lexicon_of",
    "names_skills", "read_lexicon", "roles", "shipped",
]  # fmt: skip
