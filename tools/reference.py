"""Write the reference pages from the code, so that they cannot say anything else.

``python -m tools.reference write`` writes every page of ``PAGES`` into ``docs/reference``;
``check`` names those that differ and exits 1. ``tests/repo/test_documented.py`` checks the same.
The functions expect Django to be set up, because rooms register what they offer at start-up.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import click
import django

from muster import connectors
from muster.cli import main as program
from muster.gates.access import who_may
from muster.gates.metrics import declared
from muster.hub import contracts
from muster.hub.contracts import Contract, ContractField
from muster.hub.layouts import Layout
from muster.kernel.settings import DOCUMENTED
from muster.register.posts.grades import reference_page

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "docs" / "reference"
_FROM_CODE = "Written from the code by `python -m tools.reference write`; a test keeps it true."


def settings_page() -> str:
    """Return the page of settings, in the order the code documents them."""
    rows = [(f"`{s.name}`", _code(s.default) or "empty", s.meaning) for s in DOCUMENTED]
    return _page(
        "Settings",
        "Settings are read from the environment when a process starts. A name that begins with\n"
        "`MUSTER_` and is not in this list is refused.",
        _table(("setting", "default", "meaning"), rows),
    )


def contracts_page() -> str:
    """Return the page of contracts: each with its fields and the layouts that are read as it."""
    # Its tables are there once Django is set up.
    from muster.hub.intakes import declared_layouts, intake_for  # noqa: PLC0415

    lines: list[str] = []
    for name in sorted({layout.contract for layout in declared_layouts()}):
        intake = intake_for(name)
        contract = intake.contract
        heads = ("field", "title", "type", "required", "personal", "meaning")
        lines += [
            f"## {contract.title}: `{contract.name}`",
            "",
            str(contract.schema.get("description", "")),
            "",
            *_table(heads, [_field_row(contract, field) for field in contract.fields]),
            "",
            "Layouts that are read as it:",
            "",
            *(line for layout in intake.layouts for line in _layout_lines(layout)),
            "",
        ]
    return _page(
        "Contracts and layouts",
        "A contract says what one message or row of a type holds: JSON Schema 2020-12, one flat\n"
        "object. A layout says where a kind of file has each field; its columns are named here as\n"
        "they are compared, without case, spaces and punctuation.",
        [*_keywords(), "", *lines[:-1]],
    )


def _field_row(contract: Contract, field: ContractField) -> tuple[str, ...]:
    meaning = str(field.rules.get("description", ""))
    if field.name == contract.control_total:
        meaning = f"{meaning} Its sum is the control total of a file.".strip()
    marks = ("yes" if field.required else "no", "yes" if field.personal else "no")
    return (f"`{field.name}`", field.title, _type_of(field.rules), *marks, meaning)


def _layout_lines(layout: Layout) -> Iterator[str]:
    speaks = "everything its system knows at the date"
    part = "one part among others, told apart by the file's name"
    covers = speaks if layout.covers == "system" else part
    columns = ", ".join(f"`{key}`" for key in sorted(layout.recognise))
    yield f"* **{layout.title}** (`{layout.name}`). A file speaks for {covers}."
    yield f"  Recognised by: {columns}."


def metrics_page() -> str:
    """Return the page of metrics: each declaration in full."""
    lines: list[str] = []
    for name, metric in sorted(declared().items()):
        facts = [
            ("name", f"`{name}`"),
            ("counts", metric.unit),
            ("definition", metric.definition),
            ("one row is", metric.grain),
            ("profile", metric.profile),
            ("lawful basis", metric.lawful_basis),
            ("owner", metric.owner),
            ("source", metric.source),
        ]
        dimensions = [
            (f"`{d.name}`", d.title, d.definition, d.not_mapped) for d in metric.dimensions
        ]
        lines += [
            f"## {metric.title}",
            "",
            *_table(("about it", ""), facts),
            "",
            *_table(("dimension", "title", "definition", "where absent"), dimensions),
            "",
        ]
    return _page(
        "Metrics",
        "Every figure that leaves Muster is a cell of one of these, broken down by at most three\n"
        "of its dimensions. *Already public* figures are shown exactly; *protected* ones are\n"
        'shown as "0 to 7" or rounded to 5. A changed definition is another metric.',
        lines[:-1],
    )


def connectors_page() -> str:
    """Return the page of connectors: what each folder of ``muster/connectors`` says it is."""
    lines: list[str] = []
    for found in iter_modules(connectors.__path__):
        if found.ispkg:
            lines += [f"## `{found.name}`", "", _said(f"muster.connectors.{found.name}"), ""]
            form = f"muster.connectors.{found.name}.form"
            if find_spec(form):
                lines += [f"### Form of a `{found.name}` file", "", _said(form), ""]
    return _page(
        "Connectors",
        "A connector speaks to one kind of system: it describes itself, pulls, pushes and tells\n"
        "its health. Each has a public fake that passes the same contract tests.",
        lines[:-1],
    )


def _said(module: str) -> str:
    """Return what a module says of itself."""
    return (import_module(module).__doc__ or "").strip().replace("``", "`")


def cli_page() -> str:
    """Return the page of commands, in the order the program lists them."""
    return _page(
        "Commands",
        "Every command migrates an empty database by itself. Errors are one sentence that says\n"
        "what was wrong, where, and what to do; the exit code is then 1.",
        list(_command_lines(program, "muster"))[:-1],
    )


def skills_record_page() -> str:
    """Return the record of the algorithm that learns the skills map, as the program shows it."""
    # Pages are there once Django is set up.
    from muster.services.skills.pages.record import as_markdown  # noqa: PLC0415

    return as_markdown()


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "connectors.md": connectors_page,
    "contracts.md": contracts_page,
    "metrics.md": metrics_page,
    "responsibility-levels.md": reference_page,
    "settings.md": settings_page,
    "skills-map-record.md": skills_record_page,
    "who-may.md": who_may,
}


def _page(title: str, about: str, lines: Sequence[str]) -> str:
    return "\n".join([f"# {title}", "", _FROM_CODE, "", about, "", *lines]) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    written = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    return [
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in written),
    ]


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _type_of(rules: object) -> str:
    """Return a field's type and limits in words."""
    assert isinstance(rules, dict)
    said = "date" if rules.get("format") == "date" else str(rules["type"])
    if "enum" in rules:
        said = "one of " + ", ".join(f"`{value}`" for value in rules["enum"])
    words = {
        "pattern": "of the form `{}`", "minLength": "from {} characters",
        "maxLength": "up to {} characters", "minimum": "from {}", "maximum": "to {}",
    }  # fmt: skip
    limits = [form.format(rules[word]) for word, form in words.items() if word in rules]
    return ", ".join([said, *limits])


