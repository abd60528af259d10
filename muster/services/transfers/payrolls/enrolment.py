"""Lets a pretend employer's systems be told of transfers and answer, for demonstrations and tests.

A real employer is set up by the same verbs, on the pages of agreements, systems and routes: both
sides sign, the payroll is spoken to at its own address, and a trial goes live.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from muster.casework.calendars.actions import load_calendar
from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.actions import open_route
from muster.hub.agreements import AgreementTerms
from muster.hub.agreements import actions as agreements
from muster.hub.agreements.queries import proposal
from muster.hub.agreements.rules import Side
from muster.hub.agreements.terms import Terms
from muster.hub.airlock.trials import begin, go_live
from muster.hub.connecting.drafting import RouteDraft, draft_route
from muster.hub.connecting.endpoints import set_endpoint
from muster.hub.connecting.systems import add_system
from muster.hub.contract_registry import live_contract
from muster.hub.intakes import intake_for
from muster.hub.models import System
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day, month_end
from muster.kernel.working_days import add_working_days, is_working_day
from muster.register.employers.queries import find
from muster.services.transfers.payrolls.shipped import (
    JOINER,
    PAY_INSTRUCTION,
    PAY_RESULT,
    PENSION_ANSWER,
    PENSION_INSTRUCTION,
    RECORD_KNOWN,
    enact_contracts,
    open_transfers,
)

_OFFICES: tuple[tuple[Side, str, str], ...] = (
    ("sender", "demo:hr-director", "HR Director"),
    ("receiver", "demo:head-of-payroll", "Head of Payroll"),
)
_FIRST, _SECOND = "demo:integrator", "demo:governance"
_REASON = "Payrolls are told of transfers once"
_BASIS = "Performing the employment contract. Pretend data: nobody in it is real."
_DEMO = (
    ("pretend:orchards-and-allotments", "files", "calendar days"),
    ("pretend:harbours-and-lighthouses", "http", "365ths"),
)
_LEADS = ("payroll", "payroll-harbours")
_DEMO_URL = "http://127.0.0.1:8765/v2/instructions"
_SHEET = (
    "employer", "frequency", "period start", "period end", "cut-off date", "cut-off time",
    "pay day", "part periods",
)  # fmt: skip
_HEARD = {
    "payroll": (PAY_RESULT, "results", "What {title} paid",
                "Seeing that the first pay after a transfer is right"),
    "pension": (PENSION_ANSWER, "answers", "What {title} answered",
                "Seeing that a pension goes on after a transfer"),
    "hr": (RECORD_KNOWN, "leavers", "Whom {title} lists as leaving",
           "Seeing that the record of whoever moves is right before it is released"),
}  # fmt: skip
_KEPT = "Three years after the end of the tax year"


@dataclass(frozen=True)
class Told:
    """A system that is told, and how it is spoken to.

    Args:
        code: of the system.
        title: its name.
        kind: of the connector.
        settings: what the connector is told in the open.
        secrets: what is sealed.
        translation: the mapping by which messages are translated; "" hands them over as they are.
        contract: what it is told of.
        of: what kind of system it is.
    """

    code: str
    title: str
    kind: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    translation: str = ""
    contract: str = PAY_INSTRUCTION
    of: str = "payroll"


def example(name: str) -> str:
    """Return an example that ships: a mapping or the form of a file."""
    here = files("muster.services.transfers.payrolls") / "examples" / name
    return here.read_text(encoding="utf-8")


def fixed_width(code: str, title: str, *, url: str, payroll: str) -> Told:
    """Return a payroll that takes fixed-width files from a folder.

    Args:
        code: of the system.
        title: its name.
        url: of the folder.
        payroll: the code by which it knows itself, of at most 8 characters.
    """
    form = example("payroll_fixed_form.toml").replace("PAYCODE", payroll)
    settings = {"url": url, "local": "yes", "form": form}
    return Told(code, title, "fixed_width", settings, translation=example("payroll_fixed.toml"))


def over_http(code: str, title: str, *, url: str, token: str = "") -> Told:
    """Return a payroll that takes messages over HTTP."""
    settings = {"url": url, "local": "yes", "form": "batch"}
    secrets = {"token": token} if token else {}
    return Told(
        code, title, "http_json", settings, secrets, translation=example("payroll_http.toml")
    )


def pension_by_file(code: str, title: str, *, url: str, employer: str) -> Told:
    """Return a pension administrator that takes files from a folder; ``employer`` is our code."""
    form = example("pension_form.toml").replace("EMPLOYER", employer)
    settings = {"url": url, "local": "yes", "form": form}
    return Told(
        code, title, "fixed_width", settings, translation=example("pension.toml"),
        contract=PENSION_INSTRUCTION, of="pension",
    )  # fmt: skip


def hr_by_workbook(code: str, title: str, *, url: str) -> Told:
    """Return an HR system whose users import a workbook of joiners from a folder."""
    settings = {"url": url, "local": "yes", "form": example("hr_joiners_form.toml")}
    return Told(
        code, title, "workbook", settings, translation=example("hr_joiners.toml"),
        contract=JOINER, of="hr",
    )  # fmt: skip


def offered() -> list[Persona]:
    """Return a payroll lead at each of the two employers; none before they are loaded."""
    found = []
    for slug, (key, _manner, _convention) in zip(_LEADS, _DEMO, strict=True):
        employer = find(key)
        if employer is not None:
            title = employer[1].title
            actor = Actor(
                f"persona:{slug}", f"Payroll lead, {title}", frozenset({"payroll lead"}),
                employer=employer[0],
            )  # fmt: skip
            found.append(Persona(slug, actor, f"Pays people right at the {title}."))
    return found


def enrol(*, folder: Path, year: int, by: str, clock: Clock) -> tuple[str, ...]:
    """Let two pretend employers' payrolls be told of transfers, each in its own way.

    One takes fixed-width files, the other messages over HTTP; both tell one pension administrator,
    which answers by files, and their HR systems take and send workbooks.

    Args:
        folder: where the pretend systems' files lie; outside ``MUSTER_HOME``.
        year: of their payroll calendars.
        by: who enrols them.
        clock: dates the agreements.

    Returns:
        The routes; none for an employer that is not known, or was enrolled before.
    """
    routes: list[str] = []
    for key, manner, convention in _DEMO:
        found = find(key)
        name = key.rpartition(":")[2]
        if found is None or System.objects.filter(code=f"payroll-system:{name}").exists():
            continue
        employer, title = found[0], found[1].title
        load_calendar(
            sheet=calendar_sheet(title, year, convention), name=f"payroll-{year}.csv",
            employer=employer, by=by, clock=clock,
        )  # fmt: skip
        for one in _systems(name, title, manner, folder):
            routes.append(tell(employer, one, by=by, clock=clock))
            routes.append(hear(one.code, title=one.title, of=one.of, by=by, clock=clock))
    return tuple(routes)


def _systems(name: str, title: str, manner: str, folder: Path) -> tuple[Told, ...]:
    """Return the payroll, the pension administrator and the HR system of a pretend employer."""
    places = {of: folder / f"{of}-{name}" for of in ("payroll", "pensions", "hr")}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    code, words = f"payroll-system:{name}", f"Payroll of {title}"
    payroll = (
        fixed_width(code, words, url=f"file://{places['payroll']}", payroll=name[:8].upper())
        if manner == "files"
        else over_http(code, words, url=_DEMO_URL)
    )
    pensions = pension_by_file(
        f"pensions:{name}", f"Pension administrator of {title}",
        url=f"file://{places['pensions']}", employer=name[:20].upper(),
    )  # fmt: skip
    staff = hr_by_workbook(
        f"hr-workbooks:{name}", f"HR workbooks of {title}", url=f"file://{places['hr']}"
    )
    return payroll, pensions, staff


def calendar_sheet(title: str, year: int, convention: str) -> bytes:
    """Return a calendar of a year of months: cut-off on the 12th, pay at the month's end."""
    lines = [",".join(_SHEET)]
    for number in range(1, 13):
        starts = dt.date(year, number, 1)
        last = month_end(starts)
        cut, pays = _weekday(starts.replace(day=12)), _weekday(last)
        days = [f"{day:%d/%m/%Y}" for day in (starts, last, cut)]
        lines.append(f'"{title}",monthly,{",".join(days)},17:00,{pays:%d/%m/%Y},{convention}')
    return "\n".join(lines).encode()


