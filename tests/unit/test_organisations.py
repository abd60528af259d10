"""The shipped organisations are whole, each stands once, and they are made from the lists."""

import io
from collections import Counter
from pathlib import Path

import pytest

from muster.register.employers.organisations import (
    merge_organisations,
    read_source_lists,
    shipped_organisations,
    write_organisations,
)
from muster.register.employers.rules import Organisation, StatedDate, normalise_name

LISTS = Path(__file__).parents[3] / "shared" / "data" / "orgs"
SHIPPED = {organisation.key: organisation for organisation in shipped_organisations()}


def govuk(slug: str, title: str, **cells: str) -> dict[str, str]:
    columns = ("abbreviation", "format", "analytics_identifier", "parent_organisations")
    links = ("child_organisations", "superseded_organisations", "superseding_organisations")
    empty = dict.fromkeys(columns + links, "")
    return {"slug": slug, "title": title, "govuk_status": "live", **empty, **cells}


def register(code: str, name: str, slug: str, start: str = "", end: str = "") -> dict[str, str]:
    website = f"https://www.gov.uk/government/organisations/{slug}"
    row = {"government-organisation": code, "name": name, "website": website}
    return {**row, "start-date": start, "end-date": end}


def merged(
    govuk_rows: list[dict[str, str]],
    register_rows: list[dict[str, str]],
    short: dict[str, str] | None = None,
) -> dict[str, Organisation]:
    abbreviations = [
        {"abbreviation": abbreviation, "government-organisation": code}
        for abbreviation, code in (short or {}).items()
    ]
    found = merge_organisations(govuk_rows, register_rows, abbreviations)
    return {organisation.key: organisation for organisation in found}


def test_no_two_organisations_share_a_full_name() -> None:
    names = Counter(
        name
        for organisation in SHIPPED.values()
        for name in {normalise_name(text) for text in organisation.full_names}
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_reference_leads_to_an_organisation_and_back() -> None:
    for key, organisation in SHIPPED.items():
        assert all(parent in SHIPPED for parent in organisation.parents)
        assert all(key in SHIPPED[later].supersedes for later in organisation.superseded_by)
        assert all(key in SHIPPED[earlier].superseded_by for earlier in organisation.supersedes)
        assert key not in organisation.superseded_by


def test_every_organisation_has_a_name_a_source_and_an_honest_status() -> None:
    for organisation in SHIPPED.values():
        assert normalise_name(organisation.title)
        assert organisation.sources
        if organisation.closed:
            assert organisation.status == "closed"


def test_shipped_file_is_what_the_lists_make() -> None:
    if not LISTS.exists():
        pytest.skip(f"the source lists are not at {LISTS}")
    made = merge_organisations(*read_source_lists(LISTS))
    assert tuple(made) == shipped_organisations()


def test_written_file_is_stable() -> None:
    first, second = io.StringIO(), io.StringIO()
    write_organisations(shipped_organisations(), first)
    write_organisations(shipped_organisations(), second)
    assert first.getvalue() == second.getvalue()
    assert first.getvalue().count("\n") == len(SHIPPED) + 1


@pytest.mark.parametrize(
    "old",
    [
        register("EA1", "Old Name", "old-name"),
        register("EA9", "Old Name", "new-name"),
        register("EA9", "The New Name", "old-name"),
    ],
    ids=["same code", "same address", "same name"],
)
def test_old_register_row_joins_the_organisation_it_is_like(old: dict[str, str]) -> None:
    found = merged([govuk("new-name", "New Name", analytics_identifier="EA1")], [old])
    assert list(found) == ["new-name"]
    assert found["new-name"].sources == ("govuk-2026 row 1", "register-2017 row 1")


def test_a_row_like_two_organisations_is_refused() -> None:
    rows = [govuk("one", "One", analytics_identifier="EA1"), govuk("two", "Two")]
    with pytest.raises(ValueError, match="EA1 is like one and two"):
        merged(rows, [register("EA1", "Two", "elsewhere")])


def test_a_code_with_two_rows_is_one_organisation() -> None:
    rows = [register("OT4", "Litigation Body", "body"), register("OT4", "Resolution", "body")]
    found = merged([govuk("resolution", "Resolution")], rows, {"lb": "OT4"})
    assert list(found) == ["resolution"]
    assert found["resolution"].former_names == ("Litigation Body",)
    assert found["resolution"].abbreviations == ("LB",)


def test_status_follows_the_newer_list_then_dates_then_successors() -> None:
    rows = [
        govuk("nation", "Nation", format="Devolved government", superseded_organisations="moved"),
        govuk("heir", "Heir", superseded_organisations="gone;never-listed"),
        govuk("kept", "Kept"),
    ]
    old = [
        register("A", "Moved", "moved"),
        register("B", "Gone", "gone"),
        register("C", "Kept", "kept", end="2009"),
        register("D", "Ended", "ended", start="1999", end="2005-04"),
        register("E", "Silent", "silent"),
    ]
    found = merged(rows, old)
    assert {key: organisation.status for key, organisation in found.items()} == {
        "nation": "live",
        "heir": "live",
        "kept": "live",
        "never-listed": "closed",
        "register-2017:A": "devolved",
        "register-2017:B": "closed",
        "register-2017:D": "closed",
        "register-2017:E": "not listed",
    }
    assert found["kept"].closed is None
    assert found["never-listed"].name_from_slug
    assert found["never-listed"].superseded_by == ("heir",)
    ended = found["register-2017:D"]
    assert (ended.opened, ended.closed) == (StatedDate("1999"), StatedDate("2005-04"))


def test_an_address_without_its_and_is_the_same_organisation() -> None:
    rows = [govuk("heir", "Heir", superseded_organisations="sport-leisure")]
    found = merged(rows, [register("D5", "Sport and Leisure", "elsewhere")])
    assert found["heir"].supersedes == ("register-2017:D5",)


def test_parents_are_known_from_either_end() -> None:
    rows = [govuk("top", "Top", child_organisations="low"), govuk("low", "Low")]
    assert merged(rows, [])["low"].parents == ("top",)
