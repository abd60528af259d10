"""How right what was read is: every file layout, damaged in every way, held against the truth.

A pretend civil service sends its people and its recruitment: a first month as it should be, and a
second in which each file is damaged in one way, an employer for each layout and each kind of
damage. All of it is loaded through the hub. Then every field of every row that was accepted is
compared with what that row meant.

A field is *equal*; or it is *empty*, because it could not be read and its layout says that the row
goes on without it, which the feed notes; or it is *wrong*: believed, and not so. Of names and other
text written as somebody wrote it, a typographer's apostrophe or dash is equal to a plain one.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.apart import ROOT
from synthetic.chance import Chance
from synthetic.damage.inflict import kinds_for
from synthetic.employers import SMALLEST, Employer, make_employers
from synthetic.files import layout_of
from synthetic.make import Made, Plans, make
from synthetic.recruitment_files import EXTRACT
from synthetic.stated import BILLION, FIELDS

BY = "bench"
AS_AT = (date(2026, 9, 30), date(2026, 10, 31))
WHOLE, NONE = "recruitment", "none"
# What the register calls the professions that the pretend service calls otherwise.
_PROFESSIONS = {"Government Communication": "Communication", "Counter Fraud": "Counter-fraud"}
_MARKS = {"’": "'", "‘": "'", "–": "-"}
_APPLICATION = (
    "grade", "location", "applied", "sifted", "sift_outcome", "interviewed", "interview_outcome",
    "offered", "offer_response", "vetting_started", "vetting_cleared", "started", "withdrawn",
    "reinstated", "rejected_stage",
)  # fmt: skip
_ANSWERS = (
    "sex", "ethnicity", "disability", "orientation", "religion", "age_band", "parental_occupation",
)  # fmt: skip
_REFERENCES = ("campaign_reference", "applicant_reference", "application_reference")
_CAMPAIGN = ("profession", "posts", "scheme", "opened", "closed", "reopened", "merged_into")


def fields_equal_to_truth(
    *, employers: int = 12, people: int = 4_000, seed: int = 1
) -> list[dict[str, Any]]:
    """Return, for each layout, how many fields of accepted rows were compared and how many equal.

    Runs in a process and a home of its own. Each dictionary holds ``layout``, ``files``, ``rows``,
    ``accepted``, ``quarantined``, ``compared``, ``equal``, ``empty`` and ``wrong``.

    Args:
        employers: at least so many; there are as many as there are layouts and kinds of damage.
        people: at least so many.
        seed: of the pretend service.
    """
    with tempfile.TemporaryDirectory(prefix="muster-truth-") as home:
        done = subprocess.run(
            [sys.executable, "-m", "bench.truth", str(employers), str(people), str(seed)],
            cwd=ROOT,
            env={**os.environ, "MUSTER_HOME": home, "MUSTER_DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def damaged_service(out: Path, *, employers: int, people: int, seed: int) -> Made:
    """Make the service: month one as it should be, month two with each kind of damage."""
    count = max(employers, _employers_needed())
    whole = max(people, count * SMALLEST)
    bodies = make_employers(count, whole, Chance(seed))
    return make(out, employers=count, people=whole, seed=seed, as_at=AS_AT, damage=_dealt(bodies))


def _employers_needed() -> int:
    """Return how many employers there must be for each layout to meet each kind of damage."""
    bodies = make_employers(400, 400 * SMALLEST, Chance(1))
    met: Counter[str] = Counter()
    lacking = {
        layout.key: len(kinds_for(layout)) for body in bodies if (layout := layout_of(body, 1))
    }
    for count, body in enumerate(bodies, start=1):
        met[body.layout] += 1
        if all(met[key] > kinds for key, kinds in lacking.items()):
            return count
    raise AssertionError("too few pretend employers for all kinds of damage")


def _dealt(bodies: Sequence[Employer]) -> Plans:
    """Return a plan by which the employers of a layout meet its kinds of damage in turn."""
    met: Counter[str] = Counter()
    people: dict[tuple[int, int], str] = {}
    recruitment: dict[tuple[int, int], str] = {}
    for body in bodies:
        for plan, key, shape in (
            (people, body.layout, layout_of(body, 1)),
            (recruitment, WHOLE, EXTRACT),
        ):
            kinds = (*kinds_for(shape), NONE)
            kind = kinds[met[key] % len(kinds)]
            met[key] += 1
            if kind != NONE:
                plan[body.number, 1] = kind
    return Plans(people, recruitment)


def load(out: Path) -> None:
    """Enrol the employers of a service and take all its files in."""
    from muster.hub.actions import begin_intake, take_in
    from muster.hub.reading import dropped, read
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.register.people.enrolment import enrol
    from muster.register.recruitment.enrolment import enrol as enrol_recruitment

    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    enrol_recruitment(out, by=BY, clock=SYSTEM_CLOCK)
    for folder in ("files", "recruitment"):
        intake = begin_intake(name=folder, by=BY, clock=SYSTEM_CLOCK)
        take_in(dropped(out / folder), read, intake=intake, by=BY, clock=SYSTEM_CLOCK)


# -- comparing ----------------------------------------------------------------------------------


def compared(out: Path) -> pl.DataFrame:
    """Return for each file and field of its accepted rows how many are equal, empty and wrong.

    Columns: ``file``, ``layout``, ``kind`` of damage, ``field``, ``equal``, ``empty``, ``wrong``.
    """
    both = pl.concat([_people_compared(out), _applications_compared(out), _campaigns_compared(out)])
    return both.join(_files(out), on="file", how="left")


def landings(out: Path) -> pl.DataFrame:
    """Return what became of each file: layout, kind of damage, state and rows.

    Columns: ``file``, ``layout``, ``kind``, ``state``, ``said``, ``rows``, ``accepted``,
    ``quarantined``.
    """
    from muster.hub.models import Landing

    found = [
        (_file_of(name), state, said, rows, accepted, quarantined)
        for name, state, said, rows, accepted, quarantined in Landing.objects.values_list(
            "name", "state", "said", "rows", "accepted", "quarantined"
        )
    ]
    schema = ["file", "state", "said", "rows", "accepted", "quarantined"]
    landed = pl.DataFrame(found, schema=schema, orient="row", infer_schema_length=None)
    return landed.join(_files(out), on="file", how="left")


def summed(out: Path, *by: str) -> list[dict[str, Any]]:
    """Return files, rows and fields, added up by ``layout``, ``kind`` or both."""
    fields = compared(out).group_by(by).agg(pl.col("equal", "empty", "wrong").sum())
    files = (
        landings(out)
        .group_by(by)
        .agg(pl.len().alias("files"), pl.col("rows", "accepted", "quarantined").sum())
    )
    both = files.join(fields, on=by, how="left").fill_null(0).sort(by)
    told = both.with_columns(compared=pl.sum_horizontal("equal", "empty", "wrong"))
    return list(told.iter_rows(named=True))


def _file_of(name: str) -> str:
    return f"{'recruitment' if name.endswith('-stages.csv') else 'files'}/{name}"


def _files(out: Path) -> pl.DataFrame:
    """Return every file with its layout and the kind of damage it met."""
    employers = pl.read_parquet(out / "truth" / "employer.parquet").select("employer", "layout")
    layouts = dict(employers.iter_rows())
    hurt = pl.read_parquet(out / "truth" / "damage.parquet")
    kinds = dict(hurt.select("file", "kind").unique().iter_rows())
    rows = [
        (name, WHOLE if top == WHOLE else layouts[slug], kinds.get(name, NONE))
        for path in sorted((*out.glob("files/*/*"), *out.glob("recruitment/*/*")))
        for name in [path.relative_to(out).as_posix()]
        for top, slug, _ in [name.split("/")]
    ]
    return pl.DataFrame(rows, schema=["file", "layout", "kind"], orient="row")


def _places(out: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """Return where each record stands in its file: in damaged files, where it stands now."""
    moved = pl.read_parquet(out / "truth" / "moved.parquet")
    hurt = pl.read_parquet(out / "truth" / "damage.parquet")["file"].unique()
    struck = pl.concat([moved["file"], hurt]).unique().implode()
    still = rows.filter(~pl.col("file").is_in(struck)).select("file", "position", "row_number")
    return pl.concat([still, moved.join(rows.select("file").unique(), on="file")])


def _people_compared(out: Path) -> pl.DataFrame:
    from muster.kernel.running import keyring
    from muster.register.people.models import Claim
    from muster.register.people.sealing import open_nino

    columns = ["record__staff_number" if name == "staff_number" else name for name in FIELDS]
    rows = Claim.objects.values_list("statement__landing", "row", *columns)
    told = _framed(rows, FIELDS)
    sealed = told["nino"].drop_nulls().unique().to_list()
    opened = {one: open_nino(keyring(), one) for one in sealed}
    told = told.with_columns(pl.col("nino").replace(opened))
    meant = pl.read_parquet(out / "truth" / "hr_record.parquet")
    meant = meant.with_columns(pl.col("profession").replace(_PROFESSIONS))
    records = pl.read_parquet(out / "truth" / "source_record.parquet")
    return _counted(told, meant, _places(out, records), list(FIELDS))


def _applications_compared(out: Path) -> pl.DataFrame:
    from muster.register.recruitment.models import ApplicationFact, DiversityAnswer

    rows = pl.read_parquet(out / "truth" / "application.parquet")
    places = _places(out, rows.with_columns(position=pl.col("row_number") + 1))
    meant = rows.select("file", "row_number", *_REFERENCES, *_APPLICATION, *_ANSWERS)
    schema = dict(meant.schema)
    stored = ("campaign__reference", "applicant", "application")
    facts = _framed(
        ApplicationFact.objects.values_list("statement__landing", "row", *stored, *_APPLICATION),
        {name: schema[name] for name in (*_REFERENCES, *_APPLICATION)},
    )
    answers = _framed(
        DiversityAnswer.objects.values_list("statement__landing", "row", *_ANSWERS),
        {name: schema[name] for name in _ANSWERS},
    )
    told = facts.join(answers, on=["file", "position"], how="left")
    return _counted(told, meant, places, [*_REFERENCES, *_APPLICATION, *_ANSWERS])


def _campaigns_compared(out: Path) -> pl.DataFrame:
    """What extracts say of campaigns stands once for each, so references take the rows' place."""
    from muster.register.recruitment.models import CampaignFact

    rows = pl.read_parquet(out / "truth" / "application.parquet").with_columns(
        (pl.col("posts") * BILLION).cast(pl.Int64)
    )
    names = ["title", *_CAMPAIGN]
    meant = rows.drop("row_number").rename(
        {"campaign_title": "title", "campaign_reference": "row_number"}
    )
    meant = meant.select("file", "row_number", *names).unique(["file", "row_number"])
    schema = {name: meant.schema[name] for name in names}
    told = _framed(
        CampaignFact.objects.values_list("statement__landing", "campaign__reference", *names),
        schema,
        at=pl.String,
    )
    places = meant.select("file", pl.col("row_number").alias("position"), "row_number")
    return _counted(told, meant, places, names)


