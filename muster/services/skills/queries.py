"""What is asked of builds, releases and reports. Answers are frozen."""

import json
import uuid
from functools import lru_cache
from typing import cast

from django.db.models import QuerySet

from muster.kernel.errors import NotFound, Where
from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.release import Release
from muster.services.skills.map.release.shapes import ABOUT
from muster.services.skills.models import Build, Published, Report
from muster.services.skills.rules import (
    BuildSeen,
    Linker,
    PublishedSeen,
    ReportKind,
    ReportSeen,
    ReportState,
    State,
)
from muster.services.skills.storing import build_folder, release_folder

MOST_LISTED = 200


def published() -> Release | None:
    """Return the current release; None while none was published."""
    row = _standing().order_by("-number").values_list("number", "digest").first()
    return None if row is None else _opened(*row)


def current_number() -> int | None:
    """Return the number of the current release."""
    return _standing().order_by("-number").values_list("number", flat=True).first()


def published_number(number: int) -> Release:
    """Return a release by its number.

    Raises:
        NotFound: if there is no such release, or it was withdrawn.
    """
    digest = _standing().filter(number=number).values_list("digest", flat=True).first()
    if digest is None:
        raise NotFound(
            "There is no such release of the skills map", where=Where(thing=str(number)),
            fix="Choose one from the list of releases",
        )  # fmt: skip
    return _opened(number, digest)


def is_overtaken(build: uuid.UUID) -> bool:
    """Tell whether another map is in force than the one that a build was laid upon.

    Such a map is not published: things would not be found on it where they were. Built again, it is
    laid upon the right one. Of a build that made nothing, or nothing that can be read, it is not
    told.
    """
    try:
        about = json.loads((build_folder(build) / "release" / ABOUT).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and about.get("previous") != digest_in_force()


def digest_in_force(*, held: bool = False) -> str | None:
    """Return the digest of the current release; None while none was published.

    Args:
        held: whether that release stays as it is until the transaction ends.
    """
    rows = _standing().select_for_update() if held else _standing()
    return rows.order_by("-number").values_list("digest", flat=True).first()


def goes_on(seen: BuildSeen) -> bool:
    """Tell whether a build that is over has something left to do.

    One that was stopped or failed has; so has one that is done and not published, and was laid upon
    another map than the one in force.
    """
    if seen.state == "done":
        return seen.release is None and is_overtaken(seen.id)
    return seen.state in ("stopped", "failed")


def releases() -> tuple[PublishedSeen, ...]:
    """Return the releases, the newest first, withdrawn ones as well."""
    return tuple(_release_seen(row) for row in Published.objects.order_by("-number")[:MOST_LISTED])


def builds() -> tuple[BuildSeen, ...]:
    """Return the builds, the newest first."""
    rows = Build.objects.select_related("published").order_by("-asked_at")[:MOST_LISTED]
    return tuple(_build_seen(row) for row in rows)


def build_seen(build: uuid.UUID) -> BuildSeen:
    """Return one build.

    Raises:
        NotFound: if there is no such build.
    """
    row = Build.objects.select_related("published").filter(id=build).first()
    if row is None:
        raise NotFound(
            "There is no such build of the skills map", where=Where(thing=str(build)),
            fix="Choose one from the list of builds",
        )  # fmt: skip
    return _build_seen(row)


def reports(*, state: str | None = None) -> tuple[ReportSeen, ...]:
    """Return what was reported, the newest first; of one state, if that is asked for."""
    rows = Report.objects.order_by("-reported_at")
    if state is not None:
        rows = rows.filter(state=state)
    return tuple(_report_seen(row) for row in rows[:MOST_LISTED])


def report_seen(report: uuid.UUID) -> ReportSeen:
    """Return one report.

    Raises:
        NotFound: if there is no such report.
    """
    row = Report.objects.filter(id=report).first()
    if row is None:
        raise NotFound(
            "There is no such report", where=Where(thing=str(report)),
            fix="Choose one from the list of reports",
        )  # fmt: skip
    return _report_seen(row)


def corrections() -> tuple[Correction, ...]:
    """Return what accepted reports change in the lexicon, in the order they were decided."""
    rows = Report.objects.filter(state="accepted").order_by("decided_at", "id")
    return tuple(
        Correction(
            kind="synonym" if row.kind == "synonym" else "not this",
            skill_id=row.skill, label=row.words,
        )
        for row in rows
    )  # fmt: skip


def _standing() -> "QuerySet[Published]":
    return Published.objects.filter(withdrawn_at__isnull=True)


@lru_cache(maxsize=4)
def _opened(number: int, digest: str) -> Release:
    return Release.open(release_folder(number), digest=digest)


def _release_seen(row: Published) -> PublishedSeen:
    return PublishedSeen(
        row.number, row.build_id, row.digest, row.adverts, row.skills, row.quality,
        row.published_by, row.published_at, row.withdrawn_at, row.withdrawn_why,
    )  # fmt: skip


def _build_seen(row: Build) -> BuildSeen:
    published = getattr(row, "published", None)
    return BuildSeen(
        row.id, row.asked_by, row.asked_at, cast(Linker, row.linker), tuple(row.files), row.held,
        row.lexicon, row.lexicon_adds, cast(State, row.state), row.step, row.done, row.of,
        tuple(row.said), row.cause, row.started_at, row.ended_at,
        None if published is None else published.number,
    )  # fmt: skip


def _report_seen(row: Report) -> ReportSeen:
    return ReportSeen(
        row.id, row.release, row.skill, cast(ReportKind, row.kind), row.words, row.why,
        cast(ReportState, row.state), row.reported_by, row.reported_at, row.decided_by,
        row.decided_at, row.decided_why,
    )  # fmt: skip
