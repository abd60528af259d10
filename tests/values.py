"""Reads one value as a table of a specification says, and tells what became of it in words."""

import datetime as dt
import re
from decimal import Decimal

from muster.hub.parsers import BILLION, Parser, Unreadable, parser_said

CODES = {"perm": "permanent", "ftc": "fixed_term", "02": "assistant", "£10k": "band", "n/a": "none"}
_CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,5})\}")
_BILLIONTHS = ("decimal", "percent", "share", "hours")


def unnamed(text: str) -> str:
    """Return a cell of a table with the characters that cannot be seen: ``{U+00A0}``."""
    return _CHARACTER.sub(lambda found: chr(int(found[1], 16)), text)


def parser_of(how: str) -> Parser:
    """Return the parser that a table names.

    ``how`` is a way of reading, for dates with their form, and the other words a layout may say:
    ``date DD/MM/YYYY, serials 1900``.
    """
    first, *words = how.split(", ")
    kind, _, form = first.partition(" ")
    if kind in ("surname", "name"):
        kind, form = first.replace(" ", "_"), ""
    said: dict[str, object] = {"parse": kind}
    if form:
        said["form"] = form
    if kind == "code":
        said["codes"] = CODES
    for word, _, value in (word.partition(" ") for word in words):
        number = value.isdecimal() and word != "serials"
        said[word] = True if not value else int(value) if number else value
    return parser_said(said)


def reading(written: str, how: str) -> tuple[str, str]:
    """Return the value, or why it is not read, and what was noted.

    Decimals, shares and hours are shown as plain decimals.
    """
    parser = parser_of(how)
    text, _, whole = written.partition(" of") if parser.kind == "share" else (written, "", "")
    try:
        read, note = parser.read_noted(unnamed(text), unnamed(whole.strip()))
    except Unreadable as reason:
        return reason.said(personal=False), ""
    if read is None:
        return "nothing", note or ""
    if parser.kind in _BILLIONTHS:
        assert isinstance(read, int)
        return f"{(Decimal(read) / BILLION).normalize():f}", note or ""
    assert isinstance(read, str | int | dt.date)
    return str(read), note or ""


def refused(written: str, how: str) -> str:
    """Return why a value is not read, as people see it who may not see the value; else nothing."""
    try:
        parser_of(how).read(unnamed(written))
    except Unreadable as reason:
        return reason.said(personal=True)
    return ""
