"""How a room declares the personal data it keeps: purpose, lawful basis, retention, scrub value.

Every model with personal fields carries two class attributes: ``personal``, a ``Personal`` for
each such field, and ``not_personal``, the names of the others. A test finds fields that are in
neither, so nobody adds personal data without saying what it is for.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Personal:
    """What is declared about one personal field.

    Args:
        purpose: what it is kept for.
        lawful_basis: the ground in data protection law.
        retention: how long, and from when.
        scrub: the value that takes its place when retention ends.
    """

    purpose: str
    lawful_basis: str
    retention: str
    scrub: Any = None
