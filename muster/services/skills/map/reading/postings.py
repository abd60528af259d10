"""Adverts as schema.org JobPosting (JSON-LD), in a file of JSON, in JSON lines, or within a page.

What a posting states apart from its description (skills, qualifications, duties, benefits) follows
it under a heading of its own, so that it is read as if it had stood there. An object that is no
JobPosting is read by what its fields are called, as a row of a table is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.corpus import Remark
from muster.services.skills.map.reading.offered import Offer, Offers, table
from muster.services.skills.map.reading.tables import MOST, PORTION, columns, known

LARGEST = 200_000_000
"""Bytes of one file of JSON that are read whole; JSON lines have no such bound."""

_HEADED = (
    ("responsibilities", "Responsibilities"), ("skills", "Skills"),
    ("qualifications", "Qualifications"), ("experienceRequirements", "Experience"),
    ("educationRequirements", "Education"), ("jobBenefits", "Benefits"),
    ("employerOverview", "About us"), ("applicationContact", "Contact"),
)  # fmt: skip
# Lists of an advert itself, whatever their objects are called.
_OF_ONE = re.compile(
    r"(?i)(?:(?:benefit|perk|reward|skill|qualification|requirement|behaviour|experience|contact"
    r"|location|question|tag)s?|criteria|dut(?:y|ies)|(?:responsibilit|competenc)(?:y|ies))$"
)
_DEEPEST = 8
_FIX = "Send schema.org JobPosting objects, or objects with a title and a description"


def of_json(path: Path, source: str) -> Offers:
    """Yield the adverts of a file of JSON: one object, a list, a graph, or JSON lines.

    Raises:
        BadInput: if it is no JSON, is too large, or holds no object with a description.
    """
    size = path.stat().st_size
    if _is_lines(path):
        yield from _of_lines(path, source, size)
        return
    if size > LARGEST:
        raise BadInput(
            f"The file of JSON has {size // 1_000_000:,} MB, and at most"
            f" {LARGEST // 1_000_000} MB are read at once",
            where=Where(file=source), fix="Send it as JSON lines, one advert on each line",
        )  # fmt: skip
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
        rows = list(postings(held)) or list(_records(held, source))
    except (ValueError, RecursionError) as error:
        raise _no_json(source, None) from error
    if not rows:
        raise BadInput(
            "There is no advert in this file of JSON", where=Where(file=source), fix=_FIX
        )
    for at in range(0, min(len(rows), MOST), PORTION):
        part = [row | {"row": at + n} for n, row in enumerate(rows[at : at + PORTION], start=1)]
        yield Offer(table(part, source), size * len(part) // len(rows))


def postings(held: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the JobPostings in something read from JSON, wherever they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(held, list):
        for one in held:
            yield from postings(one, depth + 1)
    elif isinstance(held, Mapping):
        if "JobPosting" in _each(held.get("@type")):
            yield _posting(held)
            return
        for one in held.values():
            if isinstance(one, (list, Mapping)):
                yield from postings(one, depth + 1)


def _is_lines(path: Path) -> bool:
    """Tell whether each line of a file is JSON by itself, by its first two."""
    with path.open("rb") as file:
        lines = [line for line in (file.readline(5_000_000) for _ in range(4)) if line.strip()]
    if not lines:
        return False
    try:
        first = json.loads(lines[0].decode("utf-8-sig"))
        return isinstance(first, dict) and (len(lines) > 1 or path.suffix != ".json")
    except (ValueError, RecursionError):
        return path.suffix in {".jsonl", ".ndjson"}


def _of_lines(path: Path, source: str, size: int) -> Offers:
    rows: list[dict[str, Any]] = []
    wrong: list[int] = []
    count = read = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            read += len(line)
            if not line.strip():
                continue
            try:
                held = json.loads(line.decode("utf-8-sig"))
                found = list(postings(held)) or list(_records([held], source))
            except (ValueError, RecursionError, BadInput):
                found = []
            if not found:
                wrong.append(number)
            rows.extend(row | {"row": number} for row in found)
            if len(rows) >= PORTION or count + len(rows) >= MOST:
                count += len(rows)
                yield Offer(table(rows, source), read)
                rows, read = [], 0
            if count >= MOST:
                break
    if not count and not rows:
        raise _no_json(source, wrong[0] if wrong else None)
    said = (_wrong(source, wrong),) if wrong else ()
    yield Offer(table(rows, source), read, said)


def _wrong(source: str, rows: list[int]) -> Remark:
    what = f"{len(rows):,} lines hold no advert and were left out; line {rows[0]:,} is the first"
    return Remark(source, rows[0], what, _FIX)


def _records(held: Any, source: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list of objects, or one object, by what their fields are called."""
    objects = _objects(held)
    if not objects:
        return
    found = columns(_names(objects), source)
    for one in objects:
        yield {field: _text(one.get(name)) for field, name in found.items()}


