"""Which part of an advert a sentence belongs to, and so whether it may name a skill.

Each row is an advert of a few lines and one of its lines; the row says which part that line is of.
The skill lines under a heading of something else, and the other lines without any heading, are the
ones that a reader gets wrong.
"""

from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from muster.services.skills.map.reading import Corpus, read
from muster.services.skills.map.reading.corpus import SKILL_PARTS

NEED = "Experience of writing SQL queries"


class Case(NamedTuple):
    text: str
    line: str
    part: str


LABELS = (
    "Salary: \u00a332,000 a year", "Hours: 37 a week", "Contract type: permanent",
    "Closing date: 3 March 2026", "Location: Leeds", "Email: jobs@harbour.gov.uk",
    "Interview dates: 9 March 2026", "Security clearance: SC", "Important information: no pets",
    "Annual leave: 30 days", "About us: we run harbours", "Behaviours: delivering at pace",
)  # fmt: skip

PEOPLE = (
    "Contact", "Job contact", "Contact for enquiries", "Contact point for applicants", "Cyswllt",
    "Recruitment team", "How to apply", "Selection process", "Interview details", "Next steps",
    "For further information", "For an informal discussion, please speak to", "Questions",
    "Further information", "Interested in this job",
)  # fmt: skip

CASES = (
    # Headings say it.
    Case(f"Person specification\n{NEED}", NEED, "skills"),
    Case(f"About you:\n{NEED}", NEED, "skills"),
    Case(f"ESSENTIAL CRITERIA\n{NEED}", NEED, "skills"),
    Case(f"Technical skills\n{NEED}", NEED, "skills"),
    Case("What you'll do\nBuild data pipelines", "Build data pipelines", "duties"),
    Case("Job summary\nA job by the sea", "A job by the sea", "duties"),
    Case("Main duties of the job\nMend nets", "Mend nets", "duties"),
    Case("About us\nWe run harbours", "We run harbours", "about us"),
    Case("About the Department\nWe run harbours", "We run harbours", "about us"),
    Case("Benefits\nA canteen by the sea", "A canteen by the sea", "benefits"),
    Case("What we offer:\nA canteen by the sea", "A canteen by the sea", "benefits"),
    Case("How to apply\nTell us of your life", "Tell us of your life", "how to apply"),
    Case("Selection process details\nTwo talks", "Two talks", "how to apply"),
    Case("Behaviours\nWe like you to be brave", "We like you to be brave", "behaviours"),
    Case("Success Profiles\nStrengths are read", "Strengths are read", "behaviours"),
    # A heading holds until the next.
    Case(f"Benefits\nA canteen\nPerson specification\n{NEED}", NEED, "skills"),
    Case("About us\nWe run harbours\nThe role\nMend nets", "Mend nets", "duties"),
    Case(f"Benefits:\nA canteen\nOther wishes:\n{NEED}", NEED, "skills or other"),
    Case("Benefits\nFree parking\nCycle to work", "Cycle to work", "benefits"),
    # A label and what it says on one line.
    Case("Essential: a licence to sail", "Essential: a licence to sail", "skills"),
    Case("Benefits: a canteen", "Benefits: a canteen", "benefits"),
    # ... which tells of that line alone,
    *(Case(f"{label}\n{NEED}", NEED, "other") for label in LABELS),
    *(Case(f"About you\n{label}\n{NEED}", NEED, "skills") for label in LABELS),
    Case("Benefits\nSalary: 32,000\nA canteen", "A canteen", "benefits"),
    # unless it begins skills or duties, or what it says leads on to more.
    Case("Essential: SQL\nA licence to sail", "A licence to sail", "skills"),
    Case("Main duties: nets\nMend boats too", "Mend boats too", "duties"),
    Case("Benefits: we offer you:\nA canteen", "A canteen", "benefits"),
    Case("BENEFITS: WHAT WE OFFER YOU\nTraining in sums", "Training in sums", "benefits"),
    Case("ABOUT US: THE MET OFFICE\nWe use machines", "We use machines", "about us"),
    Case(f"About you\nSALARY: TO BE AGREED\n{NEED}", NEED, "skills"),
    # Where an advert says whom to ask, more lines of people may follow.
    *(Case(f"About you\n{NEED}\n{label}: see below\na yard lead", "a yard lead", "how to apply")
      for label in PEOPLE),
    Case("Salary:\nA heap of gold", "A heap of gold", "benefits"),
    # Without a heading, what it says tells.
    Case(NEED, NEED, "other"),
    Case("You will get 30 days annual leave.", "You will get 30 days annual leave.", "other"),
    Case("30 days annual leave", "30 days annual leave", "benefits"),
    Case("A generous pension scheme", "A generous pension scheme", "benefits"),
    Case("We are an equal opportunities employer", "We are an equal opportunities employer",
         "about us"),
    Case("We welcome applicants from all backgrounds, regardless of age",
         "We welcome applicants from all backgrounds, regardless of age", "about us"),
    Case("Closing date: 3 March 2026", "Closing date: 3 March 2026", "how to apply"),
    Case("Please apply online with your CV", "Please apply online with your CV", "how to apply"),
    Case("This post is subject to a DBS check", "This post is subject to a DBS check",
         "how to apply"),
    Case("Delivering at Pace", "Delivering at Pace", "behaviours"),
    Case("Seeing the Big Picture", "Seeing the Big Picture", "behaviours"),
    # Skills that sound like something else stay skills.
    Case("Experience of pension administration", "Experience of pension administration", "other"),
    Case("About you\nKnowledge of annual leave systems", "Knowledge of annual leave systems",
         "skills"),
    Case("The role\nAdvise on discounts and pensions", "Advise on discounts and pensions",
         "duties"),
    # A contact is no skill text, whatever heading it stands under.
    Case("About you\nyou may write to jane@harbour.gov.uk",
         "you may write to [email]", "how to apply"),
)  # fmt: skip


