"""Files of building counts as they should not be: what waits and why, and what counts."""

import datetime as dt
from pathlib import Path

import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import release as told
from muster.hub.actions import release
from muster.hub.agreements.actions import suspend
from muster.hub.models import Landing
from muster.hub.queries import quarantined
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.attendance.enrolment import enrol
from muster.register.attendance.models import Count
from muster.register.employers.actions import remember_name
from muster.register.employers.queries import find
from tests.integration.people_files import BY, enrolled, load, service
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bodies")]
HARBOURS = "harbours-and-lighthouses"
BY_DAY = "Building,Town,Region,Organisation,Date,People Present,Desks,People Based"
BY_WEEK = (
    "Building,Town,Region,Organisation,Week Beginning,Days Counted,Total Present,Desks,People Based"
)
OCTOBER = dt.date(2026, 10, 31)
ORCHARDS = "Department of Orchards and Allotments"


@pytest.fixture
def bodies(fresh_home: Path) -> None:
    def made() -> None:
        enrol(enrolled(service(3, 300)), by=BY, clock=SYSTEM_CLOCK)

    remembered("buildings of three employers", made)


def row(
    date: str = "06/10/2026",
    present: object = 50,
    *,
    building: str = "Quay House",
    town: str = "Leeds",
    region: str = "Yorkshire and The Humber",
    whose: str = "",
    desks: object = 60,
    based: object = 100,
) -> str:
    return f"{building},{town},{region},{whose},{date},{present},{desks},{based}"


def week(date: str, days: object, present: object) -> str:
    return f"Quay House,Leeds,Yorkshire and The Humber,,{date},{days},{present},60,100"


def sent(*rows: str, header: str = BY_DAY, day: str = "2026-10-31") -> Landing:
    content = "\n".join([header, *rows, ""]).encode()
    [landing] = load({f"{HARBOURS}/{day}-attendance.csv": content}).fresh
    return Landing.objects.get(id=landing)


def waits(landing: Landing) -> dict[int, list[str]]:
    """Return the reasons of each waiting row, in words."""
    found = quarantined(landing_id=landing.id)
    return {
        one.row: [f"{said['field']}: {said['reason']}" for said in one.problems] for one in found
    }


def average(*by: str, metric: str = "attendance") -> dict[tuple[str, ...], float]:
    cells = reader_of(metric_named(metric)).cells(by, OCTOBER)
    return {cell.key: cell.value / 1000 for cell in cells}


