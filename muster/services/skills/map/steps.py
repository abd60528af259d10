"""Steps of a build, kept under a stamp of all they were made from, so that none is done twice."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol


class Progress(Protocol):
    """Hears how far a build is: ``done`` of ``of`` parts of a step. It may raise to stop it."""

    def __call__(self, step: str, done: int, of: int) -> None: ...


HowFar = Callable[[int, int], None]
"""Hears how much of one step is done, and of how much. It may raise to stop it."""


class Stopped(Exception):
    """Somebody stopped the build. What it has done is kept."""


@cache
def code_digest() -> str:
    """Return a digest of everything in this folder that decides what a map looks like."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".md"):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def digest_of(paths: Sequence[Path]) -> list[dict[str, str]]:
    """Return the name and SHA-256 of each file, those of folders in the order of their names."""
    found = []
    for path in paths:
        inside = (
            sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        )
        for one in inside:
            name = one.relative_to(path).as_posix() if path.is_dir() else one.name
            with one.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append({"name": name, "sha256": digest})
    return found


def to_disk(path: Path) -> None:
    """Return once the store has what was written to a file, or which names a folder has."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_halves(folder: Path) -> None:
    """Delete what processes left that ended in the middle of a step, or of writing a release.

    For whoever begins to work on a build, and before that. One that was thought to have ended, and
    wakes up later, finds its half gone and can do no more harm.
    """
    halves = (folder.glob("*.half"), (folder / "steps").rglob("*.half"), folder.glob(".*.writing"))
    for one in [path for found in halves for path in found]:
        shutil.rmtree(one, ignore_errors=True)


class Kept:
    """A step's folder: it counts only if the stamp says that it was made from the same."""

    def __init__(self, folder: Path, name: str, made_from: object) -> None:
        self.folder = folder / "steps" / name
        self._stamp = hashlib.sha256(
            json.dumps([code_digest(), name, made_from], sort_keys=True, default=str).encode()
        ).hexdigest()

    @property
    def stamp(self) -> str:
        return self._stamp

    def beside(self, name: str) -> "Kept":
        """Return the step of another name made from the same as this."""
        return Kept(self.folder.parents[1], name, self._stamp)

    def part(self, begin: int, rows: int) -> "Kept":
        """Return a part of this step, of so many rows from one on."""
        return Kept(self.folder.parents[1], f"{self.folder.name}/{begin:09}", [self._stamp, rows])

    def is_there(self) -> bool:
        """Tell whether the step was done from the same."""
        at = self.folder / "stamp"
        return at.is_file() and at.read_bytes() == self._stamp.encode()

    def make(self, write: Callable[[Path], None]) -> Path:
        """Return the step's folder; ``write`` fills it unless it was done from the same.

        What is written lies beside it meanwhile, under a name that no other process has. It gets
        its stamp once the store has all of it: a machine that fails leaves a whole step or none.
        """
        if not self.is_there():
            half = self.folder.with_name(f"{self.folder.name}.{uuid.uuid4().hex}.half")
            half.mkdir(parents=True)
            try:
                write(half)
                for one in [path for path in half.rglob("*") if path.is_file()]:
                    to_disk(one)
                self._name(half)
            finally:
                shutil.rmtree(half, ignore_errors=True)
        return self.folder

    def _name(self, half: Path) -> None:
        """Stamp what was written and give it its name, unless another did the same meanwhile."""
        (half / "stamp").write_text(self._stamp)
        to_disk(half / "stamp")
        to_disk(half)
        if self.is_there():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            os.replace(half, self.folder)
        except OSError:
            if not self.is_there():
                raise
        to_disk(self.folder.parent)
