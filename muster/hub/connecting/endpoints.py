"""How a receiving system is spoken to: its connector, settings and secrets, set by a person.

For integrators. Settings are held against what the connector says it must be told, so that a
misspelt one is named and not passed over. Secrets are sealed and never shown again: whoever changes
the address that they are sent to says them anew, or they could be had by sending them elsewhere.
"""

import difflib
import uuid
from collections.abc import Collection, Mapping

from django.db import transaction

from muster.connectors.fixed_width import outlet as fixed_width
from muster.connectors.http_json import setting as http_json
from muster.connectors.load_file import connector as load_file
from muster.connectors.outlets import OutletDescription, Rehearsal
from muster.connectors.remote_folder import outlet as remote_folder
from muster.connectors.sql_table import connector as sql_table
from muster.connectors.workbook import outlet as workbook
from muster.hub.connecting.own import refuse_own
from muster.hub.delivering.outlets import opened_secrets, outlet_of, seal_secrets
from muster.hub.delivering.wakeup import wake
from muster.hub.models import Cursor, Endpoint, System
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger

SET = "muster.hub.endpoint.set.v1"
LONGEST = 20_000
# To these the secrets are sent, or they say whether it is the right receiver that answers.
ADDRESSES = frozenset({"url", "look", "host_key", "local"})
_KINDS: dict[str, OutletDescription] = {
    one.kind: one
    for one in (
        sql_table.DESCRIPTION,
        http_json.describe(),
        remote_folder.DESCRIPTION,
        load_file.DESCRIPTION,
        fixed_width.DESCRIPTION,
        workbook.DESCRIPTION,
    )
}


def kinds() -> tuple[OutletDescription, ...]:
    """Return the connectors by which a system can be spoken to, and what each must be told."""
    return tuple(_KINDS.values())


def described(kind: str) -> OutletDescription:
    """Return what a connector must be told.

    Raises:
        BadInput: if there is no such connector.
    """
    found = _KINDS.get(kind)
    if found is None:
        raise BadInput(
            "No such connector", where=Where(thing=kind, field="kind"),
            fix=f"Use {', '.join(_KINDS)}",
        )  # fmt: skip
    return found


def rehearsal_of(kind: str) -> Rehearsal:
    """Return how a connector can be rehearsed."""
    found = _KINDS.get(kind)
    return found.rehearsal if found is not None else "none"


@transaction.atomic
def set_endpoint(
    *,
    system: str,
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    forget: Collection[str] = (),
    endpoint: uuid.UUID | None = None,
    another: bool = False,
    here: bool = True,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """Say how a system is spoken to; return the endpoint's id. Routes that use it go on by it.

    Args:
        system: the system's code.
        kind: the connector.
        settings: what it is told in the open; empty ones are not said.
        secrets: what is sealed; those that are not said stay as they are.
        forget: secrets that are no longer needed.
        endpoint: which one is replaced; without it the only one, or a new one if there is none.
        another: make one more beside those there are.
        here: whether it may be a place of this machine.
        by: who says so.
        clock: stamps the entry.

    Raises:
        BadInput: naming a setting that is unknown, missing, misplaced or cannot be used, never its
            value; or if the system has several endpoints and it is not said which, or it would
            lead into what Muster itself keeps.
        NotFound: if there is no such system or endpoint.
        NotPermitted: if it would lead into this machine, and may not.
    """
    owner = _locked(system)
    row = _chosen(owner, endpoint, another=another)
    said, sealed = _stated(settings), _stated(secrets)
    what = described(kind)
    _refuse_strange(what, said, sealed, forget)
    same = kind == row.kind
    held = opened_secrets(row) if same else {}
    kept = {name: value for name, value in held.items() if name not in {*sealed, *forget}}
    if kept:
        _refuse_elsewhere(row.settings, said, kept)
    _refuse_missing(what, {*said, *sealed, *kept})
    refuse_own({**said, **kept, **sealed}, here=here)
    row.kind, row.settings = kind, said
    row.sealed = seal_secrets(row, {**kept, **sealed})
    row.tried_at, row.ready, row.said = None, None, ""
    outlet_of(row)  # refuses what the connector cannot use
    row.save()
    Cursor.objects.filter(route__endpoint=row).update(retry_at=None)
    wake()
    body = {
        "endpoint": str(row.id), "kind": kind, "settings": said, "secrets": sorted(sealed),
        "kept": sorted(kept), "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", SET, f"system:hub:{system}", body)
    return row.id


def _locked(code: str) -> System:
    rows = System.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound(
            "No such system", where=Where(thing=code, field="system"),
            fix="Register the system first",
        )  # fmt: skip
    return found


def _chosen(owner: System, endpoint: uuid.UUID | None, *, another: bool) -> Endpoint:
    """Return the endpoint that is meant, or a new one."""
    there = list(Endpoint.objects.filter(system=owner).order_by("id"))
    if endpoint is not None:
        found = next((one for one in there if one.id == endpoint), None)
        if found is None:
            raise NotFound(
                "No such endpoint of this system",
                where=Where(thing=str(endpoint), field="endpoint"), fix="See the system's page",
            )  # fmt: skip
        return found
    if another or not there:
        return Endpoint(system=owner)
    if len(there) > 1:
        raise BadInput(
            "The system is spoken to in several ways", where=Where(field="endpoint"),
            fix=f"Say which is meant: {', '.join(f'{one.id} ({one.kind})' for one in there)}",
        )  # fmt: skip
    return there[0]


def _stated(said: Mapping[str, str]) -> dict[str, str]:
    for name, value in said.items():
        if len(value) > LONGEST or "\x00" in value:
            raise BadInput(
                "Too long a value, or one with a null character", where=Where(field=name),
                fix=f"Write up to {LONGEST:,} characters",
            )  # fmt: skip
    return {name: value for name, value in said.items() if value.strip()}


def _refuse_strange(
    what: OutletDescription,
    said: Mapping[str, str],
    sealed: Mapping[str, str],
    forget: Collection[str],
) -> None:
    """Refuse names that the connector does not know, and those that stand in the wrong place."""
    secret = {one.name: one.secret for one in what.settings}
    for name in (*said, *sealed, *forget):
        if name not in secret:
            near = difflib.get_close_matches(name, secret, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise BadInput(
                f"{what.kind} has no such setting", where=Where(field=name),
                fix=f"{meant}It knows {', '.join(secret)}",
            )  # fmt: skip
    for name in said:
        if secret[name]:
            raise BadInput(
                "This is a secret, and would be shown", where=Where(field=name),
                fix="Give it among the secrets",
            )  # fmt: skip
    for name in (*sealed, *forget):
        if not secret[name]:
            raise BadInput(
                "This is no secret", where=Where(field=name), fix="Give it among the settings"
            )


def _refuse_elsewhere(
    before: Mapping[str, str], said: Mapping[str, str], kept: Mapping[str, str]
) -> None:
    moved = sorted(name for name in ADDRESSES if before.get(name, "") != said.get(name, ""))
    if moved:
        name = min(kept)
        raise BadInput(
            f"The secret would go to another address, as {' and '.join(moved)} changed",
            where=Where(field=name), fix="Give the secret again",
        )  # fmt: skip


def _refuse_missing(what: OutletDescription, given: Collection[str]) -> None:
    for one in what.settings:
        if one.required and one.name not in given:
            raise BadInput(
                f"It is not said: {one.title}", where=Where(field=one.name),
                fix=f"Give it{f': {one.hint}' if one.hint else ''}",
            )  # fmt: skip
