"""What people corrected: a name added, a name that means something else, a name that says nothing.

A correction names a skill by its id, which never changes, so it survives the next release and a
new edition of the lexicon.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["synonym", "not this", "never"]


@dataclass(frozen=True)
class Correction:
    """One accepted report.

    Args:
        kind: ``synonym``: the skill is also called ``label``; ``not this``: ``label`` does not
            mean this skill; ``never``: ``label`` names no skill at all (``skill_id`` is ignored).
        skill_id: the skill, such as ``esco:…``.
        label: the words, in any case.
    """

    kind: Kind
    skill_id: str
    label: str
