"""Attackers against the gate: they must fail through it, and must succeed without it."""

import math
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.gates.disclosure import told
from muster.gates.perturbing import MOST_OFF, errors
from muster.gates.telling import steady, told_columns
from muster.kernel.metrics import RawCell
from tests.attackers.__main__ import PAGE, with_table
from tests.attackers.advantage import Advantage, wilson
from tests.attackers.campaign import (
    LEAST_TARGETS,
    LEAST_WITHOUT,
    MINDS,
    MOST,
    Campaign,
    campaign,
    table,
    told_by_gate,
)
from tests.attackers.differencing import PAIRS
from tests.attackers.worlds import FLAG, NO, YES, few_staff, moving_staff
from tests.spec.test_disclosure import PROTECTED

ATTACKS = ("tables of a month", "months")


@pytest.fixture(scope="module")
def run() -> Campaign:
    return campaign()


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("mind", MINDS)
def test_who_subtracts_learns_nobodys_answer(run: Campaign, attack: str, mind: str) -> None:
    found = run.advantages[attack, "gate", mind][PAIRS[-1]]
    assert found.has == found.has_not >= LEAST_TARGETS / 2
    assert found.upper <= MOST, found


@pytest.mark.parametrize("attack", ATTACKS)
def test_rounding_alone_would_tell_who_guesses_too_much(run: Campaign, attack: str) -> None:
    assert run.advantages[attack, "rounding alone", "guesses"][PAIRS[-1]].upper > MOST


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("mind", MINDS)
def test_the_same_attackers_succeed_without_the_gate(run: Campaign, attack: str, mind: str) -> None:
    """Negative control: an attack that cannot succeed would prove nothing."""
    assert run.advantages[attack, "off", mind][PAIRS[-1]].value >= LEAST_WITHOUT


def test_rounding_alone_would_not_do_for_months(run: Campaign) -> None:
    assert run.advantages["months", "rounding alone", "deduces"][PAIRS[-1]].upper > MOST


def test_solving_everything_released_at_once_finds_nobody_out(run: Campaign) -> None:
    gate = run.solved["gate"]
    assert (gate.exact, gate.narrow, gate.wrong) == (0, 0, 0)
    assert run.solved["off"].exact == run.solved["off"].looked
    assert run.solved["small ones hidden"].narrow > 0


def test_no_group_is_ever_told_to_be_all_alike() -> None:
    """Class disclosure: of a unit in which all said the same, another answer stays possible."""
    staff = few_staff(1)
    staff.answer[:] = np.where(staff.codes["employer"] % 2, YES, NO)
    cells = told_by_gate(staff, characteristic=True)(("employer", FLAG), 0)
    by_unit: dict[str, list[tuple[str, float | None]]] = {}
    for (unit, answer), value, _kind in cells:
        by_unit.setdefault(unit, []).append((answer, value))
    assert all(
        len(answers) == len({"yes", "no", "prefer not to say", ""}) for answers in by_unit.values()
    )
    assert all(sum(value is None for _a, value in answers) >= 3 for answers in by_unit.values())


def test_bounds_of_shares_agree_with_counting() -> None:
    least, most = wilson(50, 100)
    assert math.isclose(least, 0.4038, abs_tol=1e-4)
    assert math.isclose(most, 0.5962, abs_tol=1e-4)
    assert Advantage(2_000, 0, 2_000, 0).upper < 0.003
    assert Advantage(2_000, 1_020, 2_000, 980).upper > 0.05


def test_the_page_shows_what_the_attackers_achieve(run: Campaign) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page, table(run)), "run `python -m tests.attackers write`"


@given(
    st.sampled_from((1, 100, 1_000_000_000)),
    st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 10**6)), max_size=30),
)
def test_a_whole_table_is_told_as_each_cell_is(scale: int, cells: list[tuple[int, int]]) -> None:
    metric = type(PROTECTED)(**{**vars(PROTECTED), "scale": scale})
    frame = pl.DataFrame(cells, {"value": pl.Int64, "people": pl.Int64}, orient="row")
    columns = told_columns(scale, frame)
    for (value, people), kind, number in zip(cells, columns["kind"], columns["told"], strict=True):
        alone = told(metric, RawCell((), value, people))
        assert (kind, number) == (alone.kind, None if alone.value is None else int(alone.value))


@given(
    st.lists(st.text(max_size=4), min_size=1, max_size=3, unique=True),
    st.lists(st.text(max_size=4), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_a_cell_has_one_error_however_it_is_asked_for(
    dimensions: list[str], key: list[str], lot: Random
) -> None:
    key = key[: len(dimensions)]
    order = lot.sample(range(len(dimensions)), len(dimensions))
    again = [dimensions[at] for at in order], [[key[at] for at in order]] * 2
    [error] = errors("m", dimensions, [key], b"secret")
    assert errors("m", *again, b"secret") == [error, error]
    assert -MOST_OFF <= error <= MOST_OFF


def test_errors_are_drawn_evenly_and_of_the_secret() -> None:
    keys = [(str(at),) for at in range(30_000)]
    one, other = (np.array(errors("m", ("d",), keys, secret)) for secret in (b"1", b"2"))
    assert set(one.tolist()) == set(range(-MOST_OFF, MOST_OFF + 1))
    assert abs(one.mean()) < 0.1
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02
    assert abs(np.corrcoef(one, errors("n", ("d",), keys, b"1"))[0, 1]) < 0.02


@given(st.integers(0, 60), st.integers(-MOST_OFF, MOST_OFF))
def test_what_is_told_by_a_characteristic_is_near_and_a_band_hides_few(
    people: int, off: int
) -> None:
    cells = pl.DataFrame({"people": [people], "value": [people], "off": [off]})
    kind, told_ = told_columns(1, cells).select("kind", "told").row(0)
    if kind == "band":
        assert people <= 7 - min(off, 0)
    else:
        assert people > 7
        assert abs(told_ - people) <= MOST_OFF + 2


@given(st.lists(st.lists(st.integers(0, 40), min_size=6, max_size=6), min_size=1, max_size=8))
def test_steady_figures_stay_within_seven_and_move_by_group(months: list[list[int]]) -> None:
    """Beside a second implementation, person by person of two groups of three cells."""
    frames = [
        pl.DataFrame({"c0": list("aaabbb"), "people": m, "value": m, "first": None, "second": None},
                     schema_overrides={"first": pl.Int64, "second": pl.Int64})
        for m in months
    ]  # fmt: skip
    got = steady(frames, ["c0"])["people"].to_list()
    stands = list(months[0])
    for now in months[1:]:
        for group in (slice(0, 3), slice(3, 6)):
            moved = [b - a for a, b in zip(stands[group], now[group], strict=True)]
            if max(map(abs, moved)) > 7 or abs(sum(moved)) > 7:
                stands[group] = now[group]
    assert got == stands
    assert all(abs(a - b) <= 7 for a, b in zip(got, months[-1], strict=True))


def test_figures_by_a_characteristic_rest_when_one_alone_comes() -> None:
    staff = moving_staff(3, people=2_000, months=3)
    staff.since[:], staff.until[:] = 0, 9
    staff.since[0], staff.answer[0] = 2, YES
    ask = told_by_gate(staff, characteristic=True)
    for table_ in ((FLAG,), ("employer", FLAG), (FLAG, "grade"), ("employer", FLAG, "team")):
        assert ask(table_, 1) == ask(table_, 2)
