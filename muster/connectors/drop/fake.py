"""A drop without a disk: the public fake, held to the same contract tests."""

from collections.abc import Iterator, Mapping

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.drop.arrival import Found
from muster.connectors.drop.naming import plain_parts, safe_path
from muster.connectors.drop.taking import MEGABYTE, Taking
from muster.kernel.errors import BadInput, Where

_TOP = "memory"


class FakeDrop:
    """Holds files in memory under their paths; ``reachable`` switches it off.

    Args:
        files: path and content of each file.
        kind, title, endings, what, megabytes: as of ``Drop``.
    """

    def __init__(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        kind: str,
        title: str,
        endings: tuple[str, ...],
        what: str,
        megabytes: int = 200,
    ) -> None:
        self.files = dict(files or {})
        self.reachable = True
        self._kind, self._title = kind, title
        self._taking = Taking(endings, what, megabytes * MEGABYTE)

    def describe(self) -> Description:
        return Description(self._kind, self._title, True, True)

    def health(self) -> Health:
        return Health(self.reachable, "in memory" if self.reachable else "switched off")

    def pull(self) -> Iterator[Offer | Skipped]:
        self._reach()
        found = [_in_memory(path, self.files[path]) for path in sorted(self.files)]
        yield from self._taking.offers(found, _TOP)

    def push(self, offer: Offer) -> None:
        self._reach()
        self.files[str(safe_path(offer))] = offer.content

    def _reach(self) -> None:
        if not self.reachable:
            raise BadInput(
                "There is no such file or folder",
                where=Where(file=_TOP),
                fix="Switch the fake on",
            )


def _in_memory(path: str, content: bytes) -> Found:
    return Found(plain_parts(path), len(content), lambda most: content[:most])
