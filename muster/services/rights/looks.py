"""Who has looked at a person's record, for the copy of their data: as their own page shows it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from muster.gates.looks import count_looks_at, looks_at


def looks_held(person: uuid.UUID) -> Sequence[Mapping[str, Any]]:
    """Return every look at a person's record that they are told of."""
    return [
        {
            "when": look.at.isoformat(),
            "who": look.name,
            "signed in as": look.by,
            "role": ", ".join(look.roles),
            "what for": look.purpose,
            "what": look.what,
        }
        for look in looks_at(person, limit=max(count_looks_at(person), 1))
    ]
