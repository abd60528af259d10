"""Drafts: a file that somebody is mapping, and what they chose so far, kept between pages.

A draft is a folder ``MUSTER_HOME/mappings/<id>``: the file in sealed pieces, and what was chosen.
Everything in it is encrypted and bound to its place, nothing of it is in a cookie or an address.
It is its owner's alone, and is removed when the mapping is saved or cancelled, or after a day.
"""

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.hub.suggesting.peeking import SMALL, can_be_cut
from muster.hub.suggesting.suggestion import Choices
from muster.kernel.clock import SYSTEM_CLOCK, Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.kernel.ids import new_id
from muster.kernel.running import keyring, settings

_PIECE = 4 * 1024 * 1024
_KEPT_SECONDS = 24 * 3600
_STATE = "draft"


@dataclass(frozen=True)
class Draft:
    """A file being mapped.

    Args:
        id: its id.
        name: the file's name.
        by: whose it is.
        size: how many bytes it has.
        contract: the contract that its owner chose; "" while that is proposed.
        choices: what its owner changed.
        saved_as: the name of the layout it was saved as; "" before that.
        route: the route for which it was saved.
    """

    id: uuid.UUID
    name: str
    by: str
    size: int
    contract: str = ""
    choices: Choices = field(default_factory=Choices)
    saved_as: str = ""
    route: str = ""


def begin_draft(*, name: str, chunks: Iterable[bytes], by: str) -> Draft:
    """Keep a file to be mapped.

    Raises:
        BadInput: if it is over the limit for uploads, or empty.
    """
    sweep_drafts()
    draft_id = new_id()
    folder = _folder(draft_id)
    folder.mkdir(parents=True, mode=0o700)
    try:
        size = _keep_file(draft_id, name, chunks)
        draft = Draft(draft_id, name, by, size)
        keep_draft(draft)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return draft


def draft_of(draft_id: uuid.UUID, *, by: str) -> Draft:
    """Return somebody's draft.

    Raises:
        NotFound: if there is none, or it is another's.
    """
    path = _folder(draft_id) / _STATE
    if path.exists():
        said: dict[str, Any] = json.loads(_open(path, draft_id))
        if said["by"] == by:
            choices = Choices(**said.pop("choices"))
            return Draft(**{**said, "id": draft_id}, choices=choices)
    raise NotFound(
        "There is no such mapping", fix="Begin again with the file: unsaved ones end after a day"
    )


def keep_draft(draft: Draft) -> None:
    """Keep what was chosen so far."""
    choices = draft.choices
    said = {
        "name": draft.name,
        "by": draft.by,
        "size": draft.size,
        "contract": draft.contract,
        "saved_as": draft.saved_as,
        "route": draft.route,
        "choices": {
            "columns": dict(choices.columns),
            "ways": dict(choices.ways),
            "answers": dict(choices.answers),
            "both": {column: list(names) for column, names in choices.both.items()},
        },
    }
    path = _folder(draft.id) / _STATE
    _seal(path, draft.id, json.dumps(said).encode())


def drop_draft(draft: Draft) -> None:
    """Forget a draft and its file."""
    shutil.rmtree(_folder(draft.id), ignore_errors=True)


def pieces_of(draft: Draft) -> Iterator[bytes]:
    """Yield the bytes of a draft's file."""
    for path in sorted(_folder(draft.id).glob("file-*")):
        yield _open(path, draft.id)


def beginning_of(draft: Draft) -> bytes:
    """Return enough of a file to peek at: its first bytes, or all of what cannot be cut."""
    first = next(pieces_of(draft), b"")
    if draft.size <= len(first) or (len(first) > SMALL and can_be_cut(first)):
        return first
    return b"".join(pieces_of(draft))


def _keep_file(draft_id: uuid.UUID, name: str, chunks: Iterable[bytes]) -> int:
    limit = settings().upload_megabytes * 1024 * 1024
    size = number = 0
    waiting = bytearray()
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BadInput(
                f"The file is larger than {limit // 1024 // 1024} MB",
                where=Where(file=name),
                fix="Map a shorter file of the same kind: only its columns matter",
            )
        waiting += chunk
        while len(waiting) >= _PIECE:
            _seal(_piece(draft_id, number), draft_id, bytes(waiting[:_PIECE]))
            del waiting[:_PIECE]
            number += 1
    if not size:
        raise BadInput("The file is empty", where=Where(file=name), fix="Choose a file with rows")
    if waiting:
        _seal(_piece(draft_id, number), draft_id, bytes(waiting))
    return size


def _piece(draft_id: uuid.UUID, number: int) -> Path:
    return _folder(draft_id) / f"file-{number:06}"


def _seal(path: Path, draft_id: uuid.UUID, plain: bytes) -> None:
    fresh = path.with_suffix(".part")
    fresh.write_bytes(keyring().encrypt(plain, context=_context(path, draft_id)))
    fresh.replace(path)


def _open(path: Path, draft_id: uuid.UUID) -> bytes:
    return keyring().decrypt(path.read_bytes(), context=_context(path, draft_id))


def _context(path: Path, draft_id: uuid.UUID) -> bytes:
    return f"mapping {draft_id.hex} {path.name}".encode()


def _folder(draft_id: uuid.UUID) -> Path:
    return settings().home / "mappings" / draft_id.hex


def sweep_drafts(*, clock: Clock = SYSTEM_CLOCK) -> None:
    """Remove drafts that nobody has touched for a day."""
    place = settings().home / "mappings"
    for folder in place.glob("*"):
        state = folder / _STATE
        touched = (state if state.exists() else folder).stat().st_mtime
        if clock.now().timestamp() - touched > _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
