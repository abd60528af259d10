"""What several commands do alike: who is at the terminal, values from files, errors by option."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from muster.kernel.errors import MusterError

BY = click.option(
    "--by", default="", metavar="NAME",
    help="Who decides it, where that is not you: two people's decisions need two names.",
)  # fmt: skip
_LONGEST = 100


def actor(name: str = "") -> str:
    """Return who is at the terminal, and for whom they speak, as logs record it."""
    own = f"operator:{getpass.getuser()}"
    said = " ".join(name.split())
    return f"{own}:{said}"[:_LONGEST] if said else own


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 link", "2 links"."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


@contextmanager
def told(**options: str) -> Iterator[None]:
    """Let errors name the option by which the field they speak of is said."""
    try:
        yield
    except MusterError as problem:
        problem.command = problem.command or options.get(problem.where.field or "", "")
        raise


def content_of(path: str, option: str) -> bytes:
    """Return what a file holds, or what is typed in where the path is ``-``.

    Raises:
        click.UsageError: if there is no such file.
    """
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError:
        raise click.UsageError(f"{option}: {path} cannot be read; name a file, or -") from None


def text_of(path: str, option: str) -> str:
    """Return the text in a file, or what is typed in where the path is ``-``.

    Raises:
        click.UsageError: if there is none, or it is not in UTF-8.
    """
    try:
        return content_of(path, option).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{option}: {path} is not a text in UTF-8") from None
