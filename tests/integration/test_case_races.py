"""Many hands at one case: each step has its effect once, and everybody else is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.casework import actions
from muster.casework.models import Case, Step
from muster.kernel.errors import Conflict
from tests.integration.casework_world import ANN, Errands, at_once, effects, errands_in

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4


@pytest.fixture
def errands(tmp_path: Path) -> Iterator[Errands]:
    yield from errands_in(tmp_path)


def test_of_many_who_do_a_task_at_once_one_does_it(errands: Errands) -> None:
    case = errands.open()
    task = errands.task(case).id
    got = at_once(HANDS, lambda _: actions.complete(task, {}, worker=ANN, clock=errands.clock))
    assert [isinstance(one, Conflict) for one in got].count(False) == 1
    assert effects("write") == 1
    assert Step.objects.filter(element="write").count() == 1
    assert Case.objects.get().version == 2


def test_of_many_workers_one_fires_each_timer(errands: Errands) -> None:
    for number in range(3):
        errands.open(f"errand:{number}")
    errands.pass_(hours=1)
    errands.clock.move(errands.clock.now().replace(day=26) - errands.clock.now())
    errands.clock.move(errands.clock.now().replace(hour=17) - errands.clock.now())
    fired = at_once(HANDS, lambda _: actions.fire_due(clock=errands.clock))
    assert sum(fired) == 3
    assert [effects("a3", f"errand:{number}") for number in range(3)] == [1, 1, 1]


def test_of_many_who_open_a_case_one_does(errands: Errands) -> None:
    got = at_once(HANDS, lambda _: errands.open())
    assert [isinstance(one, Conflict) for one in got].count(False) == 1
    assert Case.objects.count() == 1
