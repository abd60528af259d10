"""The cells of an answer as files: what is shown, in every form a release can be taken in."""

from importlib.util import find_spec

from muster.kernel.errors import BadInput, Where
from muster.pagekit.jinja import day
from muster.services.grid.explore import DATE
from muster.services.grid.explore.answering import Answer, title_of
from muster.services.grid.exports import WRITERS
from muster.services.grid.exports.contents import KINDS, STEADY, Column, Contents, Value

NAMES = {
    "csv": "CSV with its description (CSVW)", "xlsx": "Excel", "ods": "ODS", "json": "JSON",
    "parquet": "Parquet", "hyper": "Tableau",
}  # fmt: skip
_NO_RETURN = "No return: nothing is filled in"


def kinds() -> dict[str, str]:
    """Return the forms of file that can be written here, with their names."""
    without = () if find_spec("tableauhyperapi") else ("hyper",)
    return {kind: name for kind, name in NAMES.items() if kind not in without}


def files_of_answer(answer: Answer, kind: str) -> dict[str, bytes]:
    """Return what an answer shows as files by name, the one with the figures first.

    Raises:
        BadInput: if there is no such form, what it needs is not installed, or nothing is shown.
    """
    writer = WRITERS.get(kind)
    if writer is None:
        raise BadInput(
            f"There is no format {kind}",
            where=Where(field="format"),
            fix=f"Choose among {', '.join(WRITERS)}",
        )
    return writer(contents_of_answer(answer))


def contents_of_answer(answer: Answer) -> Contents:
    """Return the columns, rows and notes of what is shown.

    Raises:
        BadInput: if the question has no answer.
    """
    question = answer.question
    if answer.main is None:
        raise BadInput(
            "There are no figures for this question",
            where=Where(field="as_at"),
            fix="; ".join(one.text for one in question.problems) or "Choose another figure or date",
        )
    metric, named = question.metric, [axis for axis in answer.axes if axis.name != DATE]
    columns = [Column("as_at", "As at", "The date the figure speaks of")]
    for axis in named:
        declared = metric.dimension(axis.name)
        meaning = declared.definition if declared else axis.title
        columns += [
            Column(f"{axis.name}_code", f"{axis.title}, code", f"The code of: {meaning}"),
            Column(axis.name, axis.title, meaning),
        ]
    done = "; ".join(f"{k}: {v}" for k, v in (*KINDS.items(), ("none", _NO_RETURN)))
    columns += [
        Column("value", metric.title, f"{metric.unit}; empty for a band", number=True),
        Column("shown", f"{metric.title} as shown", "The figure as people read it"),
        Column("kind", "What was done to it", done),
    ]
    rows: list[tuple[Value, ...]] = []
    for one in answer.figures:
        parts: list[Value] = [one.as_at.isoformat()]
        for code, label in list(zip(one.key, one.labels, strict=True))[: len(named)]:
            parts += [code, label]
        rows.append((*parts, one.value, one.shown, one.kind))
    return Contents(
        name=_name(answer),
        title=title_of(question),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=_notes(answer),
        keys=("as_at", *(f"{axis.name}_code" for axis in named)),
        as_at=answer.main.as_at,
        release=str(answer.main.release),
    )


def _name(answer: Answer) -> str:
    question = answer.question
    dates = [question.dates[0], question.dates[-1]] if question.since else [question.as_at]
    when = "-to-".join(one.isoformat() for one in dict.fromkeys(dates) if one)
    return "-by-".join((f"{question.metric.name}-{when}", *(axis.name for axis in answer.axes)))


def _notes(answer: Answer) -> tuple[tuple[str, str], ...]:
    metric, question = answer.question.metric, answer.question
    notes = [("What is counted", metric.definition)]
    if metric.profile == "protected":
        told = f"{KINDS['rounded']}. {KINDS['band']}. Totals are rounded by themselves."
        more = f" {STEADY}" if question.steady else ""
        notes.append(("How people are protected", f"{told} They may not add up.{more}"))
    if question.employers:
        notes.append(("Employers shown", ", ".join(question.employers.values())))
    for date, table in answer.of_dates.items():
        missing = f" Without: {', '.join(table.without)}." if table.without else ""
        said = f"{table.returned:,} of {table.known:,} employers.{missing}"
        notes.append((f"How complete, {day(date)}", said))
        notes.append((f"Release, {day(date)}", f"{table.release}: the same for ever"))
    notes += [
        ("Source", metric.source),
        ("Who answers for it", metric.owner),
        ("Lawful basis", metric.lawful_basis),
        ("Definition", metric.fingerprint()),
    ]
    return tuple(notes)
