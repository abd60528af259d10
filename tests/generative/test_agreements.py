"""Nothing leaves without a live agreement, nor any field outside it, whatever people agree.

Agreements, mappings and messages are drawn; delivery is the real one, up to an outlet that keeps
all it is handed. What may arrive is worked out here a second time, from what was drawn.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Health
from muster.connectors.outlets import OutletDescription, Receipt, Shipment
from muster.hub.agreements import actions
from muster.hub.agreements.rules import Side, Stopper
from muster.hub.agreements.stored import terms_in
from muster.hub.agreements.terms import canonical, digest_of
from muster.hub.delivering.outlets import register_outlet
from muster.hub.models import (
    Agreement,
    AgreementVersion,
    Endpoint,
    Route,
    Signature,
    System,
)
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from tests.integration.agreed import ABE, ANN, BEA, MILL, SAM, TERMS, WEIR
from tests.integration.hub_world import SCHEMA, World

pytestmark = pytest.mark.django_db
# Values that stand for their field wherever they turn up: one for each field of the contract.
TELLTALE = {
    "staff_number": "N-staff", "surname": "N-surname", "grade": "G7", "hours": 53,
    "start": "1987-06-05", "bank_account": "N-bank",
}  # fmt: skip
FIELDS = sorted(TELLTALE)
REQUIRED = {"staff_number", "grade"}
TEXTS = ["bank_account", "staff_number", "surname"]
NUMBERS = itertools.count()
OWNERS = {"sender": MILL, "receiver": WEIR, "service": None}
PEOPLE: dict[Stopper, str] = {"sender": ANN, "receiver": BEA, "service": SAM}


@dataclass
class Seen:
    """An outlet that takes everything and keeps it."""

    shipments: list[Shipment] = field(default_factory=list)

    def describe(self) -> OutletDescription:
        return OutletDescription(kind="seen", title="Seen", effect="idempotent", settings=())

    def health(self) -> Health:
        return Health(True, "")

    def deliver(self, shipment: Shipment) -> Receipt:
        self.shipments.append(shipment)
        return Receipt()

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        raise NotImplementedError


@dataclass(frozen=True)
class Agreed:
    """What became of an agreement, as drawn: days are counted from today."""

    fields: frozenset[str]
    starts: int
    ends: int | None
    unsigned: frozenset[Side]
    stopped: tuple[tuple[Stopper, bool], ...]  # by whom, and whether they lifted it
    over: bool

    @property
    def live(self) -> bool:
        return (
            self.starts <= 0
            and (self.ends is None or self.ends > 0)
            and not self.unsigned
            and all(lifted for _, lifted in self.stopped)
            and not self.over
        )


LATE_OR_EARLY = {"early": (1, None), "last day": (-400, 1), "over": (-400, 0), "first day": (0, 9)}


@st.composite
def agreements(draw: st.DrawFn) -> Agreed:
    """Draw an agreement of which half are live, and most others lack one thing alone."""
    wrong = draw(st.sampled_from(["", "", "", "days", "unsigned", "stopped", "ended", "several"]))

    def is_wrong(what: str) -> bool:
        return wrong == what or (wrong == "several" and draw(st.booleans()))

    starts, ends = -400, draw(st.sampled_from([None, 500]))
    if is_wrong("days"):
        starts, ends = LATE_OR_EARLY[draw(st.sampled_from(sorted(LATE_OR_EARLY)))]
    sides: st.SearchStrategy[Side] = st.sampled_from(["sender", "receiver"])
    unsigned = draw(st.sets(sides, min_size=1)) if is_wrong("unsigned") else set()
    stoppers: st.SearchStrategy[Stopper] = st.sampled_from(["sender", "receiver", "service"])
    lifted = st.booleans() if is_wrong("stopped") else st.just(True)
    stopped = draw(st.dictionaries(stoppers, lifted, max_size=2))
    agreed = draw(st.sets(st.sampled_from(FIELDS), min_size=1) | st.just(set(FIELDS)))
    return Agreed(
        frozenset(agreed), starts, ends, frozenset(unsigned), tuple(stopped.items()),
        is_wrong("ended"),
    )  # fmt: skip


MESSAGES = st.lists(
    st.sets(st.sampled_from([*FIELDS, "shoe_size"])).map(lambda one: one | REQUIRED),
    min_size=1, max_size=3,
)  # fmt: skip


@st.composite
def mappings(draw: st.DrawFn) -> tuple[str, frozenset[str]]:
    """Draw a mapping and the fields that it reads; "" hands messages over as they are."""
    if draw(st.booleans()):
        return "", frozenset()
    used: set[str] = set()

    def taken(among: list[str]) -> str:
        name = draw(st.sampled_from(among))
        used.add(name)
        return name

    lines = ["[mapping]", 'name = "x"', 'title = "x"', f'from = "{TERMS.contract}"']
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"only = {{ {taken(FIELDS)} = {{ stated = true }} }}")
    lines.append("[fields]")
    for number in range(draw(st.integers(1, 3))):
        how = draw(st.sampled_from(["take", "join", "when"]))
        if how == "take":
            made = f'{{ take = "{taken(FIELDS)}" }}'
        elif how == "join":
            made = f'{{ join = ["{taken(TEXTS)}", "{taken(TEXTS)}"] }}'
        elif how == "when":
            made = (
                f'{{ when = [{{ if = {{ {taken(FIELDS)} = {{ stated = true }} }}, then = "Y" }}] }}'
            )
        # The receiver may call a field as the sender calls another.
        lines.append(f"{['surname', 'hours', 'out'][number]} = {made}")
    if draw(st.booleans()):
        lines.append('of_value = { take = "v" }')
        lines.insert(lines.index("[fields]"), f'[values]\nv = {{ take = "{taken(FIELDS)}" }}')
    return "\n".join([*lines, "[[example]]", "given = {}", "skips = true"]), frozenset(used)


def test_every_field_of_the_contract_has_its_telltale() -> None:
    assert sorted(SCHEMA["properties"]) == FIELDS  # type: ignore[call-overload]


def arrange(world: World, agreed: Agreed, translation: str, sent: list[set[str]]) -> Seen:
    """Let messages be taken under a live agreement, then let it become what was drawn."""
    today = legal_day(SYSTEM_CLOCK.now())
    route = world.build(fields=tuple(FIELDS))
    open_agreement(world, route, agreed)
    seen, kind = Seen(), f"seen-{world.sender}"
    register_outlet(kind, lambda _: seen)
    Endpoint.objects.filter(routes=route).update(kind=kind)
    Route.objects.filter(id=route.id).update(translation=translation)
    for at, names in enumerate(sent):
        said: dict[str, Any] = {name: TELLTALE.get(name, "N-shoe") for name in names}
        world.send(world.message("0", subject=f"{world.sender}:{at}", **said))
    spoil(agreed, code_of(world), today)
    return seen


def code_of(world: World) -> str:
    return world.sender.replace(":", "-")


def open_agreement(world: World, route: Route, agreed: Agreed) -> None:
    System.objects.filter(code=world.sender).update(employer=MILL)
    System.objects.filter(code=world.receiver).update(employer=WEIR)
    older, code = route.agreement, code_of(world)
    terms = replace(
        TERMS, code=code, sender=world.sender, receiver=world.receiver,
        fields=tuple(sorted(agreed.fields)),
    )  # fmt: skip
    actions.draft(terms=terms, by=ANN, employer=MILL, clock=SYSTEM_CLOCK)
    sides: tuple[tuple[Side, str], ...] = (("sender", ABE), ("receiver", BEA))
    for side, by in sides:
        actions.sign(
            code=code, side=side, digest=digest_of(terms, 1), capacity="D", by=by,
            employer=OWNERS[side], clock=SYSTEM_CLOCK,
        )  # fmt: skip
    Route.objects.filter(id=route.id).update(agreement=Agreement.objects.get(code=code))
    assert older is not None
    older.delete()


def spoil(agreed: Agreed, code: str, today: dt.date) -> None:
    """Let time pass, sides stop and lift, and signatures be missing."""
    row = Agreement.objects.get(code=code)
    row.starts = today + dt.timedelta(days=agreed.starts)
    ends = None if agreed.ends is None else today + dt.timedelta(days=agreed.ends)
    row.ends = max(ends, row.starts + dt.timedelta(days=1)) if ends else None
    row.save()
    resign(row)
    Signature.objects.filter(agreement=row, side__in=agreed.unsigned).delete()
    for by, lifted in agreed.stopped:
        said: dict[str, Any] = {"code": code, "reason": "r", "by": PEOPLE[by],
                                "employer": OWNERS[by], "clock": SYSTEM_CLOCK}  # fmt: skip
        actions.suspend(**said)
        if lifted:
            actions.lift(**said)
    if agreed.over:
        actions.end(code=code, reason="r", by=BEA, employer=WEIR, clock=SYSTEM_CLOCK)


def resign(row: Agreement) -> None:
    """Make the signatures be of the terms as they are now, as if both had signed those."""
    digest = digest_of(terms_in(row), 1)
    AgreementVersion.objects.filter(agreement=row).update(
        terms=canonical(terms_in(row), 1), digest=digest
    )
    Signature.objects.filter(agreement=row).update(digest=digest)


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    try:
        carrier.drain()
    finally:
        carrier.stop()


@given(agreements(), mappings(), MESSAGES, st.sampled_from([True, True, False]))
@settings(
    max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_leaves_without_a_live_agreement_nor_any_field_outside_it(
    tmp_path: Path,
    fresh_home: Path,
    agreed: Agreed,
    mapping: tuple[str, frozenset[str]],
    sent: list[set[str]],
    fits: bool,
) -> None:
    if fits:
        agreed = replace(agreed, fields=agreed.fields | mapping[1])
    number = f"{next(NUMBERS)}-{uuid.uuid4().hex[:6]}"
    world = World(tmp_path, sender=f"hr:{number}", receiver=f"pay:{number}")
    seen = arrange(world, agreed, mapping[0], sent)
    carried()
    arrived = [row for one in seen.shipments for row in one.data.iter_rows(named=True)]
    if not agreed.live or not mapping[1] <= agreed.fields:
        assert seen.shipments == []
        return
    whole = [names for names in sent if "shoe_size" not in names]
    if "only" not in mapping[0]:
        assert len(arrived) == len(whole), "what may flow, flows"
    for row in arrived:
        nothing_beyond(row, agreed.fields, plain=not mapping[0])


def nothing_beyond(row: Mapping[str, Any], agreed: frozenset[str], *, plain: bool) -> None:
    """Check that no field outside the agreement has reached the receiver, by name or by value."""
    if plain:
        assert set(row) <= agreed
    told = " ".join(str(value) for value in row.values())
    for name, value in TELLTALE.items():
        assert name in agreed or str(value) not in told, f"{name} has left"
    assert "N-shoe" not in told
