"""A mapping applied the plain way: one message after the other, each step in ordinary Python.

Written from the tables in ``tests/spec/test_translating_steps.py`` and from the page for people who
write mappings, and sharing nothing with Muster's own implementation: it reads the TOML itself.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
SPACE = " \t\r\n\u00a0"
YES, NO = {"yes", "y", "true", "t", "1"}, {"no", "n", "false", "f", "0"}
FORMS = {
    "YYYY-MM-DD": "{y:04}-{m:02}-{d:02}", "YYYY/MM/DD": "{y:04}/{m:02}/{d:02}",
    "YYYYMMDD": "{y:04}{m:02}{d:02}", "DD/MM/YYYY": "{d:02}/{m:02}/{y:04}",
    "MM/DD/YYYY": "{m:02}/{d:02}/{y:04}", "DD.MM.YYYY": "{d:02}.{m:02}.{y:04}",
    "DD-MM-YYYY": "{d:02}-{m:02}-{y:04}", "DDMMYYYY": "{d:02}{m:02}{y:04}",
    "DD-MON-YYYY": "{d:02}-{mon}-{y:04}", "DD MMMM YYYY": "{d:02} {month} {y:04}",
}  # fmt: skip
STARTS = {"take", "constant", "join", "first", "when"}


class Waits(Exception):
    """A step gave nothing for something."""


def stated(value: Any) -> Any:
    return None if value == "" else value


def holds(condition: Row, row: Row) -> bool:
    for name, wanted in condition.items():
        if name == "any":
            ok = any(holds(one, row) for one in wanted)
        elif name == "none":
            ok = not any(holds(one, row) for one in wanted)
        else:
            tests = wanted if isinstance(wanted, dict) else {"is": wanted}
            ok = all(passes(word, row.get(name), value) for word, value in tests.items())
        if not ok:
            return False
    return True


def passes(word: str, value: Any, wanted: Any) -> bool:
    listed = wanted if isinstance(wanted, list) else [wanted]
    if word == "stated":
        return (stated(value) is not None) is wanted
    if word == "is":
        return value is not None and value in listed
    if word == "not":
        return value is None or value not in listed
    if value is None:
        return False
    if word == "begins":
        return str(value).startswith(wanted)
    compared = {"from": value >= wanted, "to": value <= wanted,
                "above": value > wanted, "below": value < wanted}  # fmt: skip
    return bool(compared[word])


def begun(step: Row, row: Row) -> Any:
    if "take" in step:
        return stated(row.get(step["take"]))
    if "constant" in step:
        return step["constant"]
    if "join" in step:
        parts = [stated(row.get(name)) for name in step["join"]]
        return step.get("with", " ").join(str(part) for part in parts if part is not None)
    if "first" in step:
        parts = [stated(row.get(name)) for name in step["first"]]
        return next((part for part in parts if part is not None), None)
    for case in step["when"]:
        if holds(case["if"], row):
            return end(case["then"], row)
    return end(step.get("otherwise"), row)


def end(said: Any, row: Row) -> Any:
    return stated(row.get(said["take"])) if isinstance(said, dict) else said


def coded(value: Any, step: Row, codes: Row, why: str) -> Any:
    found = stated(codes.get(str(value)))
    if found is not None:
        return found
    match step.get("unknown", "park"):
        case "keep":
            return value
        case "default":
            return step["default"]
    raise Waits(why)


def read(text: str, step: Row) -> Any:
    match step["read"]:
        case "date":
            return read_date(text, step["form"])
        case "integer":
            if re.fullmatch("-?[0-9]{1,18}", text):
                return int(text)
            raise Waits("not a whole number of at most 18 digits")
        case "pounds":
            bare = text.removeprefix("-").removeprefix("£")
            if re.fullmatch(r"([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,2})?", bare):
                pence = int(Decimal(bare.replace(",", "")) * 100)
                return -pence if text.startswith("-") else pence
            raise Waits("not an amount in pounds and pence")
    if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return int(Decimal(text) * 10**9)
    raise Waits("not a number with at most nine digits before and behind the point")


def read_date(text: str, form: str) -> dt.date:
    why = f"not a date of the form {form}"
    pattern = re.escape(form)
    for part, digits in (("YYYY", "(?P<y>[0-9]{4})"), ("MMMM", "(?P<month>[A-Za-z]+)"),
                         ("MON", "(?P<mon>[A-Za-z]{3})"), ("MM", "(?P<m>[0-9]{2})"),
                         ("DD", "(?P<d>[0-9]{2})")):  # fmt: skip
        pattern = pattern.replace(part, digits)
    match = re.fullmatch(pattern, text)
    if match is None:
        raise Waits(why)
    parts = match.groupdict()
    named = parts.get("month") or parts.get("mon") or ""
    names = calendar.month_name if parts.get("month") else calendar.month_abbr
    months = [name.upper() for name in names]
    if named and named.upper() not in months:
        raise Waits(why)
    month = months.index(named.upper()) if named else int(parts["m"])
    try:
        return dt.date(int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        raise Waits(why) from None


def many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def write(value: Any, step: Row) -> str:
    if step["write"] == "date":
        return FORMS[step["form"]].format(
            y=value.year, m=value.month, d=value.day,
            mon=calendar.month_abbr[value.month], month=calendar.month_name[value.month],
        )  # fmt: skip
    if step["write"] == "integer":
        digits = step.get("digits")
        if digits and (value < 0 or len(str(value)) > digits):
            raise Waits(f"not a number of at most {many(digits, 'digit')}")
        return str(value).zfill(digits or 0)
    places, rounded = step.get("places"), step.get("rounded", False)
    why = "too large"
    if places is not None and not rounded:
        why = f"more than {many(places, 'decimal')}"
    if abs(value) >= 10**18:
        raise Waits(why)
    if step["write"] == "pounds":
        exact, places = Decimal(value).scaleb(-2), 2
    else:
        exact = Decimal(value).scaleb(-9)
    if places is None:
        text = f"{exact:.9f}".rstrip("0").rstrip(".")
    else:
        written = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if written != exact and not rounded:
            raise Waits(why)
        text = f"{written:f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def changed(value: Any, step: Row, lists: Row, tables: Row) -> Any:
    """Return what a step makes of a value that is stated; ``if_nothing`` is not for those."""
    if "codes" in step:
        named = step["codes"] if isinstance(step["codes"], str) else ""
        codes = lists[named] if named else step["codes"]
        return coded(value, step, codes, f"not in the code list {named}".strip())
    if "lookup" in step:
        table = tables.get(step["lookup"], {})
        return coded(value, step, table, f"not in the table {step['lookup']}")
    if "read" in step:
        return read(value, step)
    if "write" in step:
        return write(value, step)
    if "yes_no" in step:
        word = str(value).strip(SPACE).lower() if isinstance(value, str) else str(value)
        known = (YES, NO) if isinstance(value, str) else ({"1"}, {"0"})
        for said, words in zip(step["yes_no"], known, strict=True):
            if word in words:
                return said
        raise Waits("neither yes nor no")
    if isinstance(value, dt.date):
        return changed_date(value, step)
    return changed_text(value, step) if isinstance(value, str) else value


def changed_date(day: dt.date, step: Row) -> dt.date:
    if "add_days" in step:
        try:
            return day + dt.timedelta(days=step["add_days"])
        except OverflowError:
            raise Waits("counts to a day outside the calendar") from None
    if "day_of_month" in step:
        last = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=1 if step["day_of_month"] == "first" else last)
    return day


def changed_text(text: str, step: Row) -> Any:
    match next(iter(step)):
        case "nothing":
            return None if text in step["nothing"] else text
        case "upper":
            return text.upper()
        case "lower":
            return text.lower()
        case "trim":
            return text.strip(SPACE)
        case "part":
            return part_of(text.split(step["at"]), step)
        case "cut":
            start, length = step["cut"]
            return text[start - 1 : start - 1 + length]
        case "replace":
            return text.replace(step["replace"], step.get("by", ""))
        case "pad":
            if len(text) > step["pad"]:
                raise Waits(f"longer than {many(step['pad'], 'character')}")
            return text.rjust(step["pad"], step.get("with", "0"))
        case "unpad":
            return text.lstrip(step["unpad"]) or step["unpad"]
    return text


def part_of(pieces: list[str], step: Row) -> str | None:
    part = step["part"]
    if step.get("rest"):
        left = pieces[part - 1 :] if part > 0 else pieces[: max(len(pieces) + part + 1, 0)]
        return str(step["at"]).join(left)
    place = part - 1 if part > 0 else len(pieces) + part
    return pieces[place] if 0 <= place < len(pieces) else None


def made(name: str, said: Any, row: Row, raw: Row, tables: Row, waits: set[Any]) -> Any:
    """Return a field's value; what keeps the message is added to ``waits``."""
    steps = said if isinstance(said, list) else [said]
    value = stated(begun(steps[0], row))
    for step in steps[1:]:
        if "if_nothing" in step:
            value = step["if_nothing"] if value is None else value
        elif value is not None:
            try:
                value = stated(changed(value, step, raw.get("codes", {}), tables))
            except Waits as why:
                waits.add((name, str(why), str(value)))
                value = None
    return value


def translated(row: Row, raw: Row, tables: Row) -> tuple[str, Any]:
    """Return what becomes of one message: ``skips``, ``waits`` with why, or ``goes`` as what."""
    if "only" in raw["mapping"] and not holds(raw["mapping"]["only"], row):
        return "skips", None
    waits: set[Any] = set()
    known = dict(row)
    for name, said in raw.get("values", {}).items():
        known[name] = made(name, said, known, raw, tables, waits)
    result = {name: made(name, said, known, raw, tables, waits)
              for name, said in raw["fields"].items()}  # fmt: skip
    return ("waits", waits) if waits else ("goes", result)