def _weekday(day: dt.date) -> dt.date:
    """Return a day, or the working day before it."""
    return day if is_working_day(day) else add_working_days(day, -1)


def tell(employer: uuid.UUID, told: Told, *, by: str, clock: Clock) -> str:
    """Let a system be told of an employer's transfers; return the route. Once is enough."""
    enact_contracts(drafted_by=_FIRST, accepted_by=_SECOND, clock=clock)
    sender = open_transfers(employer, by=by)
    code = f"{told.code}-{told.contract.split('.')[-2]}".replace(":", "-").replace("_", "-")
    if not System.objects.filter(code=told.code).exists():
        add_system(
            code=told.code, title=told.title, kind=told.of, employer=employer, by=by,
            clock=clock,
        )  # fmt: skip
    _agree(code, employer, sender, told, clock)
    endpoint = set_endpoint(
        system=told.code, kind=told.kind, settings=told.settings, secrets=told.secrets,
        another=True, by=_FIRST, clock=clock,
    )  # fmt: skip
    draft = RouteDraft(
        code, told.contract, sender, told.code, code, endpoint=endpoint,
        translation=told.translation,
    )  # fmt: skip
    draft_route(draft, from_start=True, by=_FIRST, clock=clock)
    trial = begin(code, translation=told.translation, reason=_REASON, by=_FIRST, clock=clock)
    go_live(trial, reason=_REASON, by=_SECOND, clock=clock)
    return code


