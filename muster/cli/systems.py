"""``muster systems``: register a system, its key and token, and how it is spoken to."""

import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.cli.said import actor, text_of, told
from muster.kernel.clock import SYSTEM_CLOCK

_LONGEST_STEM = 60


@click.group()
def systems() -> None:
    """Systems: register one, give it a token and a key, say how it is spoken to, ask it."""


@systems.command()
@click.argument("code")
@click.option("--title", required=True, help="What people call it.")
@click.option("--kind", required=True, help="What it is, in a word or two, such as payroll.")
@click.option("--employer", help="The key of the employer that owns it, and so signs for it.")
def add(code: str, title: str, kind: str, employer: str | None) -> None:
    """Register the system CODE, such as payroll:weir; the code never changes."""
    ready()
    from muster.hub.connecting.systems import add_system
    from muster.register.employers.queries import find

    owner = None
    if employer is not None:
        found = find(employer)
        if found is None:
            raise click.UsageError(
                f"--employer: no employer has the key {employer}; `muster employers` lists names"
            )
        owner = found[0]
    with told(code="CODE", title="--title", kind="--kind"):
        add_system(
            code=code, title=title, kind=kind, employer=owner, by=actor(), clock=SYSTEM_CLOCK
        )
    click.echo(f"{code} is registered")


@systems.command(name="list")
@click.argument("words", default="")
def list_(words: str) -> None:
    """List systems by code, and whether each answers; WORDS narrows it."""
    ready()
    from muster.hub.messages.systems import systems as asked

    start = 0
    while (page := asked(words=words, start=start)).found:
        for one in page.found:
            keys = f", {one.keys} keys" if one.keys else ""
            click.echo(f"{one.code}  {one.title} ({one.kind}){keys}")
            for each in one.endpoints:
                said = {None: "never asked", True: "answers", False: "does not answer"}[each.ready]
                click.echo(f"    {each.kind}: {said}{f', {each.said}' if each.said else ''}")
        start += len(page.found)
    if not start:
        click.echo("No system fits")


@systems.command()
@click.argument("code")
@click.option("--title", required=True, help="What the token is for.")
def token(code: str, title: str) -> None:
    """Make a token for CODE and print it: it is shown this once."""
    ready()
    from muster.hub.tokens import make_token

    with told(title="--title"):
        made = make_token(system=code, title=title, by=actor(), clock=SYSTEM_CLOCK)
    click.echo(made)


@systems.command()
@click.argument("code")
@click.argument("file")
@click.option("--name", help="What signatures call it (keyid); otherwise made of CODE and FILE.")
def key(code: str, file: str, name: str | None) -> None:
    """Register the public key in FILE (Ed25519) of CODE, which must sign from now on."""
    ready()
    from muster.hub.messages.signatures import add_key

    stem = "key" if file == "-" else Path(file).stem[:_LONGEST_STEM]
    named = name or f"{code}:{stem}"
    with told(name="--name", public="FILE"):
        add_key(
            system=code, name=named, public=text_of(file, "FILE"), by=actor(), clock=SYSTEM_CLOCK
        )
    click.echo(f'Registered: {code} signs with keyid="{named}" from now on')


@systems.command()
@click.option("--token", "tokens", type=click.UUID, help="The token's id.")
@click.option("--key", "name", help="The key's name.")
@click.option("--reason", default="", help="Why a key is revoked; it is recorded.")
def revoke(tokens: uuid.UUID | None, name: str | None, reason: str) -> None:
    """Revoke a token or a key at once."""
    ready()
    from muster.hub.messages.signatures import revoke_key
    from muster.hub.tokens import revoke_token

    if (tokens is None) == (name is None):
        raise click.UsageError("Say --token or --key")
    if tokens is not None:
        revoke_token(token=tokens, by=actor(), clock=SYSTEM_CLOCK)
    elif name is not None:
        if not reason.strip():
            raise click.UsageError("Say --reason: why the key is revoked")
        revoke_key(name=name, reason=reason, by=actor(), clock=SYSTEM_CLOCK)
    click.echo("Revoked")


