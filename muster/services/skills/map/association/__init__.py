"""Which skills are asked for together, and which would be: counts, and vectors learned from them.

What two skills have in common is seen in two ways, and both are kept in one vector: which skills
they are asked for with (``views.company``), and in which adverts (``views.adverts_shared``); names
are a third where they are given. ``held_out`` measures how well that foretells adverts not seen.
"""

from muster.services.skills.map.association.association import Association, associate
from muster.services.skills.map.association.counting import together

__all__ = ["Association", "associate", "together"]
