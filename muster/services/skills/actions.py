"""The verbs of the map: ask for a build, stop it, publish it, withdraw it; report, and decide.

Each is one transaction with its entry in the log of decisions.
"""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger
from muster.services.skills.given_files import keep, legible, plain, refuse_files
from muster.services.skills.map.release import Release
from muster.services.skills.models import Build, Published, Report
from muster.services.skills.own_lists import OwnList, digest_of, kept_at, read_own
from muster.services.skills.queries import build_seen, digest_in_force, goes_on
from muster.services.skills.rules import KINDS, LINKERS, LONGEST_WORDS
from muster.services.skills.storing import build_folder, give_up_held, release_folder

LARGEST_SEED = 2**31 - 1


def ask_build(
    *, files: Mapping[str, Path], held: bool, linker: str, seed: int, by: str, clock: Clock,
    may_show: bool = False, lexicon: OwnList | None = None,
) -> uuid.UUID:  # fmt: skip
    """Ask for a map to be learned; return the build's id. A worker takes it up.

    Args:
        files: files and folders of adverts by the name they were given; they are copied.
        held: read the adverts that employers sent as well.
        linker: ``lexical``, or ``hybrid`` which reads what a lexicon misses and takes longer.
        seed: of everything drawn by chance.
        by: who asks.
        clock: stamps it.
        may_show: whether whoever owns the files permits that sentences of them are shown.
        lexicon: a list of skills of one's own; the one that ships where None. It is copied.

    Raises:
        BadInput: if there is nothing to read, more or larger files than are read, no such seed, or
            a list of skills that cannot be read.
    """
    refuse_files(files, held=held)
    _refuse_settings(linker, seed)
    brought = _brought(lexicon)
    build = new_id()
    folder = build_folder(build) / "files"
    folder.mkdir(parents=True)
    try:
        for place, (name, path) in enumerate(files.items()):
            keep(path, folder / f"{place:03}-{plain(name)}", called=name)
    except BaseException:
        shutil.rmtree(build_folder(build), ignore_errors=True)
        raise
    if lexicon is not None:
        shutil.copyfile(lexicon.path, kept_at(build_folder(build)))
    with transaction.atomic():
        Build.objects.create(
            id=build, asked_by=by, asked_at=clock.now(), linker=linker, seed=seed,
            files=[legible(name) for name in files], held=held, may_show=may_show, **brought,
        )  # fmt: skip
        _note(
            "build.asked", build, by, linker=linker, files=len(files), held=held,
            lexicon=brought.get("lexicon_digest", ""),
        )  # fmt: skip
    return build


@transaction.atomic
def stop_build(*, build: uuid.UUID, by: str, clock: Clock) -> None:
    """Stop a build; what it has done is kept, and ``resume_build`` goes on from there.

    Raises:
        NotFound: if there is no such build.
        Conflict: if it is over.
    """
    row = _build(build)
    if row.state not in ("waiting", "running"):
        raise _over(row)
    if row.state == "waiting":
        row.state, row.ended_at = "stopped", clock.now()
    else:
        row.state = "stopping"
    row.save()
    _note("build.stopped", build, by)


@transaction.atomic
def resume_build(*, build: uuid.UUID, by: str, clock: Clock) -> None:
    """Let a build that was stopped or failed go on where it ended.

    One that is done, and laid upon another map than the one in force, is laid out again: what it
    read and found is kept. What employers sent is taken anew: what they withdrew is not read, and
    what they no longer let be shown is not shown.

    Raises:
        NotFound: if there is no such build.
        Conflict: if it runs, was published, or is done and lies on the map in force.
    """
    row = _build(build)
    if not goes_on(build_seen(build)):
        raise _over(row)
    row.state, row.ended_at, row.cause = "waiting", None, ""
    row.save()
    _note("build.resumed", build, by)
    give_up_held(build)


@transaction.atomic
def publish(*, build: uuid.UUID, by: str, clock: Clock) -> int:
    """Let people see what a build learned; return the number of the release.

    Raises:
        NotFound: if there is no such build.
        Conflict: if it is not done, was published, or was laid upon another map than the one in
            force: things would not be found on it where they were.
    """
    row = _build(build)
    if row.state != "done" or Published.objects.filter(build=row).exists():
        raise _over(row)
    made = Release.open(build_folder(build) / "release")
    number = (Published.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    # After the number: a map that comes into force meanwhile has taken it.
    _refuse_overtaken(row, made)
    row_of = Published(
        number=number, build=row, digest=made.digest, adverts=made.about["adverts"],
        skills=made.about["skills"], quality=dict(made.about["quality"]), published_by=by,
        published_at=clock.now(),
    )  # fmt: skip
    # Before the folder: whoever publishes at the same moment waits, and finds the number taken.
    try:
        row_of.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "Another map was published at the same moment",
            where=Where(thing=str(build)),
            fix="Look at that one, and build this one again if it should follow",
        ) from None
    _take_over(build_folder(build) / "release", number)
    _note(
        "map.released", number, by, build=str(build), digest=made.digest,
        adverts=made.about["adverts"], skills=made.about["skills"],
    )  # fmt: skip
    return number


@transaction.atomic
def withdraw(*, number: int, why: str, by: str, clock: Clock) -> None:
    """Take a release back: the one before it is current again.

    Raises:
        NotFound: if there is no such release.
        BadInput: without a reason.
        Conflict: if it was withdrawn.
    """
    if not why.strip():
        raise BadInput(
            "Say why the release is withdrawn", where=Where(field="why"), fix="Enter a reason"
        )
    row = Published.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound(
            "There is no such release", where=Where(thing=str(number)),
            fix="Choose one from the list",
        )  # fmt: skip
    if row.withdrawn_at is not None:
        raise Conflict(
            "The release was withdrawn", where=Where(thing=str(number)), fix="Nothing is left to do"
        )
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = by, clock.now(), why.strip()[:500]
    row.save()
    _note("map.withdrawn", number, by)


