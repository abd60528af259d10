"""Trying a process file that somebody sends: whether it could be run, and what it would change.

For process owners who draw with a modeller. Nothing is kept.
"""

from dataclasses import dataclass

from muster.casework.diagrams.elements import Diagram as Drawn
from muster.casework.diagrams.reading import read_diagram
from muster.casework.ports import Process
from muster.casework.versions import check_files, read_files
from muster.kernel.errors import BadInput, Where


@dataclass(frozen=True)
class Tried:
    """A file that could be run.

    Args:
        drawn: what it says.
        added: titles of elements that the version in force does not have.
        gone: titles of those that only the version in force has.
        changed: titles of those that say something else there.
    """

    drawn: Drawn
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def drawn_parts(process: Process) -> tuple[Drawn, ...]:
    """Return what the diagrams that a service brings say, the process's own first."""
    return tuple(
        read_diagram(path.read_bytes(), name=path.name) for path in process.sources
    )  # fmt: skip


def part_file(process: Process, part: str) -> bytes | None:
    """Return the file of one of a process's diagrams; None if it has no such one."""
    return read_files(process).get(part)


def try_file(process: Process, content: bytes, *, name: str) -> Tried:
    """See whether a file could take the place of one of a process's diagrams.

    Raises:
        BadInput: naming the element that stands in the way.
    """
    drawn = read_diagram(content, name=name)
    files = read_files(process)
    if drawn.process not in files:
        raise BadInput(
            f"The file draws the process {drawn.process[:80]}, which is none of this one’s",
            where=Where(file=name), fix=f"Give it the id {' or '.join(sorted(files))}",
        )  # fmt: skip
    before = read_diagram(files[drawn.process], name=drawn.process)
    check_files(process, {**files, drawn.process: content})
    old, new = before.elements, drawn.elements
    return Tried(
        drawn,
        tuple(new[key].title for key in new if key not in old),
        tuple(old[key].title for key in old if key not in new),
        tuple(new[key].title for key in new if key in old and new[key] != old[key]),
    )
