"""``muster ledger``: verify the logs, prove an entry, erase a scope."""

import base64
import getpass
import json
import sys
from pathlib import Path
from typing import Any

import click

from muster.cli.ready import ready
from muster.ledger.port import LOG_NAMES, LogName

_KEY_BYTES = 32  # of an Ed25519 public key
_LOG = click.Choice(LOG_NAMES)


@click.group()
def ledger() -> None:
    """The logs that hold the evidence."""


@ledger.command()
@click.option("--log", "only", type=_LOG, help="Only this log; all of them by default.")
@click.option(
    "--proof",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check a proof file instead; needs no access to the logs.",
)
@click.option("--key", help="With --proof: the public key to trust, in base64.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each log.")
def verify(only: LogName | None, proof: Path | None, key: str | None, as_json: bool) -> None:
    """Find any flipped, deleted, reordered or truncated entry; exit 1 if there is one."""
    if proof is not None:
        _check_proof(proof, key)
        return
    ready()
    from muster.ledger.current import ledger as current
    from muster.ledger.verification import verify as verify_log

    sound = True
    for log in [only] if only else LOG_NAMES:
        report = verify_log(current(), log, progress=None if as_json else _progress(log))
        sound = sound and report.sound
        if as_json:
            faults = [{"position": fault.position, "what": fault.what} for fault in report.faults]
            plain: dict[str, Any] = {**vars(report), "faults": faults, "sound": report.sound}
            click.echo(json.dumps(plain))
            continue
        click.echo(
            f"log {log}: {report.entries:,} entries, {report.erased:,} lawfully erased,"
            f" {report.checkpoints:,} checkpoints: {'sound' if report.sound else 'NOT SOUND'}"
        )
        for fault in report.faults:
            click.echo(f"  {fault}")
        if report.fault_count > len(report.faults):
            click.echo(f"  and {report.fault_count - len(report.faults)} more")
    if not sound:
        sys.exit(1)


@ledger.command()
@click.argument("log", type=_LOG)
@click.argument("position", type=int)
def prove(log: LogName, position: int) -> None:
    """Print a proof file for one entry, which anybody can check with `verify --proof`."""
    ready()
    from muster.ledger.current import ledger as current
    from muster.ledger.proofs import write_proof

    click.echo(write_proof(current().inclusion(log, position), keys=current().keys))


@ledger.command()
@click.argument("scope")
@click.option("--reason", required=True, help="The lawful reason; it is recorded.")
def erase(scope: str, reason: str) -> None:
    """Destroy the key of SCOPE (such as landing:<id>) and every body under it, for ever."""
    ready()
    from muster.ledger.current import ledger as current

    erased = current().erase(scope, reason=reason, by=f"operator:{getpass.getuser()}")
    for log, count in erased.items():
        click.echo(f"log {log}: {count:,} bodies erased")


def _progress(log: LogName) -> Any:
    if not sys.stderr.isatty():
        return None

    def show(done: int, size: int) -> None:
        click.echo(f"\r  {log}: {done:,} of {size:,}", nl=done >= size, err=True)

    return show


def _public_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise click.BadParameter(
            "not a public key; copy it from `muster keys list` or the evidence page",
            param_hint="--key",
        )
    return key


def _check_proof(path: Path, key: str | None) -> None:
    from muster.ledger.proofs import check_proof

    # Bytes that are no text are a damaged proof like any other.
    text = path.read_bytes().decode(errors="replace")
    proof = check_proof(text, trusted=None if key is None else [_public_key(key)])
    click.echo(
        f"The proof holds: log {proof['log']}, position {proof['position']}, {proof['type']}"
    )
    if key is None:
        click.echo(
            "It was checked with the key inside the file; pass --key to name the one you trust"
        )
