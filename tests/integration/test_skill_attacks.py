"""The skills map under attack: by those who may not, by what adverts say, by what is sent.

Pages stand on a made-up release whose names are hostile; builds are of a few dozen adverts.
"""

import datetime as dt
import json
import uuid
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as Tree

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict
from muster.services.skills import actions, hearing, learning, queries, storing
from muster.services.skills.map.release import Release
from muster.services.skills.map.release.shapes import TABLES
from muster.services.skills.map.releasing import evidence, write
from muster.services.skills.models import Build, Published, Report
from muster.services.skills.storing import build_folder, release_folder
from tests.integration.skill_pages_world import (
    BUILDERS,
    EVERYBODY,
    done_build,
    release_in_force,
    signed_in,
    slug_of_row,
)
from tests.skills_release import id_of, made_up_release

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CLOCK = FixedClock(NOW)
SCRIPT = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"
FORMULA = "=HYPERLINK(1)"
SKILL = f"/skills/skill/{slug_of_row(0)}/"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is broken here from other tests; signs of life would wait for this one's end."""
    home = SimpleNamespace(home=tmp_path / "home")
    monkeypatch.setattr(storing, "settings", lambda: home)
    monkeypatch.setattr(hearing, "_say", lambda *_said: None)
    queries._opened.cache_clear()


def hostile_release() -> Release:
    """Put a release in force in which skills, parts, organisations and sentences are markup."""
    made = release_in_force()
    folder = release_folder(1)
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    first = pl.col("id") == id_of(0)
    renamed = {"Ministry of Tides": SCRIPT, "Lantern Office": FORMULA}
    frames["skills"] = frames["skills"].with_columns(
        label=pl.when(first).then(pl.lit(SCRIPT)).when(pl.col("id") == id_of(1))
        .then(pl.lit(FORMULA)).otherwise("label"),
        uri=pl.when(first).then(pl.lit("javascript:alert(1)")).otherwise("uri"),
    )  # fmt: skip
    frames["labels"] = frames["labels"].with_columns(
        label=pl.when(first).then(pl.lit(SCRIPT)).otherwise("label")
    )
    frames["clusters"] = frames["clusters"].with_columns(name=pl.lit(SCRIPT) + pl.col("name"))
    for name, column in (("groups", "group"), ("groups", "parent"), ("asked", "group")):
        frames[name] = frames[name].with_columns(pl.col(column).replace(renamed))
    frames["evidence"] = pl.DataFrame(
        [(id_of(0), SCRIPT, SCRIPT, None, "x", 0.9)], schema=TABLES["evidence"], orient="row"
    )
    about = {key: value for key, value in made.about.items() if key != "files"}
    surfaces = {kind: made.surfaces[kind] for kind in made.surfaces}
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    digest = write(folder, about=about, tables=frames, surfaces=surfaces)
    Published.objects.update(digest=digest)
    return Release.open(folder)


def asked(files: dict[str, Path], **other: object) -> uuid.UUID:
    said = {"held": False, "linker": "lexical", "seed": 0, "by": "ann", "clock": CLOCK, **other}
    return actions.ask_build(files=files, **said)  # type: ignore[arg-type]


@pytest.fixture
def adverts(tmp_path: Path) -> Path:
    path = tmp_path / "adverts.csv"
    path.write_text("title,description\nClerk,Keeps books\n", encoding="utf-8")
    return path


class TestWhoMayNot:
    def test_nobody_but_builders_changes_anything_but_by_a_report(self) -> None:
        release_in_force()
        build, waiting = done_build(with_release=True), asked_of_nothing()
        one = actions.report(
            release=1, skill=id_of(3), kind="synonym", words="hives", why="", by="x", clock=CLOCK
        )
        posts = [
            ("/skills/builds/", {"linker": "lexical", "held": "on"}),
            (f"/skills/builds/{build}/", {"do": "publish"}),
            (f"/skills/builds/{waiting}/", {"do": "stop"}),
            ("/skills/releases/1/withdraw/", {"why": "mine"}),
            (f"/skills/reports/{one}/", {"decision": "accept", "why": "mine"}),
            (f"/skills/reports/{one}/", {"do": "undo"}),
        ]
        for slug in sorted(set(EVERYBODY) - set(BUILDERS)):
            client = signed_in(slug)
            for address, said in posts:
                assert client.get(address).status_code == 403, (slug, address)
                assert client.post(address, said).status_code == 403, (slug, address)
        stranger = Client(raise_request_exception=False)
        assert {stranger.post(address, said).status_code for address, said in posts} <= {302, 403}
        assert queries.current_number() == 1
        assert queries.build_seen(waiting).state == "waiting"
        assert queries.report_seen(one).state == "open"

    def test_a_post_from_another_site_is_refused(self) -> None:
        release_in_force()
        client = signed_in("analyst")
        client.handler.enforce_csrf_checks = True
        assert client.post("/skills/releases/1/withdraw/", {"why": "x"}).status_code == 403
        assert client.post(f"{SKILL}report/", {"kind": "wrong", "words": "xx"}).status_code == 403
        assert queries.current_number() == 1
        assert not Report.objects.exists()

    def test_points_and_pictures_need_a_person_signed_in(self) -> None:
        release_in_force()
        for name in ("points.json", "found.json?q=a", "asked.json", "picture.svg", ""):
            answer = Client().get(f"/skills/{name}")
            assert answer.status_code == 302, name
            assert "sign-in" in answer["Location"]


