"""What the measures of data quality mean: these tables are the rule, for suppliers and leaders.

Shares are in per cent, lateness in days. *standard* says whether the amount is good enough. The
dates are those of an HR system whose feed speaks of a month's end and is due ten days after it.
"""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.services.quality.rules import (
    MEASURES,
    STANDARDS,
    Awaited,
    Measure,
    Reading,
    Sent,
    band_of,
    completeness,
    conflict_rate,
    days_late,
    error_rate,
    measure,
    meets,
    next_steps,
    size_of,
    trend,
    written,
)
from tests.tables import rows_of

# Grade is asked of staff, a salary only of whom the employer pays itself.
COMPLETENESS = """
grade filled | of | salary filled | of | completeness | standard
100 | 100 | 80 | 80 | 100 | yes
98 | 100 | 98 | 100 | 98 | yes
97 | 100 | 98 | 100 | 97.5 | no
100 | 100 | 0 | 100 | 50 | no
40 | 40 | 0 | 0 | 100 | yes
0 | 0 | 0 | 0 | no rows |
"""

ERRORS = """
rows | wrong when they came | mended since | error rate | standard
1000 | 0 | 0 | 0 | yes
1000 | 10 | 0 | 1 | yes
1000 | 11 | 0 | 1.1 | no
1000 | 11 | 11 | 1.1 | no
4 | 1 | 0 | 25 | no
0 | 0 | 0 | no rows |
"""

CONFLICTS = """
records | in conflict | conflict rate | standard
1000 | 0 | 0 | yes
1000 | 5 | 0.5 | yes
1000 | 6 | 0.6 | no
0 | 0 | no rows |
"""

LATENESS = """
due by | came on | today | days late | standard
2026-11-10 | 2026-11-03 | 2026-11-21 | 0 | yes
2026-11-10 | 2026-11-10 | 2026-11-21 | 0 | yes
2026-11-10 | 2026-11-11 | 2026-11-21 | 1 | no
2026-11-10 | never | 2026-11-10 | not due |
2026-11-10 | never | 2026-11-11 | 1 | no
2026-11-10 | never | 2026-11-21 | 11 | no
not declared | 2026-11-03 | 2026-11-21 | no rhythm |
"""

# Compared with the median of the six feeds before it.
TREND = """
measure | this feed | feeds before it, the latest first | trend
errors | 1.0 | 1.0 1.2 0.8 1.1 0.9 1.0 | same
errors | 1.5 | 1.0 1.0 1.0 1.0 1.0 1.0 | worse
errors | 1.4 | 1.0 1.0 1.0 1.0 1.0 1.0 | same
errors | 0.5 | 1.0 1.0 1.0 1.0 1.0 1.0 | better
errors | 1.0 | 40 1.0 1.0 1.0 1.0 1.0 | same
errors | 5.0 | 1.0 1.0 1.0 9.0 9.0 9.0 9.0 9.0 | same
errors | 5.0 | 1.0 1.0 | not enough
errors | 5.0 | 1.0 1.0 1.0 | worse
completeness | 97.5 | 98 98 98 | worse
completeness | 97.6 | 98 98 98 | same
completeness | 98.5 | 98 98 98 | better
timeliness | 1 | 0 0 0 | worse
timeliness | 0 | 3 0 4 | better
conflicts | 0.1 | 0 0 0 | worse
conflicts | 0.09 | 0 0 0 | same
"""

# What is read by who may not see the size of a workforce. Of completeness, the share left empty.
BANDS = """
measure | share | read as
errors | 0 | 0 to 0
errors | 0.001 | 0 to 0.5
errors | 0.5 | 0 to 0.5
errors | 0.51 | 0.5 to 1
errors | 1 | 0.5 to 1
errors | 1.01 | 1 to 2
errors | 7 | 5 to 10
errors | 100 | 50 to 100
completeness | 100 | 0 to 0
completeness | 98 | 1 to 2
completeness | 97.9 | 2 to 5
completeness | 0 | 50 to 100
"""

WRITTEN = """
measure | share | written
completeness | 97.96 | 97.9
completeness | 98 | 98
completeness | 99.999 | 99.9
errors | 0 | 0
errors | 0.001 | 0.1
errors | 1 | 1
errors | 1.01 | 1.1
"""

