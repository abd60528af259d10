"""Files and folders of adverts that somebody gives to a build: refused at once, or copied.

A folder is copied as one. What it holds is then read as that of a zip: what of it cannot be read is
left out and said.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.files import hidden

MOST_FILES = 100
MOST_INSIDE = 100_000
LARGEST_FILE = 1_000_000_000


def refuse_files(files: Mapping[str, Path], *, held: bool) -> None:
    """Refuse what no map can be learned from.

    Args:
        files: files and folders by the name they were given.
        held: whether adverts that employers sent are read as well.

    Raises:
        BadInput: if there is nothing to read, or there are more or larger files than are read.
    """
    if not files and not held:
        raise BadInput(
            "There are no adverts to learn from", where=Where(field="files"),
            fix="Choose files, or the adverts that employers sent",
        )  # fmt: skip
    if len(files) > MOST_FILES:
        raise BadInput(
            f"There are {len(files)} files, and at most {MOST_FILES} are read",
            where=Where(field="files"), fix="Put the adverts into fewer files, or into a zip",
        )  # fmt: skip
    for name, path in files.items():
        _refuse_inside(name, path)


def _refuse_inside(name: str, path: Path) -> None:
    """Refuse a file that is too large, and a folder of nothing or of too much."""
    with _named(name):
        inside = _inside(path)
    if path.is_dir() and not 0 < len(inside) <= MOST_INSIDE:
        raise BadInput(
            f"The folder holds {len(inside):,} files, and 1 to {MOST_INSIDE:,} are read",
            where=Where(file=name), fix="Name a folder of adverts, or divide it",
        )  # fmt: skip
    for one in inside:
        if one.stat().st_size > LARGEST_FILE:
            raise BadInput(
                "The file is larger than 1 GB",
                where=Where(file=name if one == path else f"{name}/{_name(one, path)}"),
                fix="Divide it, or keep it as Parquet",
            )


def keep(path: Path, target: Path, *, called: str) -> None:
    """Copy a file, or of a folder what is read of it.

    A folder's files are kept one folder deeper, under its name once more: what is said of one then
    begins with the name of the folder it came from, as with a zip.

    Args:
        path: of what was given.
        target: where it is kept.
        called: the name it was given.

    Raises:
        BadInput: if a file cannot be read, or there is no room for it; nothing is kept then.
    """
    called = legible(called)
    try:
        with _named(called):
            inside = _inside(path)
        if not path.is_dir():
            with _named(called):
                shutil.copyfile(path, target)
            return
        for one in inside:
            kept = target / target.name / _name(one, path)
            with _named(f"{called}/{_name(one, path)}"):
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(one, kept)
    except BadInput:
        if target.is_dir():
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)
        raise


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Say which file it is that a system cannot read or keep."""
    try:
        yield
    except OSError as error:
        raise BadInput(
            "The file cannot be read, or there is no room to keep it", where=Where(file=file),
            fix="See that it may be read, and that the disk has room",
        ) from error  # fmt: skip


def plain(name: str) -> str:
    """Return a name under which a file can be kept anywhere."""
    kept = "".join(each if each.isalnum() or each in "._-" else "_" for each in Path(name).name)
    # A folder counts bytes, and a letter may have four.
    return kept.encode()[-150:].decode(errors="ignore") or "adverts"


def legible(name: str) -> str:
    """Return a file's name as a page can show it: without signs that are none."""
    shown = name.encode(errors="replace").decode()
    return "".join(each if each.isprintable() else "?" for each in shown)[-200:]


def _inside(path: Path) -> list[Path]:
    """Return a file, or the files that a folder holds; links to files count as files."""
    if not path.is_dir():
        return [path]
    found = (one for one in path.rglob("*") if one.is_file())
    # What is never read is not copied.
    return sorted(one for one in found if not hidden(one.relative_to(path).as_posix()))


def _name(one: Path, folder: Path) -> str:
    """Return what a file in a folder is called there, in letters that every table can hold."""
    return "/".join(map(_written, one.relative_to(folder).parts))


def _written(part: str) -> str:
    """Return a name in letters: one that no letters spell is told apart by a digest before it."""
    shown = "".join("_" if "\ud800" <= each <= "\udfff" else each for each in part)
    if shown == part:
        return part
    digest = hashlib.sha256(part.encode(errors="surrogateescape")).hexdigest()[:16]
    # A folder counts bytes, and its end tells what the file is.
    return f"{digest}-{shown.encode()[-200:].decode(errors='ignore')}"
