"""``muster map``: how a file that no layout knows could be read; layouts that were saved."""

import getpass
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Where

if TYPE_CHECKING:
    from muster.hub.suggesting.previewing import Preview
    from muster.hub.suggesting.suggestion import Choices, Suggestion


@click.group(name="map")
def mapping() -> None:
    """Map files that no layout knows, and keep the layouts."""


@mapping.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--contract", default="", help="The contract its rows become, where not proposed.")
@click.option("--column", "columns", multiple=True, help='FIELD="HEADER": take this column.')
@click.option(
    "--answer",
    "answers",
    multiple=True,
    help="QUESTION=ANSWER, or QUESTION:CODE=MEANING for a code.",
)
@click.option("--both", multiple=True, help="HEADER: several fields may take this column.")
@click.option("--save", "name", help="Save the layout under this name.")
@click.option("--title", default="", help="What people call it; the name, if left out.")
@click.option("--route", help="The route it is saved for; its employer's files alone use it.")
@click.option("--delta", is_flag=True, help="Its files list changes only, not everything.")
@click.option("--toml", is_flag=True, help="Print the layout instead of words.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def suggest(
    path: Path,
    contract: str,
    columns: tuple[str, ...],
    answers: tuple[str, ...],
    both: tuple[str, ...],
    name: str | None,
    title: str,
    route: str | None,
    delta: bool,
    toml: bool,
    as_json: bool,
) -> None:
    """Propose how FILE could be read: a column for each field, with reasons.

    Nothing is taken in. Only its first rows are read. What the file does not tell is asked: answer
    with --answer, change a column with --column, and keep the result with --save. A column that
    is taken for several fields is asked about too: --both says that it is meant.
    """
    ready()
    from muster.hub.suggesting.writing import Heading, layout_text

    found, shown = _suggested(path, contract, _choices(columns, answers, both))
    if name:
        _refuse_doubted(found)
    text = ""
    if name or not (found.unanswered or found.doubted):
        heading = Heading(name or "unsaved", title or name or path.name, full=not delta)
        text = layout_text(found, heading)
    preview = _previewed(shown, text, found, path.name)
    if name:
        _save(text, route)
    if as_json:
        click.echo(json.dumps(_figures(found, preview, text)))
    elif toml:
        click.echo(text, nl=False)
    else:
        click.echo("\n".join(_in_words(found, preview)))
        if name:
            click.echo(f"Saved as {name}: files like this one are recognised from now on")


@mapping.command(name="list")
def list_() -> None:
    """Print the saved layouts."""
    ready()
    from muster.hub.saved_layouts import saved_layouts

    found = saved_layouts()
    for view in found:
        state = "retired" if view.retired_at else "in use"
        click.echo(f"{view.name:<40} version {view.version}  {state:<8} {view.title}")
    if not found:
        click.echo("No layout is saved")


@mapping.command()
@click.argument("name")
def show(name: str) -> None:
    """Print the saved layout NAME."""
    ready()
    from muster.hub.saved_layouts import saved_layout

    click.echo(saved_layout(name).toml, nl=False)


@mapping.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; it is recorded.")
def retire(name: str, reason: str) -> None:
    """Use the saved layout NAME no more."""
    ready()
    from muster.hub.saved_layouts import retire_layout

    retire_layout(name=name, reason=reason, by=_by(), clock=SYSTEM_CLOCK)
    click.echo(f"{name} is retired: files like those it read are refused from now on")


def _by() -> str:
    return f"operator:{getpass.getuser()}"


def _suggested(path: Path, contract: str, choices: "Choices") -> tuple["Suggestion", Any]:
    from muster.connectors.contract import Offer
    from muster.hub.known import known_layouts
    from muster.hub.reading import read
    from muster.hub.saved_layouts import received_contracts
    from muster.hub.suggesting.peeking import peek
    from muster.hub.suggesting.proposing import suggest as propose
    from muster.kernel.days import legal_day

    beginning = peek(Offer(path.name, path.read_bytes()), read)
    contracts = tuple(received_contracts().values())
    today = legal_day(SYSTEM_CLOCK.now())
    found = propose(
        beginning.sheets,
        contracts,
        known_layouts(),
        today=today,
        contract=contract,
        choices=choices,
    )
    strange = sorted(set(choices.columns) - {one.field.name for one in found.fields})
    if strange:
        raise BadInput(
            f"The contract has no field {', '.join(strange)}",
            where=Where(thing=found.contract.name),
            fix=f"Use {', '.join(one.field.name for one in found.fields)}",
        )
    _refuse_unknown((*choices.columns.values(), *choices.both), found)
    return found, beginning


