"""A folder elsewhere without a network: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.places.fake import FakePlace
from muster.connectors.remote_folder.connector import RemoteFolder
from muster.connectors.remote_folder.outlet import FolderOutlet

_URL = {"url": "memory:///memory", "local": "yes"}


class FakeRemoteFolder(RemoteFolder):
    """Fetches from a folder in memory; nothing waits for files to settle unless it is told.

    Args:
        place: what it holds; outlives the connector, as a server does.
        settings: others than the address.
    """

    def __init__(self, place: FakePlace, settings: Mapping[str, str] | None = None) -> None:
        self.place = place
        super().__init__({**_URL, "settle": "0", **(settings or {})}, place=place)


class FakeFolderOutlet(FolderOutlet):
    """Leaves files in a folder in memory.

    Args:
        place: what it holds; outlives the outlet, as a server does.
        settings: others than the address.
    """

    def __init__(self, place: FakePlace, settings: Mapping[str, str] | None = None) -> None:
        self.place = place
        super().__init__({**_URL, **(settings or {})}, place=place)
