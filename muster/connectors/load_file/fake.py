"""A loader in memory: the public fake. It takes the files that were left and answers them."""

import io
import zipfile
from collections.abc import Callable

from muster.connectors.load_file.connector import LoadFile
from muster.connectors.places.fake import FakePlace

LAYOUT = """
file = "Worker.dat"
owner = "MUSTER"
id = "subject"

[[lines]]
component = "Worker"
fields = { PersonNumber = "number", LastName = "name" }

[answer]
file = "{name}_results.csv"
id = "SourceSystemId"
status = "Status"
said = "Message"
taken = ["SUCCESS"]
rejected = ["ERROR"]
"""


class FakeLoadFile(LoadFile):
    """Leaves load files in memory.

    Args:
        place: what it holds; outlives the outlet, as a server does.
        layout: the form of the files.
    """

    def __init__(self, place: FakePlace, layout: str = LAYOUT) -> None:
        self.place = place
        super().__init__({"url": "memory:///memory", "local": "yes", "layout": layout}, place=place)


def load(place: FakePlace, refuse: Callable[[str], str] = lambda line: "") -> int:
    """Do what a loader does: answer each file that has no answer yet, and tell how many rows.

    It splits at every bar, so it is for values without any.

    Args:
        place: where the files lie; answers go beside them, in the form of ``LAYOUT``.
        refuse: says why a line is refused; nothing if it is loaded.
    """
    loaded = 0
    for path in [path for path in place.held if path.endswith(".zip")]:
        answer = f"{path.removesuffix('.zip')}_results.csv"
        if answer in place.held:
            continue
        with zipfile.ZipFile(io.BytesIO(place.held[path])) as archive:
            text = archive.read(archive.namelist()[0]).decode()
        rows = ["SourceSystemId,Status,Message"]
        for line in text.splitlines():
            if line.startswith("MERGE|"):
                why = refuse(line)
                rows.append(f'{line.split("|")[3]},{"ERROR" if why else "SUCCESS"},"{why}"')
                loaded += 1
        place.write(answer, "\n".join(rows).encode())
    return loaded
