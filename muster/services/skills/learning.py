"""Builds are worked on here, by a process of their own that is heard of in the database.

One that goes silent is taken up by the next worker, and goes on with the steps that were done.
"""

import logging
import os
import re
import uuid
from dataclasses import replace
from pathlib import Path
from typing import cast

import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, EvidenceBroken, MusterError, NotFound, Where
from muster.register.employers.queries import parent_titles
from muster.services.skills.adverts.queries import held
from muster.services.skills.hearing import broken_off_by_keys, heard_of, to_both
from muster.services.skills.map.building import Job, build
from muster.services.skills.map.steps import Progress, Stopped, to_disk
from muster.services.skills.models import Build
from muster.services.skills.own_lists import own_of
from muster.services.skills.queries import corrections, current_number, published
from muster.services.skills.rules import State, taken_up
from muster.services.skills.storing import (
    OTHERS,
    SHOWN,
    build_folder,
    release_folder,
    vectors_folder,
)

BROKEN_OFF = "It was broken off where it ran, by a key or because the program was told to end"
# What neither a page shows nor every database keeps.
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Files that were given are kept by number; beside them stands what employers sent.
_GIVEN = re.compile(r"\d{3}-")
_log = logging.getLogger(__name__)


def work_on(
    *, build_id: uuid.UUID, clock: Clock, said: Progress | None = None, for_worker: bool = False
) -> bool:
    """Do a build, or what is left of it; tell whether it was done here and came to its end.

    A key pressed to stop (and a process told to end) stops it: nothing of what was done is lost.

    Args:
        build_id: which.
        clock: stamps it.
        said: hears how far it is, beside the database.
        for_worker: whether a worker takes it up again if a key stops it; else it stays stopped.

    Raises:
        Conflict: if another build runs; this one waits on.
        MusterError: whatever its adverts are refused for, by the names their files were given.
    """
    with broken_off_by_keys() as keys:
        row = _take_up(build_id, clock)
        if row is None:
            return False
        try:
            with heard_of(build_id, clock, began=row.started_at) as heard, keys.stopping(heard):
                made = build(_job(row), progress=to_both(heard, said))
        except BaseException as wrong:
            # Whatever was at work when the key was pressed may have made another error of it.
            if keys.pressed or isinstance(wrong, (Stopped, KeyboardInterrupt)):
                _stop(row, clock, pressed=keys.pressed, waits=for_worker)
                return False
            told = _by_given_names(wrong, row) if isinstance(wrong, MusterError) else wrong
            if not _fail(row, clock, told):
                return False
            if told is wrong:
                raise
            raise told from wrong
        return _end(row, clock, "done", said=[_as_given(one, row) for one in made.said])


@transaction.atomic
def _take_up(build_id: uuid.UUID, clock: Clock) -> Build | None:
    """Make a build this process's own and return it, unless another works on it."""
    row = Build.objects.select_for_update().filter(id=build_id).first()
    if row is None or not taken_up(cast(State, row.state), row.heard_at, clock.now()):
        return None
    if row.state == "stopping":
        row.state, row.ended_at = "stopped", clock.now()
        row.save()
        return None
    _alone(row, clock)
    row.state, row.started_at, row.heard_at = "running", clock.now(), clock.now()
    try:
        row.save()
    except IntegrityError:
        raise _another(row) from None
    return row


def _own(row: Build) -> "QuerySet[Build]":
    """Return the row of a build as long as this process works on it, and no other.

    One of which nothing was heard for a while is taken up by another process, which begins later.
    """
    return Build.objects.filter(
        id=row.id, started_at=row.started_at, state__in=("running", "stopping")
    )


def _alone(row: Build, clock: Clock) -> None:
    """Let a build that runs, and of which nothing is heard, wait; refuse to go beside another."""
    for other in Build.objects.select_for_update().filter(state="running").exclude(id=row.id):
        if not taken_up("running", other.heard_at, clock.now()):
            raise _another(row)
        other.state = "waiting"
        other.save(update_fields=["state"])


def _another(row: Build) -> Conflict:
    return Conflict(
        "Another build of the skills map runs", where=Where(thing=str(row.id)),
        fix="This one waits: a worker takes it up when the other is over, or stop the other first",
        command=f"muster skills map work {row.id}",
    )  # fmt: skip


