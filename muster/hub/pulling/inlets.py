"""Setting up, stopping and removing inlets. Settings are said openly, secrets are kept sealed.

A secret that is not said again stays, unless the address it is told to has changed: whoever may set
an inlet up must not have the secret of another sent to a place of their own.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from muster.hub.connecting.own import refuse_own
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract
from muster.hub.models import AnswerFile, Inlet, Route, System
from muster.hub.pulling.kinds import Kind, kind_named
from muster.hub.pulling.rows import Manner, read_columns
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger

SET, REMOVED = "muster.hub.inlet.set.v1", "muster.hub.inlet.removed.v1"
PAUSED, RESUMED = "muster.hub.inlet.paused.v1", "muster.hub.inlet.resumed.v1"
SHORTEST, LONGEST = 10, 366 * 86_400
LONGEST_REASON = 500
_LONGEST_VALUE = 20_000
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_ABOUT = re.compile(r"[a-z][a-z_]{0,59}")
# To these secrets are told; what else was read of another place is not how far this one was read.
_ADDRESSES = ("url", "host_key", "local")
_SOURCES = (*_ADDRESSES, "table", "keys", "rising", "folder")


def set_inlet(
    *,
    code: str,
    system: str,
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    every: int,
    here: bool,
    by: str,
    clock: Clock,
) -> None:
    """Set an inlet up, or change it; it is asked at once.

    Where what it reads changes, it is read from the beginning.

    Args:
        code: what it is called.
        system: the code of the system that it reads; it never changes.
        kind: of which kind.
        settings: by name; see ``kinds``.
        secrets: those of the settings that are secret; one that is left out stays as it is.
        every: how many seconds lie between two turns.
        here: whether it may read a folder or database of this machine.
        by: who sets it up.
        clock: stamps it.

    Raises:
        BadInput: naming the setting that cannot be used; never its value.
        NotFound: if there is no such system or kind.
        NotPermitted: if it would read this machine, and may not.
        Conflict: if another system's inlet has the code.
    """
    if not _CODE.fullmatch(code):
        raise _wrong("code", "The code cannot be used", "Write small letters, digits and -")
    if not SHORTEST <= every <= LONGEST:
        raise _wrong("every", "It cannot be asked as often", f"Write {SHORTEST} seconds or more")
    found, owner = kind_named(kind), System.objects.filter(code=system).first()
    if owner is None:
        raise NotFound("No such system", where=Where(thing=system), fix="Register it first")
    with transaction.atomic():
        row = Inlet.objects.select_for_update(of=("self",)).filter(code=code).first()
        if row is not None and (row.system_id != owner.id or row.kind != kind):
            fix = "Choose another code, or remove that one first"
            raise Conflict("Another inlet has this code", where=Where(field="code"), fix=fix)
        before = told(row) if row is not None else {}
        whole = _whole(found, settings, secrets, before)
        refuse_own(whole, here=here)
        made_connector(found, whole, system)
        row = row or Inlet(code=code, system=owner, kind=kind)
        row.settings = {n: v for n, v in whole.items() if n not in found.secrets}
        row.sealed = _seal(row, {n: v for n, v in whole.items() if n in found.secrets})
        if any(before.get(name, "") != whole.get(name, "") for name in _SOURCES):
            row.after = b""
        row.every, row.due_at, row.attempts, row.said, row.fix = every, clock.now(), 0, "", ""
        row.set_at, row.set_by = clock.now(), by
        row.save()
        body = {
            "inlet": code, "system": system, "kind": kind, "every": every, "by": by,
            "settings": row.settings, "secrets": sorted(secrets),
        }  # fmt: skip
        ledger().append_one("decisions", SET, f"inlet:hub:{code}", body)


@transaction.atomic
def remove_inlet(code: str, *, reason: str, by: str, clock: Clock) -> None:
    """Forget an inlet: nothing is asked any more. What came stays.

    Raises:
        BadInput: without a reason.
        NotFound: if there is no such inlet.
    """
    row, said = _locked(code), _reason(reason)
    row.delete()
    body = {"inlet": code, "reason": said, "by": by}
    ledger().append_one("decisions", REMOVED, f"inlet:hub:{code}", body)


@transaction.atomic
def pause_inlet(code: str, *, reason: str, by: str, clock: Clock) -> None:
    """Ask an inlet no more until somebody lets it go on; a turn that has begun is finished.

    Raises:
        BadInput: without a reason.
        Conflict: if it is paused already.
        NotFound: if there is no such inlet.
    """
    row, said = _locked(code), _reason(reason)
    if row.paused:
        raise Conflict("The inlet is paused already", where=Where(thing=code), fix="See its page")
    Inlet.objects.filter(id=row.id).update(paused=said)
    body = {"inlet": code, "reason": said, "by": by}
    ledger().append_one("decisions", PAUSED, f"inlet:hub:{code}", body)


@transaction.atomic
def resume_inlet(code: str, *, by: str, clock: Clock) -> None:
    """Let a paused inlet go on, at once.

    Raises:
        Conflict: if it is not paused.
        NotFound: if there is no such inlet.
    """
    row = _locked(code)
    if not row.paused:
        raise Conflict("The inlet is not paused", where=Where(thing=code), fix="See its page")
    Inlet.objects.filter(id=row.id).update(paused="", due_at=clock.now(), attempts=0)
    ledger().append_one("decisions", RESUMED, f"inlet:hub:{code}", {"inlet": code, "by": by})


def open_answers(*, every: int, clock: Clock) -> int:
    """Make an inlet for each route to a loader that has none yet; return how many were made."""
    routes = Route.objects.filter(endpoint__kind="load_file", receiver__isnull=False)
    known = set(Inlet.objects.filter(kind="load_file").values_list("code", flat=True))
    made = 0
    for route in routes.select_related("receiver"):
        code = f"answers-{route.id.hex}"
        if code in known or route.receiver is None:
            continue
        now = clock.now()
        _, fresh = Inlet.objects.get_or_create(
            code=code,
            defaults={
                "system": route.receiver, "kind": "load_file", "settings": {"route": route.code},
                "every": every, "due_at": now, "set_at": now, "set_by": "muster",
            },
        )  # fmt: skip
        made += int(fresh)
    return made


def answers_wait(route: str) -> bool:
    """Tell whether shipments of a route are not answered in full yet."""
    return AnswerFile.objects.filter(route__code=route, done_at__isnull=True).exists()


def told(row: Inlet) -> dict[str, str]:
    """Return settings and secrets of an inlet; for its connector, never to be shown."""
    secrets: dict[str, str] = {}
    if row.sealed:
        opened = keyring().decrypt(bytes(row.sealed), context=_context(row, b"secrets"))
        secrets = json.loads(opened)
    return {**row.settings, **secrets}


def seal_after(row: Inlet, after: str) -> bytes:
    """Return how far an inlet was read, as the database keeps it."""
    return keyring().encrypt(after.encode(), context=_context(row, b"after"))


def after_of(row: Inlet) -> str:
    """Return how far an inlet was read; empty at first."""
    if not row.after:
        return ""
    return keyring().decrypt(bytes(row.after), context=_context(row, b"after")).decode()


def made_connector(kind: Kind, whole: Mapping[str, str], system: str) -> Any:
    """Return the connector of an inlet.

    Raises:
        BadInput: naming the setting that cannot be used.
    """
    if kind.brings == "messages":
        manner_of(whole, system)
    if kind.brings == "files" and whole.get("route"):
        routes = Route.to_register.filter(code=whole["route"], source__code=system)
        if not routes.exists():
            raise _wrong("route", "No such agreement of this system", "See the agreements page")
    refuse_own(whole, here=True)
    return kind.make(whole)


def manner_of(whole: Mapping[str, str], system: str) -> Manner:
    """Return how rows become messages.

    Raises:
        BadInput: naming the setting that cannot be used.
    """
    about = whole.get("about", "").strip()
    if not _ABOUT.fullmatch(about):
        raise _wrong("about", "It is not said what a row is about", "Write employment, or post")
    contract = _contract(whole, "contract", whole.get("contract", ""))
    change = whole.get("change", "").strip()
    if change and change not in {field.name for field in contract.fields}:
        raise _wrong("change", "The contract has no such field", "Name one of its fields")
    keys = tuple(name.strip() for name in whole.get("keys", "").split(",") if name.strip())
    return Manner(
        system=system, contract=contract,
        gone=_contract(whole, "gone", whole.get("gone", "").strip() or contract.name),
        about=about, keys=keys, columns=read_columns(whole.get("columns", "")), change=change,
        remembered=bool(whole.get("rising", "").strip()),
    )  # fmt: skip


def _contract(whole: Mapping[str, str], setting: str, name: str) -> Contract:
    found = live_contract(name.strip())
    if found is None:
        raise _wrong(setting, "No such contract is in force", "See the contracts page")
    return found


def _whole(
    kind: Kind, settings: Mapping[str, str], secrets: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str]:
    """Return all that the connector is told: what is said now, and the secrets that stay."""
    known = {one.name: one for one in kind.settings}
    for name, value in (*settings.items(), *secrets.items()):
        if name not in known:
            raise _wrong(name, "No such setting", f"It knows {', '.join(known)}")
        if len(value) > _LONGEST_VALUE or "\x00" in value:
            raise _wrong(name, "Too long a value, or one with a null character", "Shorten it")
    for name in settings.keys() & kind.secrets:
        raise _wrong(name, "This is a secret, and would be shown", "Say it among the secrets")
    for name in secrets.keys() - kind.secrets:
        raise _wrong(name, "This is no secret", "Say it among the settings")
    said = {name: value for name, value in (*settings.items(), *secrets.items()) if value.strip()}
    kept = {n: v for n, v in before.items() if n in kind.secrets and n not in said}
    whole = {**kept, **said}
    for name in kept:
        moved = any(before.get(one, "") != whole.get(one, "") for one in _ADDRESSES)
        if moved:
            raise _wrong(name, "The secret would go to another address", "Give it again")
    for one in kind.settings:
        if one.required and not whole.get(one.name, "").strip():
            raise _wrong(one.name, f"It is not said: {one.title}", one.hint or "Give it")
    return whole


def _seal(row: Inlet, secrets: Mapping[str, str]) -> bytes:
    if not secrets:
        return b""
    written = json.dumps(dict(secrets)).encode()
    return keyring().encrypt(written, context=_context(row, b"secrets"))


def _context(row: Inlet, what: bytes) -> bytes:
    return b"inlet " + what + b" " + row.id.bytes


def _locked(code: str) -> Inlet:
    row = Inlet.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NotFound("No such inlet", where=Where(thing=code), fix="See the inlets page")
    return row


def _reason(reason: str) -> str:
    said = reason.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        fix = f"Say why in up to {LONGEST_REASON} characters"
        raise _wrong("reason", "There is no reason, or too long a one", fix)
    return said


def _wrong(field: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field=field), fix=fix)
