"""``muster contracts``: what messages may hold, and the revisions of it."""

import json
from pathlib import Path
from typing import Any

import click

from muster.cli.ready import ready
from muster.cli.said import BY, actor
from muster.kernel.clock import SYSTEM_CLOCK


@click.group()
def contracts() -> None:
    """Draft, accept and retire revisions of contracts."""


@contracts.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each contract.")
def list_(as_json: bool) -> None:
    """Print every contract and its revision in force."""
    ready()
    from muster.hub.contract_queries import contracts as found

    for one in found():
        if as_json:
            told = {"name": one.name, "title": one.title, "live": one.live or None,
                    "drafts": one.drafts, "routes": one.routes}  # fmt: skip
            click.echo(json.dumps(told))
            continue
        live = f"revision {one.live}" if one.live else "none in force"
        more = f", {one.drafts} drafted" if one.drafts else ""
        click.echo(f"{one.name:<50} {live}{more}, {one.routes} routes")


@contracts.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the schema that is in force.")
def show(name: str, as_json: bool) -> None:
    """Print the contract NAME: its fields, and its revisions with what each changed."""
    ready()
    from muster.hub.contract_queries import contract

    found = contract(name)
    if as_json:
        shown = next((one for one in found.revisions if one.state == "live"), found.revisions[0])
        click.echo(shown.schema)
        return
    click.echo(f"{found.title} ({found.name})")
    for field in found.fields:
        marks = [word for word, so in (("required", field.required), ("personal", field.personal),
                                       ("special category", field.special)) if so]  # fmt: skip
        click.echo(f"  {field.name:<30} {field.rules['type']:<8} {', '.join(marks)}".rstrip())
    for one in found.revisions:
        by = f", drafted by {one.drafted_by}" if one.drafted_by else ""
        by += f", accepted by {one.accepted_by}" if one.accepted_by else ""
        click.echo(f"revision {one.number}: {one.state}, {one.kind}{by}")
        for line in one.changes:
            click.echo(f"    {line}")


@contracts.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@BY
def draft(path: Path, by: str) -> None:
    """Keep the JSON Schema in PATH as a draft; its $id names the contract."""
    ready()
    from muster.hub.contract_registry import draft_revision
    from muster.kernel.errors import BadInput, Where

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(
            "Not a text in UTF-8", where=Where(file=path.name), fix="Save it as UTF-8"
        ) from None
    name, number = draft_revision(text, **_by(by))
    click.echo(f"{name}: revision {number} is drafted; somebody else accepts it")


@contracts.command()
@click.argument("name")
@click.argument("revision", type=int)
@click.option("--reason", required=True, help="Why; it is recorded.")
@BY
def accept(name: str, revision: int, reason: str, by: str) -> None:
    """Let REVISION of the contract NAME come into force."""
    ready()
    from muster.hub.contract_registry import accept_revision

    accept_revision(name, revision, reason=reason, **_by(by))
    click.echo(f"{name}: revision {revision} is in force")


@contracts.command()
@click.argument("name")
@click.argument("revision", type=int)
@click.option("--reason", required=True, help="Why; it is recorded.")
def retire(name: str, revision: int, reason: str) -> None:
    """Retire REVISION of the contract NAME; the one before comes into force again."""
    ready()
    from muster.hub.contract_registry import retire_revision

    now = retire_revision(name, revision, reason=reason, **_by())
    left = f"revision {now} is in force" if now else "none is in force: messages are refused"
    click.echo(f"{name}: revision {revision} is retired; {left}")


def _by(name: str = "") -> dict[str, Any]:
    return {"by": actor(name), "clock": SYSTEM_CLOCK}
