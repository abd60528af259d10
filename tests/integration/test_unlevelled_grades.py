"""A grade that no code list covers is accepted, and its sender is told wherever feeds are told."""

import json
import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from muster.cli.main import main
from muster.hub import queries
from muster.hub.approval import approve
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.rules import read_level
from muster.register.posts.unlevelled import WHAT_TO_DO, unlevelled_notes
from tests.integration.loads import file_of
from tests.integration.loads import load as load_posts
from tests.integration.mending_files import ORCHARDS, counts, enrol_all, report, row, sent
from tests.integration.people_files import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
SignIn = Callable[[str], Client]
ODD = "Wizard Band 9"
NOTE = f"2 rows: grade '{ODD}' has no responsibility level yet."


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def feed() -> queries.LandingView:
    """Load a report in which two rows are of a grade that nobody listed, and one of none."""
    enrol_all()
    rows = [row("E1"), row("E2", grade=ODD), row("E3", grade=ODD), row("E4", grade="")]
    landing = sent(report(*rows))
    assert counts(landing) == (4, 4, 0), "no row waits for it"
    return queries.landing(landing)


def words_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.content.decode())).split())


def said(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_the_feed_is_accepted_and_says_what_to_do(as_: SignIn, feed: queries.LandingView) -> None:
    assert feed.notes == (NOTE, WHAT_TO_DO)
    words = words_of(as_("caseworker-orchards"), f"/exchange/feeds/{feed.id}")
    assert NOTE in words
    assert WHAT_TO_DO in words


def test_a_terminal_tells_it_in_words_and_in_json(
    feed: queries.LandingView, tmp_path: Path
) -> None:
    (listed,) = json.loads(said("feeds", "list", "--json"))["feeds"]
    assert NOTE in listed["notes"]
    assert f"noticed: {NOTE}" in said("feeds", "list")
    folder = tmp_path / ORCHARDS
    folder.mkdir()
    rows = [row("E1"), row("E2", grade=ODD), row("E3", grade=ODD), row("E4", grade="")]
    (folder / "2026-11-30-hr.csv").write_bytes(report(*rows))
    done = json.loads(said("load", str(tmp_path), "--json"))
    (loaded,) = done["feeds"]
    assert loaded["notes"] == [NOTE, WHAT_TO_DO]


def test_quality_tells_it_to_who_may_see_the_feeds_alone(
    as_: SignIn, feed: queries.LandingView
) -> None:
    address = f"/quality/suppliers/hr-{ORCHARDS}"
    assert NOTE in words_of(as_("caseworker-orchards"), address)
    assert NOTE in words_of(as_("governance"), address)
    assert ODD not in words_of(as_("leader"), address), "it tells how many rows there are"
    lines = said("quality", "--json").splitlines()
    told = {one["route"]: one["notes"] for one in map(json.loads, lines)}
    assert told[f"hr-{ORCHARDS}"] == [NOTE, WHAT_TO_DO]
    assert f"noticed: {NOTE}" in said("quality")


def test_a_later_feed_without_the_grade_is_told_of_no_more(feed: queries.LandingView) -> None:
    landing = load({feed.name: report(*(row(f"E{n}") for n in range(1, 5)))}).fresh[0]
    approve(landing=landing, reason="Listed", by="persona:x", read=read, clock=SYSTEM_CLOCK)
    assert queries.landing(landing).notes == ()
    assert ODD not in said("quality")


def test_published_posts_are_told_of_alike() -> None:
    junior = f'HM Treasury,HM Treasury,Tax,A1,{ODD},21000,25000,"Officer","1",Policy'
    (landing,) = load_posts({"hmt/2011-03-31-junior.csv": file_of(junior)}).fresh
    found = queries.landing(landing)
    assert (found.accepted, found.quarantined) == (1, 0)
    assert found.notes[0] == f"1 row: grade '{ODD}' has no responsibility level yet."


GRADES = st.sampled_from(["G7", "HEO", "AO/EO", ODD, "Band of Otters", "x" * 200, None])


@given(st.lists(st.tuples(st.integers(1, 3), GRADES), max_size=40))
def test_every_row_of_an_unknown_grade_is_counted_once(
    stated: list[tuple[int, str | None]],
) -> None:
    """Against a count row by row, which asks the code lists of each row by itself."""
    levels = [_level(grade) for _file, grade in stated]
    frame = pl.DataFrame(
        [(*one, level) for one, level in zip(stated, levels, strict=True)],
        schema={"file": pl.Int64, "grade": pl.String, "level": pl.String},
        orient="row",
    )
    notes = unlevelled_notes(frame)
    unknown = Counter(file for file, grade in stated if grade and not _level(grade))
    told = {
        file: sum(int(line.partition(" row")[0]) for line in lines[:-1])
        for file, lines in notes.items()
    }
    assert told == unknown
    assert all(len(line) < 200 for lines in notes.values() for line in lines)


def test_of_many_grades_the_commonest_are_named() -> None:
    grades = [f"Otter {n:02}" for n in range(30) for _again in range(n + 1)]
    frame = pl.DataFrame(
        {"file": [1] * len(grades), "grade": grades},
        schema_overrides={"file": pl.Int64},
    ).with_columns(level=pl.lit(None, dtype=pl.String))
    lines = unlevelled_notes(frame)[1]
    assert lines[0] == "30 rows: grade 'Otter 29' has no responsibility level yet."
    assert len(lines) == 12
    assert lines[10] == "210 rows: 20 more grades have no responsibility level."


def _level(grade: str | None) -> str | None:
    reading = read_level(grade or "", "", "", shipped_code_list())
    return reading.level if reading else None
