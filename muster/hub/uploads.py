"""Uploads: files people hand in on a page wait in a folder until a worker takes them in.

The folder ``MUSTER_HOME/uploads/<intake>`` is the queue. It holds the files as they came, under
``files``, and beside them ``stated.json``: the route and as-at date that their sender stated. A
worker claims an intake by renaming its folder, which only one can do, and shows with every batch
that it is alive; after a crash the folder is there to be claimed again.
"""

import datetime as dt
import json
import logging
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from muster.connectors.contract import Connector, Description, Health, Offer, Skipped
from muster.hub.actions import begin_intake, take_in
from muster.hub.landing import Read
from muster.hub.models import Intake
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where
from muster.kernel.running import settings

_CLAIMED = ".claimed"
_FAILED = ".failed"
_log = logging.getLogger(__name__)
_FILES, _STATED = "files", "stated.json"
_ABANDONED_SECONDS = 900
_LONGEST_NAME = 200  # bytes in UTF-8; file systems hold 255


class Uploaded(Protocol):
    """A file as a web framework hands it over."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the file's bytes."""
        ...


def hand_in(
    files: Iterable[Uploaded],
    *,
    folder: str,
    route: str | None = None,
    as_at: dt.date | None = None,
    among: Iterable[str] | None = None,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """Keep uploaded files for the next worker; return the intake to follow.

    Args:
        files: the files.
        folder: the folder name they count under, which tells their system apart.
        route: the route's code, where layout and folder do not tell.
        as_at: the date the files speak of, where their names do not tell.
        among: the codes of the routes that the sender may use; any if not given.
        by: who hands them in.
        clock: stamps the intake.

    Raises:
        BadInput: if a file is over the limit, two have one name, a name cannot be kept, or there
            is no file.
    """
    limit = settings().upload_megabytes * 1024 * 1024
    names: list[str] = []
    size = 0
    queue = settings().home / "uploads"
    fresh = queue / f"{uuid.uuid4().hex}.part"
    place = fresh / _FILES / _plain(folder)
    place.mkdir(parents=True, mode=0o700)
    try:
        for file in files:
            name = _plain(file.name or "")
            size += _store(file, place / name, limit)
            names.append(name)
        if not names:
            raise BadInput(
                "No file was chosen", where=Where(field="files"), fix="Choose at least one file"
            )
        stated = {
            "route": route,
            "as_at": as_at.isoformat() if as_at else None,
            "among": None if among is None else sorted(among),
        }
        (fresh / _STATED).write_text(json.dumps(stated))
        intake = begin_intake(name=_title(names), by=by, clock=clock, size=size)
        fresh.rename(queue / intake.hex)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return intake


def take_next(connector: Callable[[Path], Connector], read: Read, *, clock: Clock) -> bool:
    """Take the oldest waiting upload in; return whether there was one."""
    queue = settings().home / "uploads"
    waiting = sorted(queue.glob("*")) if queue.exists() else []
    for folder in waiting:
        if folder.suffix in (".part", _FAILED) or not _claimable(folder):
            continue
        claimed = folder.with_suffix(_CLAIMED)
        try:
            folder.rename(claimed)
        except OSError:
            continue
        claimed.touch()
        intake = Intake.objects.filter(id=uuid.UUID(hex=folder.stem)).first()
        if intake is not None and not _taken(claimed, intake, connector, read, clock):
            claimed.rename(folder.with_suffix(_FAILED))
        shutil.rmtree(claimed, ignore_errors=True)
        return True
    return False


def _taken(
    claimed: Path, intake: Intake, connector: Callable[[Path], Connector], read: Read, clock: Clock
) -> bool:
    """Take an upload in; a fault nobody foresaw ends this upload and not the worker."""
    try:
        _take(claimed, intake, connector, read, clock)
    except Exception:
        _log.exception("upload %s could not be taken in", intake.id)
        why = "An unforeseen fault: its files are kept, and the operator's log names the fault."
        intake.refresh_from_db()
        intake.skipped = [*intake.skipped, {"name": intake.name, "why": why}]
        intake.finished_at = clock.now()
        intake.save()
        return False
    return True


def _take(
    claimed: Path, intake: Intake, connector: Callable[[Path], Connector], read: Read, clock: Clock
) -> None:
    # After a crash the same files are pulled again, so they are counted again from nothing. Rows
    # that were taken in before the crash are not: their files are known by now.
    intake.files_found = intake.files_known = intake.files_done = intake.bytes_done = 0
    intake.skipped = []
    intake.save()
    stated = json.loads((claimed / _STATED).read_text())
    take_in(
        _HandedIn(claimed / _FILES, connector),
        read,
        intake=intake.id,
        by=intake.started_by,
        clock=clock,
        route=stated["route"],
        as_at=dt.date.fromisoformat(stated["as_at"]) if stated["as_at"] else None,
        among=stated.get("among"),
        progress=lambda _progress: claimed.touch(),
    )


class _HandedIn:
    """Everything one person handed in, each file or zip read by the connector of its kind."""

    def __init__(self, place: Path, connector: Callable[[Path], Connector]) -> None:
        self._place, self._connector = place, connector

    def describe(self) -> Description:
        return self._connector(self._place).describe()

    def health(self) -> Health:
        return self._connector(self._place).health()

    def pull(self) -> Iterator[Offer | Skipped]:
        for path in sorted(path for path in self._place.rglob("*") if path.is_file()):
            try:
                yield from self._connector(path).pull()
            except BadInput as problem:
                yield Skipped(path.name, str(problem))

    def push(self, offer: Offer) -> None:
        self._connector(self._place).push(offer)


def _claimable(folder: Path) -> bool:
    """Tell whether a folder waits, or was claimed by a worker that is long gone."""
    if folder.suffix != _CLAIMED:
        return True
    return time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS


def _store(file: Uploaded, path: Path, limit: int) -> int:
    """Write one uploaded file; return its size."""
    if path.exists():
        raise BadInput(
            "Two of the files have the same name",
            where=Where(file=path.name),
            fix="Give them different names",
        )
    size = 0
    with path.open("wb") as target:
        for chunk in file.chunks():
            size += len(chunk)
            if size > limit:
                raise BadInput(
                    f"The file is larger than {limit // 1024 // 1024} MB",
                    where=Where(file=path.name),
                    fix="Send it in parts",
                )
            target.write(chunk)
    return size


def _title(names: list[str]) -> str:
    """Return what an intake is called: its file, or the first and how many more there are."""
    more = f" + {len(names) - 1:,}" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _plain(name: str) -> str:
    """Return the last part of a name, which cannot leave its folder and fits a file system.

    Raises:
        BadInput: if it is too long or holds what cannot be shown.
    """
    plain = PurePosixPath(name.replace("\\", "/")).name
    if len(plain.encode()) > _LONGEST_NAME or not plain.isprintable():
        raise BadInput(
            f"A name is longer than {_LONGEST_NAME} bytes or cannot be shown",
            where=Where(field="files"),
            fix="Give it a short plain name",
        )
    return plain if plain not in ("", ".", "..") else "file"
