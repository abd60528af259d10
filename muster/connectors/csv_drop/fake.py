"""A csv_drop without a disk: the public fake, held to the same contract tests."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.csv_drop.connector import ENDINGS
from muster.kernel.errors import BadInput, Where


class FakeCsvDrop:
    """Holds files in memory under their names."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.reachable = True

    def describe(self) -> Description:
        return Description("csv_drop", "Delimited files in memory", True, True)

    def health(self) -> Health:
        return Health(self.reachable, "in memory" if self.reachable else "switched off")

    def pull(self) -> Iterator[Offer | Skipped]:
        if not self.reachable:
            raise BadInput("There is no such file or folder", fix="Switch the fake on")
        for name, content in sorted(self.files.items()):
            if name.lower().endswith(ENDINGS):
                yield Offer(name, content)
            else:
                yield Skipped(name, f"not delimited text ({', '.join(ENDINGS)})")

    def push(self, offer: Offer) -> None:
        path = PurePosixPath(offer.name)
        if path.is_absolute() or ".." in path.parts:
            raise BadInput(
                "A file's name leaves the folder",
                where=Where(file=offer.name),
                fix="Use a plain file name",
            )
        self.files[offer.name] = offer.content
