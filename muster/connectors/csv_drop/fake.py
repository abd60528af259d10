"""A csv_drop without a disk: the public fake, held to the same contract tests."""

from collections.abc import Iterator, Mapping

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.csv_drop.naming import offer_names, plain_parts, safe_path, why_not_taken
from muster.kernel.errors import BadInput, Where

_TOP = "memory"


class FakeCsvDrop:
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.reachable = True

    def describe(self) -> Description:
        return Description("csv_drop", "Delimited files in memory", True, True)

    def health(self) -> Health:
        return Health(self.reachable, "in memory" if self.reachable else "switched off")

    def pull(self) -> Iterator[Offer | Skipped]:
        self._reach()
        paths = sorted(self.files)
        names = offer_names([plain_parts(path) for path in paths], _TOP)
        for path, name in zip(paths, names, strict=True):
            why = why_not_taken(name)
            yield Offer(name, self.files[path]) if why is None else Skipped(name, why)

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
