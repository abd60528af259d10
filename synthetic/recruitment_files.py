"""Writes stage extracts as an applicant-tracking system saves them, and the truth behind them.

Comma-separated, UTF-8 with a byte order mark, dates as DD/MM/YYYY; one row for each application
that the system holds on the date.

    Campaign ID                 key of the campaign
    Campaign Title
    Grade(s)                    several parted by "; ", or that applied for
    Profession
    Location(s)                 several parted by "; ", or that applied for
    Posts Advertised
    Opened Date
    Closing Date                the second one, once the campaign has opened again
    Reopened Date
    Scheme
    Merged Into                 key of the campaign that took this one's place
    Candidate ID                one for all applications of a person
    Application ID
    Submitted Date
    Sift Date, Sift Outcome     Pass, Fail
    Interview Date              one to come is booked
    Interview Outcome           Pass, Fail, Reserve list
    Offer Date, Offer Response  Accepted, Declined
    Vetting Started
    Vetting Cleared
    Start Date                  one to come is agreed
    Withdrawn Date
    Reinstated Date             a withdrawal undone
    Rejected At Stage           some rejections only
    Sex ... Parental Occupation at 14
                                "Prefer not to say" is an answer; blank is not asked or not given

Truth: `campaign` has one row for each campaign as its last extract tells it, `application` one for
each row of each extract, with every field in the codes of the questions, and the stage reached and
the outcome on that date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from synthetic.chance import Chance
from synthetic.damage.inflict import DamagedWriting
from synthetic.damage.struck import Shape
from synthetic.employers import Employer, make_employers
from synthetic.forms.delimited import Delimited
from synthetic.forms.form import About, Cell, Form
from synthetic.recruitment import PEOPLE_PER_CAMPAIGN, QUESTIONS, Application, Recruitment, Value

HEADERS = {
    "Campaign ID": "campaign_reference",
    "Campaign Title": "campaign_title",
    "Grade(s)": "grade",
    "Profession": "profession",
    "Location(s)": "location",
    "Posts Advertised": "posts",
    "Opened Date": "opened",
    "Closing Date": "closed",
    "Reopened Date": "reopened",
    "Scheme": "scheme",
    "Merged Into": "merged_into",
    "Candidate ID": "applicant_reference",
    "Application ID": "application_reference",
    "Submitted Date": "applied",
    "Sift Date": "sifted",
    "Sift Outcome": "sift_outcome",
    "Interview Date": "interviewed",
    "Interview Outcome": "interview_outcome",
    "Offer Date": "offered",
    "Offer Response": "offer_response",
    "Vetting Started": "vetting_started",
    "Vetting Cleared": "vetting_cleared",
    "Start Date": "started",
    "Withdrawn Date": "withdrawn",
    "Reinstated Date": "reinstated",
    "Rejected At Stage": "rejected_stage",
    "Sex": "sex",
    "Ethnicity": "ethnicity",
    "Disability": "disability",
    "Sexual Orientation": "orientation",
    "Religion or Belief": "religion",
    "Age Band": "age_band",
    "Parental Occupation at 14": "parental_occupation",
}
# A smaller system's twenty columns.
TWENTY = (
    "Campaign ID", "Campaign Title", "Grade(s)", "Location(s)", "Posts Advertised",
    "Opened Date", "Closing Date", "Candidate ID", "Application ID", "Submitted Date",
    "Sift Date", "Sift Outcome", "Interview Date", "Interview Outcome", "Offer Date",
    "Start Date", "Withdrawn Date", "Reinstated Date", "Sex", "Disability",
)  # fmt: skip
_UNSAID = {"prefer_not_to_say": "Prefer not to say"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "scheme": {
        "none": "None", "fast_stream": "Fast Stream", "apprenticeship": "Apprenticeship",
        "internship": "Internship", "life_chances": "Going Forward into Employment",
        "veterans": "Veterans",
    },
    "sift_outcome": {"passed": "Pass", "failed": "Fail"},
    "interview_outcome": {"passed": "Pass", "failed": "Fail", "reserve": "Reserve list"},
    "offer_response": {"accepted": "Accepted", "declined": "Declined"},
    "rejected_stage": {
        "sift": "Sift", "interview": "Interview", "vetting": "Pre-employment checks",
    },
    "sex": {"female": "Female", "male": "Male", "other": "Other", **_UNSAID},
    "ethnicity": {
        "asian": "Asian or Asian British",
        "black": "Black, Black British, Caribbean or African",
        "mixed": "Mixed or multiple ethnic groups", "white": "White",
        "other": "Other ethnic group", **_UNSAID,
    },
    "disability": {"yes": "Yes", "no": "No", **_UNSAID},
    "orientation": {
        "heterosexual": "Heterosexual or straight", "gay_or_lesbian": "Gay or lesbian",
        "bisexual": "Bisexual", "other": "Other sexual orientation", **_UNSAID,
    },
    "religion": {
        "none": "No religion", "buddhist": "Buddhist", "christian": "Christian",
        "hindu": "Hindu", "jewish": "Jewish", "muslim": "Muslim", "sikh": "Sikh",
        "other": "Any other religion", **_UNSAID,
    },
    "age_band": _UNSAID,
    "parental_occupation": {
        "modern_professional": "Modern professional",
        "traditional_professional": "Traditional professional",
        "senior_manager": "Senior manager or administrator",
        "middle_manager": "Middle or junior manager", "clerical": "Clerical or intermediate",
        "technical": "Technical or craft", "routine": "Routine manual or service",
        "semi_routine": "Semi-routine manual or service",
        "small_business": "Small business owner", "unemployed": "Long-term unemployed",
        "other": "Other, or not known", **_UNSAID,
    },
}  # fmt: skip
_DATES = (
    "opened", "closed", "reopened", "applied", "sifted", "interviewed", "offered",
    "vetting_started", "vetting_cleared", "started", "withdrawn", "reinstated",
)  # fmt: skip
_TYPES: dict[str, type[pl.DataType]] = {
    name: pl.Date if name in _DATES else pl.Float64 if name == "posts" else pl.String
    for name in HEADERS.values()
}
_CAMPAIGN = (
    "campaign_reference", "campaign_title", "profession", "posts", "opened", "closed", "reopened",
    "scheme", "merged_into",
)  # fmt: skip
SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "campaign": {
        "employer": pl.String, "system": pl.String, **{name: _TYPES[name] for name in _CAMPAIGN},
    },
    "application": {
        "employer": pl.String, "system": pl.String, "as_at": pl.Date, "file": pl.String,
        "row_number": pl.Int64, **_TYPES, "stage": pl.String, "outcome": pl.String,
    },
}  # fmt: skip
Said = Mapping[str, Value]
FORM = Delimited(",", "utf-8", "\r\n", bom=True)


@dataclass(frozen=True)
class _Extract:
    """What damage must know of an extract; see `damage.struck.Shape`."""

    header: Sequence[str] = tuple(HEADERS)
    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "identifier": ("Campaign ID", "Candidate ID", "Application ID", "Merged Into"),
            "date": tuple(header for header, name in HEADERS.items() if name in _DATES),
            "code": tuple(header for header, name in HEADERS.items() if name in WORDS),
            "text": ("Campaign Title", "Grade(s)", "Profession", "Location(s)"),
        }
    )
    form: Form = FORM
    day: str = "%d/%m/%Y"


EXTRACT: Shape = _Extract()


@dataclass(frozen=True, slots=True)
class StageExtract:
    """One extract written; `rows` are data rows."""

    path: Path
    employer: str
    system: str
    as_at: date
    rows: int


@dataclass(frozen=True, slots=True)
class Recruited:
    """The extracts by employer and date, where the tables of truth are, and damaged extracts."""

    extracts: tuple[StageExtract, ...]
    truth: dict[str, Path]
    damaged: tuple[tuple[str, DamagedWriting], ...]


def write_recruitment(
    out: Path,
    employers: Sequence[Employer],
    as_at: Sequence[date],
    chance: Chance,
    damage: Mapping[tuple[int, int], str] | None = None,
) -> Recruited:
    """Write `out/recruitment/<employer>/<date>-stages.csv` and two tables of truth.

    `damage` names the kind of damage of some extracts, by employer number and number of the date.
    """
    damaged: list[tuple[str, DamagedWriting]] = []
    extracts: list[StageExtract] = []
    campaigns: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for employer in employers:
        system = f"{employer.slug}-ats"
        making = Recruitment(employer, as_at[-1], chance)
        made = list(making.applications(max(2, employer.size // PEOPLE_PER_CAMPAIGN)))
        last: dict[Value, Said] = {}
        for month, day in enumerate(as_at):
            said = [one for each in made if (one := each.said_on(day)) is not None]
            name = f"recruitment/{employer.slug}/{day.isoformat()}-stages.csv"
            kind = (damage or {}).get((employer.number, month))
            if kind is None:
                write_extract(out / name, said)
            else:
                stream = Chance(employer.number * 1009 + month + 1)
                about = About(employer.name, day)
                writing = DamagedWriting(out / name, EXTRACT, kind, about, stream)
                writing.add(_cells(one, list(HEADERS.values())) for one in said)
                writing.finish()
                damaged.append((name, writing))
            extracts.append(StageExtract(out / name, employer.slug, system, day, len(said)))
            last |= {one["campaign_reference"]: one for one in said}
            rows += [
                (employer.slug, system, day, name, number, *map(one.get, _STATED))
                for number, one in enumerate(said, start=1)
            ]
        campaigns += [(employer.slug, system, *map(one.get, _CAMPAIGN)) for one in last.values()]
    truth = {"campaign": campaigns, "application": rows}
    kept = {name: _keep(out, name, told) for name, told in truth.items()}
    return Recruited(tuple(extracts), kept, tuple(damaged))


def write_extract(path: Path, said: Iterable[Said], headers: Sequence[str] = ()) -> None:
    """Write one extract, with every column or those named."""
    names = [HEADERS[header] for header in headers or HEADERS]
    writing = FORM.begin(path, headers or tuple(HEADERS), About("", date.min))
    writing.add(_cells(one, names) for one in said)
    writing.finish()


def _cells(one: Said, names: Sequence[str]) -> list[Cell]:
    return [_text(name, one.get(name)) for name in names]


def write_large_extract(
    path: Path, *, rows: int, seed: int = 1, headers: Sequence[str] = TWENTY
) -> int:
    """Write one extract of `rows` rows, for measuring; returns how many campaigns it names."""
    chance = Chance(seed)
    employer = make_employers(3, 300, chance)[0]
    day = date(2026, 10, 31)
    made: list[Said] = []
    for one in _crowd(Recruitment(employer, day, chance)):
        said = one.said_on(day)
        if said is not None:
            made.append(said)
        if len(made) == rows:
            break
    write_extract(path, made, headers)
    return len({one["campaign_reference"] for one in made})


def _crowd(recruitment: Recruitment) -> Iterable[Application]:
    while True:
        yield from recruitment.applications(1000, crowd=10)


_STATED = (*HEADERS.values(), "stage", "outcome")


def _text(name: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{value:g}"
    return WORDS[name].get(value, value) if name in WORDS else value


def _keep(out: Path, table: str, rows: Sequence[tuple[object, ...]]) -> Path:
    path = out / "truth" / f"{table}.parquet"
    pl.DataFrame(rows, schema=SCHEMAS[table], orient="row").write_parquet(path)
    return path


assert set(QUESTIONS) <= set(WORDS)
