"""A corpus is whole, the same whatever the threads, and sensible for the oddest adverts."""

import os
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from muster.services.skills.map.reading import Corpus, read
from muster.services.skills.map.reading import portions as working
from muster.services.skills.map.reading.corpus import ADVERTS, SENTENCES, SKILL_PARTS, USES
from muster.services.skills.map.reading.splitting import sentences as split

NOUNS = ("nets", "tides", "lamps", "boats", "charts", "pilots", "cranes", "ropes", "quays", "fish")
VERBS = ("mend", "count", "paint", "chart", "lead", "survey", "sell", "write about", "teach")
WELSH = """Swyddog Harbwr. Bydd deiliad y swydd yn gyfrifol am waith yr harbwr gyda'r tîm.
Rydym yn chwilio am unigolyn sydd â phrofiad o weithio gyda chychod ac sy'n gallu siarad Cymraeg.
Uwch Swyddog Polisi
Mae'r swydd yn gyfle i weithio yng Nghaerdydd ac yn Abertawe."""


def invented(count: int, seed: int = 1) -> pl.DataFrame:
    """Return adverts of invented sentences, some of them posted again."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        lines = [
            f"You will {chance.choice(VERBS)} {chance.choice(NOUNS)} with {chance.choice(NOUNS)}"
            f" for {chance.randrange(40)} harbours."
            for _ in range(chance.randrange(3, 12))
        ]
        if number % 7 == 0:
            lines.append("Benefits\nFree parking by the sea. Call Jane Fairweather on 01632 960001")
        rows.append({
            "title": f"{chance.choice(NOUNS)} officer", "organisation": f"Agency {number % 9}",
            "posted": f"2026-0{1 + number % 9}-11", "grade": chance.choice(("EO", "HEO", None)),
            "description": "\n".join(lines),
        })  # fmt: skip
    return pl.DataFrame([*rows, *rows[: count // 5]])


def corpus_of(folder: Path, frame: pl.DataFrame, name: str = "a.parquet") -> Corpus:
    frame.write_parquet(folder / name)
    return read([folder / name])


def texts(folder: Path, *descriptions: str, **more: object) -> Corpus:
    return corpus_of(folder, pl.DataFrame({"description": list(descriptions), **more}))


def test_a_corpus_is_whole(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, invented(300))
    assert dict(corpus.adverts.schema) == ADVERTS
    assert dict(corpus.sentences.schema) == SENTENCES
    assert dict(corpus.uses.schema) == USES
    assert corpus.adverts["advert"].to_list() == list(range(corpus.adverts.height))
    assert corpus.sentences["sentence"].to_list() == list(range(corpus.sentences.height))
    assert corpus.sentences["text"].is_unique().all()
    assert corpus.adverts["key"].is_unique().all()
    assert corpus.uses.equals(corpus.uses.unique().sort("advert", "sentence"))
    assert set(corpus.uses["sentence"]) == set(corpus.sentences["sentence"])
    assert set(corpus.uses["advert"]) == set(corpus.adverts["advert"])
    assert corpus.adverts["copies"].sum() == 360
    assert corpus.adverts.height < 360
    assert not corpus.sentences["text"].str.contains(r"\s\s|^\s|\s$|\n").any()


def test_the_words_of_an_advert_are_its_sentences(tmp_path: Path) -> None:
    """A second, plain way of reading agrees with the one over whole columns."""
    frame = invented(80, seed=3).filter(~pl.col("description").str.contains("Benefits"))
    corpus = corpus_of(tmp_path, frame.unique("description", maintain_order=True))
    held = corpus.uses.join(corpus.sentences, on="sentence").group_by("advert").agg("text")
    of = {key: set(lines) for key, lines in held.iter_rows()}
    wanted = [set(text.split("\n")) for text in frame["description"].unique(maintain_order=True)]
    if corpus.adverts.height == len(wanted):
        assert list(of.values())
    assert all(any(lines == one for one in wanted) for lines in of.values())


SCRIPT = """
import sys
from pathlib import Path
from muster.services.skills.map.reading import portions, read
portions.ROWS = int(sys.argv[2])
c = read([Path(sys.argv[1])])
print(c.adverts.write_csv(), c.sentences.write_csv(), c.uses.write_csv())
"""


def test_threads_and_portions_change_nothing(tmp_path: Path) -> None:
    invented(400).write_parquet(tmp_path / "a.parquet")
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / "a.parquet"), rows],
            env={**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": threads},
            capture_output=True, check=True,
        ).stdout
        for threads, rows in (("1", "40000"), ("3", "100"))
    }  # fmt: skip
    assert len(said) == 1


def test_the_order_of_rows_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "ROWS", 7)
    frame = pl.DataFrame({"n": range(100)})
    assert working.by_portions(lambda part: part, frame).equals(frame)


def test_welsh_adverts_are_read_and_said(tmp_path: Path) -> None:
    english = "You will write reports in English about the harbour.\nKnowledge of tides."
    corpus = texts(tmp_path, WELSH, english, f"{english}\n{WELSH.splitlines()[3]}")
    of = dict(corpus.sentences.select("text", "language").iter_rows())
    assert of["Uwch Swyddog Polisi"] == "cy"
    assert of["Knowledge of tides."] == "en"
    welsh = corpus.sentences.filter(pl.col("language") == "cy")
    assert welsh.height == 5
    assert (welsh["skill_text"] == welsh["part"].is_in(SKILL_PARTS)).all()
    assert welsh["skill_text"].any()
    assert corpus.adverts.height == 3
    assert next(one.what for one in corpus.said if "Welsh" in one.what).startswith(
        "Adverts in Welsh, or mostly so: 1."
    )


def test_entities_in_titles_and_texts(tmp_path: Path) -> None:
    corpus = texts(
        tmp_path, "Research &amp;amp; development &lt;p&gt;of nets&lt;/p&gt;",
        title=["Nets &amp; Ropes&nbsp;Officer"],
    )  # fmt: skip
    assert corpus.adverts["title"].to_list() == ["Nets & Ropes Officer"]
    assert corpus.sentences["text"].to_list() == ["Research & development", "of nets"]


def test_five_megabytes_of_mark_up(tmp_path: Path) -> None:
    page = "<div><p>Knowledge of tides.</p>" + "<span class='x'></span>" * 220_000 + "</div>"
    assert len(page) > 5_000_000
    (tmp_path / "a.html").write_text(f"<html><body><h1>Pilot</h1>{page}</body></html>")
    assert read([tmp_path / "a.html"]).sentences["text"].to_list() == ["Knowledge of tides."]
    corpus = texts(tmp_path, page + "<script>" * 200_000, "word " * 60_000)
    assert "Knowledge of tides." in corpus.sentences["text"].to_list()
    assert any("more than 100,000 characters" in one.what for one in corpus.said)
    assert max(map(len, corpus.sentences["text"])) <= 600


def test_few_adverts_of_one_organisation_are_said(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, invented(20).with_columns(organisation=pl.lit("A")))
    assert corpus.adverts.height > 10
    assert "in all" in corpus.said[0].what
    assert "one organisation" in corpus.said[1].what


def test_adverts_without_words_are_left_out_and_counted(tmp_path: Path) -> None:
    corpus = texts(tmp_path, "Knowledge of tides.", "", "<p>&nbsp;</p>", "...")
    assert corpus.adverts.height == 1
    remark = next(one for one in corpus.said if "no description" in one.what)
    assert (remark.row, remark.what[:1]) == (2, "3")


def test_days_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    days = ["2026-03-01", "1 March 2026", "01/03/2026", "Monday, 2nd March 2026", "soon"]
    lines = ["Knowledge of tides.", "You mend nets.", "You paint boats.", "You sell fish.", "Sums"]
    corpus = texts(tmp_path, *lines, posted=days)
    assert corpus.adverts["posted"].cast(pl.String).to_list() == [
        "2026-03-01", "2026-03-01", "2026-03-01", "2026-03-02", None,
    ]  # fmt: skip
    assert any(one.row == 5 and "day of posting" in one.what for one in corpus.said)


def test_progress_is_told_and_ends(tmp_path: Path) -> None:
    invented(200).write_parquet(tmp_path / "a.parquet")
    told: list[tuple[int, int]] = []
    read([tmp_path / "a.parquet"], progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


SPLIT: tuple[tuple[str, list[str]], ...] = (
    ("Use Python. Write tests.", ["Use Python.", "Write tests."]),
    ("Use tools, e.g. Python and R.", ["Use tools, e.g. Python and R."]),
    ("Use tools (e.g. Excel). Count.", ["Use tools (e.g. Excel).", "Count."]),
    ("Work for Dr. Fish at St. Bees.", ["Work for Dr. Fish at St. Bees."]),
    ("Use Node.js and version 3.11 of it.", ["Use Node.js and version 3.11 of it."]),
    ("- Mend nets", ["Mend nets"]),
    ("1. Mend nets 2. Sell fish", ["Mend nets 2.", "Sell fish"]),
    ("a) mend nets; b) sell fish", ["mend nets; b) sell fish"]),
    ("Can you sail? You can!  Come.", ["Can you sail?", "You can!", "Come."]),
    ("...", []),
    ("J. A. Fish writes.", ["J. A. Fish writes."]),
)


@pytest.mark.parametrize(("line", "wanted"), SPLIT)
def test_splitting(line: str, wanted: list[str]) -> None:
    found = split(pl.DataFrame({"line": [0], "text": [line]}))
    assert found["text"].to_list() == wanted


PLACES = (
    # (place, region stated, region)
    ("LS1", None, "Yorkshire and The Humber"),
    ("ls1 4ap", None, "Yorkshire and The Humber"),
    ("L1", None, "North West"),
    ("EH1 1AA", None, "Scotland"),
    ("SY10", None, None),  # on the border of England and Wales
    ("Leeds", None, None),
    ("LS1", "North East", "North East"),
)


def test_regions_of_postcodes(tmp_path: Path) -> None:
    frame = invented(len(PLACES)).head(len(PLACES)).with_columns(
        pl.Series("postcode", [place for place, _, _ in PLACES]),
        pl.Series("region", [stated for _, stated, _ in PLACES]),
    )  # fmt: skip
    found = corpus_of(tmp_path, frame).adverts["region"].to_list()
    assert found == [region for _, _, region in PLACES]
