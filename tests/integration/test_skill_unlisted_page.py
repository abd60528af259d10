"""The page of phrases that no skill is called: who sees it, what it tells, what it leads to."""

import csv
import hashlib
import io
import json
from html import unescape

import pytest

from muster.services.skills.models import Published
from muster.services.skills.storing import release_folder
from tests.integration.skill_pages_world import (
    BUILDERS,
    EVERYBODY,
    names_in_table,
    release_in_force,
    signed_in,
    slug_of_row,
    text_of,
)
from tests.skills_release import label_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
PAGE = "/skills/unlisted/"
PHRASES = (("attention to detail", 41), (f"{label_of(3)}s", 17), ("tide & moon lore", 17))


@pytest.mark.parametrize("slug", EVERYBODY)
def test_only_who_decides_reports_sees_it(slug: str) -> None:
    release_in_force(unlisted=PHRASES)
    answer = signed_in(slug).get(PAGE)
    assert answer.status_code == (200 if slug in BUILDERS else 403)
    assert ("attention to detail" in answer.content.decode()) == (slug in BUILDERS)


def test_nobody_sees_it_without_signing_in() -> None:
    assert signed_in("nobody-at-all").get(PAGE).status_code == 302


def test_phrases_are_listed_sought_sorted_and_taken_away() -> None:
    release_in_force(unlisted=PHRASES)
    client = signed_in("analyst")
    text = text_of(client, PAGE)
    assert names_in_table(text) == [phrase for phrase, _adverts in PHRASES]
    assert "Release 1 of 5 January 2026" in text
    assert "Only phrases of five adverts or more are shown" in text
    assert PAGE in text_of(client, "/skills/reports/")
    assert names_in_table(text_of(client, f"{PAGE}?q=+Moon++LORE")) == ["tide & moon lore"]
    assert names_in_table(text_of(client, f"{PAGE}?sort=phrase"))[0] == "attention to detail"
    assert names_in_table(text_of(client, f"{PAGE}?sort=adverts"))[-1] == "attention to detail"
    told = client.get(f"{PAGE}?as=csv&q=detail").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told)))
    assert [row[:2] for row in rows[1:]] == [["attention to detail", "41"]]
    assert "Release 1" in rows[1][2]


def test_a_phrase_leads_to_a_report_that_is_filled_in() -> None:
    release_in_force(unlisted=PHRASES)
    client = signed_in("analyst")
    words = f"{label_of(3)}s".replace(" ", "+")
    address = f"/skills/skill/{slug_of_row(3)}/report/?kind=synonym&words={words}"
    assert address in unescape(text_of(client, PAGE))
    form = text_of(client, address)
    assert f'value="{label_of(3)}s"' in form
    assert 'value="synonym" checked' in form
    hostile = text_of(client, f"{address}%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert(1)" not in hostile


def test_why_nothing_is_listed_is_said() -> None:
    client = signed_in("analyst")
    assert "No skills map is in force" in text_of(client, PAGE)
    release_in_force()
    assert "No phrase stands in five adverts or more" in text_of(client, PAGE)
    assert "No phrase holds these words" in text_of(client, f"{PAGE}?q=moon")


def test_a_release_from_before_says_that_nothing_is_known() -> None:
    release_in_force(unlisted=PHRASES)
    folder = release_folder(1)
    told = json.loads((folder / "release.json").read_text())
    del told["files"]["unlisted.parquet"]
    (folder / "unlisted.parquet").unlink()
    (folder / "release.json").write_text(json.dumps(told))
    digest = hashlib.sha256((folder / "release.json").read_bytes()).hexdigest()
    Published.objects.filter(number=1).update(digest=digest)
    assert "Nothing is known" in text_of(signed_in("analyst"), PAGE)
