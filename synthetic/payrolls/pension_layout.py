"""The pension administrator's files: memberships in, answers out.

**In**: text parted by bars, UTF-8, lines ending in a line feed, no header line. The first line is
`PENIN|<employer code>|<file number>|<day made>`, the last `PENEND|<number of records>`. Days are
DD-MON-YYYY (01-NOV-2026); money is pounds with two decimals. A bar inside a value is refused. A
record is `MEM` and, parted by bars:

     1  reference of the instruction; the same one again is known
     2  transfer it belongs to
     3  J joins, L leaves, T moves between two employers of the scheme; X takes back what the
        transfer (2) had asked for, and needs no more than places 1 to 4
     4  staff number with the employer it concerns (T: with the one joined)
     5  National Insurance number
     6  surname
     7  forenames, empty for who has one name
     8  birth date
     9  scheme: A alpha, P partnership, O opted out, C classic, L classic plus, R premium, N nuvos
    10  employer left, empty for J
    11  employer joined, empty for L
    12  first day with the employer joined (L: first day no longer employed)
    13  first day of continuous service
    14  annual salary for full time
    15  percent of full time, up to seven decimals
    16  T move of employment, N loan (the membership stays with the employer that lends)

**Out**, for each file: `PENOUT|<file number>|<day>`, then for each record
`ANS|<reference>|<answer>|<scheme>|<member since>|<words>`, then `PENEND|<number>`. The answer is
OK; ENR enrolled again, because somebody who had opted out moved (not on a loan); NEW a new
membership, because there was a break of more than 28 days; QRY a person of the administrator will
ask; REF refused, with why in the words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SCHEMES = {
    "alpha": "A", "partnership": "P", "opted out": "O", "classic": "C", "classic plus": "L",
    "premium": "R", "nuvos": "N",
}  # fmt: skip
ACTIONS = {"join": "J", "leave": "L", "transfer": "T", "cancel": "X"}
PLACES = (
    "instruction", "transfer", "action", "staff_number", "nino", "surname", "forenames",
    "birth_date", "scheme", "from_employer", "to_employer", "first_day", "service_from", "salary",
    "fte", "kind",
)  # fmt: skip

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY = re.compile(r"(\d{2})-([A-Z]{3})-(\d{4})", re.ASCII)
_DAYS = ("birth_date", "first_day", "service_from")


class Refused(ValueError):
    """A whole file, or one record, is refused; the words say why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one record: OK, ENR, NEW, QRY or REF."""

    reference: str
    answer: str
    scheme: str = ""
    since: date | None = None
    words: str = ""


def day(value: date | None) -> str:
    """01-NOV-2026, whatever language the machine speaks."""
    return f"{value.day:02d}-{_MONTHS[value.month - 1]}-{value.year}" if value else ""


def day_of(text: str) -> date | None:
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise Refused("a day cannot be read")
    try:
        return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        raise Refused("a day cannot be read") from None


def write_memberships(
    fields: Iterable[Mapping[str, str]], *, employer: str, number: int, made: date
) -> bytes:
    """A file of memberships, from flat text. ValueError where a value holds a bar."""
    records = []
    for each in fields:
        said = {**each, "action": ACTIONS[each["action"]], "scheme": SCHEMES[each["scheme"]]}
        said["kind"] = {"loan": "N"}.get(each.get("kind", ""), "T")
        said |= {name: day(date.fromisoformat(said[name])) for name in _DAYS if said.get(name)}
        said["fte"] = f"{(Decimal(each['fte']) * 100).normalize():f}" if each.get("fte") else ""
        values = [said.get(name, "") for name in PLACES]
        if any("|" in value or "\n" in value for value in values):
            raise ValueError("a value holds a bar")
        records.append("MEM|" + "|".join(values))
    head = f"PENIN|{employer}|{number}|{day(made)}"
    return "".join(f"{line}\n" for line in (head, *records, f"PENEND|{len(records)}")).encode()


def read_memberships(content: bytes) -> tuple[str, int, list[dict[str, str]]]:
    """Employer, file number and records as they stand. Refused where the frame is wrong."""
    try:
        lines = [line.split("|") for line in content.decode().split("\n") if line]
    except UnicodeDecodeError:
        raise Refused("the file is not UTF-8") from None
    framed = len(lines) > 1 and lines[0][0] == "PENIN" and lines[-1][0] == "PENEND"
    if not framed or len(lines[0]) != 4 or not lines[0][2].isdecimal():
        raise Refused("the first or last line is missing")
    records = lines[1:-1]
    if lines[-1][1:] != [str(len(records))]:
        raise Refused("the number of records does not agree")
    if any(len(record) != 1 + len(PLACES) or record[0] != "MEM" for record in records):
        raise Refused("a record has another number of values")
    named = [dict(zip(PLACES, record[1:], strict=True)) for record in records]
    return lines[0][1], int(lines[0][2]), named


def write_answers(answers: Sequence[Answer], *, number: int, made: date) -> bytes:
    """The answer file."""
    lines = [f"PENOUT|{number}|{day(made)}"]
    for each in answers:
        scheme = SCHEMES.get(each.scheme, "")
        values = (each.reference, each.answer, scheme, day(each.since), each.words)
        lines.append("|".join(("ANS", *values)))
    return "".join(f"{line}\n" for line in (*lines, f"PENEND|{len(answers)}")).encode()
