"""What the tests of the repository read: its files, rooms and documents."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("muster", "synthetic", "bench", "tools")
_WORD_AND_SLASH = re.compile(r"([a-z_]+)/")


@cache
def kept_files() -> tuple[Path, ...]:
    """Return every file that is in the repository or would be added to it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    named = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in named if path.is_file()))


def text_of(path: Path) -> str:
    """Return a file's text; empty if it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def modules() -> tuple[Path, ...]:
    """Return every module of the code; migrations are written by Django and left out."""
    found = (path for top in CODE for path in (ROOT / top).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function and method of the code."""
    for path in modules():
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield path, node


def folders_of(parent: Path) -> set[str]:
    """Return the names of the packages directly in a folder."""
    return {path.parent.name for path in parent.glob("*/__init__.py")} - {"migrations"}


def mapped(text: str) -> dict[str, set[str]]:
    """Return the rooms a map names at the beginning of its lines, each with the rooms inside it.

    A line that is set in by ten characters or more goes on with the room before.
    """
    rooms: dict[str, set[str]] = {}
    for line in text.splitlines():
        named = _WORD_AND_SLASH.findall(line)
        if named and rooms and line.startswith(" " * 10):
            rooms[list(rooms)[-1]].update(named)
        elif named and line.strip().startswith(f"{named[0]}/"):
            rooms[named[0]] = set(named[1:])
    return rooms


def block_after(heading: str, text: str) -> str:
    """Return the first fenced block below a heading of a Markdown text."""
    below = text.partition(f"\n## {heading}\n")[2]
    assert below, f"there is no heading {heading!r}"
    return below.split("```")[1]


def first_cells(heading: str, text: str) -> list[str]:
    """Return the names in code type in the first column of the table below a heading."""
    below = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert below, f"there is no heading {heading!r}"
    rows = [line.split("|")[1] for line in below.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
