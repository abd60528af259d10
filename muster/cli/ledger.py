"""``muster ledger``: verify the logs, prove an entry, let outsiders witness, erase a scope."""

import datetime as dt
import getpass
import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.ready import ready
from muster.kernel.errors import BadInput, NotFound, NotPermitted, Where
from muster.ledger.port import LOG_NAMES, LogName

if TYPE_CHECKING:
    from muster.ledger.proving import Proven
    from muster.ledger.verification import Report

_KEY_BYTES = 32  # of an Ed25519 public key
_LAST = 2**48 - 1
_VERIFIER = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+")
_LOG = click.Choice(LOG_NAMES)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """The logs that hold the evidence."""


@ledger.command()
@click.option("--log", "only", type=_LOG, help="Only this log; all of them by default.")
@click.option(
    "--proof", type=_FILE, help="Check a proof file instead; needs no access to the logs."
)
@click.option(
    "--checkpoint",
    "kept",
    type=_FILE,
    multiple=True,
    help="A signed checkpoint kept from before, which must be continued.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="With --proof: the public key to trust, in base64 or as a verifier key.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each log.")
def verify(
    only: LogName | None,
    proof: Path | None,
    kept: tuple[Path, ...],
    keys: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find any flipped, deleted, reordered or truncated entry; exit 1 if there is one."""
    notes = [path.read_bytes().decode(errors="replace") for path in kept]
    if proof is not None:
        _check_proof(proof, keys, notes)
        return
    ready()
    from muster.ledger.current import ledger as current
    from muster.ledger.indexes import indexes_of
    from muster.ledger.proofs import own_checkpoint
    from muster.ledger.verification import verify as verify_log

    older = [own_checkpoint(current(), note) for note in notes]
    sound = True
    for log in [only] if only else LOG_NAMES:
        progress = None if as_json else _progress(log)
        report = verify_log(current(), log, kept=older, indexes=indexes_of(log), progress=progress)
        sound = sound and report.sound
        _print_report(report, as_json=as_json)
    if not sound:
        sys.exit(1)


@ledger.command()
@click.argument("log", type=_LOG)
@click.argument("position", type=click.IntRange(0, _LAST))
@click.option(
    "--without-body",
    is_flag=True,
    help="Withhold what the entry holds, for readers who must not see it.",
)
@click.option(
    "--since",
    type=_FILE,
    multiple=True,
    help="A signed checkpoint kept from before, which the proof shall continue.",
)
def prove(log: LogName, position: int, without_body: bool, since: tuple[Path, ...]) -> None:
    """Print a proof file for one entry, which anybody can check with `verify --proof`.

    The proof of a message holds its deliveries as well.
    """
    ready()
    from muster.hub.messages.evidence import proof_of_message
    from muster.ledger.current import ledger as current
    from muster.ledger.proofs import prove as prove_entry

    if not without_body:
        _refuse_restricted(log, position)
    notes = [path.read_bytes().decode(errors="replace") for path in since]
    if log == "exchange":
        with suppress(NotFound):
            text = proof_of_message(position, without_body=without_body, since=notes)
            click.echo(text, nl=False)
            return
    text = prove_entry(current(), log, position, without_body=without_body, since=notes)
    click.echo(text, nl=False)


@ledger.command()
@click.argument("log", type=_LOG)
@click.option("--key", "as_key", is_flag=True, help="Print the key that signs it instead.")
def checkpoint(log: LogName, as_key: bool) -> None:
    """Print the latest signed checkpoint of LOG, for a witness to keep or to cosign."""
    ready()
    from muster.ledger.checkpoints import verifier_key
    from muster.ledger.current import ledger as current

    if as_key:
        for public in current().public_keys():
            click.echo(str(verifier_key(log, public)))
        return
    latest = current().store.latest_checkpoint(log)
    if latest is None:
        raise click.ClickException(f"Log {log} is empty")
    click.echo(latest.note, nl=False)


@ledger.command()
@click.argument("note", type=_FILE)
@click.option("--key", required=True, help="The witness's verifier key, one line.")
def cosign(note: Path, key: str) -> None:
    """Keep the cosignature of a witness; NOTE is the checkpoint with the witness's line below it.

    From then on proofs carry it, and `verify` compares the log with it.
    """
    ready()
    from muster.ledger.current import ledger as current
    from muster.ledger.notes import read_verifier_key
    from muster.ledger.proofs import own_checkpoint

    text = note.read_bytes().decode(errors="replace")
    held = own_checkpoint(current(), text)
    seen = current().cosigned.keep(text, read_verifier_key(key), own=current().public_keys())
    when = _instant(seen.seconds or 0)
    click.echo(f"Kept: log {held.log}, {held.size:,} entries, seen {when} by {seen.key.name}")


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


def _print_report(report: "Report", *, as_json: bool) -> None:
    if as_json:
        faults = [{"position": fault.position, "what": fault.what} for fault in report.faults]
        plain: dict[str, Any] = {**vars(report), "faults": faults, "sound": report.sound}
        click.echo(json.dumps(plain))
        return
    click.echo(
        f"log {report.log}: {report.entries:,} entries, {report.erased:,} lawfully erased,"
        f" {report.checkpoints:,} checkpoints: {'sound' if report.sound else 'NOT SOUND'}"
    )
    for fault in report.faults:
        click.echo(f"  {fault}")
    if report.fault_count > len(report.faults):
        click.echo(f"  and {report.fault_count - len(report.faults)} more")


def _progress(log: LogName) -> Any:
    if not sys.stderr.isatty():
        return None

    def show(done: int, size: int) -> None:
        click.echo(f"\r  {log}: {done:,} of {size:,}", nl=done >= size, err=True)

    return show


def _public_key(text: str) -> bytes:
    """Return the public key that a verifier key states, or base64 alone."""
    from muster.ledger.notes import read_verifier_key, strict_base64

    try:
        raw = read_verifier_key(text).public if _VERIFIER.match(text) else strict_base64(text)
    except (ValueError, BadInput):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise click.BadParameter(
            "not a public key; copy it from `muster keys list` or the evidence page",
            param_hint="--key",
        )
    return raw


def _refuse_restricted(log: LogName, position: int) -> None:
    """Refuse to print what a message about somebody restricted holds.

    A terminal is not where such a record is looked at; what is said names nobody.
    """
    from muster.hub.subjects import end_of
    from muster.ledger.current import ledger as current
    from muster.register.people.restricting.queries import hidden_subjects
    from muster.register.people.restricting.rules import NOBODY

    hidden = hidden_subjects(NOBODY)
    if any(end_of(entry.subject) in hidden for entry in current().read(log, position, 1)):
        raise NotPermitted(
            "What this entry holds is not for everybody to know",
            where=Where(thing=f"position {position} of the log {log}"),
            fix="Prove it with --without-body, or ask an information-governance officer",
        )


def _check_proof(path: Path, keys: tuple[str, ...], kept: list[str]) -> None:
    from muster.ledger.proving import check_proof

    # Bytes that are no text are a damaged proof like any other.
    text = path.read_bytes().decode(errors="replace")
    trusted = [_public_key(key) for key in keys] or None
    proven = check_proof(text, trusted=trusted, kept=kept)
    for line in _in_words(proven):
        click.echo(line)
    if trusted is None:
        click.echo(
            "It was checked with the key inside the file; pass --key to name the one you trust"
        )


def _in_words(proven: "Proven") -> Iterator[str]:
    """Yield what a proof proves, a line each."""
    entry = proven.entry
    kind = entry.type or "withheld"
    yield f"The proof holds: log {proven.log}, position {entry.position}, {kind}"
    if entry.body is None:
        yield f"What it holds is withheld; its salted digest (leaf) is {entry.leaf.hex()}"
    else:
        yield f"About {entry.subject}, {len(entry.body):,} bytes, SHA-256 {entry.digest}"
        yield f"Recorded {_instant((entry.recorded or 0) / 1e6)} by this service's clock"
    for one in proven.deliveries:
        span = (
            ""
            if one.named
            else f", a shipment between {one.first} and {one.last} that does not name each message"
        )
        yield (
            f"Delivered to {one.receiver} under {one.agreement} version {one.agreement_version},"
            f" translation version {one.translation_version}, by entry {one.entry.position}{span}"
        )
    for checkpoint in (*proven.older, proven.checkpoint):
        signers = " and ".join(str(key) for key in checkpoint.signed_by)
        yield f"Checkpoint of {checkpoint.size:,} entries, signed by {signers}"
        for seen in checkpoint.seen_by:
            yield f"  seen {_instant(seen.seconds or 0)} by the witness {seen.key}"


def _instant(seconds: float) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
