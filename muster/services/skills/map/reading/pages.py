"""Adverts as pages: of Civil Service Jobs, or of any other site that shows one advert on a page.

A page that states its advert as schema.org JobPosting is read by that. Of any other, the title is
its first heading, labels above the text say grade and place, and headings part the text.
"""

import json
from collections.abc import Iterator
from typing import Any

import lxml.html  # type: ignore[import-untyped]
import polars as pl
from lxml import etree

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.labelled import taken
from muster.services.skills.map.reading.parts import heading_part
from muster.services.skills.map.reading.plain import plain_one
from muster.services.skills.map.reading.postings import postings

LARGEST = 20_000_000
"""Bytes of one page that are read."""

_AROUND = (
    "script", "style", "nav", "header", "footer", "form", "noscript", "template", "svg", "iframe",
    "button", "select", "head",
)  # fmt: skip
_SHORT = 100


def of_page(content: bytes, source: str) -> list[dict[str, Any]]:
    """Return the adverts of a page.

    Raises:
        BadInput: if it is no page, is too large, or has no text.
    """
    if len(content) > LARGEST:
        raise BadInput(
            f"The page has {len(content) // 1_000_000} MB, and at most"
            f" {LARGEST // 1_000_000} MB are read",
            where=Where(file=source), fix="Send the advert's own page",
        )  # fmt: skip
    root = _parsed(content, source)
    stated = list(_stated(root))
    if stated:
        return stated
    title = _heading(root)
    body = _main(root)
    text = lxml.html.tostring(body, encoding="unicode")
    lines = [line.strip() for line in plain_one(text).splitlines() if line.strip(" :")]
    found, rest = taken(lines)
    if title:
        found.setdefault("title", title)
        rest = _after(rest, title, found)
    if not any(rest):
        raise BadInput(
            "The page has no text", where=Where(file=source, field="description"),
            fix="Save the page after it was shown in a browser, or send the advert as JSON",
        )  # fmt: skip
    return [{**found, "text": "\n".join(rest)}]


def _parsed(content: bytes, source: str) -> Any:
    try:
        encoding = "utf-8"
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = ""
        parser = lxml.html.HTMLParser(encoding=encoding or None, huge_tree=False)
        root = lxml.html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise BadInput(
            "The file cannot be read as a page", where=Where(file=source),
            fix="Save the page again as HTML, or send the advert as JSON, Word or PDF",
        ) from error  # fmt: skip
    return root


def _stated(root: Any) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            try:
                found = postings(json.loads(script.text or ""))
                yield from (one for one in found if one["text"])
            except (ValueError, RecursionError):
                continue


def _heading(root: Any) -> str:
    for path in ("//h1", "//title"):
        for one in root.xpath(path):
            words = " ".join(one.text_content().split())
            if words:
                return words[:300]
    return ""


def _main(root: Any) -> Any:
    for name in _AROUND:
        for one in list(root.iter(name)):
            # A heading may stand in the page's head, and the text of an advert in a form.
            if not (name in {"form", "header"} and one.xpath(".//h1|.//h2|.//h3")):
                one.drop_tree()
    found = root.xpath("//main|//*[@role='main']|//article")
    body = root.find("body")
    best = max(found, key=lambda one: len(one.text_content()), default=None)
    if best is not None and len(best.text_content()) * 2 >= len(root.text_content()):
        return best
    return body if body is not None else root


def _after(lines: list[str], title: str, found: dict[str, str]) -> list[str]:
    """Return the lines below the title; a short one right below it names the organisation."""
    places = [number for number, line in enumerate(lines[:40]) if line.rstrip(":") == title]
    if not places:
        return lines
    rest = lines[places[0] + 1 :]
    first = rest[0].rstrip(":") if rest else ""
    names = first != "" and len(first) <= _SHORT and first[-1] not in ".!?"
    if names and "organisation" not in found and not _begins_part(first):
        found["organisation"] = first
        return rest[1:]
    return rest


def _begins_part(line: str) -> bool:
    return heading_part(pl.Series([line]))[0] not in {None, "other"}