FEEDS = """
case | due | came | today | timeliness | on time | latest
came in time | 2026-09-30 2026-10-31 | 2026-09-30+10 2026-10-31+3 | 2026-11-21 | 0 | 2 of 2 | 2026-10-31
one day late | 2026-09-30 2026-10-31 | 2026-09-30+10 2026-10-31+11 | 2026-11-21 | 1 | 1 of 2 | 2026-10-31
the latest is missing | 2026-09-30 2026-10-31 | 2026-09-30+10 | 2026-11-21 | 11 | 1 of 2 | 2026-09-30
never sent anything | 2026-09-30 2026-10-31 | | 2026-11-21 | 11 | 0 of 2 | none
the first is not due yet | 2026-10-31 | | 2026-11-09 | not due | 0 of 0 | none
came before it was due | 2026-11-30 | 2026-11-30+0 | 2026-11-30 | 0 | 1 of 1 | 2026-11-30
speaks of another day | 2026-10-31 | 2026-10-15+1 | 2026-11-21 | 11 | 0 of 1 | 2026-10-15
speaks of a day to come | 2026-10-31 | 2026-10-31+1 2027-01-31+-80 | 2026-11-21 | 0 | 1 of 1 | 2026-10-31
no rhythm declared | | 2026-10-31+40 | 2026-12-21 | no rhythm | 0 of 0 | 2026-10-31
nothing declared or sent | | | 2026-11-21 | no rhythm | 0 of 0 | none
"""  # noqa: E501 - a table


def told(name: Measure, reading: Reading, amount: str, standard: str) -> None:
    """Check a reading against what a table says of it."""
    if reading.amount is None:
        assert (reading.why, standard) == (amount, "")
    else:
        assert reading.amount == Fraction(amount)
    assert meets(name, reading.amount) == {"yes": True, "no": False, "": None}[standard]


@pytest.mark.parametrize("row", rows_of(COMPLETENESS), ids=" ".join)
def test_completeness_is_as_the_table_says(row: tuple[str, ...]) -> None:
    *counts, amount, standard = row
    there, asked, paid, paid_asked = map(int, counts)
    filled = {"grade": (there, asked), "salary": (paid, paid_asked)}
    told("completeness", completeness(filled, measured=True), amount, standard)


@pytest.mark.parametrize("row", rows_of(ERRORS), ids=" ".join)
def test_mending_a_row_does_not_make_it_have_come_right(row: tuple[str, ...]) -> None:
    rows, wrong, _mended, amount, standard = row
    told("errors", error_rate(int(wrong), int(rows)), amount, standard)


@pytest.mark.parametrize("row", rows_of(CONFLICTS), ids=" ".join)
def test_conflicts_are_as_the_table_says(row: tuple[str, ...]) -> None:
    records, conflicts, amount, standard = row
    found = conflict_rate(int(conflicts), int(records), measured=True)
    told("conflicts", found, amount, standard)


@pytest.mark.parametrize("row", rows_of(LATENESS), ids=" ".join)
def test_lateness_is_as_the_table_says(row: tuple[str, ...]) -> None:
    due_by, came_on, today, amount, standard = row
    found = days_late(_day(due_by), _day(came_on), today=dt.date.fromisoformat(today))
    told("timeliness", found, amount, standard)


@pytest.mark.parametrize("row", rows_of(TREND), ids=" ".join)
def test_the_trend_is_as_the_table_says(row: tuple[str, ...]) -> None:
    name, now, before, said = row
    earlier = list(map(Fraction, before.split()))
    assert trend(_measure(name), Fraction(now), earlier) == said


@pytest.mark.parametrize("row", rows_of(BANDS), ids=" ".join)
def test_a_share_is_read_as_a_band(row: tuple[str, ...]) -> None:
    name, share, said = row
    band = band_of(_measure(name), Fraction(share))
    assert f"{float(band.low):g} to {float(band.high):g}" == said


@pytest.mark.parametrize("row", rows_of(WRITTEN), ids=" ".join)
def test_a_share_is_never_written_better_than_it_is(row: tuple[str, ...]) -> None:
    name, share, said = row
    assert written(_measure(name), Fraction(share)) == Fraction(said)


@pytest.mark.parametrize("row", rows_of(FEEDS), ids=lambda row: row[0])
def test_feeds_are_counted_as_the_table_says(row: tuple[str, ...]) -> None:
    _case, due, came, today, late, on_time, latest = row
    sent = []
    for text in came.split():
        as_at, _plus, days = text.partition("+")
        day = dt.date.fromisoformat(as_at)
        sent.append(Sent(day, day + dt.timedelta(days=int(days)), rows=10))
    ten = dt.timedelta(days=10)
    awaited = [Awaited(day, day + ten) for day in map(dt.date.fromisoformat, due.split())]
    found = measure(sent, awaited, today=dt.date.fromisoformat(today))
    reading = found.readings["timeliness"]
    assert (reading.why if reading.amount is None else f"{reading.amount}") == late
    assert "{} of {}".format(*found.on_time) == on_time
    assert (found.latest.as_at.isoformat() if found.latest else "none") == latest


