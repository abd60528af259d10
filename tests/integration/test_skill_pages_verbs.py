"""Reporting and deciding, building and publishing, and comparing, on pages of the skills map."""

import re
import uuid
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from muster.gates.access import Actor
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.actions import load_organisations
from muster.register.employers.organisations import shipped_organisations
from muster.register.employers.queries import find
from muster.services.skills import actions, queries
from muster.services.skills.map.release import Release
from muster.services.skills.models import Build
from muster.services.skills.pages import compare
from muster.services.skills.showing import current
from muster.services.skills.storing import build_folder
from tests.integration.skill_pages_world import (
    NOW,
    done_build,
    names_in_table,
    release_in_force,
    signed_in,
    slug_of_row,
    text_of,
)
from tests.skills_release import id_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
REPORT = f"/skills/skill/{slug_of_row(3)}/report/"


@pytest.fixture
def release(fresh_home: Path) -> Release:
    return release_in_force()


def reported(words: str = "hive keeping") -> uuid.UUID:
    return actions.report(
        release=1, skill=id_of(3), kind="synonym", words=words, why="We call it so",
        by="persona:civil-servant", clock=SYSTEM_CLOCK,
    )  # fmt: skip


@pytest.mark.usefixtures("release")
def test_a_report_is_taken_once_and_says_what_is_missing() -> None:
    client = signed_in("civil-servant")
    assert "Choose what is wrong" in client.post(REPORT, {}).content.decode()
    missing = client.post(REPORT, {"kind": "synonym", "words": " "}).content.decode()
    assert "Enter the words" in missing
    assert "Error:" in missing
    said = {"kind": "synonym", "words": "hive keeping", "why": "We call it so"}
    assert client.post(REPORT, said).status_code == 302
    assert "An analyst will look at it" in text_of(client, f"/skills/skill/{slug_of_row(3)}/")
    assert "reported this already" in client.post(REPORT, said).content.decode()
    (one,) = queries.reports()
    assert (one.words, one.kind, one.skill, one.release) == (
        "hive keeping", "synonym", id_of(3), 1,
    )  # fmt: skip


@pytest.mark.usefixtures("release")
def test_an_analyst_decides_and_takes_it_back() -> None:
    one = reported()
    address = f"/skills/reports/{one}/"
    analyst = signed_in("analyst")
    assert "hive keeping" in text_of(analyst, "/skills/reports/")
    refused = analyst.post(address, {"decision": "accept"})
    assert "Enter a reason" in refused.content.decode()
    assert queries.report_seen(one).state == "open"
    assert analyst.post(address, {"decision": "accept", "why": "Right"}).status_code == 302
    assert [each.label for each in queries.corrections()] == ["hive keeping"]
    assert "Take the decision back" in text_of(analyst, address)
    assert analyst.post(address, {"do": "undo"}).status_code == 302
    assert queries.corrections() == ()
    analyst.post(address, {"decision": "refuse", "why": "Another thing"})
    assert queries.report_seen(one).state == "refused"


@pytest.mark.usefixtures("release")
def test_nobody_else_decides_and_nobody_decides_their_own() -> None:
    one = reported()
    for slug in ("civil-servant", "leader", "caseworker", "governance"):
        answer = signed_in(slug).post(f"/skills/reports/{one}/", {"decision": "accept", "why": "x"})
        assert answer.status_code == 403, slug
    signed_in("analyst").post(REPORT, {"kind": "wrong", "words": "bees", "why": "Not this"})
    own = next(each for each in queries.reports() if each.kind == "wrong")
    analyst = signed_in("analyst")
    assert "You reported this yourself" in text_of(analyst, f"/skills/reports/{own.id}/")
    analyst.post(f"/skills/reports/{own.id}/", {"decision": "accept", "why": "Mine"})
    assert queries.report_seen(own.id).state == "open"


