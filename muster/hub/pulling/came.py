"""What one turn of an inlet brought."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Came:
    """What one turn brought.

    Args:
        brought: how many messages, files or answers are new.
        refused: how many of the messages go nowhere, as their reasons say.
        known: how many were here already.
        intake: where files are followed, if any came.
        said: why it failed, without personal values; empty if it did not.
        fix: what to do about that.
    """

    brought: int = 0
    refused: int = 0
    known: int = 0
    intake: uuid.UUID | None = None
    said: str = ""
    fix: str = ""
