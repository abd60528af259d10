"""What extracts tell of applications and campaigns, and what becomes of them in the register."""

import datetime as dt
from decimal import Decimal

import pytest

from muster.hub.intakes import intake_for
from muster.register.recruitment import queries
from muster.register.recruitment.models import (
    ApplicationFact,
    Campaign,
    CampaignFact,
    DiversityAnswer,
    Statement,
)
from muster.register.recruitment.rules import OUTCOMES, STAGES
from tests.integration.recruitment_files import (
    CONTRACT,
    MILL,
    Cells,
    employer,
    enrol,
    feed_of,
    release,
    row,
    tell,
    withdraw,
)

pytestmark = pytest.mark.django_db
LATER = dt.date(2026, 12, 31)
OFFERED = {
    "sift_date": "20/03/2026", "sift_outcome": "Pass", "interview_date": "10/04/2026",
    "interview_outcome": "Pass", "offer_date": "20/04/2026",
}  # fmt: skip


@pytest.fixture(autouse=True)
def bodies() -> None:
    enrol("mill", "weir")


def outcomes(as_at: dt.date = LATER, system: str = MILL) -> dict[str, dict[str, int]]:
    """Return how many applications have each outcome, by campaign."""
    found = queries.campaigns(employer(system), as_at)
    return {
        one.reference: {what: n for what in OUTCOMES if (n := one.funnel.ended(what))}
        for one in found
    }


def test_several_applications_of_one_person_are_several() -> None:
    tell(
        feed_of("2026-06-30"),
        row("A1", "C1", "V1", withdrawn_date="05/03/2026"),
        row("A2", "C1", "V1", submitted_date="10/03/2026"),
        row("A3", "C1", "V2"),
        row("A4", "C2", "V2"),
    )
    assert outcomes() == {"V1": {"withdrawn": 1, "in_progress": 1}, "V2": {"in_progress": 2}}
    facts = ApplicationFact.objects.filter(applicant="C1")
    assert sorted(facts.values_list("application", flat=True)) == ["A1", "A2", "A3"]


def test_the_later_extract_counts_and_the_earlier_is_remembered() -> None:
    tell(feed_of("2026-06-30"), row("A1", **OFFERED, offer_response="Accepted"))
    tell(feed_of("2026-03-31"), row("A1"))
    assert outcomes() == {"V1": {"in_progress": 1}}
    assert queries.funnel(employer(MILL), LATER).reached("offer") == 1
    assert queries.funnel(employer(MILL), dt.date(2026, 6, 29)).reached("offer") == 0
    assert queries.funnel(employer(MILL), dt.date(2026, 3, 30)).applications == 0
    told = queries.history(MILL, "A1")
    assert [(one.as_at.month, one.reached.stage) for one in told] == [
        (3, "application"),
        (6, "offer"),
    ]


def test_a_funnel_counts_whoever_came_as_far_or_further() -> None:
    tell(
        feed_of("2026-06-30"),
        row("A1"),
        row("A2", sift_date="20/03/2026", sift_outcome="Fail"),
        row("A3", **OFFERED, offer_response="Declined"),
        row("A4", sift_outcome="Pass", interview_outcome="Reserve list"),
        row("A5", **OFFERED, offer_response="Accepted", start_date="01/06/2026"),
        row("A6", start_date="01/06/2026"),
        row("A7", rejected_at_stage="Eligibility"),
    )
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    reached = [campaign.funnel.reached(stage) for stage in STAGES]
    assert dict(zip(STAGES, reached, strict=True)) == {
        "application": 7, "sift": 5, "interview": 4, "offer": 3, "vetting": 2, "start": 2,
    }  # fmt: skip
    assert [campaign.funnel.ended(outcome) for outcome in OUTCOMES] == [1, 1, 0, 1, 2, 2]


def test_an_application_that_an_extract_leaves_out_stays_as_it_was_told() -> None:
    tell(feed_of("2026-03-31"), row("A1"), row("A2", "C2"))
    tell(feed_of("2026-06-30"), row("A2", "C2", **OFFERED))
    assert queries.funnel(employer(MILL), LATER).ended("withdrawn") == 0
    assert queries.funnel(employer(MILL), LATER).applications == 2
    assert queries.unlisted(MILL, LATER) == ("A1",)
    assert queries.unlisted(MILL, dt.date(2026, 3, 31)) == ()
    assert queries.unlisted("ats:weir", LATER) == ()


def test_a_delta_leaves_nothing_out() -> None:
    tell(feed_of("2026-03-31"), row("A1"), row("A2"))
    tell(feed_of("2026-06-30", full=False), row("A2"))
    assert queries.unlisted(MILL, LATER) == ()


def test_an_application_whose_row_waits_is_not_left_out() -> None:
    tell(feed_of("2026-03-31"), row("A1"), row("A2"), row("A3"))
    told = tell(feed_of("2026-06-30"), row("A1", sex="Ma1e"), row("A3"))
    assert told.waits == {2: ["Sex: not in the code list of this layout"]}
    assert queries.unlisted(MILL, LATER) == ("A2",)


