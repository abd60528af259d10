"""Fetches files from a folder elsewhere, and leaves files there."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.drop.arrival import ALONE, WRITING, Found, Markers, Unreadable
from muster.connectors.drop.naming import offer_names, safe_path
from muster.connectors.drop.taking import MEGABYTE, Taking
from muster.connectors.outlets import Setting
from muster.connectors.places import setting as places
from muster.connectors.places.contract import Held, Place
from muster.connectors.places.folder import Folder
from muster.connectors.remote_folder import sealing
from muster.connectors.remote_folder.sealing import NotOpened, Seal, read_seal

KIND, TITLE = "remote_folder", "A folder on an SFTP server or in an object store"
PLAIN = (".csv", ".tsv", ".txt", ".psv", ".dat", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xml")
_SEALED = tuple(plain + one for plain in PLAIN for one in sealing.ENDINGS)
DONE = (".done", ".ok")
SETTINGS = (
    *places.SETTINGS,
    *sealing.SETTINGS,
    Setting(
        "settle",
        "Seconds a file must stay as it is",
        "10 unless told; 0 where senders write done-markers or rename",
        required=False,
    ),
    Setting(
        "taken",
        "Folder that files are moved to once they are taken",
        "Below the address; without one they stay, and are offered again",
        required=False,
    ),
    Setting("megabytes", "Largest file, in megabytes", "200 unless told", required=False),
)


class RemoteFolder:
    """A folder elsewhere, as a connector: ``pull`` and ``push``.

    Args:
        settings: see ``SETTINGS``.
        place: the folder, if it is not the one that settings name.
        sleep: waits for some seconds.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        place: Place | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._place: Place = place or Folder(settings)
        self._seal: Seal = read_seal(settings)
        self._settle = places.number(settings, "settle", 10, 3_600)
        self._taken = places.folder_name(settings, "taken")
        limit = places.number(settings, "megabytes", 200, 2_000) * MEGABYTE
        self._taking = Taking((*PLAIN, *_SEALED), "a file of data", limit)
        self._top = PurePosixPath(urlsplit(settings.get("url", "")).path).name or "remote"
        self._sleep = sleep

    def describe(self) -> Description:
        """Say what this connector is and can do."""
        return Description(KIND, TITLE, True, True)

    def health(self) -> Health:
        """Say whether the folder can be listed. Never raises."""
        return self._place.health()

    def close(self) -> None:
        """Let the connection go."""
        self._place.close()

    def pull(self) -> Iterator[Offer | Skipped]:
        """Yield what lies there, by path. Each is to be kept before the next is asked for.

        Then, where a folder for them is set, it is moved there.

        Raises:
            Unreachable: if the folder cannot be read now; what was yielded stands.
            BadInput: if it holds more than anybody means to send.
        """
        listed = self._settled()
        found = [self._found(file, stays) for file, stays in listed]
        names = offer_names([file.parts for file in found], self._top)
        markers = Markers(found)
        paths = {file.path for file, _ in listed}
        used = {name.casefold() for name in names}
        for file, name in zip(found, names, strict=True):
            if markers.is_marker(file):
                if markers.stands_alone(file):
                    yield Skipped(name, ALONE)
                continue
            item = self._opened(self._taking.offer(file, name, markers), used)
            yield item
            if self._taken and isinstance(item, Offer):
                self._set_aside("/".join(file.parts), paths)

    def push(self, offer: Offer) -> None:
        """Leave one file; the same name again replaces it.

        Raises:
            Unreachable: if it cannot be left now.
            BadInput: if its name leads out of the folder.
        """
        leave(self._place, self._seal, str(safe_path(offer)), offer.content)

    def _settled(self) -> list[tuple[Held, bool]]:
        """Return the files, and of each whether it stayed as it is for as long as is set."""
        besides = (self._taken,) if self._taken else ()
        first = self._place.files(besides)
        if not first or not self._settle:
            return [(file, True) for file in first]
        self._sleep(self._settle)
        before = {file.path: file.stamp for file in first}
        later = self._place.files(besides)
        return [(file, before.get(file.path) == file.stamp) for file in later]

    def _found(self, file: Held, stays: bool) -> Found:
        def read(most: int) -> bytes:
            content = self._place.read(file.path, most)
            if content is None:
                raise Unreadable("gone since it was listed")
            if len(content) != min(file.size, most):
                raise Unreadable(WRITING)
            return content

        why = file.why_not or (None if stays else WRITING)
        return Found(tuple(file.path.split("/")), file.size, read, why)

    def _opened(self, item: Offer | Skipped, used: set[str]) -> Offer | Skipped:
        """Return a file as it is offered: decrypted, under its name without the PGP ending."""
        if isinstance(item, Skipped):
            return item
        if not item.name.lower().endswith(_SEALED):
            if self._seal.sender:
                return Skipped(item.name, "not signed by the sender: sign and encrypt it")
            return item
        name = item.name.rpartition(".")[0]
        if name.casefold() in used:
            return Skipped(item.name, "a file of the same name lies beside it: leave one of them")
        try:
            content = self._seal.opened(item.content, self._taking.limit)
        except NotOpened as problem:
            return Skipped(item.name, str(problem))
        used.add(name.casefold())
        return Offer(name, content)

    def _set_aside(self, path: str, paths: set[str]) -> None:
        """Move a file that was taken, and its done-markers, out of the way."""
        for one in (
            path,
            *(stem + end for stem in (path, path.rpartition(".")[0]) for end in DONE),
        ):
            if one in paths:
                self._place.move(one, f"{self._taken}/{one}")


def leave(place: Place, seal: Seal, path: str, content: bytes) -> bool:
    """Leave one file, sealed where that is set; tell whether that changed anything.

    Raises:
        Unreachable: if it cannot be left now.
    """
    return place.write(path + (".pgp" if seal.seals else ""), seal.sealed(content))
