"""The attacker who asks for the same table again whenever one more row came, over HTTP."""

import numpy as np
import pytest

from muster.gates import release
from muster.ledger.current import ledger
from tests.attackers.advantage import Advantage, advantage_of
from tests.attackers.campaign import LEAST_WITHOUT
from tests.attackers.reading import Ask
from tests.attackers.worlds import FLAG, NO, YES, Ints, moving_staff
from tests.integration.test_attackers_over_http import (
    LEAST_OF_EACH,
    SEED,
    declare,
    over_http,
    without_gate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
__all__ = ("declare",)


def data_that_came(*, waves: int = 4) -> Advantage:
    """Return what he achieves who looks again at a month whenever one person's row came late.

    In each wave of data one person joins each unit; whose figure moved said yes.
    """
    staff = moving_staff(SEED, people=12_000, months=2)
    staff.months, staff.sizes = 1, {"employer": 60, "grade": 6, "team": 4}
    staff.codes = {name: codes % staff.sizes[name] for name, codes in staff.codes.items()}
    staff.since[:], staff.until[:] = 0, 9
    unit = staff.codes["employer"] * 4 + staff.codes["team"]
    late = [np.flatnonzero(np.isin(staff.answer, (YES, NO)) & (_nth(unit, staff.answer) == wave))
            for wave in range(waves)]  # fmt: skip
    staff.since[np.concatenate(late)] = 5
    ask, names = over_http(staff), ("employer", "team", FLAG)
    before, claims, truth = _yes(ask, names), list[bool](), list[bool]()
    for wave in late:
        staff.since[wave] = 0
        staff._kept.clear()
        ledger().append_one("exchange", "muster.test.rows.came.v1", "t:s:1", {})
        after = _yes(ask, names)
        for one in wave.tolist():
            place = f"employer{staff.codes['employer'][one]}", f"team{staff.codes['team'][one]}"
            claims.append((after[place] or 5) > (before[place] or 5))
            truth.append(bool(staff.answer[one] == YES))
        before = after
    return advantage_of(np.array(claims), np.array(truth))


def _nth(unit: Ints, answer: Ints) -> Ints:
    """Return for each person how many came before of the same unit, who said yes or no."""
    counted = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    found = np.full(unit.size, -1)
    for one in np.flatnonzero(np.isin(answer, (YES, NO))):
        found[one] = counted[unit[one]]
        counted[unit[one]] += 1
    return found


def _yes(ask: Ask, names: tuple[str, ...]) -> dict[tuple[str, ...], float | None]:
    return {key[:-1]: value for key, value, _kind in ask(names, 0) if key[-1] == "yes"}


@pytest.mark.usefixtures("declare")
def test_who_looks_again_when_a_row_came_late_learns_nobodys_answer() -> None:
    found = data_that_came()
    assert min(found.has, found.has_not) >= LEAST_OF_EACH
    assert found.value <= 0.01, found


def test_who_looks_again_sees_it_without_the_gate(declare: pytest.MonkeyPatch) -> None:
    declare.setattr(release, "told_over", without_gate)
    assert data_that_came().value >= LEAST_WITHOUT
