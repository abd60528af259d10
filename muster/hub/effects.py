"""What writing a feed would do, counted before it is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """What writing one feed would do to what is believed, in people (or the sink's own subjects).

    Args:
        covered: how many the feed's system had in force before.
        ending: how many of those would end, by absence or by a leaving date that is new.
        changed: how many records would say something else than before.
        joining: how many are new.
        rows: how many rows the feed holds, those that wait included.
    """

    covered: int = 0
    ending: int = 0
    changed: int = 0
    joining: int = 0
    rows: int = 0