def asked_of_nothing() -> uuid.UUID:
    """Return a build that waits."""
    return Build.objects.create(asked_by="ann", asked_at=NOW, linker="lexical").id


class TestWhatAdvertsSay:
    def test_markup_in_names_and_sentences_stays_text(self) -> None:
        hostile_release()
        client = signed_in("analyst")
        client.post(
            f"{SKILL}report/", {"kind": "wrong", "words": "<script>x", "why": "<img src=x>"}
        )
        one = Report.objects.get()
        for address in (
            "/skills/", SKILL, f"{SKILL}report/", "/skills/compare/",
            "/skills/record/", "/skills/reports/", f"/skills/reports/{one.id}/",
            "/skills/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        ):  # fmt: skip
            text = client.get(address).content.decode()
            for bad in ("<script>alert", "<script>x", "<img src=x", "javascript:"):
                assert bad not in text, (address, bad)
        compared = client.get("/skills/compare/", {"one": f"organisation:{SCRIPT}"})
        assert compared.status_code == 200
        assert b"<script>alert" not in compared.content

    def test_the_picture_is_a_drawing_and_the_points_are_no_page(self) -> None:
        hostile_release()
        client = signed_in("leader")
        picture = client.get("/skills/picture.svg")
        tags = {one.tag.partition("}")[2] for one in Tree.fromstring(picture.content).iter()}
        assert tags <= {"svg", "title", "desc", "rect", "text", "circle", "g"}
        points = client.get("/skills/points.json")
        assert points["Content-Type"] == "application/json"
        assert points["X-Content-Type-Options"] == "nosniff"
        assert SCRIPT in json.loads(points.content)["skills"]["name"]

    def test_no_cell_of_a_download_computes(self) -> None:
        hostile_release()
        client = signed_in("leader")
        for address in ("/skills/?as=csv", f"/skills/compare/?one=organisation:{FORMULA}&as=csv"):
            text = client.get(address).content.decode("utf-8-sig")
            assert FORMULA in text
            assert not any(line.startswith("=") or ",=" in line for line in text.splitlines())

    def test_column_names_of_a_file_without_a_header_are_not_repeated_at_length(
        self, tmp_path: Path
    ) -> None:
        secret = "Clerk who is paid far more than " + "x" * 200
        (tmp_path / "a.csv").write_text(f"1,{secret}\x00\n2,b\n", encoding="utf-8")
        build = asked({"a.csv": tmp_path / "a.csv"})
        with pytest.raises(BadInput) as told:
            learning.work_on(build_id=build, clock=CLOCK)
        cause = queries.build_seen(build).cause
        assert cause == str(told.value)
        assert (secret in cause, "\x00" in cause, "(file a.csv, " in cause) == (False, False, True)

    @pytest.mark.parametrize(
        "sentence",
        ["You will report to Jane Bloggs, Head of Finance.", "Led by Jane Bloggs, we use SQL.",
         "Jane Bloggs (Deputy Director) says budgeting is essential.",
         "Working with Jane Bloggs-Jones and her team on SQL.", "Ffoniwch Jane Bloggs am SQL."],
    )  # fmt: skip
    def test_a_sentence_that_may_name_a_person_is_not_shown(self, sentence: str) -> None:
        said = [sentence, "You will report to the Head of Finance and use SQL with care."]
        sentences = pl.DataFrame({"sentence": [0, 1], "text": said, "language": ["en", "en"]})
        found = evidence(
            pl.DataFrame({"sentence": [0, 1], "skill": [0, 0], "surface": ["SQL", "SQL"],
                          "probability": [0.9, 0.5]}),
            sentences,
            pl.DataFrame({"advert": [0, 0], "sentence": [0, 1]}),
            pl.DataFrame({"advert": [0], "organisation": ["A"], "posted": [None]}),
            pl.DataFrame({"skill": [0], "id": ["esco:1"]}),
        )  # fmt: skip
        assert found["sentence"].to_list() == said[1:]


class TestWhatIsSent:
    @pytest.mark.parametrize(
        "query",
        ["page=99999999999999999999", "page=-1", "page=x", "sort=nothing", "sort=-", "as=exe",
         "cluster=99999999999999999999", "cluster=-1", "organisation=Nobody", "profession=%00",
         "q=%00", "q=(((((", "q=" + "a" * 100_000, "q=%F0%9F%90%9D", "q=%C5%B5%20%C5%B7"],
    )  # fmt: skip
    def test_odd_parameters_are_no_error_of_the_program(self, query: str) -> None:
        release_in_force(skills=20)
        client = signed_in("civil-servant")
        for page in ("", "asked.json", "found.json", "picture.svg", "points.json", "compare/"):
            assert client.get(f"/skills/{page}?{query}").status_code < 500, page

    def test_words_longer_than_any_name_find_nothing_instead_of_everything(self) -> None:
        release_in_force(skills=20)
        text = signed_in("leader").get("/skills/", {"q": "lantern " * 40}).content.decode()
        assert "No skill is found" in text

    @pytest.mark.parametrize(
        "address",
        ["compare/?one=organisation:Nobody", "compare/?one=what:ever&other=::", "skill/none/",
         "compare/?one=year:2024&other=year:2024&as=csv", "skill/esco-x/report/"],
    )  # fmt: skip
    def test_unknown_things_are_said_to_be_unknown(self, address: str) -> None:
        release_in_force(skills=20)
        assert signed_in("leader").get(f"/skills/{address}").status_code in (200, 404)

    @pytest.mark.parametrize("number", [0, 2, 10**30])
    def test_a_release_that_never_was_is_not_withdrawn(self, number: int) -> None:
        client = signed_in("analyst")
        answer = client.post(f"/skills/releases/{number}/withdraw/", {"why": "x"})
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        "name", ["../../../../tmp/x.csv", "日" * 100 + ".csv", "a\x07b.csv", "..", ".hidden",
                 "<script>alert(1)</script>.csv", "held-shown.parquet"],
    )  # fmt: skip
    def test_no_name_of_a_file_leads_elsewhere_or_breaks_a_page(self, name: str) -> None:
        client = signed_in("analyst")
        given = SimpleUploadedFile("a.csv", b"title,description\nClerk,Keeps books\n")
        setattr(given, "_name", name)  # noqa: B010 - what a browser is free to send
        answer = client.post("/skills/builds/", {"linker": "lexical", "adverts": given})
        assert answer.status_code in (200, 302)
        build = Build.objects.first()
        if build is None:
            return
        kept = list((build_folder(build.id) / "files").iterdir())
        assert len(kept) == 1
        assert kept[0].name.startswith("000-")
        seen = client.get(f"/skills/builds/{build.id}/")
        assert seen.status_code == 200
        assert b"<script>alert(1)" not in seen.content

    def test_a_name_that_is_no_text_is_shown_as_well_as_can_be(self, adverts: Path) -> None:
        asked({"a\udcff\n.csv": adverts, "ŵ" * 300 + ".csv": adverts})
        assert signed_in("analyst").get("/skills/builds/").status_code == 200

    @pytest.mark.parametrize("seed", [-1, 2**31, 10**20])
    def test_a_seed_out_of_range_is_named(self, adverts: Path, seed: int) -> None:
        with pytest.raises(BadInput, match="seed"):
            asked({"a.csv": adverts}, seed=seed)
        assert not Build.objects.exists()