# A feed for 2026-10-31, due by 2026-11-10, of 1000 rows. *also* are other circumstances.
STEPS = """
came on | wrong | waiting | grade filled | conflicts | also | next
2026-11-10 | 0 | 0 | 1000 | 0 | |
2026-11-10 | 10 | 0 | 980 | 5 | |
2026-11-10 | 10 | 4 | 980 | 5 | | mend
2026-11-10 | 11 | 0 | 980 | 5 | | source
2026-11-10 | 11 | 11 | 980 | 5 | | mend, source
2026-11-10 | 11 | 11 | 950 | 9 | nobody | mend, nobody, fill, source, conflicts
2026-11-12 | 0 | 0 | 1000 | 0 | | sooner
never | 0 | 0 | 0 | 0 | | send
never | 0 | 0 | 0 | 0 | stopped | send, stopped
2026-11-10 | 0 | 0 | 1000 | 0 | undeclared | declare
never | 0 | 0 | 0 | 0 | undeclared | declare
"""


@pytest.mark.parametrize("row", rows_of(STEPS), ids=" ".join)
def test_what_to_do_next_is_as_the_table_says(row: tuple[str, ...]) -> None:
    came, wrong, waiting, filled, conflicts, also, steps = row
    day, by = dt.date(2026, 10, 31), dt.date(2026, 11, 10)
    sent = Sent(
        day, _day(came), rows=1000, wrong=int(wrong), waiting=int(waiting), records=1000,
        filled={"grade": (int(filled), 1000), "place": (1000, 1000)}, conflicts=int(conflicts),
        stopped=2 if also == "stopped" else 0,
    )  # fmt: skip
    awaited = [] if also == "undeclared" else [Awaited(day, by)]
    found = measure([sent], awaited, today=dt.date(2026, 11, 21))
    told_steps = next_steps(found, nobody=also == "nobody")
    assert ", ".join(step.task for step in told_steps) == steps
    assert {step.field for step in told_steps if step.task == "fill"} <= {"grade"}


def test_a_supplier_that_never_sent_anything_fails_what_can_be_told_of_it() -> None:
    day = dt.date(2026, 10, 31)
    found = measure([], [Awaited(day, dt.date(2026, 11, 10))], today=dt.date(2026, 11, 21))
    assert found.met == (0, 1)
    assert found.missed == (day,)
    whys = {name: found.readings[name].why for name in MEASURES if name != "timeliness"}
    assert set(whys.values()) == {"no feed"}


def test_a_file_that_was_stopped_is_no_feed() -> None:
    stopped = Sent(dt.date(2026, 10, 31), stopped=2)
    found = measure([stopped], [], today=dt.date(2026, 11, 21))
    assert found.latest is None
    assert [feed.sent.stopped for feed in found.feeds] == [2]


def test_what_cannot_be_known_is_not_guessed() -> None:
    assert error_rate(None, 100) == Reading(None, "erased")
    assert completeness(None, measured=True) == Reading(None, "not counted")
    assert completeness(None, measured=False) == Reading(None, "not measured")
    assert conflict_rate(0, 0, measured=False) == Reading(None, "not measured")
    assert meets("errors", None) is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [(0, (0, 100)), (99, (0, 100)), (100, (100, 1000)), (9999, (1000, 10_000)),
     (10_000, (10_000, None))],
)  # fmt: skip
def test_a_size_is_read_as_a_stretch(rows: int, said: tuple[int, int | None]) -> None:
    assert size_of(rows) == said


@given(st.fractions(0, 100), st.sampled_from(["completeness", "errors", "conflicts"]))
def test_neither_band_nor_writing_ever_says_another_thing_about_the_standard(
    share: Fraction, name: Measure
) -> None:
    """A reader of bands or of rounded shares and a reader of exact ones agree on what is met."""
    standard, band = STANDARDS[name], band_of(name, share)
    limit = 100 - standard.limit if standard.more_is_better else standard.limit
    assert meets(name, share) == (band.high <= limit) == meets(name, written(name, share))
    wrong = 100 - share if standard.more_is_better else share
    assert band.low <= wrong <= band.high


@given(
    st.lists(st.fractions(0, 100), min_size=3, max_size=6),
    st.fractions(0, 100),
    st.sampled_from(MEASURES),
)
def test_better_and_worse_are_opposites(
    before: list[Fraction], now: Fraction, name: Measure
) -> None:
    """Mirrored amounts move the other way, and a feed like all the others is the same."""
    opposite = {"better": "worse", "worse": "better", "same": "same"}
    mirrored = trend(name, 100 - now, [100 - one for one in before])
    assert mirrored == opposite[trend(name, now, before)]
    assert trend(name, now, [now] * len(before)) == "same"


def _measure(text: str) -> Measure:
    return next(name for name in MEASURES if name == text)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text[0].isdigit() else None
