"""The versions of each process: loaded from the files a service brings, checked, and kept.

A case keeps the version it started with, so a version is never changed or deleted once a case
follows it.
"""

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from muster.casework.diagrams.checking import check, check_calls
from muster.casework.diagrams.elements import Diagram as Drawn
from muster.casework.diagrams.reading import read_diagram
from muster.casework.engine.loading import Loaded
from muster.casework.engine.running import Run
from muster.casework.models import Diagram
from muster.casework.ports import Process, process_named
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where

Files = dict[str, bytes]


def read_files(process: Process) -> Files:
    """Return the files a service brings for a process, by the id of the process in each."""
    found: Files = {}
    for path in process.sources:
        content = path.read_bytes()
        key = read_diagram(content, name=path.name).process
        if key in found:
            raise BadInput(f"Two files hold the process {key}", where=Where(file=path.name),
                           fix="Give each process its own id")  # fmt: skip
        found[key] = content
    return found


def check_files(process: Process, files: Files) -> tuple[Drawn, ...]:
    """See that files can be run as a process; return what they say.

    Raises:
        BadInput: naming the element that stands in the way.
    """
    drawn = {key: read_diagram(content, name=f"{key}.bpmn") for key, content in files.items()}
    if process.key not in drawn:
        raise BadInput(f"No file holds the process {process.key}", where=Where(thing=process.key),
                       fix="Give the process in its diagram that id")  # fmt: skip
    for one in drawn.values():
        check(one, actions=process.actions, lanes=process.lanes, processes=files)
    check_calls(drawn)
    for key in drawn:
        try:
            Run(Loaded(key, files), {}, lambda _action, _element: None)
        except Exception as problem:  # whatever the engine stumbles over, no case shall
            raise BadInput(
                "The engine cannot run it", where=Where(thing=f"process {key}"),
                fix="Draw each way back from an exclusive gateway",
            ) from problem  # fmt: skip
    return tuple(drawn.values())


def current(key: str, *, by: str, clock: Clock) -> Diagram:
    """Return the version that new cases follow, loading it if it is new.

    Raises:
        NotFound: if no service brings the process.
        BadInput: if its diagram cannot be run.
    """
    text, digest = _shipped(key, process_named(key).sources)
    found = Diagram.objects.filter(process=key, digest=digest).first()
    if found is None:
        found, _made = Diagram.objects.get_or_create(
            process=key, digest=digest,
            defaults={"files": text, "loaded_at": clock.now(), "loaded_by": by},
        )  # fmt: skip
    return found


@lru_cache(maxsize=64)
def _shipped(key: str, sources: tuple[Path, ...]) -> tuple[str, str]:
    """Return the checked files of a process as text, and their digest."""
    process = replace(process_named(key), sources=sources)
    files = read_files(process)
    check_files(process, files)
    text = json.dumps({name: content.decode("utf-8") for name, content in files.items()})
    return text, hashlib.sha256(text.encode()).hexdigest()


_ready: dict[tuple[str, str], tuple[Loaded, dict[str, Drawn]]] = {}


def loaded_row(row: Diagram) -> tuple[Loaded, dict[str, Drawn]]:
    """Return what the engine runs of a version, and what its diagrams say, by process.

    The digest names the files, so they are read once by each worker.
    """
    key = (row.process, row.digest)
    if key not in _ready:
        files = {name: text.encode() for name, text in json.loads(row.files).items()}
        drawn = {name: read_diagram(one, name=f"{name}.bpmn") for name, one in files.items()}
        _ready[key] = Loaded(row.process, files), drawn
    return _ready[key]
