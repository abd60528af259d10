"""What people may tell of themselves, and what protects their pay while they do. Pure.

``tests/spec/test_told_fields.py`` and ``tests/spec/test_bank_details_delay.py`` are the tables of
it. Whether an account exists cannot be told here: the modulus tables of the banks' clearing company
do not ship with Muster, so bank details are checked for their form alone.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from muster.kernel.days import ONE_DAY, month_end
from muster.kernel.working_days import add_working_days, is_working_day

Kind = Literal["name", "address", "contact", "emergency", "bank"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOST_AHEAD = dt.timedelta(days=366)
"""A change may be told up to a year before it holds."""
CHANNEL_REST = dt.timedelta(days=14)
"""A contact that changed within this time is not asked to confirm anything."""
WARNED_AFTER = dt.timedelta(days=90)
"""So long a contact that was replaced is still told of changes of bank details."""
CODE_LASTS = dt.timedelta(minutes=15)
CODE_DIGITS, MOST_TRIES, MOST_ASKED_A_DAY = 6, 5, 3
COOLING_DAYS = 3
"""So many working days a confirmed change of bank details waits, and can be stopped."""
NOTICE_DAYS = 5
"""A change of bank details counts from the first payday at least so many working days on."""

_POSTCODE = re.compile(
    r"GIR0AA|(?:[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9](?:[0-9]|[ABEHMNPRV-Y])?|[0-9][A-HJKPS-UW]))"
    r"[0-9][ABD-HJLNP-UW-Z]{2}"
)
_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_ROLL = re.compile(r"[A-Za-z0-9./ -]{1,18}")
# Letters, marks and the signs that names are written with, whatever the script.
_NAME_SIGNS = frozenset(" -'’‘.,·`/()")


@dataclass(frozen=True)
class FieldRule:
    """One thing that is asked: how it is read, whether it must be said, how long it may be."""

    name: str
    form: Literal["name", "text", "postcode", "email", "phone", "sort code", "account", "roll"]
    required: bool = False
    longest: int = 200


FIELDS: Mapping[Kind, tuple[FieldRule, ...]] = {
    "name": (
        FieldRule("forenames", "name"),
        FieldRule("surname", "name", True),
        FieldRule("known_as", "name"),
        FieldRule("evidence", "text", longest=100),
    ),
    "address": (
        FieldRule("line_1", "text", True),
        FieldRule("line_2", "text"),
        FieldRule("town", "text", True, 100),
        FieldRule("postcode", "postcode", longest=20),
        FieldRule("country", "text", longest=100),
    ),
    "contact": (
        FieldRule("personal_email", "email", longest=254),
        FieldRule("personal_phone", "phone", longest=30),
    ),
    "emergency": (
        FieldRule("emergency_name", "name", True),
        FieldRule("emergency_relationship", "text", longest=60),
        FieldRule("emergency_phone", "phone", True, 30),
    ),
    "bank": (
        FieldRule("account_holder", "name", True, 70),
        FieldRule("sort_code", "sort code", True, 20),
        FieldRule("account_number", "account", True, 20),
        FieldRule("roll_number", "roll", longest=18),
    ),
}

FaultCode = Literal[
    "missing", "too long", "strange signs", "not a postcode", "not an email", "not a phone",
    "not a sort code", "not an account number", "not a roll number", "no way to reach",
    "too far ahead", "before birth", "no day",
]  # fmt: skip
SAID: Mapping[FaultCode, tuple[str, str]] = {
    "missing": ("It is missing", "Enter it"),
    "too long": ("It is too long", "Shorten it"),
    "strange signs": ("It holds a sign that is not used here", "Take it out"),
    "not a postcode": ("It is no UK postcode", "Enter it in full, such as YO1 7HH"),
    "not an email": ("It is no email address", "Enter it in full, such as name@example.com"),
    "not a phone": ("It is no phone number", "Enter 7 to 15 digits"),
    "not a sort code": ("It is no sort code", "Enter its 6 digits"),
    "not an account number": ("It is no account number", "Enter its 6 to 8 digits"),
    "not a roll number": ("It is no roll number", "Enter up to 18 letters and digits"),
    "no way to reach": ("There is neither an email address nor a phone number", "Enter one"),
    "too far ahead": ("The day is more than a year ahead", "Enter an earlier day"),
    "before birth": ("The day is before the person was born", "Enter a later day"),
    "no day": ("There is no day", "Enter the day from which it holds"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of what was told."""

    field: str
    code: FaultCode


@dataclass(frozen=True)
class Details:
    """What was told, as it is kept: ``said`` by field without empty ones; or what is wrong."""

    said: Mapping[str, str]
    faults: tuple[Fault, ...]


def read_details(
    kind: Kind,
    said: Mapping[str, str],
    *,
    valid_from: dt.date | None,
    today: dt.date,
    born: dt.date | None,
) -> Details:
    """Return what a person told, written in one way, or every fault of it.

    Args:
        kind: what it is about.
        said: texts by field, as typed.
        valid_from: the legal day from which it holds; bank details have none of their own.
        today: the legal day on which it is told.
        born: the person's day of birth, where it is known.
    """
    found: dict[str, str] = {}
    faults: list[Fault] = []
    overseas = kind == "address" and not _in_uk(said.get("country", ""))
    for rule in FIELDS[kind]:
        text = _tidy(said.get(rule.name, ""))
        code = _fault(rule, text, overseas=overseas)
        if kind == "address" and rule.name == "postcode" and not text and not overseas:
            code = "missing"
        if code is not None:
            faults.append(Fault(rule.name, code))
        elif text:
            found[rule.name] = _written(rule, text, overseas=overseas)
    if kind == "contact" and not found and not faults:
        faults.append(Fault("personal_email", "no way to reach"))
    if kind != "bank":
        faults += _day_faults(valid_from, today, born)
    return Details(found if not faults else {}, tuple(faults))