def _job(row: Build) -> Job:
    folder = build_folder(row.id)
    given = sorted(one for one in (folder / "files").iterdir() if _GIVEN.match(one.name))
    # By what was given alone: what an earlier attempt wrote beside it is nobody's to permit.
    shown = {one.name for one in given} if row.may_show else set()
    sent = _write_held(folder) if row.held else []
    number = _before()
    return Job(
        paths=(*given, *sent), folder=folder, linker=row.linker, seed=row.seed,
        previous=None if number is None else release_folder(number),
        corrections=corrections(), vectors=vectors_folder(),
        shown=frozenset(shown | ({SHOWN} if row.held else set())),
        parents=parent_titles(), own=own_of(row),
    )  # fmt: skip


def _before() -> int | None:
    """Return the release that the new map is laid upon, seen to be the one that was published."""
    number = current_number()
    try:
        published()
    except (EvidenceBroken, NotFound):
        raise Conflict(
            "The files of the release in force are not those that were published",
            where=Where(thing=f"release {number}"),
            fix="Put its folder back from a copy, or withdraw it; then let the build go on",
        ) from None
    return number


def _kept_and_given(row: Build) -> list[tuple[str, str]]:
    """Return the names that files are kept under, with those they were given."""
    folder = build_folder(row.id) / "files"
    kept = sorted(one.name for one in folder.iterdir() if _GIVEN.match(one.name))
    return list(zip(kept, row.files, strict=False))


def _as_given(text: str, row: Build) -> str:
    for kept, given in _kept_and_given(row):
        text = text.replace(kept, given)
    return text


def _by_given_names(wrong: MusterError, row: Build) -> MusterError:
    """Return an error that speaks of files by the names they were given."""
    file = None if wrong.where.file is None else _as_given(wrong.where.file, row)
    return type(wrong)(
        wrong.what, where=replace(wrong.where, file=file), fix=wrong.fix, needs=wrong.needs,
        command=wrong.command,
    )  # fmt: skip


def _write_held(folder: Path) -> list[Path]:
    """Write the adverts that employers sent, once; return the files that hold any.

    Of those that may be shown and of the others, the last to get its name tells that both are
    there: a build that is broken off before writes them anew.
    """
    files, half = folder / "files", folder / f"held.{uuid.uuid4().hex}.half"
    if not (files / OTHERS).exists():
        files.mkdir(parents=True, exist_ok=True)
        half.mkdir()
        adverts = held()
        for name, which in ((SHOWN, pl.col("may_show")), (OTHERS, ~pl.col("may_show"))):
            adverts.filter(which).drop("may_show").write_parquet(half / name)
            to_disk(half / name)
            os.replace(half / name, files / name)
        to_disk(files)
        half.rmdir()
    return [files / name for name in (OTHERS, SHOWN) if (files / name).exists()]


def _stop(row: Build, clock: Clock, *, pressed: bool, waits: bool) -> None:
    """Let a build wait for the next worker, or stay stopped if somebody asked for that."""
    running = _own(row).filter(state="running")
    if pressed and waits and running.update(state="waiting", heard_at=clock.now()):
        return
    _end(row, clock, "stopped", cause=BROKEN_OFF if pressed else "")


def _fail(row: Build, clock: Clock, wrong: BaseException) -> bool:
    """Say why a build failed; tell whether it was still this process's own."""
    cause = str(wrong)
    if not isinstance(wrong, MusterError):
        _log.exception("a build failed")
        cause = f"An error of the program: {type(wrong).__name__}"
    return _end(row, clock, "failed", cause=cause)


def _end(
    row: Build, clock: Clock, state: str, *, cause: str = "", said: list[str] | None = None
) -> bool:
    """Write that a build is over; tell whether it was still this process's own."""
    written = _own(row).update(
        state=state, ended_at=clock.now(), heard_at=clock.now(),
        cause=_UNFIT.sub("\N{REPLACEMENT CHARACTER}", cause)[:1000],
        said=[_UNFIT.sub("\N{REPLACEMENT CHARACTER}", one) for one in said or []],
    )  # fmt: skip
    if not written:
        _log.warning("a build was taken up by another process, and is that one's now")
    return bool(written)