def _refuse_unknown(headers: Iterable[str], found: "Suggestion") -> None:
    known = [profile.header for profile in found.profiles]
    strange = sorted(set(headers) - {"", *known})
    if strange:
        raise BadInput(
            f"The file has no column {', '.join(strange)}",
            where=Where(thing=found.contract.name),
            fix=f"Use {', '.join(known)}",
        )


def _refuse_doubted(found: "Suggestion") -> None:
    for one in found.doubted:
        raise BadInput(
            f"{one.titles} are both taken from “{one.column}”",
            where=Where(field=one.fields[-1].title),
            fix=f'Choose another column with --column, or say --both "{one.column}" if it is meant',
        )


def _previewed(beginning: Any, text: str, found: "Suggestion", file: str) -> "Preview | None":
    from muster.hub.layouts import load_layout
    from muster.hub.suggesting.previewing import preview
    from muster.kernel.days import legal_day

    if not text:
        return None
    today = legal_day(SYSTEM_CLOCK.now())
    return preview(beginning.sheets, load_layout(text), found.contract, file=file, today=today)


def _save(text: str, route: str | None) -> None:
    from muster.hub.saved_layouts import employer_of, save_layout

    employer = employer_of(route) if route else None
    save_layout(text=text, employer=employer, by=_by(), clock=SYSTEM_CLOCK)


def _choices(columns: Iterable[str], answers: Iterable[str], both: Iterable[str]) -> "Choices":
    from muster.hub.suggesting.suggestion import Choices

    said: dict[str, str | Mapping[str, str]] = {}
    for name, answer in map(_pair, answers):
        question, colon, code = name.partition(":")
        if colon:
            codes = said.setdefault(question, {})
            assert isinstance(codes, dict)
            codes[code] = answer
        else:
            said[question] = answer
    chosen = dict(map(_pair, columns))
    meant = {
        header: [field for field, column in chosen.items() if column == header] for header in both
    }
    return Choices(columns=chosen, answers=said, both=meant)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign:
        raise click.BadParameter(f"{text}: write NAME=VALUE")
    return name, value


def _figures(found: "Suggestion", shown: "Preview | None", text: str) -> dict[str, Any]:
    return {
        "contract": found.contract.name,
        "sheet": found.placed.sheet,
        "header_row": found.placed.row,
        "header_rows": found.placed.shape.header_rows,
        "fields": [
            {
                "field": one.field.name,
                "required": one.field.required,
                "columns": list(one.columns),
                "confidence": one.confidence,
                "sureness": one.sureness,
                "reasons": list(one.reasons),
                "read": {k: v for k, v in one.way.words.items() if k != "codes"} if one.way else {},
                "alternatives": [each.column for each in one.alternatives],
            }
            for one in found.fields
        ],
        "missing": [field.name for field in found.missing],
        "left": [{"column": left.header, "personal": left.personal} for left in found.left],
        **_asked(found),
        "rows": shown.rows if shown else None,
        "quarantined": shown.quarantined if shown else None,
        "causes": {one.text: one.rows for one in shown.causes} if shown else {},
        "layout": text,
    }


def _asked(found: "Suggestion") -> dict[str, Any]:
    return {
        "questions": [
            {
                "name": question.name,
                "text": question.text,
                "must": question.must,
                "options": [value for value, _ in question.options],
                "codes": {code.text: code.meaning for code in question.codes},
            }
            for question in found.questions
        ],
        "shared": [
            {
                "column": one.column,
                "fields": [field.name for field in one.fields],
                "asked": one in found.doubted,
            }
            for one in found.shared
        ],
    }


def _in_words(found: "Suggestion", shown: "Preview | None") -> list[str]:
    where = f"sheet {found.placed.sheet}, " if found.placed.sheet else ""
    header = f"{where}header in row {found.placed.row}"
    lines = [f"{found.contract.title} ({found.contract.name}); {header}"]
    for one in found.fields:
        if one.columns:
            reasons = "; ".join(one.reasons)
            lines.append(
                f"  {one.field.title:<28} {' + '.join(one.columns):<30} {one.sureness:<7}{reasons}"
            )
    lines += [f"not found, and required: {field.title}" for field in found.missing]
    for left in found.left:
        why = f" (seems personal: {left.personal})" if left.personal else ""
        lines.append(f"not taken: {left.header}{why}")
    lines += [
        f"asked: {one.titles} are both taken from {one.column}: is that meant?"
        for one in found.doubted
    ]
    for question in found.questions:
        options = ", ".join(value for value, _ in question.options)
        lines.append(f"asked: {question.name}: {question.text} [{options}]")
        lines += [f"    {code.text}: {code.count:,} rows" for code in question.codes]
    if shown is not None:
        lines.append(f"Of the first {shown.rows:,} rows {shown.quarantined:,} would wait:")
        lines += [f"  {one.rows:>6,}  {one.text}" for one in shown.causes]
    return lines
