"""Writing a release: the same map gives the same bytes, and a half-written one is never seen.

Files hold no clock and no machine: tables are written in the order given, arrays in an archive
whose entries all carry the same date. ``release.json`` names the digest of every file, so the
digest of that one file stands for the whole release. Everything is written beside the folder and
given its name at the end; whoever lists releases meanwhile sees the one before.
"""

import hashlib
import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.kernel.errors import BadInput, Conflict, Where
from muster.services.skills.map.release.shapes import (
    ABOUT,
    KINDS,
    SIDE,
    SURFACES,
    TABLES,
    checked,
    empty,
    file_of,
    files,
)
from muster.services.skills.map.steps import to_disk

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 3


def write(
    folder: Path,
    *,
    about: Mapping[str, object],
    tables: Mapping[str, pl.DataFrame],
    surfaces: Mapping[str, npt.NDArray[np.float32]],
    replaces: bool = False,
) -> str:
    """Write a release; return its digest, by which it is known for ever.

    A release that stands already is left as it is if it is the same one: a build that was stopped
    after writing goes on.

    Args:
        folder: where it is to stand; its parent exists.
        about: what ``release.json`` says, without ``files``.
        tables: by name of the table; ``evidence`` and ``roles`` may be missing.
        surfaces: for each kind, groups of that kind x 64 x 64, in the order of ``groups``.
        replaces: whether a release in the folder gives way. So does a build's own, which
            nobody has published; never a published one.

    Raises:
        BadInput: if a table or the surfaces are not as a release has them.
        Conflict: if another release stands in the folder, and does not give way.
    """
    whole = {name: checked(name, tables.get(name, empty(name))) for name in TABLES}
    _check_surfaces(whole["groups"], surfaces)
    # Under a name of its own: another process may write the same, and thinks this one has ended.
    writing = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.writing")
    writing.mkdir()
    try:
        for name, frame in whole.items():
            frame.rechunk().write_parquet(
                writing / file_of(name), compression="zstd", compression_level=_LEVEL
            )
        _write_arrays(writing / SURFACES, surfaces)
        said = dict(about) | {"files": {name: _digest(writing / name) for name in files()}}
        text = json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (writing / ABOUT).write_text(text, encoding="utf-8")
        for name in (*files(), ABOUT):
            to_disk(writing / name)
        return _name(writing, folder, replaces=replaces)
    finally:
        shutil.rmtree(writing, ignore_errors=True)


def _name(writing: Path, folder: Path, *, replaces: bool) -> str:
    """Give what was written its name, unless the same stands there already."""
    digest = _digest(writing / ABOUT)
    if not folder.exists():
        os.replace(writing, folder)
    elif replaces:
        aside = writing.with_name(f"{writing.stem}.before.writing")
        os.replace(folder, aside)
        os.replace(writing, folder)
        shutil.rmtree(aside, ignore_errors=True)
    elif not _is_same(folder, digest):
        raise Conflict(
            "Another release of the skills map stands in this folder",
            where=Where(file=folder.name),
            fix="Write to a new folder; a release is never changed",
        )
    to_disk(folder.parent)
    return digest


def _is_same(folder: Path, digest: str) -> bool:
    """Tell whether the release of this digest stands in a folder."""
    about = folder / ABOUT
    return about.is_file() and _digest(about) == digest


def _check_surfaces(groups: pl.DataFrame, surfaces: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Refuse surfaces that are not one for each group."""
    for kind in KINDS:
        wanted = (groups.filter(pl.col("kind") == kind).height, SIDE, SIDE)
        found = surfaces[kind] if kind in surfaces else np.zeros((0, SIDE, SIDE), np.float32)
        if found.shape != wanted or found.dtype != np.float32 or not np.isfinite(found).all():
            raise BadInput(
                "The surfaces of the skills map are not one for each group",
                where=Where(file=SURFACES, field=kind),
                fix="Make one surface of 64 x 64 numbers for each group that is listed",
            )


def _write_arrays(path: Path, surfaces: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Write arrays as NumPy reads them, each entry dated alike whatever the day is."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for kind in KINDS:
            entry = zipfile.ZipInfo(f"{kind}.npy", _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            array = surfaces.get(kind, np.zeros((0, SIDE, SIDE), np.float32))
            with archive.open(entry, "w") as out:
                np.lib.format.write_array(out, np.ascontiguousarray(array, "<f4"))


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
