"""A list of skills that an analyst brings: kept, gone on with, and shown as its source."""

import datetime as dt
import json
import uuid
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from muster.cli.main import main
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict
from muster.services.skills import actions, learning, queries
from muster.services.skills.map.release import Release
from muster.services.skills.map.release.shapes import TABLES
from muster.services.skills.map.releasing import write
from muster.services.skills.models import Build, Published
from muster.services.skills.own_lists import OwnList, kept_at
from muster.services.skills.storing import build_folder, release_folder
from tests.integration.skill_pages_world import (
    done_build,
    release_in_force,
    signed_in,
    slug_of_row,
    text_of,
)
from tests.skills_release import id_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CLOCK = FixedClock(NOW)
LIST = b"id,label,definition\na,fly kites,On a line\nb,sail boats,\n"
SCRIPT = "<script>alert(1)</script>"
ADVERTS = b"title,description\nKeeper,You will fly kites.\n"


def asked(folder: Path, *, adds: bool = False, content: bytes = LIST) -> uuid.UUID:
    (folder / "adverts.csv").write_bytes(ADVERTS)
    (folder / "ours.csv").write_bytes(content)
    return actions.ask_build(
        files={"adverts.csv": folder / "adverts.csv"}, held=False, linker="lexical", seed=0,
        by="ann", clock=CLOCK, lexicon=OwnList("../ours.csv", folder / "ours.csv", adds),
    )  # fmt: skip


def test_a_build_keeps_the_list_and_says_so(tmp_path: Path) -> None:
    build = asked(tmp_path, adds=True)
    row = Build.objects.get(id=build)
    assert (row.lexicon, row.lexicon_adds) == ("ours.csv", True)
    assert kept_at(build_folder(build)).read_bytes() == LIST
    (tmp_path / "ours.csv").unlink()
    own = learning._job(row).own
    assert own is not None
    assert own.told()["skills"] == 2
    assert own.lexicon().skills.height > 14_000


def test_a_list_that_cannot_be_read_is_no_build(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        asked(tmp_path, content=b"id,label\na,\n")
    assert (told.value.where.file, told.value.where.row) == ("ours.csv", 2)
    assert not Build.objects.exists()


def test_another_list_is_refused_when_a_build_goes_on(tmp_path: Path) -> None:
    build = asked(tmp_path)
    kept_at(build_folder(build)).write_bytes(LIST + b"c,dig,\n")
    with pytest.raises(Conflict, match="not the one that this build was asked with"):
        learning.work_on(build_id=build, clock=CLOCK)
    seen = queries.build_seen(build)
    assert seen.state == "failed"
    assert "ours.csv" in seen.cause
    kept_at(build_folder(build)).write_bytes(LIST)
    actions.resume_build(build=build, by="ann", clock=CLOCK)
    with pytest.raises(BadInput, match="No skill is asked for by enough") as told:
        learning.work_on(build_id=build, clock=CLOCK)
    for one in ("1 different advert", "“fly kites”", "at least 5", "(file adverts.csv)"):
        assert one in str(told.value)


def test_on_the_page_a_list_is_chosen_and_what_is_wrong_with_it_is_said() -> None:
    client = signed_in("analyst")
    adverts = SimpleUploadedFile("adverts.csv", ADVERTS)
    wrong = SimpleUploadedFile("ours.csv", b"id,label\na,fly\nb,<b>,x\n")
    said = {"linker": "lexical", "adverts": [adverts], "lexicon": wrong}
    text = text_after(client.post("/skills/builds/", said).content)
    assert "This row has 3 cells, and the heading 2 (file ours.csv, row 3)" in text
    assert not Build.objects.exists()
    right = {**said, "adverts": [SimpleUploadedFile("adverts.csv", ADVERTS)],
             "lexicon": SimpleUploadedFile("<i>ours</i>.csv", LIST),
             "lexicon_use": "beside"}  # fmt: skip
    made = client.post("/skills/builds/", right)
    assert made.status_code == 302
    raw = text_of(client, made["Location"])
    assert "i&gt;.csv, beside the list that ships" in raw
    assert "<i>" not in raw
    assert Build.objects.get().lexicon_adds
    assert signed_in("leader").post("/skills/builds/", right).status_code == 403


def text_after(content: bytes) -> str:
    return unescape(content.decode())


def redefined(*, without: tuple[str, ...] = ()) -> Release:
    """Put a release in force whose first skill is defined, or one made before there were any."""
    made = release_in_force()
    folder = release_folder(1)
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    frames["definitions"] = pl.DataFrame(
        [(id_of(0), f"Keeps lanterns. {SCRIPT}", "cross-sector", f"ours{SCRIPT}.csv")],
        schema=TABLES["definitions"], orient="row",
    )  # fmt: skip
    frames["broader"] = pl.DataFrame(
        [(id_of(0), 0, 0, "crafts"), (id_of(0), 0, 1, f"lamps {SCRIPT}"), (id_of(0), 1, 0, "T")],
        schema=TABLES["broader"], orient="row",
    )  # fmt: skip
    about = {name: value for name, value in made.about.items() if name != "files"}
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    write(folder, about=about, tables=frames, surfaces=dict(made.surfaces))
    told = json.loads((folder / "release.json").read_text())
    for name in without:
        (folder / name).unlink()
        del told["files"][name]
    (folder / "release.json").write_text(json.dumps(told))
    release = Release.open(folder)
    Published.objects.update(digest=release.digest)
    return release


def test_a_page_of_a_skill_says_what_it_is_and_from_whom_that_comes() -> None:
    redefined()
    raw = text_of(signed_in("leader"), f"/skills/skill/{slug_of_row(0)}/")
    assert SCRIPT not in raw
    text = unescape(raw)
    assert "Keeps lanterns." in text
    assert f"Definition from ours{SCRIPT}.csv" in text
    assert f"crafts \u203a lamps {SCRIPT}<br>T" in text
    assert "In several sectors" in text
    other = text_of(signed_in("leader"), f"/skills/skill/{slug_of_row(1)}/")
    assert "Definition from" not in other


def test_releases_made_before_there_were_definitions_still_open() -> None:
    release = redefined(without=("definitions.parquet", "broader.parquet"))
    assert release.definitions.is_empty()
    text = text_of(signed_in("leader"), f"/skills/skill/{slug_of_row(0)}/")
    assert "Definition from" not in text
    assert "Other names" in text


def test_the_record_names_the_list_that_was_brought() -> None:
    release = release_in_force()
    own = {"name": "ours.csv", "sha256": "ab" * 32, "adds": False, "skills": 2, "names": 3}
    told = json.loads((release.folder / "release.json").read_text())
    told["lexicon"]["own"] = own
    (release.folder / "release.json").write_text(json.dumps(told))
    Published.objects.update(digest=Release.open(release.folder).digest)
    text = text_of(signed_in("leader"), "/skills/record/")
    assert f"ours.csv ({'ab' * 8}), in place of the list that ships" in text


def test_a_build_says_why_it_stopped() -> None:
    build = done_build()
    Build.objects.filter(id=build).update(state="stopped", cause=learning.BROKEN_OFF)
    text = text_of(signed_in("analyst"), f"/skills/builds/{build}/")
    assert "Why it stopped" in text
    assert "Why it failed" not in text


def test_at_the_terminal_a_list_beside_the_one_that_ships_needs_a_list() -> None:
    run = CliRunner().invoke(main, ["skills", "map", "build", "--held", "--lexicon-adds"])
    assert run.exit_code == 2
    assert "--lexicon FILE" in run.output
