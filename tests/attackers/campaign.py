"""All attacks, with the gate and without it, and the table that they print.

``exits`` are how an attacker comes by figures: what the gate tells, and, as a control, what it
would tell if it told all. An attacker who does not succeed without the gate is blind.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import cast

from muster.gates.telling import Stored, told_over
from tests.attackers import differencing, months, programmes
from tests.attackers.advantage import Advantage, advantage_of, balanced
from tests.attackers.differencing import PAIRS, Targets, deduces, guesses, is_sure
from tests.attackers.programmes import Solved
from tests.attackers.reading import Ask, Read, Reading, reading
from tests.attackers.worlds import FLAG, Staff, few_staff, moving_staff, rare_staff

SEED = 20_260_331
LEAST_TARGETS = 4_000
MOST, LEAST_WITHOUT = 0.05, 0.95
_SECRET = b"of the test alone"
MINDS = {"deduces": deduces, "is sure": is_sure, "guesses": guesses}


@dataclass(frozen=True)
class Campaign:
    """Advantages by attack, policy and mind of the attacker, each for so many pairs."""

    advantages: dict[tuple[str, str, str], dict[int, Advantage]]
    solved: dict[str, Solved]


def told_by_gate(staff: Staff, *, characteristic: bool) -> Ask:
    """Return how figures are come by through the gate; every month of a table is told at once."""
    metric = staff.metric(characteristic=characteristic)
    known: dict[tuple[str, ...], dict[dt.date, list[Stored]]] = {}

    def ask(
        dimensions: tuple[str, ...], month: int
    ) -> list[tuple[tuple[str, ...], float | None, str]]:
        dates = staff.dates()
        if dimensions not in known:
            known[dimensions] = told_over(metric, staff, dimensions, dates, secret=_SECRET)
        told = known[dimensions].pop(dates[month])
        return [
            (tuple(cast("list[str]", key)), None if value is None else float(str(value)), str(kind))
            for key, _labels, kind, value, _shown in told
        ]

    return ask


def told_all(staff: Staff) -> Ask:
    """Return how figures are come by with the gate off."""
    return lambda dimensions, month: [
        (cell.key, float(cell.value), "exact")
        for cell in staff.cells(dimensions, staff.dates()[month])
    ]


def small_ones_hidden(staff: Staff) -> Ask:
    """Return figures as usual elsewhere: small ones are left out, the others are exact."""
    return lambda dimensions, month: [
        (key, None if 0 < n <= programmes.SMALL else n, "exact")
        for key, n in staff.each(dimensions, month)
    ]


@cache
def campaign(seed: int = SEED, *, cells: int = 40) -> Campaign:
    """Run every attack; so many small cells are solved for."""
    found: dict[tuple[str, str, str], dict[int, Advantage]] = {}
    rare, moving = rare_staff(seed), moving_staff(seed)
    for policy, ask in (
        ("gate", told_by_gate(rare, characteristic=True)),
        ("rounding alone", told_by_gate(rare, characteristic=False)),
        ("off", told_all(rare)),
    ):
        _score(
            found, "tables of a month", policy, differencing.attack(rare, reading(rare, ask)), seed
        )
    for policy, ask in (
        ("gate", told_by_gate(moving, characteristic=True)),
        ("rounding alone", told_by_gate(moving, characteristic=False)),
        ("off", told_all(moving)),
    ):
        targets = months.attack(moving, reading(moving, ask), pairs=PAIRS[-1])
        _score(found, "months", policy, targets, seed)
    return Campaign(found, solved(seed, cells=cells))


def solved(seed: int, *, cells: int) -> dict[str, Solved]:
    """Solve everything released of few people, margins rounded on their own included."""
    staff = few_staff(seed)
    asked = [one for n in range(4) for one in combinations((*staff.codes, FLAG), n)]
    exits: dict[str, Ask] = {
        "gate": told_by_gate(staff, characteristic=True),
        "rounding alone": told_by_gate(staff, characteristic=False),
        "small ones hidden": small_ones_hidden(staff),
        "off": told_all(staff),
    }
    return {
        policy: programmes.solve(staff, _all(asked, reading(staff, ask)), month=0, cells=cells,
                                 seed=seed)
        for policy, ask in exits.items()
    }  # fmt: skip


def _all(asked: list[tuple[str, ...]], read: Reading) -> list[tuple[tuple[str, ...], Read]]:
    return [(dimensions, read(dimensions, 0)) for dimensions in asked]


def _score(
    found: dict[tuple[str, str, str], dict[int, Advantage]],
    attack: str,
    policy: str,
    targets: Targets,
    seed: int,
) -> None:
    chosen = targets.some(balanced(targets.truth, seed))
    for name, mind in MINDS.items():
        found[attack, policy, name] = {
            pairs: advantage_of(mind(chosen, pairs), chosen.truth) for pairs in PAIRS
        }


def broken(run: Campaign) -> list[str]:
    """Return what does not hold of a run: who learns too much, or is blind without the gate."""
    wrong = []
    for (attack, policy, mind), by_pairs in run.advantages.items():
        last = by_pairs[PAIRS[-1]]
        if policy == "gate" and last.upper > MOST:
            wrong.append(f"{attack}: who {mind} has an advantage of up to {last.upper:.3f}")
        if policy == "off" and last.value < LEAST_WITHOUT:
            wrong.append(f"{attack}: who {mind} sees too little without the gate")
    if run.solved["gate"].narrow:
        wrong.append(f"{run.solved['gate'].narrow} small cells were narrowed to under 3 values")
    return wrong


def _pairs(number: int) -> str:
    return "1 pair" if number == 1 else f"{number} pairs"


def table(run: Campaign) -> str:
    """Return what was achieved as a table in Markdown."""
    asked = " | ".join(map(_pairs, PAIRS))
    lines = [
        f"| attack | gate | attacker | targets | {asked} | at most |",
        "| --- | --- | --- | ---: | " + "---: | " * len(PAIRS) + "---: |",
    ]  # fmt: skip
    for (attack, policy, mind), by_pairs in run.advantages.items():
        last = by_pairs[PAIRS[-1]]
        shares = " | ".join(f"{by_pairs[n].value:.2f}" for n in PAIRS)
        lines.append(
            f"| {attack} | {policy} | {mind} | {last.has + last.has_not:,} | {shares} |"
            f" {min(last.upper, 1):.3f} |"
        )
    lines += [
        "",
        "| small cells, all tables at once | cells | found out | under 3 values left | median |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {policy} | {one.looked} | {one.exact / one.looked:.0%} |"
        f" {one.narrow / one.looked:.0%} | {one.median + 1:.0f} |"
        for policy, one in run.solved.items()
    ]
    return "\n".join(lines)
