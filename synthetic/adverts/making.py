"""Adverts as tables, of any number: some posted again, some of one campaign, a few empty."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from synthetic.adverts.jobs import Job, Jobs
from synthetic.adverts.text import Text, Writer
from synthetic.adverts.wording import ENGLISH
from synthetic.chance import Chance
from synthetic.employers import Employer, make_employers
from synthetic.work import GRADES

LAST = date(2026, 10, 31)
ORGANISATIONS = 179
_REPOSTED, _OF_CAMPAIGN, _EMPTY = 0.06, 0.05, 0.004
_REMEMBERED, _BLOCK = 400, 10_000
_PEOPLE_EACH = 1_500

SCHEMA: dict[str, type[pl.DataType]] = {
    "advert_id": pl.String, "title": pl.String, "organisation": pl.String, "posted": pl.Date,
    "valid_through": pl.Date, "employment_type": pl.String, "salary_min": pl.Int64,
    "salary_max": pl.Int64, "profession": pl.String, "grade": pl.String, "place": pl.String,
    "region": pl.String, "description": pl.String,
}  # fmt: skip
TRUTH: dict[str, dict[str, type[pl.DataType]]] = {
    "advert": {
        "advert_id": pl.String, "employer": pl.String, "family": pl.String, "language": pl.String,
        "html": pl.Boolean, "same_as": pl.String,
    },
    "advert_skill": {"advert_id": pl.String, "skill": pl.String},
    "advert_sentence": {
        "advert_id": pl.String, "section": pl.String, "sentence": pl.String, "skill": pl.String,
        "surface": pl.String,
    },
}  # fmt: skip


class Made(NamedTuple):
    """One advert; `same_as` is the advert whose text it repeats, or nothing."""

    reference: str
    job: Job
    text: Text
    same_as: str | None


@dataclass(frozen=True, slots=True)
class Adverts:
    """Adverts as `SCHEMA` has them, and what is true of them, by name of a table of `TRUTH`.

    `employer` of truth's adverts is a slug; `same_as` the advert posted again, or of whose
    campaign it is; an advert with an empty description asks for nothing.
    """

    adverts: pl.DataFrame
    truth: dict[str, pl.DataFrame] = field(default_factory=dict)


def adverts(
    count: int, seed: int = 1, organisations: int | Sequence[Employer] = ORGANISATIONS,
    last: date = LAST,
) -> pl.DataFrame:  # fmt: skip
    """Return `count` adverts of the three years that end on `last`, as `SCHEMA` has them.

    `organisations` are employers, or how many to make. About 2,240 characters each; the same
    arguments give the same adverts. 206,000 take about a minute and 1 GB.
    """
    made = _drawn(count, seed, organisations, last)
    return pl.concat([_table(block) for block in _blocks(made)] or [pl.DataFrame(schema=SCHEMA)])


def adverts_and_truth(
    count: int, seed: int = 1, organisations: int | Sequence[Employer] = ORGANISATIONS,
    last: date = LAST,
) -> Adverts:  # fmt: skip
    """Return the adverts that `adverts` returns, and what is true of them."""
    made = list(_drawn(count, seed, organisations, last))
    return Adverts(_table(made), _truth(made))


def _drawn(
    count: int, seed: int, organisations: int | Sequence[Employer], last: date
) -> Iterator[Made]:
    chance = Chance(seed)
    if isinstance(organisations, int):
        people = organisations * _PEOPLE_EACH
        organisations = make_employers(organisations, people, chance)
    jobs, writer = Jobs(organisations, last, chance), Writer(chance)
    before: deque[Made] = deque(maxlen=_REMEMBERED)
    for number in range(count):
        reference, drawn = f"A{number + 100_001:06d}", chance.unit()
        if before and drawn < _REPOSTED:
            one = _again(reference, chance.pick(before), last, chance)
        elif before and drawn < _REPOSTED + _OF_CAMPAIGN:
            one = _of_campaign(reference, chance.pick(before), writer, chance)
        else:
            job = jobs.draw()
            empty = chance.happens(_EMPTY)
            text = Text((), "", False) if empty else writer.write(job, reference)
            one = Made(reference, job, text, None)
        before.append(one)
        yield one


def _again(reference: str, old: Made, last: date, chance: Chance) -> Made:
    """The same advert, posted some weeks later."""
    posted = min(last, old.job.posted + timedelta(days=chance.between(21, 70)))
    return Made(reference, replace(old.job, posted=posted), old.text, old.same_as or old.reference)


def _of_campaign(reference: str, old: Made, writer: Writer, chance: Chance) -> Made:
    """The same job at another grade and in another place, which its first sentence says."""
    job, site = old.job, chance.pick(old.job.employer.sites)
    place = GRADES.index(job.grade)
    grade = GRADES[max(0, min(len(GRADES) - 1, place + chance.between(-1, 1)))]
    other = replace(job, grade=grade, town=site.town, region=site.region)
    if job.welsh or not old.text.lines:
        return Made(reference, other, old.text, old.same_as or old.reference)
    said = ENGLISH["campaign"][0].format(grade=grade.key, place=site.town)
    first = old.text.lines[0]._replace(section="role", text=said, asks=())
    text = writer.laid_out((first, *old.text.lines), job)
    return Made(reference, other, text, old.same_as or old.reference)


def _blocks(made: Iterator[Made]) -> Iterator[list[Made]]:
    block: list[Made] = []
    for one in made:
        block.append(one)
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


def _table(made: Sequence[Made]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                one.reference, job.title, job.employer.name, job.posted,
                job.posted + timedelta(days=21), job.hours, job.low, job.high,
                job.family.profession, job.grade.key, job.town, job.region, one.text.description,
            )
            for one in made
            for job in (one.job,)
        ],
        schema=SCHEMA,
        orient="row",
    )  # fmt: skip


def _truth(made: Sequence[Made]) -> dict[str, pl.DataFrame]:
    about = [
        (one.reference, one.job.employer.slug, one.job.family.key,
         "cy" if one.job.welsh else "en", one.text.html, one.same_as)
        for one in made
    ]  # fmt: skip
    said = [
        (one.reference, line.section, line.text, skill, surface)
        for one in made
        for line in one.text.lines
        for skill, surface in line.asks
    ]
    sentences = pl.DataFrame(said, schema=TRUTH["advert_sentence"], orient="row")
    return {
        "advert": pl.DataFrame(about, schema=TRUTH["advert"], orient="row"),
        "advert_skill": sentences.select("advert_id", "skill").unique(maintain_order=True),
        "advert_sentence": sentences,
    }