def test_what_was_uploaded_waits_to_be_learned_from_and_can_be_stopped_and_resumed() -> None:
    client = signed_in("analyst")
    nothing = client.post("/skills/builds/", {"linker": "lexical"}).content.decode()
    assert "There are no adverts to learn from" in nothing
    files = [SimpleUploadedFile("adverts.csv", b"title\nKeeper\n"),
             SimpleUploadedFile("adverts.csv", b"title\nMaker\n")]  # fmt: skip
    made = client.post("/skills/builds/", {"linker": "lexical", "adverts": files})
    assert made.status_code == 302
    address = made["Location"]
    (build,) = queries.builds()
    kept = sorted((build_folder(build.id) / "files").iterdir())
    assert [path.read_bytes() for path in kept] == [b"title\nKeeper\n", b"title\nMaker\n"]
    text = text_of(client, address)
    assert "Waiting" in text
    assert 'hx-trigger="every 2s"' in text
    client.post(address, {"do": "stop"})
    assert queries.build_seen(build.id).state == "stopped"
    assert 'hx-trigger="every 2s"' not in text_of(client, address)
    client.post(address, {"do": "resume"})
    assert queries.build_seen(build.id).state == "waiting"
    assert signed_in("leader").post(address, {"do": "stop"}).status_code == 403


def test_a_running_build_says_how_far_it_is_and_a_failed_one_why() -> None:
    build = Build.objects.create(
        asked_by="test:analyst", asked_at=NOW, linker="lexical", files=["a.csv"], state="running",
        step="Reading adverts", done=1200, of=9000, heard_at=NOW, started_at=NOW,
        said=["<b>row 7</b>: no text"],
    )  # fmt: skip
    client = signed_in("operator")
    text = text_of(client, f"/skills/builds/{build.id}/")
    assert re.search(r'<progress[^>]*max="9000" value="1200"', text)
    assert "&lt;b&gt;row 7&lt;/b&gt;: no text" in text
    Build.objects.filter(id=build.id).update(state="failed", cause="Too few", ended_at=NOW)
    assert "Too few" in text_of(client, f"/skills/builds/{build.id}/")


def test_what_was_learned_is_published_and_withdrawn_with_a_reason() -> None:
    build = done_build(with_release=True)
    client = signed_in("analyst")
    assert "nobody sees it yet" in text_of(client, f"/skills/builds/{build}/")
    client.post(f"/skills/builds/{build}/", {"do": "publish"})
    assert queries.current_number() == 1
    text = text_of(client, "/skills/builds/")
    assert "In force" in text
    assert "True neighbours that the map shows" in unescape(text)
    assert len(names_in_table(text_of(signed_in("leader"), "/skills/"))) == 20
    without = client.post("/skills/releases/1/withdraw/", {"why": ""}).content.decode()
    assert "Enter why the release is withdrawn" in without
    assert client.post("/skills/releases/1/withdraw/", {"why": "Wrong file"}).status_code == 302
    assert queries.current_number() is None
    assert "Wrong file" in text_of(client, "/skills/builds/")
    assert client.get("/skills/releases/1/withdraw/").status_code == 404


def test_two_are_compared_by_what_is_told_of_both(release: Release) -> None:
    client = signed_in("leader")
    text = text_of(client, "/skills/compare/?one=organisation:Ministry+of+Tides")
    found = release.over_and_under("organisation", "Ministry of Tides")
    more = set(found.filter(found["stands"] == "more")["label"])
    less = set(found.filter(found["stands"] == "less")["label"])
    listed = names_in_table(text)
    assert listed
    assert set(listed) <= more | less | set(found.filter(~found["told"])["label"])
    assert text.count("<svg") == 3
    assert "data:image/png;base64," in text
    both = text_of(
        client, "/skills/compare/?one=organisation:Ministry+of+Tides&other=profession:Making"
    )
    assert "Ministry of Tides: 420 adverts. Making: 500 adverts." in both
    told = client.get("/skills/compare/?one=organisation:Ministry+of+Tides&as=csv")
    assert len(told.content.decode().strip().splitlines()) == found["told"].sum() + 1


@pytest.mark.usefixtures("release")
def test_the_first_side_is_the_own_employer_under_any_of_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_organisations(
        [one for one in shipped_organisations() if one.key == "hm-treasury"], by="test"
    )
    shown = current()
    assert shown is not None
    treasury = find("hm-treasury")
    assert treasury is not None
    renamed = tuple(
        one._replace(name="HM TREASURY" if at else "Another Treasury")
        for at, one in enumerate(shown.groups["organisation"][:2])
    )
    actor = Actor("t", "T", frozenset({"leader"}), employer=treasury[0])
    groups = {**shown.groups, "organisation": renamed}
    monkeypatch.setitem(shown.__dict__, "groups", groups)
    own = compare.own_group(shown, actor)
    assert own is not None
    assert own.name == "HM TREASURY"
    assert compare.own_group(shown, Actor("t", "T", frozenset({"leader"}))) is None
