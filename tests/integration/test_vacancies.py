"""Senior posts that nobody holds, and published figures restated to today's employers."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from muster.gates.metrics import metric_named
from muster.gates.release import release
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.employers.succession_actions import state_succession
from muster.register.posts.models import Post, PostFact, Statement
from muster.register.posts.queries import behind

pytestmark = pytest.mark.django_db
NOW = FixedClock(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))
DAY = dt.date(2026, 9, 30)
BILLION = 10**9


def employer(title: str, posts: list[int], day: dt.date = DAY) -> Employer:
    """Make an employer with a senior post for each FTE, and a group of junior posts with none."""
    made = Employer.objects.create(key=title, title=title, status="live")
    said = Statement.objects.create(
        landing=new_id(), part=0, publisher=title, as_at=day, recorded_from=NOW.now(), employer=made
    )
    for row, fte in enumerate(posts):
        post = Post.objects.create(employer=made, reference=str(row))
        PostFact.objects.create(
            statement=said,
            row=row,
            kind="post",
            post=post,
            organisation=title,
            fte=fte,
            level="SCS1",
        )
    PostFact.objects.create(statement=said, row=99, kind="group", organisation=title, fte=0)
    return made


def told(metric: str, *by: str) -> dict[str, Decimal | None]:
    table = release(metric, by, DAY, audience="a", purpose="p", by="t", clock=SYSTEM_CLOCK)
    return {" ".join(cell.labels): cell.value for cell in table.cells}


@pytest.fixture
def two(fresh_home: Path) -> tuple[Employer, Employer]:
    return employer("Mill", [BILLION, 0, 0]), employer("Weir", [BILLION // 2, 0])


def test_posts_without_anybody_are_vacant(two: tuple[Employer, Employer]) -> None:
    assert told("vacancies", "employer") == {"Mill": 2, "Weir": 1}
    assert told("posts", "employer") == {"Mill": 3, "Weir": 2}
    assert told("vacancies") == {"": 3}
    assert "nobody holds" in metric_named("vacancies").definition


@pytest.mark.parametrize("metric", ["vacancies", "posts", "fte"])
def test_published_figures_add_up_alike_in_both_forms(
    two: tuple[Employer, Employer], metric: str
) -> None:
    mill, weir = two
    before = told(metric, "employer")
    state_succession(former=mill.id, day=DAY, successors=[weir.id], source="s", by="t", clock=NOW)
    assert told(metric, "employer") == before
    [(title, value)] = told(metric, "employer_today").items()
    assert title == "Weir"
    assert value == sum(one for one in before.values() if one)
    beside = told(metric, "employer", "employer_today")
    assert beside == {f"{name} Weir": value for name, value in before.items()}


def test_a_part_never_passes_for_the_whole(two: tuple[Employer, Employer]) -> None:
    lock = employer("Lock", [0], dt.date(2026, 6, 30))
    assert told("vacancies", "employer_today") == {"Mill": 2, "Weir": 1}
    state_succession(
        former=lock.id, day=dt.date(2026, 11, 1), successors=[two[0].id], source="s", by="t",
        clock=NOW,
    )  # fmt: skip
    assert told("vacancies", "employer_today") == {"Weir": 1}
    assert told("vacancies", "employer") == {"Mill": 2, "Weir": 1}


def test_the_rows_behind_a_figure_are_those_that_it_counts(two: tuple[Employer, Employer]) -> None:
    mill, weir = two
    state_succession(former=mill.id, day=DAY, successors=[weir.id], source="s", by="t", clock=NOW)
    for chosen, rows in (
        ({"employer": mill.id.hex}, 2),
        ({"employer_today": weir.id.hex}, 3),
        ({"employer_today": mill.id.hex}, 0),
        ({}, 3),
    ):
        found = behind(DAY, chosen, measure="vacancies")
        assert found.total_rows == len(found.rows) == rows
        assert sum(feed.value for feed in found.feeds) == rows