def _in_uk(country: str) -> bool:
    said = _tidy(country).casefold()
    return said in ("", "uk", "united kingdom", "england", "scotland", "wales", "northern ireland",
                    "cymru", "lloegr", "yr alban", "gogledd iwerddon", "y deyrnas unedig",
                    "great britain")  # fmt: skip


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()


def _fault(rule: FieldRule, text: str, *, overseas: bool) -> FaultCode | None:
    if not text:
        return "missing" if rule.required else None
    if len(text) > rule.longest:
        return "too long"
    if not all(map(_usual if rule.form == "name" else _harmless, text)):
        return "strange signs"
    close = re.sub(r"[\s.-]", "", text)
    match rule.form:
        case "postcode":
            fits = overseas or _POSTCODE.fullmatch(close.upper()) is not None
            return None if fits else "not a postcode"
        case "email":
            return None if _EMAIL.fullmatch(text) else "not an email"
        case "phone":
            return None if _PHONE.fullmatch(_dialled(text)) else "not a phone"
        case "sort code":
            return None if re.fullmatch(r"(?!0{6})[0-9]{6}", close) else "not a sort code"
        case "account":
            return None if re.fullmatch(r"(?!0+$)[0-9]{6,8}", close) else "not an account number"
        case "roll":
            return None if _ROLL.fullmatch(text) else "not a roll number"
        case _:
            return None


def _usual(sign: str) -> bool:
    """Tell whether names are written with a sign: letters and marks of any script, and a few."""
    return sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LM"


def _harmless(sign: str) -> bool:
    """Tell whether a sign is seen and stands where it is written: no control, no picture."""
    return sign in " +" or unicodedata.category(sign)[0] in "LMNP"


def _dialled(text: str) -> str:
    return re.sub(r"[\s().-]", "", text)


def _written(rule: FieldRule, text: str, *, overseas: bool) -> str:
    close = re.sub(r"[\s.-]", "", text)
    match rule.form:
        case "postcode" if not overseas:
            return f"{close[:-3]} {close[-3:]}".upper()
        case "phone":
            return _dialled(text)
        case "sort code":
            return close
        case "account":
            return close.zfill(8)
        case _:
            return text


def _day_faults(day: dt.date | None, today: dt.date, born: dt.date | None) -> list[Fault]:
    if day is None:
        return [Fault("valid_from", "no day")]
    if day > today + MOST_AHEAD:
        return [Fault("valid_from", "too far ahead")]
    if born is not None and day < born:
        return [Fault("valid_from", "before birth")]
    return []


@dataclass(frozen=True)
class Payday:
    """When an employer pays: on a ``day`` of the month, or on the last working day (None).

    A day that is no working day moves to the working day before. ``notice`` is how many working
    days its payroll needs.
    """

    day: int | None = None
    notice: int = NOTICE_DAYS


def first_payday(confirmed: dt.date, payday: Payday) -> dt.date:
    """Return the first payday for which a change of bank details counts.

    Args:
        confirmed: the legal day on which the person confirmed it.
        payday: when the employer pays.
    """
    least = add_working_days(confirmed, max(payday.notice, NOTICE_DAYS))
    month = least.replace(day=1)
    while (pays := _paid(month, payday)) < least:
        month = month_end(month) + ONE_DAY
    return pays


def _paid(month: dt.date, payday: Payday) -> dt.date:
    last = month_end(month)
    day = last if payday.day is None else month.replace(day=min(payday.day, last.day))
    while not is_working_day(day):
        day -= ONE_DAY
    return day


ChannelKind = Literal["work email", "personal email", "personal phone"]


@dataclass(frozen=True)
class Contact:
    """A way to reach a person, and since when it has been known."""

    kind: ChannelKind
    to: str
    since: dt.datetime


def trusted(contacts: Collection[Contact], now: dt.datetime) -> tuple[Contact, ...]:
    """Return the contacts that may confirm a change of bank details: those known long enough."""
    return tuple(one for one in contacts if one.since <= now - CHANNEL_REST)


def masked(contact: Contact) -> str:
    """Return a contact so that its owner knows it and nobody else learns it."""
    if contact.kind == "personal phone":
        return f"••••{contact.to[-3:]}"
    name, _, domain = contact.to.partition("@")
    return f"{name[:1]}••••@{domain}"


BankState = Literal["asked", "confirmed", "told", "stopped", "expired", "locked"]
CodeOutcome = Literal["confirmed", "wrong", "expired", "locked", "not waiting"]


def judge_code(*, state: str, right: bool, tries: int, expires: dt.datetime,
               now: dt.datetime) -> CodeOutcome:  # fmt: skip
    """Return what comes of a code that was typed.

    Args:
        state: of the change it should confirm.
        right: whether it is the code that was sent.
        tries: how many were typed before.
        expires: until when the code holds.
        now: when it was typed.
    """
    if state != "asked":
        return "not waiting"
    if now >= expires:
        return "expired"
    if tries >= MOST_TRIES:
        return "locked"
    if right:
        return "confirmed"
    return "locked" if tries + 1 >= MOST_TRIES else "wrong"
