"""A list of skills that somebody brought to a build, in place of the one that ships or beside."""

from dataclasses import dataclass

from muster.services.skills.map.lexicon.joining import joined
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.shipping import shipped


@dataclass(frozen=True)
class Own:
    """A list that was brought.

    Args:
        brought: what it says, named as its file.
        sha256: of that file, in hexadecimal.
        adds: whether it stands beside the list that ships, and not in its place.
    """

    brought: Lexicon
    sha256: str
    adds: bool = False

    def lexicon(self) -> Lexicon:
        """Return the lexicon that a build reads by, before what people corrected."""
        return joined(shipped(), self.brought) if self.adds else self.brought

    def told(self) -> dict[str, object]:
        """Return what a release says of the list."""
        return {
            "name": self.brought.name, "sha256": self.sha256, "adds": self.adds,
            "skills": self.brought.skills.height, "names": self.brought.labels.height,
        }  # fmt: skip
