"""What a process is called in notices and lists: the name its diagram gives it."""

from functools import cache

from muster.casework.diagrams.reading import read_diagram
from muster.casework.ports import processes


@cache
def title_of(process: str) -> str:
    """Return what a process, or one that it calls, is called; its id where no diagram says."""
    for one in processes():
        for path in one.sources:
            drawn = read_diagram(path.read_bytes(), name=path.name)
            if drawn.process == process:
                return drawn.title or process
    return process