ODD = {
    "a day to come": (row("02/11/2026"), "Day: lies after the day the file speaks of"),
    "no day": (row(""), "Day: states neither a day nor a week"),
    "no such day": (row("31/09/2026"), "Day: "),
    "less than nobody": (row(present=-1), "People present: "),
    "part of a person": (row(present="3.5"), "People present: "),
    "words": (row(present="many"), "People present: "),
    "no number": (row(present=""), "People present: "),
    "a spreadsheet's error": (row(present="#REF!"), "People present: "),
    "no building": (row(building=""), "Building: "),
    "no people based": (row(based=""), "People based there: "),
    "no desks stated": (row(desks=""), "Desks: "),
    "no such region": (row(region="Narnia"), "Region: not in the code list of this layout"),
    "no such employer": (
        row(whose="Ministry of Lunch"),
        "Organisation: no employer of the register has this name",
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_a_row_that_is_not_certain_waits_and_says_why(case: str) -> None:
    odd, reason = ODD[case]
    landing = sent(odd, row("07/10/2026"))
    found = waits(landing)
    assert list(found) == [2]
    assert any(one.startswith(reason) for one in found[2]), found
    assert Count.objects.count() == 1


WEEKS = {
    "begins on a Tuesday": (week("06/10/2026", 5, 100), "Week: does not begin on a Monday"),
    "is not over": (week("02/11/2026", 5, 100), "Week: is not over on the day the file speaks of"),
    "of six days": (week("05/10/2026", 6, 100), "Days counted: "),
    "of no day": (week("05/10/2026", 0, 0), "Days counted: "),
    "of untold days": (week("05/10/2026", "", 100), "Days counted: needed for a week"),
}


@pytest.mark.parametrize("case", WEEKS)
def test_a_week_that_is_not_certain_waits_and_says_why(case: str) -> None:
    odd, reason = WEEKS[case]
    landing = sent(odd, week("12/10/2026", 4, 200), header=BY_WEEK)
    found = waits(landing)
    assert list(found) == [2]
    assert any(one.startswith(reason) for one in found[2]), found
    assert average() == {(): 50.0}


def test_a_day_is_counted_once() -> None:
    landing = sent(
        row(), row(), row("07/10/2026", 60), row("07/10/2026", 70), row("08/10/2026", 40)
    )
    assert waits(landing) == {
        3: ["Building: repeats an earlier row of the file"],
        4: ["Building: stands in several rows of the file, which differ"],
        5: ["Building: stands in several rows of the file, which differ"],
    }
    assert average() == {(): 45.0}


def test_days_without_a_count_are_no_zeros_and_a_nought_is() -> None:
    sent(row("05/10/2026", 60), row("06/10/2026", 0))
    assert average("week") == {("2026-10-05",): 30.0}


def test_a_saturday_is_kept_and_does_not_count() -> None:
    landing = sent(row("10/10/2026", 2), row("09/10/2026", 40))
    assert landing.notes == ["Rows of Saturdays and Sundays are kept and do not count"]
    assert Count.objects.count() == 2
    assert average() == {(): 40.0}


def test_what_is_left_out_is_not_stated() -> None:
    sent(row(town="", region=""))
    assert average("region") == {("",): 50.0}
    assert average("town") == {("",): 50.0}
    reader = reader_of(metric_named("attendance"))
    for name in ("region", "town", "weekday"):
        assert "" in reader.domain(name, OCTOBER), name
        assert reader_of(metric_named("attendance")).domain(name, OCTOBER)[""] == ""


def test_a_building_counts_the_people_of_several_employers() -> None:
    landing = sent(row(present=50), row(present=20, whose=ORCHARDS, based=30))
    assert not waits(landing)
    assert average() == {(): 70.0}
    assert sorted(average("employer").values()) == [20.0, 50.0]
    assert list(average("building").values()) == [70.0]
    assert sorted(average("workplace", metric="attendance_based").values()) == [30.0, 100.0]


def test_a_later_file_counts_instead_of_an_earlier_one() -> None:
    sent(row("01/10/2026", 10), row("02/10/2026", 20), day="2026-10-02")
    sent(row("02/10/2026", 40), row("05/10/2026", 90), day="2026-10-31")
    assert average("week") == {("2026-09-28",): 25.0, ("2026-10-05",): 90.0}


def test_a_week_told_by_day_and_as_a_whole_counts_as_told_later() -> None:
    sent(row("05/10/2026", 10), row("06/10/2026", 20), day="2026-10-09")
    sent(week("05/10/2026", 5, 300), header=BY_WEEK, day="2026-10-16")
    assert average("week") == {("2026-10-05",): 60.0}
    assert average("weekday") == {("",): 60.0}
    sent(row("05/10/2026", 30), day="2026-10-31")
    assert average("week", "weekday") == {
        ("2026-10-05", "Monday"): 30.0, ("2026-10-05", "Tuesday"): 20.0,
    }  # fmt: skip


def test_a_corrected_file_takes_the_place_and_withdrawn_makes_room() -> None:
    sent(row(present=50), row("07/10/2026", 70))
    corrected = sent(row(present=40))
    assert average() == {(): 40.0}
    withdraw(landing=corrected.id, reason="sent by mistake", by=BY, clock=SYSTEM_CLOCK)
    assert average() == {(): 60.0}


def test_rows_go_on_once_the_name_is_known() -> None:
    landing = sent(row(), row("07/10/2026", 90, whose="The Orchards"))
    assert average() == {(): 50.0}
    [orchards] = [one for one in (find("pretend:orchards-and-allotments"),) if one]
    remember_name(stated="The Orchards", employer=orchards[0], by=BY, clock=SYSTEM_CLOCK)
    assert release([landing.id], read, by=BY, clock=SYSTEM_CLOCK) == 1
    assert sorted(average("employer").values()) == [50.0, 90.0]


def test_a_row_that_went_on_is_not_counted_again_by_a_mended_twin() -> None:
    known, twin = row(present=30, whose=ORCHARDS), row(present=35, whose="The Orchards")
    landing = sent(known, twin)
    [orchards] = [one for one in (find("pretend:orchards-and-allotments"),) if one]
    remember_name(stated="The Orchards", employer=orchards[0], by=BY, clock=SYSTEM_CLOCK)
    assert release([landing.id], read, by=BY, clock=SYSTEM_CLOCK) == 0
    assert "Building: stands in another row of the file, which was accepted" in waits(landing)[3]
    assert sorted(average("employer").values()) == [30.0]


def test_a_file_that_names_people_is_held() -> None:
    landing = sent(f"{row()},E1001", header=f"{BY_DAY},Staff Number")
    assert landing.state == "held"
    assert "Staff Number" in landing.said
    assert not Count.objects.exists()


def test_without_an_agreement_in_force_nothing_flows() -> None:
    owner = find(f"pretend:{HARBOURS}")
    assert owner is not None
    suspend(
        code=f"attendance-{HARBOURS}", reason="under review", by=BY, employer=owner[0],
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    landing = sent(row())
    assert landing.state == "refused"
    assert not Count.objects.exists()


def test_few_people_are_a_band_on_every_path() -> None:
    sent(row("05/10/2026", 30), row("06/10/2026", 0), row("07/10/2026", 0), row("08/10/2026", 0))
    for by in ((), ("building",), ("employer", "week"), ("workplace", "week")):
        table = told(
            "attendance", by, OCTOBER, audience="a", purpose="p", by=BY, clock=SYSTEM_CLOCK
        )
        # 30 people on one day in four are seven and a half on an average day.
        assert {cell.shown for cell in table.cells} == {"0 to 7"}, by