def test_while_a_row_of_nobody_waits_none_is_said_to_be_left_out() -> None:
    tell(feed_of("2026-03-31"), row("A1"), row("A2"))
    told = tell(feed_of("2026-06-30"), row("A1"), row("", "C9"))
    assert told.waits == {3: ["Application reference: missing"]}
    assert queries.unlisted(MILL, LATER) == ()


def test_a_file_that_repeats_or_contradicts_itself_waits() -> None:
    told = tell(
        feed_of("2026-06-30"),
        row("A1"),
        row("A1"),
        row("A2", "C2"),
        row("A2", "C2", withdrawn_date="05/03/2026"),
        row("A3", "C3"),
    )
    name = "Application reference"
    assert told.waits == {
        3: [f"{name}: repeats an earlier row of the file"],
        4: [f"{name}: stands in several rows of the file, which differ"],
        5: [f"{name}: stands in several rows of the file, which differ"],
    }
    again = release(told, 3)
    assert again.waits == {3: [f"{name}: stands in another row of the file, which was accepted"]}
    assert queries.funnel(employer(MILL), LATER).applications == 2


def test_what_most_rows_say_of_their_campaign_counts() -> None:
    said: dict[str, str] = {"posts_advertised": "3", "closing_date": "31/03/2026"}
    told = tell(
        feed_of("2026-06-30"),
        row("A1", **said),
        row("A2", **said),
        row("A3", **{**said, "posts_advertised": "30"}),
        row("A4", **{**said, "closing_date": ""}),
        row("A5", campaign="V2", **said),
    )
    reason = "not what most rows of this campaign say"
    assert told.waits == {
        4: [f"Posts advertised: {reason}"],
        5: [f"Campaign closed: {reason}"],
    }
    posts = {one.reference: one.posts for one in queries.campaigns(employer(MILL), LATER)}
    assert posts == {"V1": Decimal(3), "V2": Decimal(3)}
    # Rows that were accepted have spoken: alone among themselves, the others do not outvote them.
    assert release(told, 4).waits == {4: [f"Posts advertised: {reason}"]}


def test_where_no_value_is_that_of_most_rows_all_wait() -> None:
    told = tell(
        feed_of("2026-06-30"), row("A1", posts_advertised="3"), row("A2", posts_advertised="30")
    )
    assert sorted(told.waits) == [2, 3]
    assert queries.campaigns(employer(MILL), LATER) == ()
    assert Statement.objects.count() == 1


def test_one_campaign_may_be_for_several_grades_and_places() -> None:
    tell(
        feed_of("2026-06-30"),
        row("A1", grades="HEO; SEO", locations="Leeds; Cardiff"),
        row("A2", grades="SEO", locations="Hull"),
        row("A3"),
    )
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    assert campaign.grades == ("HEO", "SEO")
    assert campaign.places == ("Cardiff", "Hull", "Leeds")


def test_a_reopened_campaign_tells_its_rounds_apart() -> None:
    first: dict[str, str] = {"opened_date": "01/02/2026", "closing_date": "15/03/2026"}
    tell(feed_of("2026-03-31"), row("A1", **first), row("A2", **first))
    again: dict[str, str] = {**first, "reopened_date": "01/05/2026", "closing_date": "31/05/2026"}
    tell(
        feed_of("2026-06-30"),
        row("A1", **again),
        row("A2", **again),
        row("A3", submitted_date="10/05/2026", **again),
    )
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    assert [campaign.funnel.in_round(number) for number in (1, 2)] == [2, 1]
    assert campaign.window.closed == dt.date(2026, 5, 31)
    (before,) = queries.campaigns(employer(MILL), dt.date(2026, 4, 30))
    assert before.window.closed == dt.date(2026, 3, 15)


def test_applications_of_merged_campaigns_count_once_where_they_went() -> None:
    tell(feed_of("2026-03-31"), row("A1", campaign="V1"), row("A2", campaign="V2"))
    tell(
        feed_of("2026-06-30"),
        row("A1", campaign="V1", merged_into="V2"),
        row("A3", campaign="V1", merged_into="V2"),
        row("A2", campaign="V2"),
    )
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    assert (campaign.reference, campaign.merged) == ("V2", ("V1",))
    assert campaign.funnel.applications == 3
    tell(feed_of("2026-09-30"), row("A1", campaign="V2"), row("A3", campaign="V2"))
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    assert campaign.funnel.applications == 3


def test_a_campaign_merged_into_one_that_nobody_tells_of_stands_for_itself() -> None:
    tell(feed_of("2026-06-30"), row("A1", campaign="V1", merged_into="V9"))
    (campaign,) = queries.campaigns(employer(MILL), LATER)
    assert (campaign.reference, campaign.merged) == ("V1", ())


