"""Layouts that people made for files nobody had declared: saved, listed, retired.

A saved layout is as good as a declared one: ``known`` offers both. One that an employer's people
saved serves that employer's routes alone, so that nobody decides how another one's files are read.
Each version stays; the newest of a name counts.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from importlib.resources import files

from django.db import transaction

from muster.hub.contracts import Contract
from muster.hub.intakes import carried_contracts, declared_layouts, intake_for
from muster.hub.landing import why_not
from muster.hub.layouts import Layout, load_layout
from muster.hub.models import Route, SavedLayout
from muster.hub.suggesting.clashes import why_clashes
from muster.hub.suggesting.sharing import shared_in
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

SAVED, RETIRED = "muster.hub.layout.saved.v1", "muster.hub.layout.retired.v1"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?")


@dataclass(frozen=True)
class SavedLayoutView:
    """A saved layout; ``retired_at`` is set once it is used no more."""

    name: str
    version: int
    title: str
    contract: str
    toml: str
    employer: uuid.UUID | None
    saved_at: dt.datetime
    saved_by: str
    retired_at: dt.datetime | None


def received_contracts() -> dict[str, Contract]:
    """Return every contract whose files can be received, by name.

    Those for which rooms declare layouts, and those accepted in the registry, whose files are
    carried on.
    """
    names = {layout.contract for layout in declared_layouts()}
    found = {name: intake_for(name).contract for name in names} | carried_contracts()
    return dict(sorted(found.items()))


def name_for(title: str) -> str:
    """Return a name for a new layout of this title, which no other one has."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80].strip("-")
    return f"{plain or 'layout'}-{new_id().hex[-6:]}"


@transaction.atomic
def save_layout(*, text: str, employer: uuid.UUID | None, by: str, clock: Clock) -> SavedLayoutView:
    """Save a layout, or the next version of one; files it recognises come in from now on.

    Args:
        text: its TOML.
        employer: whose routes it serves; None for everybody's.
        by: who saves it.
        clock: stamps it.

    Raises:
        BadInput: if it is no layout, or not of a contract that is received.
        Conflict: if its name is taken, or it and another layout would claim the same files.
    """
    layout = _checked(text)
    where = Where(thing=layout.name)
    newest = _newest(layout.name)
    declared = {one.name for one in declared_layouts()}
    if layout.name in declared or (newest is not None and newest.employer != employer):
        raise Conflict("Another layout has this name", where=where, fix="Choose another name")
    clash = why_clashes(layout, layouts_serving(employer, but=layout.name))
    if clash is not None:
        raise Conflict(
            clash, where=where, fix="Take more of the columns that only this kind of file has"
        )
    row = SavedLayout.objects.create(
        name=layout.name,
        version=1 if newest is None else newest.version + 1,
        title=layout.title,
        contract=layout.contract,
        toml=text,
        employer=employer,
        saved_at=clock.now(),
        saved_by=by,
    )
    body = {
        "layout": row.name,
        "version": row.version,
        "contract": row.contract,
        "recognise": sorted(layout.recognise),
        "fields": [mapping.field for mapping in layout.fields],
        "employer": str(employer) if employer else None,
        "by": by,
    } | ({"shared": shared} if (shared := shared_in(layout)) else {})
    ledger().append_one("decisions", SAVED, f"layout:hub:{row.name}", body)
    return _view(row)


@transaction.atomic
def retire_layout(*, name: str, reason: str, by: str, clock: Clock) -> None:
    """Use a saved layout no more: files like those it read are refused again.

    Raises:
        NotFound: if there is none in use.
    """
    row = _newest(name)
    if row is None or row.retired_at is not None:
        raise NotFound(
            "No such layout is in use", where=Where(thing=name), fix="See the saved layouts"
        )
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    body = {"layout": name, "version": row.version, "reason": reason, "by": by}
    ledger().append_one("decisions", RETIRED, f"layout:hub:{name}", body)


def saved_layouts(*, employer: uuid.UUID | None = None) -> tuple[SavedLayoutView, ...]:
    """Return the newest version of each saved layout by title; only one employer's if given."""
    found = SavedLayout.objects.order_by("name", "version")
    if employer is not None:
        found = found.filter(employer=employer)
    newest = {row.name: row for row in found}
    return tuple(sorted(map(_view, newest.values()), key=lambda each: each.title.casefold()))


def layouts_serving(employer: uuid.UUID | None, *, but: str = "") -> tuple[Layout, ...]:
    """Return the layouts that can read an employer's files: not those that others saved.

    Args:
        employer: whose files; None for everybody's.
        but: the name of a layout to leave out.
    """
    saved = (
        load_layout(view.toml)
        for view in saved_layouts()
        if view.name != but
        and view.retired_at is None
        and (employer is None or view.employer in (None, employer))
    )
    return (*declared_layouts(), *saved)


def declared_texts() -> dict[str, str]:
    """Return the TOML of every layout that ships, by its name.

    Each room keeps its layouts in the folder ``layouts`` beside its ``intake.py``.
    """
    found: dict[str, str] = {}
    for contract in sorted({layout.contract for layout in declared_layouts()}):
        room = type(intake_for(contract).sink).__module__.rpartition(".")[0]
        folder = files(room) / "layouts"
        for file in sorted(folder.iterdir(), key=str) if folder.is_dir() else ():
            if file.name.endswith(".toml"):
                text = file.read_text("utf-8")
                found[load_layout(text).name] = text
    return found


def saved_layout(name: str) -> SavedLayoutView:
    """Return the newest version of a saved layout.

    Raises:
        NotFound: if there is none.
    """
    row = _newest(name)
    if row is None:
        raise NotFound("No such saved layout", where=Where(thing=name), fix="See the saved layouts")
    return _view(row)


def why_not_on(route: str, layout: Layout, today: dt.date) -> str | None:
    """Return why files of a layout may not flow on a route today; None if they may.

    Raises:
        NotFound: if there is no such route.
    """
    found = Route.objects.select_related("source", "agreement__sender").filter(code=route).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the agreements page")
    return why_not(found, layout, today)


def employer_of(route: str) -> uuid.UUID | None:
    """Return the employer whose system sends on a route; None if it is nobody's."""
    return Route.objects.select_related("source").get(code=route).source.employer


def _checked(text: str) -> Layout:
    layout = load_layout(text)
    where = Where(thing=layout.name)
    if not _NAME.fullmatch(layout.name):
        raise BadInput(
            "Not a name for a layout",
            where=where,
            fix="Use up to 100 small letters, digits and hyphens",
        )
    contracts = received_contracts()
    if layout.contract not in contracts:
        raise BadInput(
            "No such contract",
            where=Where(thing=layout.contract),
            fix=f"Use {', '.join(contracts)}",
        )
    fields = {field.name for field in contracts[layout.contract].fields}
    strangers = sorted({mapping.field for mapping in layout.fields} - fields)
    if strangers:
        raise BadInput(
            f"The contract has no {', '.join(strangers)}",
            where=where,
            fix="Leave these fields out",
        )
    return layout


def _newest(name: str) -> SavedLayout | None:
    return SavedLayout.objects.filter(name=name).order_by("-version").first()


def _view(row: SavedLayout) -> SavedLayoutView:
    return SavedLayoutView(
        row.name, row.version, row.title, row.contract, row.toml, row.employer, row.saved_at,
        row.saved_by, row.retired_at,
    )  # fmt: skip
