"""A place in memory: the public fake, held to the same contract tests."""

from collections.abc import Collection, Mapping

from muster.connectors.contract import Health
from muster.connectors.outlets import Unreachable
from muster.connectors.places.contract import Held


class FakePlace:
    """Holds files under their paths; ``reachable`` switches it off.

    Args:
        held: path and content of each file.
    """

    def __init__(self, held: Mapping[str, bytes] | None = None) -> None:
        self.held = dict(held or {})
        self.reachable = True
        self._written = dict.fromkeys(self.held, 0)

    def health(self) -> Health:
        """Say whether it is switched on."""
        return Health(self.reachable, "in memory" if self.reachable else "switched off")

    def files(self, besides: Collection[str] = ()) -> list[Held]:
        """Return all files by path but those below some folders.

        Raises:
            Unreachable: if it is switched off.
        """
        self._reach()
        return [
            Held(path, len(self.held[path]), f"{len(self.held[path])} {self._written.get(path, 0)}")
            for path in sorted(self.held)
            if not any(path.startswith(f"{folder}/") for folder in besides)
        ]

    def read(self, path: str, most: int) -> bytes | None:
        """Return at most so many of a file's first bytes, or None if there is no such file.

        Raises:
            Unreachable: if it is switched off.
        """
        self._reach()
        return self.held[path][:most] if path in self.held else None

    def write(self, path: str, content: bytes) -> bool:
        """Put a file in place, and tell whether that changed anything.

        Raises:
            Unreachable: if it is switched off.
        """
        self._reach()
        if self.held.get(path) == content:
            return False
        self.held[path] = content
        self._written[path] = self._written.get(path, 0) + 1
        return True

    def move(self, path: str, to: str) -> None:
        """Give a file another path.

        Raises:
            Unreachable: if it is switched off, or there is no such file.
        """
        self._reach()
        if path not in self.held:
            raise Unreachable("the folder is not there")
        self.held[to] = self.held.pop(path)

    def close(self) -> None:
        """Do nothing."""

    def _reach(self) -> None:
        if not self.reachable:
            raise Unreachable("the folder could not be reached (switched off)")