def _framed(
    rows: Iterable[Sequence[Any]], fields: Mapping[str, Any], at: type[pl.DataType] = pl.Int64
) -> pl.DataFrame:
    """Return what was stored of each row: its file, its place there, and its fields."""
    from muster.hub.models import Landing

    names = {landing: _file_of(name) for landing, name in Landing.objects.values_list("id", "name")}
    found = [(names[landing], *said) for landing, *said in rows]
    schema = {"file": pl.String, "position": at, **fields}
    return pl.DataFrame(found, schema=schema, orient="row")


def _counted(
    told: pl.DataFrame, meant: pl.DataFrame, places: pl.DataFrame, fields: Sequence[str]
) -> pl.DataFrame:
    """Count the fields of accepted rows by file. A row that nobody sent is wrong in all it says."""
    meant = meant.rename({name: f"{name} meant" for name in fields})
    both = told.join(places, on=["file", "position"], how="left").join(
        meant, on=["file", "row_number"], how="left"
    )
    counted = []
    for name in fields:
        said, truth = pl.col(name), pl.col(f"{name} meant")
        if told.schema[name] == pl.String:
            said, truth = said.str.replace_many(_MARKS), truth.str.replace_many(_MARKS)
        equal = said.eq_missing(truth) & pl.col("row_number").is_not_null()
        empty = ~equal & pl.col(name).is_null()
        counted.append(
            both.group_by("file").agg(
                pl.lit(name).alias("field"),
                equal.sum().alias("equal"),
                empty.sum().alias("empty"),
                (~equal & ~empty).sum().alias("wrong"),
            )
        )
    return pl.concat(counted)


def main() -> None:
    """Make, load and compare in this process; print what was found as one line of JSON."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.cli.ready import ready

    ready()
    employers, people, seed = map(int, sys.argv[1:4])
    by = sys.argv[4:] or ["layout"]
    with tempfile.TemporaryDirectory(prefix="muster-pretend-") as folder:
        out = Path(folder) / "service"
        damaged_service(out, employers=employers, people=people, seed=seed)
        load(out)
        print(json.dumps(summed(out, *by)))


if __name__ == "__main__":
    main()
