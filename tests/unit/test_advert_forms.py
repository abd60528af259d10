"""Adverts of every form that is read come out as the same advert."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.reading import Corpus, read
from tests.advert_files import pdf, saved

TITLE, DEPARTMENT = "Data Engineer & Analyst", "Department for Harbours"
DOES = "You will build data pipelines in Python for every harbour."
NEEDS = "Experience of writing SQL queries."
GAINS = "A generous pension scheme and 30 days annual leave."
POSTING = {
    "@type": "JobPosting", "title": "Data Engineer &amp; Analyst",
    "identifier": {"@type": "PropertyValue", "value": "H-1"}, "datePosted": "2026-03-04T09:00:00Z",
    "hiringOrganization": {"@type": "Organization", "name": DEPARTMENT},
    "jobLocation": [{"@type": "Place", "address": {"addressLocality": "Leeds"}}],
    "description": f"<p>{DOES}</p><p>{NEEDS}</p>", "jobBenefits": GAINS,
}  # fmt: skip
PAGE = f"""<!doctype html><html><head><title>Site</title><style>p {{}}</style></head><body>
<nav><a href="/x">Python developer jobs</a></nav>
<main><h1>Data Engineer &amp; Analyst</h1><p>{DEPARTMENT}</p>
<h3>Job grade</h3><div>Senior Executive Officer</div>
<h3>Location</h3><div>Leeds</div><h3>Reference number</h3><div>H-1</div>
<h2>Job summary</h2><p>{DOES}</p><h2>Person specification</h2><ul><li>{NEEDS}</li></ul>
<h2>Behaviours</h2><p>We'll assess you against these behaviours:</p><ul>
<li>Delivering at Pace</li></ul><h2>Benefits</h2><p>{GAINS}</p>
<h2>Contact point for applicants</h2><h3>Job contact :</h3>
<ul><li>Name : Wilhelmina Fairweather</li><li>Email : w.fairweather@harbours.gov.uk</li>
<li>Telephone : 01632 960123</li></ul></main>
<script>var jobs = "Haskell";</script></body></html>"""


def only(corpus: Corpus) -> dict[str, Any]:
    assert corpus.adverts.height == 1, corpus.said
    return corpus.adverts.row(0, named=True)


def part_of(corpus: Corpus, words: str) -> str:
    found = corpus.sentences.filter(pl.col("text").str.contains(words, literal=True))
    assert found.height == 1, (words, corpus.sentences["text"].to_list())
    return str(found["part"][0])


def as_jsonld(folder: Path) -> Path:
    return saved(folder, "a.json", json.dumps(POSTING))


def as_graph(folder: Path) -> Path:
    return saved(folder, "a.jsonld", json.dumps({"@graph": [{"@type": "WebPage"}, POSTING]}))


def as_json_lines(folder: Path) -> Path:
    return saved(folder, "a.jsonl", json.dumps(POSTING) + "\n\n")


def as_stated_page(folder: Path) -> Path:
    script = f'<script type="application/ld+json">{json.dumps(POSTING)}</script>'
    return saved(folder, "a.html", f"<html><head>{script}</head><body>Other words.</body></html>")


def as_csv(folder: Path) -> Path:
    text = f'Job Title,Employer,Date Posted,Job Description,Ref\r\n"{TITLE}","{DEPARTMENT}",'
    return saved(folder, "a.csv", f'{text}04/03/2026,"{DOES}\r\n{NEEDS}\r\n{GAINS}",H-1\r\n')


def as_windows_csv(folder: Path) -> Path:
    text = f"title;organisation;posted;description;id\n{TITLE};{DEPARTMENT};4 March 2026;"
    said = f"{DOES} {NEEDS} {GAINS} Pay is £40,000.;H-1\n"
    return saved(folder, "a.csv", (text + said).encode("cp1252"))


def as_parquet(folder: Path) -> Path:
    row = {"advert_id": "H-1", "title": TITLE, "organisation": DEPARTMENT, "posted": "2026-03-04",
           "description": f"{DOES}\n\u2022 {NEEDS}\n\u2022 {GAINS}"}  # fmt: skip
    pl.DataFrame([row]).write_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def as_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as made:
        made.writestr("deep/down/a.json", json.dumps(POSTING))
        made.writestr("__MACOSX/._a.json", "junk")
    return folder / "a.zip"


def as_folder(folder: Path) -> Path:
    inside = folder / "adverts" / "2026"
    inside.mkdir(parents=True)
    as_jsonld(inside)
    return folder / "adverts"


DATED = (as_jsonld, as_graph, as_json_lines, as_stated_page, as_csv, as_windows_csv, as_parquet,
         as_zip, as_folder)  # fmt: skip


@pytest.mark.parametrize("make", DATED)
def test_the_same_advert_in_every_form(make: Callable[[Path], Path], tmp_path: Path) -> None:
    corpus = read([make(tmp_path)])
    advert = only(corpus)
    assert (advert["key"], advert["title"]) == ("H-1", TITLE)
    assert advert["organisation"] == DEPARTMENT
    assert str(advert["posted"]) == "2026-03-04"
    assert part_of(corpus, "SQL queries") in {"skills", "other"}
    assert part_of(corpus, "data pipelines") in {"duties", "other", "skills"}
    assert part_of(corpus, "pension") == "benefits"
    assert not corpus.sentences["text"].str.contains(r"[<>\ufffd]").any()


def test_a_page_of_a_civil_service_advert(tmp_path: Path) -> None:
    corpus = read([saved(tmp_path, "a.html", PAGE)])
    advert = only(corpus)
    assert (advert["title"], advert["organisation"]) == (TITLE, DEPARTMENT)
    assert (advert["grade"], advert["place"], advert["key"]) == (
        "Senior Executive Officer", "Leeds", "H-1",
    )  # fmt: skip
    assert part_of(corpus, "data pipelines") == "duties"
    assert part_of(corpus, "SQL queries") == "skills"
    assert part_of(corpus, "Delivering at Pace") == "behaviours"
    assert part_of(corpus, "pension") == "benefits"
    words = " ".join(corpus.sentences["text"])
    for gone in (
        "Haskell",
        "Python developer",
        "Wilhelmina",
        "Fairweather",
        "harbours.gov",
        "9601",
    ):
        assert gone not in words


def test_a_word_document(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading(TITLE, 0)
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Job title", TITLE
    table.cell(1, 0).text, table.cell(1, 1).text = "Grade", "SEO"
    document.add_heading("Main duties", 1)
    document.add_paragraph(DOES, style="List Bullet")
    document.add_heading("Person specification", 1)
    document.add_paragraph(NEEDS)
    document.save(str(tmp_path / "a.docx"))
    corpus = read([tmp_path / "a.docx"])
    assert (only(corpus)["title"], only(corpus)["grade"]) == (TITLE, "SEO")
    assert part_of(corpus, "data pipelines") == "duties"
    assert part_of(corpus, "SQL queries") == "skills"


def test_a_pdf_whose_lines_are_broken(tmp_path: Path) -> None:
    broken = DOES.replace(" in Python", "\nin Python").split("\n")
    lines = [TITLE, "Grade: SEO", "Main duties", *broken, "Person specification", NEEDS]
    corpus = read([saved(tmp_path, "a.pdf", pdf(lines))])
    assert (only(corpus)["title"], only(corpus)["grade"]) == (TITLE, "SEO")
    assert DOES in corpus.sentences["text"].to_list()
    assert part_of(corpus, "SQL queries") == "skills"


def swollen() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", b"title,description\n" + b"a,b\n" * 20_000_000)
    return held.getvalue()


def locked() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("a.csv", "title,description\na,Experience of sums.\n")
    raw = bytearray(held.getvalue())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no description": ("a.csv", b"title,colour\na,b\n", "colour"),
    "ragged": ("a.csv", b"title,description\na,b,c,d\n", "row 2"),
    "no JSON": ("a.json", b'{"title": ', "JSON"),
    "JSON of nothing": ("a.json", b"[]", "no advert"),
    "deep JSON": ("a.json", b"[" * 100_000, "JSON"),
    "no Parquet": ("a.parquet", b"PAR1 and nothing", "Parquet"),
    "no PDF": ("a.pdf", b"%PDF-1.4 and nothing", "PDF"),
    "no Word": ("a.docx", b"PK\x03\x04 and nothing", "Word"),
    "no zip": ("a.zip", b"PK\x03\x04 and nothing", "zip"),
    "empty": ("a.csv", b"", "empty"),
    "a sheet": ("a.bin", b"\xd0\xcf\x11\xe0 old", "form"),
    "empty descriptions": ("a.csv", b'title,description\na,""\nb,<p></p>\n', "no description"),
    "an empty page": ("a.html", b"<html><body><script>x()</script></body></html>", "no text"),
    "a locked zip": ("a.zip", locked(), "password"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    name, content, why = REFUSED[case]
    with pytest.raises(BadInput) as problem:
        read([saved(tmp_path, name, content)])
    assert why in str(problem.value)
    assert problem.value.where.file == name
    assert problem.value.fix


def test_a_zip_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unpacks"):
        read([saved(tmp_path, "a.zip", swollen())])


def test_one_bad_file_of_many_is_left_out_and_said(tmp_path: Path) -> None:
    as_jsonld(tmp_path)
    saved(tmp_path, "b.pdf", "%PDF-1.4 and nothing")
    saved(tmp_path, "c.xyz", b"\x00\x01")
    corpus = read([tmp_path])
    assert only(corpus)["source"] == "a.json"
    left_out = [one for one in corpus.said if "left out" in one.what]
    assert [one.file for one in left_out] == ["b.pdf", "c.xyz"]
    assert all(one.fix for one in left_out)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read([tmp_path / "gone.csv"])