@systems.command()
@click.argument("code")
def tokens(code: str) -> None:
    """List the tokens and keys of CODE, never the tokens themselves."""
    ready()
    from muster.hub.messages.signatures import keys_of
    from muster.hub.tokens import tokens as asked

    held = [one for one in asked() if one.system == code]
    for one in held:
        used = f"used {one.used_at:%Y-%m-%d %H:%M}Z" if one.used_at else "never used"
        click.echo(f"token {one.id}  {one.title}: {'revoked' if one.revoked_at else used}")
    keys = keys_of(code)
    for each in keys:
        state = "revoked" if each.revoked_at else "in force"
        click.echo(f"key {each.name}  SHA-256 {each.fingerprint}: {state}")
    if not held and not keys:
        click.echo("It has neither token nor key")


@systems.command()
@click.argument("kind", default="")
def kinds(kind: str) -> None:
    """Say what connectors there are, or what KIND must be told."""
    ready()
    from muster.hub.connecting.endpoints import described
    from muster.hub.connecting.endpoints import kinds as every

    if not kind:
        for one in every():
            click.echo(f"{one.kind:<15} {one.title}")
        return
    what = described(kind)
    click.echo(f"{what.kind}: {what.title}")
    for said in what.settings:
        option = "--secret" if said.secret else "--set"
        must = "" if said.required else " (may be left out)"
        click.echo(f"  {option} {said.name}=...{must}")
        click.echo(f"      {said.title}{f': {said.hint}' if said.hint else ''}")


@systems.command()
@click.argument("code")
@click.option("--kind", required=True, help="The connector; `muster systems kinds` lists them.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
              help="A setting, such as table=staff; @FILE takes it from a file.")  # fmt: skip
@click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE",
              help="A secret; @FILE takes it from a file, - asks for it. Typed in the command it"
              " stands in the shell's history. What is not said stays as it is.")  # fmt: skip
@click.option("--forget", multiple=True, metavar="NAME", help="A secret that is needed no more.")
@click.option("--endpoint", "one", type=click.UUID, help="Which one, if the system has several.")
@click.option("--another", is_flag=True, help="Make one more beside those there are.")
def endpoint(
    code: str,
    kind: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    forget: tuple[str, ...],
    one: uuid.UUID | None,
    another: bool,
) -> None:
    """Say how CODE is spoken to: its connector, settings and secrets."""
    ready()
    from muster.hub.connecting.endpoints import described, set_endpoint

    said, sealed = _pairs(settings, "--set"), _pairs(secrets, "--secret")
    with told(kind="--kind"):
        what = described(kind)
    names = {
        each.name: f"--{'secret' if each.secret else 'set'} {each.name}=..."
        for each in what.settings
    }
    names |= {name: "--set" for name in said if name not in names}
    names |= {name: "--secret" for name in sealed if name not in names}
    with told(**{**names, "endpoint": "--endpoint", "system": "CODE"}):
        made = set_endpoint(
            system=code, kind=kind, settings=said, secrets=sealed, forget=forget, endpoint=one,
            another=another, by=actor(), clock=SYSTEM_CLOCK,
        )  # fmt: skip
    click.echo(f"{code} is spoken to by {kind} (endpoint {made}); `muster systems check` asks it")


@systems.command()
@click.argument("code")
def check(code: str) -> None:
    """Ask CODE whether it answers; nothing is delivered. Exit code 1 if it does not."""
    ready()
    from muster.hub.delivering.health import check_health
    from muster.hub.messages.systems import system

    asked = check_health(code, clock=SYSTEM_CLOCK)
    found = system(code)
    if not asked:
        raise click.ClickException(
            f"Nothing is set up to speak to {code}; say it by `muster systems endpoint`"
        )
    for one in found.endpoints:
        click.echo(f"{one.kind}: {'answers' if one.ready else 'does not answer'}, {one.said}")
    if not all(one.ready for one in found.endpoints):
        sys.exit(1)


def _pairs(given: tuple[str, ...], option: str) -> Mapping[str, str]:
    """Return what options say, each NAME=VALUE; a value itself is never repeated."""
    found: dict[str, str] = {}
    for one in given:
        name, apart, value = one.partition("=")
        if not apart or not name:
            raise click.UsageError(f"{option}: write NAME=VALUE")
        if name in found:
            raise click.UsageError(f"{option}: {name} is said twice")
        if value == "-" and option == "--secret":
            value = _asked(name)
        elif value.startswith("@"):
            value = text_of(value[1:], f"{option} {name}").rstrip("\r\n")
        found[name] = value
    return found


def _asked(name: str) -> str:
    """Return a secret that is typed unseen, or piped in."""
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")