def test_prefer_not_to_say_is_an_answer_and_a_blank_is_none() -> None:
    told = tell(
        feed_of("2026-06-30"),
        row("A1", sex="Prefer not to say", religion_or_belief="No religion"),
        row("A2", "C2"),
        row("A3", "C3", religion_or_belief="Jedi"),
        row("A4", "C4", disability="prefer not to SAY"),
    )
    assert told.waits == {4: ["Religion or belief: not in the code list of this layout"]}
    answers = DiversityAnswer.objects.order_by("row").values_list("row", "sex", "religion")
    assert list(answers) == [(2, "prefer_not_to_say", "none"), (5, None, None)]
    assert DiversityAnswer.objects.get(row=5).disability == "prefer_not_to_say"
    assert ApplicationFact.objects.count() == 3


def test_the_cause_of_a_personal_fault_holds_no_value() -> None:
    from tests.integration.recruitment_files import mapped

    rows = [row("A1", "C1", religion_or_belief="Jedi", sift_date="01/02/2026")]
    frame, problems = mapped(rows)
    more = intake_for(CONTRACT).sink.prepare(frame, [feed_of("2026-06-30")]).problems
    assert problems["cause"].to_list() == [
        "Religion or belief: not in the code list of this layout"
    ]
    assert more["cause"].to_list() == ["Sift date: before the day of applying"]
    assert more["value"].to_list() == ["2026-02-01"]


def test_systems_that_nobody_owns_tell_nothing() -> None:
    from dataclasses import replace

    told = tell(replace(feed_of("2026-06-30"), employer=None), row("A1"))
    assert told.waits == {2: ["Campaign reference: no employer owns the sending system"]}
    assert Statement.objects.count() == 0


def test_the_same_reference_in_two_systems_is_two_campaigns() -> None:
    tell(feed_of("2026-06-30"), row("A1"))
    tell(feed_of("2026-06-30", "ats:weir"), row("A1", withdrawn_date="05/03/2026"))
    assert Campaign.objects.count() == 2
    assert outcomes() == {"V1": {"in_progress": 1}}
    assert outcomes(system="ats:weir") == {"V1": {"withdrawn": 1}}


def seen() -> object:
    """Return everything that a user can ask, without identities."""
    days = [dt.date(2026, month, 30) for month in (3, 4, 6, 9)]
    return [
        [
            (one.reference, one.title, one.posts, one.window, one.grades, one.merged, one.funnel)
            for one in queries.campaigns(employer(MILL), day)
        ]
        for day in days
    ], [queries.unlisted(MILL, day) for day in days], sorted(
        DiversityAnswer.objects.filter(statement__recorded_to__isnull=True).values_list(
            "row", "sex", "religion"
        )
    )  # fmt: skip


EXTRACTS: tuple[tuple[str, tuple[Cells, ...]], ...] = (
    ("2026-03-30", (row("A1", sex="Female"), row("A2", sift_date="01/02/2026"), row("A3"))),
    ("2026-06-30", (row("A1", **OFFERED), row("A4", campaign="V2", grades="G7"))),
)


def test_withdrawn_is_as_if_never_loaded() -> None:
    before = seen()
    first = tell(feed_of(EXTRACTS[0][0]), *EXTRACTS[0][1])
    loaded = seen()
    assert loaded != before
    second = tell(feed_of(EXTRACTS[1][0]), *EXTRACTS[1][1])
    withdraw(second.landing)
    assert seen() == loaded
    withdraw(first.landing)
    assert seen() == before
    assert Statement.objects.count() == 2  # what was believed can still be asked for


def test_what_a_withdrawn_extract_had_replaced_stands_again() -> None:
    first = tell(feed_of("2026-03-30"), *EXTRACTS[0][1], row("A5", sex="Male"))
    waited = release(first, 3)
    assert sorted(waited.waits) == [3]
    loaded = seen()
    for _ in range(2):
        correction = feed_of("2026-03-30", replaces=first.landing)
        second = tell(correction, row("A1", posts_advertised="9"), row("A9"))
        assert seen() != loaded
        withdraw(second.landing, reinstated=[first.landing])
        assert seen() == loaded
    assert CampaignFact.objects.filter(statement__recorded_to__isnull=True).count() == 1


def test_what_waited_in_an_extract_that_stands_again_is_not_left_out() -> None:
    tell(feed_of("2026-03-31"), row("A1"), row("A2"))
    first = tell(feed_of("2026-06-30"), row("A1", sex="Ma1e"), row("A2"))
    second = tell(feed_of("2026-06-30", replaces=first.landing), row("A2"))
    assert queries.unlisted(MILL, LATER) == ("A1",)
    withdraw(second.landing, reinstated=[first.landing])
    assert queries.unlisted(MILL, LATER) == ()


def test_a_landing_told_twice_is_refused() -> None:
    from django.db import IntegrityError, transaction

    feed = feed_of("2026-06-30")
    tell(feed, row("A1"))
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(feed, row("A1"))
