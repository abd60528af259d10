"""Pretend adverts: what truth says an advert asks for, its text says, and in the words named."""

import csv
import html
import json
import re
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.mentions import lexical
from synthetic.adverts import Adverts, adverts, adverts_and_truth
from synthetic.adverts.files import write_adverts
from synthetic.adverts.jobs import MONTHS
from synthetic.adverts.making import LAST, SCHEMA
from synthetic.adverts.wording import ENGLISH, FAMILIES, WELSH
from synthetic.chance import Chance
from synthetic.employers import make_employers

COUNT = 6_000


@pytest.fixture(scope="module")
def made() -> Adverts:
    return adverts_and_truth(COUNT, seed=5, organisations=60)


def plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "\n", text))


def test_every_advert_says_every_sentence_that_asks_and_each_sentence_its_words(
    made: Adverts,
) -> None:
    texts = {row[0]: plain(row[-1]) for row in made.adverts.iter_rows()}
    told = made.truth["advert_sentence"]
    assert told.height > 8 * COUNT
    for advert, section, sentence, _skill, surface in told.iter_rows():
        assert sentence in texts[advert]
        assert surface.lower() in sentence.lower()
        assert section in {"duty", "skill", "wanted"}
    asked = set(told.select("advert_id", "skill").iter_rows())
    assert asked == set(made.truth["advert_skill"].iter_rows())


def test_many_skills_are_said_in_other_words_than_their_names(made: Adverts) -> None:
    every = (*(one for family in FAMILIES for one in family.skills), *ENGLISH.general)
    worded = [one.name for one in every if len(one.surfaces) > 1]
    told = made.truth["advert_sentence"].join(
        made.truth["advert"].filter(pl.col("language") == "en"), on="advert_id"
    )
    named = told.with_columns(named=pl.col("skill") == pl.col("surface"))
    assert 0.55 < named["named"].mean() < 0.8  # type: ignore[operator]
    others = named.filter(pl.col("skill").is_in(worded))
    assert 0.35 < others["named"].mean() < 0.65  # type: ignore[operator]