@transaction.atomic
def report(
    *, release: int, skill: str, kind: str, words: str, why: str, by: str, clock: Clock
) -> uuid.UUID:
    """Report words that do not mean a skill, or that mean it as well; return the report's id.

    Raises:
        BadInput: if no words are given, or too many.
        Conflict: if the same person reported the same, and it is not decided.
    """
    said = " ".join(words.split())
    if kind not in KINDS:
        raise BadInput("Choose what is wrong", where=Where(field="kind"), fix="Choose one of two")
    if not 2 <= len(said) <= LONGEST_WORDS:
        raise BadInput(
            f"Enter the words, of 2 to {LONGEST_WORDS} characters", where=Where(field="words"),
            fix="Enter what people call this skill, such as an abbreviation",
        )  # fmt: skip
    row = Report(
        release=release, skill=skill, kind=kind, words=said, why=why.strip()[:500],
        reported_by=by, reported_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "You have reported this already",
            where=Where(field="words"),
            fix="An analyst will look at it",
        ) from None
    _note("report.made", row.id, by, skill=skill, kind=kind)
    return row.id


@transaction.atomic
def decide(*, report: uuid.UUID, accept: bool, why: str, by: str, clock: Clock) -> None:
    """Accept or refuse what somebody else reported. Accepted, it holds from the next build on.

    Raises:
        NotFound: if there is no such report.
        Conflict: if it is decided, or the decider's own.
    """
    row = _report(report)
    if row.state != "open" or row.reported_by == by:
        raise Conflict(
            "The report is decided, or it is your own", where=Where(thing=str(report)),
            fix="Somebody else decides what you report; a decision can be undone",
        )  # fmt: skip
    row.state = "accepted" if accept else "refused"
    row.decided_by, row.decided_at, row.decided_why = by, clock.now(), why.strip()[:500]
    row.save()
    _note("report.decided", report, by, state=row.state)


@transaction.atomic
def undo_decision(*, report: uuid.UUID, by: str, clock: Clock) -> None:
    """Let a report be open again; a build after that does not know it.

    Raises:
        NotFound: if there is no such report.
        Conflict: if it is not decided, or was reported again since.
    """
    row = _report(report)
    if row.state == "open":
        raise Conflict(
            "The report is not decided", where=Where(thing=str(report)), fix="Decide it first"
        )
    row.state, row.decided_by, row.decided_at, row.decided_why = "open", "", None, ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(
            "The same was reported again since, and waits to be decided",
            where=Where(thing=str(report)),
            fix="Decide the later report",
        ) from None
    _note("report.reopened", report, by)


def _refuse_settings(linker: str, seed: int) -> None:
    if linker not in LINKERS:
        raise BadInput(
            "There is no such way to find skills", where=Where(field="linker"),
            fix=f"Choose one of {', '.join(LINKERS)}",
        )  # fmt: skip
    if not 0 <= seed <= LARGEST_SEED:
        raise BadInput(
            "The seed is out of range", where=Where(field="seed"),
            fix=f"Choose a whole number from 0 to {LARGEST_SEED:,}",
        )  # fmt: skip


def _brought(lexicon: OwnList | None) -> dict[str, Any]:
    """Return what a build keeps of a list of skills, once it was seen to be one."""
    if lexicon is None:
        return {}
    name = legible(Path(lexicon.name).name) or "lexicon"
    read_own(lexicon.path, file=name)
    return {
        "lexicon": name, "lexicon_digest": digest_of(lexicon.path), "lexicon_adds": lexicon.adds,
    }  # fmt: skip


def _refuse_overtaken(row: Build, made: Release) -> None:
    """Refuse a map that was laid upon another than the one in force, which stays so meanwhile."""
    if made.about.get("previous") != digest_in_force(held=True):
        raise Conflict(
            "A map was published or withdrawn since this one was laid out",
            where=Where(thing=str(row.id)),
            fix="Build it again, so that skills keep their places; what was read and found is kept",
            command=f"muster skills map work {row.id}",
        )


def _take_over(made: Path, number: int) -> None:
    """Copy a build's release to where pages read it, whole or not at all."""
    target = release_folder(number)
    half = target.with_name(f"{number}.half")
    shutil.rmtree(half, ignore_errors=True)
    # A folder of this number without a row is what an interrupted publication left.
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(made, half)
    half.rename(target)


def _build(build: uuid.UUID) -> Build:
    row = Build.objects.select_for_update().filter(id=build).first()
    if row is None:
        raise NotFound(
            "There is no such build", where=Where(thing=str(build)), fix="Choose one from the list"
        )
    return row


def _report(report: uuid.UUID) -> Report:
    row = Report.objects.select_for_update().filter(id=report).first()
    if row is None:
        raise NotFound(
            "There is no such report", where=Where(thing=str(report)),
            fix="Choose one from the list",
        )  # fmt: skip
    return row


def _over(row: Build) -> Conflict:
    return Conflict(
        f"The build is {row.state}", where=Where(thing=str(row.id)),
        fix="Look at the build again: its page says what can be done now",
    )  # fmt: skip


def _note(what: str, thing: object, by: str, **more: object) -> None:
    """Record a decision; the last statement of its transaction."""
    noun = what.partition(".")[0]
    ledger().append_one(
        "decisions", f"muster.skills.{what}.v1", f"{noun}:skills:{thing}", {"by": by, **more}
    )
