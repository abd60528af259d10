"""The pages of the skills map: who reaches them, what they find, and what leaves them."""

import csv
import dataclasses
import gzip
import io
import json
import re
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from muster.services.skills.map.release import Release
from muster.services.skills.pages.words import where_it_lies
from muster.services.skills.showing import Shown, current
from tests import skills_release
from tests.integration.skill_pages_world import (
    BUILDERS,
    EVERYBODY,
    names_in_table,
    release_in_force,
    signed_in,
    slug_of_row,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
OPEN = (
    "/skills/", "/skills/points.json", "/skills/found.json?q=lantern", "/skills/asked.json",
    "/skills/picture.svg", "/skills/compare/", "/skills/record/",
    f"/skills/skill/{slug_of_row(0)}/", f"/skills/skill/{slug_of_row(0)}/report/",
)  # fmt: skip


@pytest.fixture
def release(fresh_home: Path) -> Release:
    return release_in_force()


@pytest.mark.parametrize("slug", EVERYBODY)
@pytest.mark.usefixtures("release")
def test_everybody_sees_the_map_and_only_builders_build(slug: str) -> None:
    client = signed_in(slug)
    for address in OPEN:
        assert client.get(address).status_code == 200, address
    may = 200 if slug in BUILDERS else 403
    for address in ("/skills/builds/", "/skills/reports/", "/skills/releases/1/withdraw/"):
        assert client.get(address).status_code == may, address
    assert ("/skills/builds/" in text_of(client, "/skills/")) == (slug in BUILDERS)


@pytest.mark.usefixtures("release")
def test_nobody_sees_it_without_signing_in() -> None:
    client = signed_in("nobody-at-all")
    for address in (*OPEN, "/skills/builds/", "/skills/reports/"):
        assert client.get(address).status_code == 302, address


def test_without_a_release_the_page_says_what_to_do() -> None:
    assert "An analyst can build one" in text_of(signed_in("leader"), "/skills/")
    assert "/skills/builds/" in text_of(signed_in("analyst"), "/skills/")
    assert signed_in("leader").get("/skills/points.json").status_code == 404
    assert signed_in("leader").get("/skills/compare/").status_code == 404
    assert "How the skills map is made" in text_of(signed_in("leader"), "/skills/record/")


def test_the_map_says_that_skills_are_asked_for_and_from_what_it_was_learned(
    release: Release,
) -> None:
    text = text_of(signed_in("leader"), "/skills/")
    assert "skills asked for, not skills that people have" in text
    assert "Release 1 of 5 January 2026, learned from 927 adverts of 9 organisations" in text
    assert release.digest in text


@pytest.mark.usefixtures("release")
def test_words_find_a_skill_by_another_name_too() -> None:
    client = signed_in("leader")
    text = text_of(client, "/skills/?q=work+with+lantern+law")
    assert names_in_table(text) == ["lantern law"]
    assert "Also called work with lantern law" in text
    met = client.get("/skills/found.json?q=work with lantern").json()["found"]
    assert met[0]["other"].startswith("work with lantern")
    assert "No skill is found" in text_of(client, "/skills/?q=zzzzqqqq")


def test_filters_keep_what_all_that_is_chosen_asks_for(release: Release) -> None:
    client = signed_in("leader")

    def asked_by(kind: str, group: str) -> set[str]:
        return set(release.asks_for(kind, group)["label"].to_list())

    office, making = asked_by("organisation", "Bell Commission"), asked_by("profession", "Mending")
    address = "/skills/?organisation=Bell+Commission"
    assert set(names_in_table(text_of(client, address))) <= office
    lit = client.get("/skills/asked.json?organisation=Bell Commission").json()["lit"]
    assert {release.skills["label"][place] for place in lit} == office
    both = client.get("/skills/asked.json?organisation=Bell Commission&profession=Mending")
    assert {release.skills["label"][place] for place in both.json()["lit"]} == office & making
    assert "that both ask for" in text_of(client, f"{address}&profession=Mending")
    part = client.get("/skills/asked.json?cluster=1").json()["lit"]
    assert {release.skills["cluster"][place] for place in part} == {1}


@pytest.mark.usefixtures("release")
def test_what_is_not_there_or_odd_is_no_filter_and_no_error() -> None:
    client = signed_in("leader")
    odd = ("?organisation=Nowhere", "?cluster=99999999999", "?cluster=x", "?page=9999999999999",
           "?sort=-nothing", "?as=exe", "?q=%27%3B--", f"?q={'x' * 5000}",
           "?q=%F0%9F%90%9D")  # fmt: skip
    for query in odd:
        for path in ("/skills/", "/skills/asked.json", "/skills/found.json"):
            assert client.get(f"{path}{query}").status_code == 200, (path, query)
    for query in ("?one=x", "?one=organisation:Nowhere", "?one=a:b:c&other=%00"):
        assert client.get(f"/skills/compare/{query}").status_code in (200, 400), query
    assert client.get("/skills/skill/esco-nothing/").status_code == 404
    assert client.get("/skills/skill/esco-nothing/report/").status_code == 404


def test_the_table_is_sorted_and_paged_on_the_server(release: Release) -> None:
    client = signed_in("leader")
    most = release.skills.sort("adverts", descending=True)["label"].to_list()
    first = names_in_table(text_of(client, "/skills/"))
    assert first == most[:25]
    assert names_in_table(text_of(client, "/skills/?page=2")) == most[25:50]
    assert names_in_table(text_of(client, "/skills/?sort=label"))[:3] == sorted(most)[:3]
    special = release.skills.sort("specialism", descending=True)["label"][0]
    assert names_in_table(text_of(client, "/skills/?sort=-specialism"))[0] == special


def test_downloads_hold_all_that_is_found_with_its_source(release: Release) -> None:
    client = signed_in("leader")
    answer = client.get("/skills/?as=csv&sort=label")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == release.skills.height
    assert all("not skills that people have" in row["Source"] for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/skills/?as=xlsx").content))
    (sheet,) = book.worksheets
    assert sheet.max_row == release.skills.height + 1
    few = client.get("/skills/?as=csv&organisation=Windmill+Board").content.decode("utf-8-sig")
    kept = release.asks_for("organisation", "Windmill Board").height
    assert len(few.strip().splitlines()) == kept + 1


def test_organisations_are_those_that_are_told_of(release: Release) -> None:
    client = signed_in("leader")
    told = release.asked.filter(pl.col("kind") == "organisation")["id"].to_list()
    answer = client.get("/skills/?as=csv&sort=label")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = {row["Identifier"]: int(row["Organisations told of"]) for row in rows}
    assert found == {one: told.count(one) for one in release.skills["id"]}
    assert len(set(found.values())) > 2
    points = client.get("/skills/points.json").json()["skills"]["organisations"]
    assert points == [told.count(one) for one in release.skills["id"]]
    page = text_of(client, f"/skills/skill/{slug_of_row(0)}/")
    assert f"told of {told.count(skills_release.id_of(0))} organisations;" in page


def test_the_whole_service_counts_each_advert_once(release: Release) -> None:
    """A department has the adverts of its agencies: these would weigh twice beside it."""
    shown = current()
    assert shown is not None
    wanted = np.zeros((64, 64))
    for name in ("Ministry of Tides", "Office for Orchards", "Bell Commission", "Windmill Board"):
        group = shown.group("organisation", name)
        assert group is not None
        wanted += group.adverts * release.surface("organisation", name)
    whole = shown.whole_surface
    assert whole is not None
    np.testing.assert_allclose(whole, wanted / wanted.sum(), rtol=1e-6)


GENERAL = [
    (["kinds of job", "organisations"], "few kinds of jobs ask"),
    (["organisations"], "few organisations ask"),
    ([], "Not known: the adverts do not tell"),
    (None, "few kinds of jobs ask"),
]


@pytest.mark.parametrize(("by", "said"), GENERAL)
def test_how_general_a_skill_is_said_by_what_could_be_told_apart(
    release: Release, by: list[str] | None, said: str
) -> None:
    about = {**release.about} | ({} if by is None else {"generality": by})
    shown = Shown(dataclasses.replace(release, about=about))
    assert said in where_it_lies(shown, max(shown.skills, key=lambda one: one.specialism))


def test_points_hold_the_release_and_are_kept_by_its_digest(release: Release) -> None:
    client = signed_in("leader")
    answer = client.get(f"/skills/points.json?v={release.digest}", HTTP_ACCEPT_ENCODING="gzip")
    assert "immutable" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    told = json.loads(gzip.decompress(answer.content))
    assert told["skills"]["name"] == release.skills["label"].to_list()
    each = told["near"]["each"]
    assert len(told["near"]["to"]) == each * release.skills.height
    assert min(n for n in told["near"]["together"] if n) >= 5
    assert min(told["skills"]["adverts"]) >= 5
    again = client.get("/skills/points.json", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304
    assert "no-cache" in again["Cache-Control"]
    plain = client.get("/skills/points.json")
    assert plain.json() == told


def test_a_skills_page_says_who_asks_and_why_neighbours_are_near(release: Release) -> None:
    client = signed_in("civil-servant")
    for row in (0, 3, 59):
        text = text_of(client, f"/skills/skill/{slug_of_row(row)}/")
        near = release.near(skills_release.id_of(row))
        for one in near.iter_rows(named=True):
            assert one["label"] in text
            if one["together"] is not None:
                assert re.search(rf"\b{one['together']} adverts ask for both", text)
        asks = release.who_asks(skills_release.id_of(row), "organisation")
        for group in asks["group"]:
            assert group in text
    first = text_of(client, f"/skills/skill/{slug_of_row(0)}/")
    assert "You will look after the lanterns of the harbour." in first
    assert "Keeper of lanterns" in first
    assert "work with lantern mending" in first


@pytest.mark.usefixtures("release")
def test_no_count_of_fewer_than_five_adverts_is_on_a_skills_page(release: Release) -> None:
    few = release.near_pairs.filter(pl.col("together").is_null())["id"][0]
    text = text_of(signed_in("leader"), f"/skills/skill/{few.replace(':', '-', 1)}/")
    assert "seldom or never in one advert" in text
    assert not re.search(r"\b[0-4] adverts? asks? for both", text)


def test_names_are_text_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skills_release, "label_of", lambda row: f"{HOSTILE} {row}")
    monkeypatch.setattr(skills_release, "_CLUSTERS", (HOSTILE, "=2+5", "B", "C"))
    monkeypatch.setitem(
        skills_release._GROUPS, "organisation", ((HOSTILE, None, 420), ("=cmd()", None, 300))
    )
    release_in_force(skills=30)
    client = signed_in("analyst")
    pages = ("/skills/", "/skills/?q=script", "/skills/compare/?one=organisation:%3Dcmd()",
             "/skills/picture.svg", f"/skills/skill/{slug_of_row(0)}/",
             f"/skills/skill/{slug_of_row(0)}/report/")  # fmt: skip
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
    for address in ("/skills/points.json", "/skills/found.json?q=script"):
        assert client.get(address)["Content-Type"].startswith("application/json")
    for cell in (
        cell
        for row in csv.reader(io.StringIO(client.get("/skills/?as=csv").content.decode()))
        for cell in row
    ):
        assert not cell.startswith(("=", "+", "@"))


@pytest.mark.usefixtures("release")
def test_the_still_picture_and_pages_say_the_same_in_welsh() -> None:
    client = signed_in("leader")
    client.get("/language/cy?next=/")
    for address in ("/skills/", "/skills/record/", f"/skills/skill/{slug_of_row(1)}/"):
        assert 'lang="cy"' in text_of(client, address)


def test_a_release_that_replaces_another_is_what_pages_show(release: Release) -> None:
    client = signed_in("leader")
    tag = client.get("/skills/points.json")["ETag"]
    second = release_in_force(skills=40, number=2)
    assert second.digest != release.digest
    assert len(client.get("/skills/points.json").json()["skills"]["name"]) == 40
    assert client.get("/skills/points.json")["ETag"] != tag
    assert "Release 2 of" in text_of(client, "/skills/")