def _objects(held: Any) -> list[Mapping[str, Any]]:
    """Return what may be adverts: the objects of a list that describes them, or the object itself.

    Of those that describe a job, the ones of which most is known: an advert says more of itself
    than each of its benefits. A list of words, as of skills, is no list of adverts; nor is one of
    people to contact.
    """
    if not isinstance(held, Mapping):
        return [one for one in _each(held) if isinstance(one, Mapping)]
    lists = (
        _objects(one) for name, one in held.items()
        if isinstance(one, list) and not _OF_ONE.search(str(name))
    )  # fmt: skip
    found = [*sorted(filter(None, lists), key=len, reverse=True), [held]]
    fields = [known(_names(one)) for one in found]
    most = max((len(one) for one in fields if "text" in one), default=0)
    # Of a feed and its adverts that say as much, the adverts; of lists, the longest.
    return next(
        (one for one, has in zip(found, fields, strict=True) if "text" in has and len(has) == most),
        found[0],
    )


def _names(objects: list[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for one in objects[:100] for name in one))


def _posting(held: Mapping[str, Any]) -> dict[str, Any]:
    address = _first(_first(held.get("jobLocation"), "address"), None)
    places = _each(held.get("jobLocation"))
    said = [_text(held.get("description"))]
    said += [f"{title}:\n{text}" for name, title in _HEADED if (text := _text(held.get(name)))]
    return {
        "key": _text(_first(held.get("identifier"), "value")) or _text(held.get("@id")),
        "title": _text(held.get("title") or held.get("name")),
        "organisation": _text(_first(held.get("hiringOrganization"), "name")),
        "profession": _text(held.get("occupationalCategory")),
        "grade": _text(held.get("grade") or held.get("jobGrade")),
        "place": "; ".join(dict.fromkeys(filter(None, map(_place, places)))) or None,
        "region": _text(address.get("addressRegion")) if isinstance(address, Mapping) else None,
        "posted": _text(held.get("datePosted")),
        "text": "\n".join(filter(None, said)) or None,
    }


def _each(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [] if held is None else [held]


def _first(held: Any, name: str | None) -> Any:
    """Return the first of a list, and of an object what a name of it holds."""
    one = next(iter(_each(held)), None)
    return one.get(name) if name is not None and isinstance(one, Mapping) else one


def _place(held: Any) -> str | None:
    address = held.get("address", held) if isinstance(held, Mapping) else held
    if isinstance(address, Mapping):
        return _text(address.get("addressLocality") or address.get("postalCode")
                     or address.get("name"))  # fmt: skip
    return _text(address)


def _text(held: Any) -> str | None:
    """Return what a value says, on as many lines as it has parts; nothing of an empty one."""
    if isinstance(held, Mapping):
        held = held.get("name") or held.get("value") or held.get("description")
    if isinstance(held, list):
        return "\n".join(filter(None, map(_text, held))) or None
    if held is None or isinstance(held, Mapping):
        return None
    return str(held).strip() or None


def _no_json(source: str, row: int | None) -> BadInput:
    return BadInput(
        "The file cannot be read as JSON, or holds no advert",
        where=Where(file=source, row=row), fix=_FIX,
    )  # fmt: skip