def _keywords() -> list[str]:
    """Return what may stand in a contract's field, from the table by which the hub refuses."""
    own = {"x-personal", "x-special", "x-key", "x-control-total"}
    rows = [
        (kind, ", ".join(f"`{word}`" for word in sorted(words - own)))
        for kind, words in contracts._FIELD_KEYWORDS.items()
    ]
    return [
        "These keywords may stand in a field; the hub refuses a contract that holds another.",
        "",
        *_table(("type", "keywords"), rows),
        "",
        "Four annotations are Muster's own. `x-personal` marks a field about an identifiable",
        "person: its value never appears in a cause. `x-special` marks special category data",
        "(UK GDPR article 9), which is personal as well. `x-key` marks the fields by which a",
        "sender names a record. `x-control-total` marks the one number whose sum must agree",
        "between file, register and quarantine.",
    ]


def _command_lines(command: click.Command, name: str) -> Iterator[str]:
    """Yield the section of one command and, for a group, of each command in it."""
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    yield from (f"## `{name}`", "", f"`{usage}`", "")
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield from (" ".join(paragraph.split()), "")
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        # Arguments stand in the usage line; what they mean, in the command's own words.
        if record is not None and record[1] and not {"--help", "--version"} & {*parameter.opts}:
            rows.append((f"`{record[0]}`", record[1]))
    if rows:
        yield from (*_table(("option", "meaning"), rows), "")
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from _command_lines(found, f"{name} {each}")


def differing() -> list[str]:
    """Return the names of pages that are missing or say something else than the code."""
    return [
        name
        for name, write in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != write()
    ]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Write or check the reference pages")
    parser.add_argument("what", choices=("write", "check"))
    what = parser.parse_args().what
    with tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith("MUSTER_")]:
            del os.environ[name]
        os.environ |= {"MUSTER_HOME": home, "DJANGO_SETTINGS_MODULE": "muster.settings"}
        django.setup()
        found = differing()
        for name in found:
            print(name if what == "check" else f"wrote docs/reference/{name}")
            if what == "write":
                (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
    return 1 if found and what == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