def test_the_lexicon_knows_every_name_that_is_said_in_no_other_words() -> None:
    names = [
        (family.key, one.surfaces[0])
        for family in FAMILIES
        for one in family.skills
        if len(one.surfaces) == 1
    ]
    asked = [template for template in ENGLISH["skill"] if "{t}" not in template]
    rest = {"whom": "with cyclists", "so": "so that shepherds can rely on us", "grade": "EO"}
    said = [
        (family, name, template.format(s=name, **rest))
        for family, name in names
        for template in asked
    ]
    sentences = pl.DataFrame(
        {"sentence": range(len(said)), "text": [text for *_, text in said]},
        schema={"sentence": pl.UInt32, "text": pl.String},
    ).with_columns(pl.Series("family", [family for family, *_ in said]))
    sentences = sentences.with_columns(pl.Series("name", [name for _, name, _ in said]))
    found = lexical.find(sentences, shipped()).join(sentences, on="sentence")
    whole = found.filter(pl.col("surface").str.to_lowercase() == pl.col("name").str.to_lowercase())
    often = whole.group_by("family", "name").len().filter(pl.col("len") >= len(asked) // 3)
    assert set(names) - set(often.select("family", "name").iter_rows()) == set()
    assert len(names) > 28 * len(FAMILIES)
    homes = whole.group_by("skill").agg(pl.col("family").n_unique())
    assert homes["family"].quantile(0.95) == 1


def test_adverts_are_as_long_as_adverts_are_and_fall_in_three_years(made: Adverts) -> None:
    assert dict(made.adverts.schema) == {name: kind() for name, kind in SCHEMA.items()}
    assert 2_100 < made.adverts["description"].str.len_chars().mean() < 2_400  # type: ignore[operator]
    assert made.adverts["posted"].max() == LAST
    assert made.adverts["posted"].min() == LAST - timedelta(days=1095)
    assert made.adverts["advert_id"].n_unique() == COUNT
    assert (made.adverts["salary_min"] <= made.adverts["salary_max"]).all()


def test_some_adverts_are_posted_again_some_are_of_one_campaign_a_few_are_empty(
    made: Adverts,
) -> None:
    whole = made.adverts.join(made.truth["advert"], on="advert_id")
    first = whole.select("advert_id", "title", "organisation", "description", "grade", "place")
    again = whole.join(first, left_on="same_as", right_on="advert_id", suffix="_first")
    assert 0.08 < again.height / COUNT < 0.14
    assert (again["title"] == again["title_first"]).all()
    assert (again["organisation"] == again["organisation_first"]).all()
    same = again["description"] == again["description_first"]
    assert 0.04 < same.sum() / COUNT < 0.09
    elsewhere = (again["grade"] != again["grade_first"]) | (again["place"] != again["place_first"])
    assert elsewhere.sum() > 0.02 * COUNT
    empty = whole.filter(pl.col("description") == "")
    assert 0 < empty.height < 0.02 * COUNT
    assert not set(empty["advert_id"]) & set(made.truth["advert_skill"]["advert_id"])


def test_some_adverts_are_in_welsh_where_welsh_is_spoken_and_some_in_html(made: Adverts) -> None:
    whole = made.adverts.join(made.truth["advert"], on="advert_id")
    welsh = whole.filter(pl.col("language") == "cy")
    assert 0.005 < welsh.height / COUNT < 0.06
    assert welsh.filter(pl.col("description").str.contains("Sut i wneud cais")).height > 0
    own = whole.filter(pl.col("same_as").is_null(), pl.col("language") == "cy")
    assert set(own["region"]) == {"Wales"}
    assert 0.2 < whole["html"].mean() < 0.3  # type: ignore[operator]
    assert (whole["html"] == whole["description"].str.contains("<p>")).mean() == 1.0


def test_specialist_skills_are_of_few_families_and_general_ones_of_nearly_all(
    made: Adverts,
) -> None:
    asked = made.truth["advert_skill"].join(
        made.truth["advert"].filter(pl.col("language") == "en"), on="advert_id"
    )
    spread = dict(asked.group_by("skill").agg(pl.col("family").n_unique()).iter_rows())
    assert spread["communication"] == len(FAMILIES)
    own = [spread[one.name] for family in FAMILIES for one in family.skills if one.name in spread]
    assert sorted(own)[len(own) // 2] <= 4


def test_rising_skills_rise_and_falling_ones_fall(made: Adverts) -> None:
    trends = {
        one.name: one.trend
        for one in (*(each for family in FAMILIES for each in family.skills), *ENGLISH.general)
    }
    early = LAST - timedelta(days=1095 - 365)
    late = LAST - timedelta(days=365)
    asked = made.truth["advert_skill"].join(made.adverts.select("advert_id", "posted"), "advert_id")
    asked = asked.with_columns(trend=pl.col("skill").replace_strict(trends, default=0))
    counts = {
        trend: (
            asked.filter(pl.col("trend") == trend, pl.col("posted") < early).height,
            asked.filter(pl.col("trend") == trend, pl.col("posted") > late).height,
        )
        for trend in (1, -1, 0)
    }
    change = {trend: after / before for trend, (before, after) in counts.items()}
    assert change[1] > 1.5 * change[0]
    assert change[-1] < 0.67 * change[0]
    assert MONTHS == 36


def test_no_skill_is_in_two_families_and_all_words_have_what_they_name() -> None:
    names = [one.name for family in FAMILIES for one in family.skills]
    assert len(names) == len(set(names))
    keys = {family.key for family in FAMILIES}
    assert len(keys) >= 40
    assert all(set(family.near) <= keys for family in FAMILIES)
    fields = {
        "s", "t", "whom", "so", "who", "who2", "thing", "org", "slug", "title", "place", "grade",
        "unit", "n", "day", "ref", "low", "high",
    }  # fmt: skip
    for words in (ENGLISH, WELSH):
        said = (text for sentences in words.sentences.values() for text in sentences)
        assert {name for text in said for name in re.findall(r"\{(\w+)\}", text)} <= fields


def test_the_same_seed_gives_the_same_adverts_and_another_seed_others() -> None:
    one = adverts(300, seed=2)
    assert one.equals(adverts(300, seed=2))
    assert one.equals(adverts_and_truth(300, seed=2).adverts)
    assert not one.equals(adverts(300, seed=3))
    assert adverts(0).height == 0


def test_files_hold_what_the_tables_hold(tmp_path: Path) -> None:
    bodies = make_employers(6, 2400, Chance(3))
    write_adverts(tmp_path, bodies, 200, LAST, 9)
    expected = adverts(200, 9, bodies, LAST)
    found = {}
    for place in (path for path in (tmp_path / "adverts").rglob("*") if path.is_file()):
        if place.suffix == ".csv":
            with place.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    day = "-".join(reversed(row["Date Posted"].split("/")))
                    found[row["Vacancy ID"]] = (row["Job Description"], day, row["Department"])
        else:
            for one in json.loads(place.read_text(encoding="utf-8"))["@graph"]:
                found[one["identifier"]["value"]] = (
                    one["description"], one["datePosted"], one["hiringOrganization"]["name"],
                )  # fmt: skip
    assert found == {
        row["advert_id"]: (row["description"], row["posted"].isoformat(), row["organisation"])
        for row in expected.iter_rows(named=True)
    }
