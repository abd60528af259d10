"""Which adverts are the same one again, as somebody who advertises jobs would say it.

Each row posts two adverts. The words of the first are always those of ``JOB``; the row says what is
otherwise in the second, and how many adverts then count.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from muster.services.skills.map.reading import Corpus, read

LINES = [
    "You will plan the dredging of three harbours with engineers and pilots.",
    "You will write reports on tides and currents for the harbour master.",
    "Experience of surveying the sea floor with sonar is essential.",
    "Knowledge of contract management and of public procurement rules.",
    "Excellent skills in statistical modelling using R or Python.",
    "You will lead a team of four surveyors and see to their training.",
    "A degree in oceanography, geology or a related subject is needed.",
    "Experience of presenting difficult findings to people of all kinds.",
    "You will be responsible for a budget and for its monthly forecast.",
    "Ability to drive a small boat, or willingness to learn how to.",
]
JOB = "\n".join(LINES)
OTHER_JOB = "\n".join([
    "You will answer letters from the public about lighthouses.",
    "Experience of customer service by telephone and in person.",
    "Ability to type quickly, and knowledge of filing systems.",
    "You will keep the diary of the keeper and book his boats.",
])  # fmt: skip
PLACED = JOB + "\nYou will work at the harbour office in {}."


@dataclass(frozen=True)
class Advert:
    title: str = "Harbour Surveyor"
    organisation: str = "Harbour Agency"
    grade: str = "HEO"
    place: str = "Leith"
    posted: str = "2026-03-01"
    text: str = JOB


class Case(NamedTuple):
    what: str
    first: Advert
    second: Advert
    counted: int


A = Advert()
CASES = (
    Case("posted again, word by word", A, replace(A, posted="2026-04-01"), 1),
    Case("the day is not known", replace(A, posted=""), A, 1),
    Case("posted again within a year", A, replace(A, posted="2027-02-27"), 1),
    Case("posted again after a year: it is asked again", A, replace(A, posted="2027-03-02"), 2),
    Case("spaces and lines are otherwise", A, replace(A, text=JOB.replace("\n", " \r\n\n ")), 1),
    Case("as a page", A, replace(A, text=f"<p>{'</p><p>'.join(LINES)}</p>"), 1),
    Case("one word is put right", A, replace(A, text=JOB.replace("difficult", "hard")), 1),
    Case("one line more", A, replace(A, text=JOB + "\nInterviews are held on the quay."), 1),
    Case("another closing date", replace(A, text=JOB + "\nClosing date: 3 March 2026"),
         replace(A, text=JOB + "\nClosing date: 9 May 2026"), 1),
    Case("one campaign at two places", replace(A, text=PLACED.format("Leith")),
         replace(A, place="Hull", text=PLACED.format("Hull"), title="Harbour Surveyor - Hull"), 1),
    Case("one campaign at two grades: grades are compared", A, replace(A, grade="SEO"), 2),
    Case("a job share of the same job", A, replace(A, title="Harbour Surveyor (Job Share)"), 1),
    Case("half of it is otherwise", A, replace(A, text="\n".join([*LINES[:5], OTHER_JOB])), 2),
    Case("another job", A, replace(A, title="Clerk", text=OTHER_JOB), 2),
    Case("nearly the same words for another job", A,
         replace(A, title="Diver", text=JOB.replace("sonar", "a lamp")), 2),
    Case("another organisation", A, replace(A, organisation="Lighthouse Board"), 2),
    Case("the organisation written otherwise", A, replace(A, organisation="HARBOUR  AGENCY "), 1),
    Case("words that describe no job, under two titles",
         replace(A, text="Please see the attached job description."),
         replace(A, title="Diver", text="Please see the attached job description."), 2),
    Case("words that describe no job, under one title",
         replace(A, text="Please see the attached job description."),
         replace(A, text="Please see the attached job description.", posted="2026-03-20"), 1),
)  # fmt: skip


def corpus_of(folder: Path, *adverts: Advert) -> Corpus:
    """Return the corpus of some adverts, read from a table."""
    rows = [{"id": f"{n}", **vars(one)} for n, one in enumerate(adverts)]
    frame = pl.DataFrame(rows).rename({"text": "description"})
    frame.write_parquet(folder / "adverts.parquet")
    return read([folder / "adverts.parquet"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_reposts(case: Case, tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, case.first, case.second)
    assert corpus.adverts.height == case.counted
    assert corpus.adverts["copies"].sum() == 2
    again = corpus_of(tmp_path, case.second, case.first)
    assert again.adverts.height == case.counted


def test_of_copies_the_first_posted_stays(tmp_path: Path) -> None:
    later, earlier = replace(A, posted="2026-05-01"), replace(A, posted="2026-02-01")
    row = corpus_of(tmp_path, later, earlier, A).adverts.row(0, named=True)
    assert (row["key"], str(row["posted"]), row["copies"]) == ("1", "2026-02-01", 3)


def test_a_campaign_at_several_places_is_of_none_of_them(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, A, replace(A, place="Hull"))
    assert corpus.adverts["place"].to_list() == [None]
    assert corpus_of(tmp_path, A, A).adverts["place"].to_list() == ["Leith"]


def test_the_same_advert_ten_thousand_times(tmp_path: Path) -> None:
    others = [replace(A, title="Clerk", text=OTHER_JOB)]
    corpus = corpus_of(tmp_path, *[A] * 10_000, *others)
    assert corpus.adverts["copies"].to_list() == [10_000, 1]
    assert corpus.sentences.filter(pl.col("skill_text"))["text"].to_list()[:2] == LINES[:2]