def corpus_of(folder: Path, *texts: str, organisations: tuple[str, ...] = ("A",)) -> Corpus:
    rows = [
        {"title": f"Job {chr(65 + n % 26)}{n}", "description": text,
         "organisation": organisations[n % len(organisations)]}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    pl.DataFrame(rows).write_parquet(folder / "a.parquet")
    return read([folder / "a.parquet"])


def part_of(corpus: Corpus, line: str) -> dict[str, object]:
    return corpus.sentences.row(by_predicate=pl.col("text") == line, named=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:60])
def test_parts(case: Case, tmp_path: Path) -> None:
    found = part_of(corpus_of(tmp_path, case.text), case.line)
    assert found["part"] in case.part.split(" or ")
    assert found["skill_text"] == (found["part"] in SKILL_PARTS)


UNDER = (
    ("Contact: Jobs team", "Sarah Jones, Head of Data Analytics", "Sarah Jones"),
    ("How to apply: send us your CV", "Interviews by Peter Smith, accounting lead", "Peter Smith"),
    ("Job contact: see below", "Gwen Evans", "Gwen Evans"),
)


@pytest.mark.parametrize(("label", "line", "name"), UNDER)
def test_names_under_a_label_that_leads_to_people_are_taken_out(
    label: str, line: str, name: str, tmp_path: Path
) -> None:
    text = f"Keeper\n\nEssential criteria\n{NEED}\n{label}\n{line}\n"
    (tmp_path / "a.txt").write_text(text)
    sentences = read([tmp_path / "a.txt"]).sentences
    assert sentences.row(-1, named=True)["part"] == "how to apply"
    assert not sentences["text"].str.contains(name, literal=True).any()


MOTTO = "Harbours carry the dreams of this island from tide to tide."
WISH = "The ability to speak with pilots in a calm voice is wanted."
BARE = "Sums"


def adverts(count: int, *lines: str) -> list[str]:
    """Return adverts that differ in a line of their own and share some."""
    own = ("nets", "ropes", "lamps", "boats", "maps", "tides", "cranes", "fish", "sails", "quays")
    return [
        "\n".join([f"Mend {own[n % 10]} number {n} of the old {own[n // 10]} yard", *lines])
        for n in range(count)
    ]


RECURRING = (
    # (what, how many adverts share it, of how many, the line, its part)
    ("in a third of an organisation's adverts", 10, 30, MOTTO, "about us"),
    ("in few of them", 6, 30, MOTTO, "other"),
    ("of an organisation with few adverts", 19, 19, MOTTO, "other"),
    ("that asks for something", 30, 30, WISH, "other"),
    ("as short as a skill's name", 30, 30, BARE, "other"),
)


@pytest.mark.parametrize(("what", "sharing", "count", "line", "part"), RECURRING)
def test_recurring_sentences(
    what: str, sharing: int, count: int, line: str, part: str, tmp_path: Path
) -> None:
    texts = [*adverts(count, line)[:sharing], *adverts(count)[sharing:]]
    assert part_of(corpus_of(tmp_path, *texts), line)["part"] == part, what


def test_one_job_advertised_over_and_over_is_no_boilerplate(tmp_path: Path) -> None:
    rows = [{"title": "Pilot", "organisation": "A", "description": text}
            for text in adverts(30, MOTTO)]  # fmt: skip
    pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    assert part_of(read([tmp_path / "a.parquet"]), MOTTO)["part"] == "other"