def hear(system: str, *, title: str, of: str = "payroll", by: str, clock: Clock) -> str:
    """Let a system say what it knows: what a payroll paid, what a pension administrator answers,
    whom an HR system lists as leaving; return the route of its files.
    """
    contract, ends, words, purpose = _HEARD[of]
    code = f"{system}-{ends}".replace(":", "-")
    terms = AgreementTerms(
        code=code, contract=contract, sender=system, receiver="register",
        fields=frozenset(one.name for one in intake_for(contract).contract.fields),
        starts=legal_day(clock.now()), ends=None, suspended=False,
    )  # fmt: skip
    open_route(
        code=code, terms=terms, title=words.format(title=title), purpose=purpose,
        lawful_basis=_BASIS, retention=_KEPT, processors=("Muster",),
        signatories=("Head of Payroll", "Register owner"), by=by,
    )  # fmt: skip
    return code


def _agree(code: str, employer: uuid.UUID, sender: str, told: Told, clock: Clock) -> None:
    """Draft an agreement and let both sides sign it."""
    live = live_contract(told.contract)
    assert live is not None
    terms = Terms(
        code=code, title=f"{live.title}: {told.title}", contract=told.contract, sender=sender,
        receiver=told.code, fields=tuple(sorted(one.name for one in live.fields)),
        purpose="Paying people right, and on the day, when they move employer",
        lawful_basis=_BASIS, retention=_KEPT, starts=legal_day(clock.now()), article6="b",
        sender_office="HR Director", receiver_office="Head of Payroll",
    )  # fmt: skip
    agreements.draft(terms=terms, by=_OFFICES[0][1], employer=employer, clock=clock)
    for side, who, office in _OFFICES:
        waiting = proposal(code)
        assert waiting is not None
        agreements.sign(
            code=code, side=side, digest=waiting.digest, capacity=office, by=who,
            employer=employer, clock=clock,
        )  # fmt: skip