class TestFilesThatWereAltered:
    @pytest.mark.parametrize("how", ["changed", "gone", "replaced"])
    def test_nothing_of_them_is_shown_and_analysts_can_still_act(self, how: str) -> None:
        release_in_force(skills=20)
        alter(release_folder(1), how)
        queries._opened.cache_clear()
        client = signed_in("analyst")
        for address in ("", "points.json", "picture.svg", "found.json?q=a", "compare/",
                        f"skill/{slug_of_row(0)}/"):  # fmt: skip
            answer = client.get(f"/skills/{address}")
            assert answer.status_code == 409, (how, address)
            assert b"are not those that were published" in answer.content
        for address in ("builds/", "reports/", "record/", "releases/1/withdraw/"):
            assert client.get(f"/skills/{address}").status_code == 200, (how, address)
        assert client.get("/").status_code == 200
        client.post("/skills/releases/1/withdraw/", {"why": "Altered"})
        assert "No map was published yet" in client.get("/skills/").content.decode()

    def test_a_map_is_not_learned_upon_them(self, adverts: Path) -> None:
        release_in_force(skills=20)
        alter(release_folder(1), "replaced")
        queries._opened.cache_clear()
        build = asked({"a.csv": adverts})
        with pytest.raises(Conflict, match="release 1"):
            learning.work_on(build_id=build, clock=CLOCK)
        assert "withdraw it" in queries.build_seen(build).cause

    @pytest.mark.parametrize("how", ["changed", "gone"])
    def test_they_are_not_published(self, how: str) -> None:
        build = done_build(with_release=True)
        alter(build_folder(build) / "release", how)
        client = signed_in("analyst")
        assert client.post(f"/skills/builds/{build}/", {"do": "publish"}).status_code == 302
        assert queries.current_number() is None


def alter(folder: Path, how: str) -> None:
    if how == "changed":
        with (folder / "skills.parquet").open("ab") as file:
            file.write(b"x")
        return
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    if how == "replaced":
        made_up_release(folder, skills=25, seed=9)
