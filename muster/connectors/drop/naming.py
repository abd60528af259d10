"""What a dropped file is called, and which files are not taken: the same in a folder and a zip."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, count
from pathlib import PurePosixPath

from muster.connectors.contract import Offer
from muster.kernel.errors import BadInput, Where

_LONGEST = 200


def plain_parts(path: str) -> tuple[str, ...]:
    """Return the parts of a path that name something: no root, no drive, no way up."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return tuple(part for part in parts if part not in ("/", "//", "..") and part[1:] != ":")


def offer_names(paths: Sequence[tuple[str, ...]], top: str) -> list[str]:
    """Return the name of each file: ``<folder>/<file>``, by the last folder above it.

    The folders further up are left out, so that a file that is sent again inside another folder
    or zip keeps its name. Where that would give two files one name, both keep their whole path.

    Args:
        paths: the parts of each file's path below the place it was dropped in.
        top: the folder name of files that lie in no folder.
    """
    short = ["/".join((top, *parts)[-2:]) for parts in paths]
    times = Counter(name.casefold() for name in short)
    names: list[str] = []
    taken: set[str] = set()
    for nearest, parts in zip(short, paths, strict=True):
        whole = "/".join(parts) if len(parts) > 1 else nearest
        names.append(_unlike(nearest if times[nearest.casefold()] == 1 else whole, taken))
        taken.add(names[-1].casefold())
    return names


def _unlike(name: str, taken: set[str]) -> str:
    """Return a name that differs from those taken by more than case, numbered if need be."""
    path = PurePosixPath(name)
    numbered = (str(path.with_name(f"{path.stem} ({n}){path.suffix}")) for n in count(2))
    return next(each for each in chain((name,), numbered) if each.casefold() not in taken)


def why_not_taken(name: str, endings: tuple[str, ...], what: str) -> str | None:
    """Return why a file of this name is not taken, or None if it is.

    Args:
        name: the offer's name.
        endings: how the names of files end that are taken, in lower case.
        what: what such files are, in words.
    """
    parts = PurePosixPath(name).parts
    if "__MACOSX" in parts:
        return "not data: written by the archive program"
    if parts[-1].startswith("."):
        return "hidden file"
    if not parts[-1].lower().endswith(endings):
        return f"not {what} ({', '.join(endings)})"
    if len(name) > _LONGEST:
        return f"its name is longer than {_LONGEST} characters"
    if not name.isprintable():
        return "its name holds characters that cannot be shown"
    return None


def safe_path(offer: Offer) -> PurePosixPath:
    """Return where an offer goes below the folder it is dropped into.

    Raises:
        BadInput: if its name is empty, leaves the folder, or cannot be a file's name.
    """
    path = PurePosixPath(offer.name)
    if not path.name or not offer.name.isprintable() or plain_parts(offer.name) != path.parts:
        raise BadInput(
            "The file's name is empty or leaves the folder",
            where=Where(file=offer.name),
            fix="Use a plain file name",
        )
    return path
