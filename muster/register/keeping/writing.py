"""A copy of a person's data as files: one page to read and print, JSON with its schema, and CSV.

``copy.zip`` holds ``index.html`` (no scripts, nothing loaded from elsewhere), ``data.json`` with
``schema.json`` (JSON Schema 2020-12), and ``tables/*.csv`` with a line for each row.
"""

import csv
import io
import json
import zipfile
from html import escape
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muster.register.keeping.exporting import Copy, Part

FORM = "muster.subject-access.v1"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CELL = {"type": ["string", "number", "boolean", "null", "array", "object"]}
_STYLE = (
    "body{font-family:Arial,sans-serif;line-height:1.5;margin:2em;max-width:70em;color:#0b0c0c}"
    "h2{margin-top:2em;break-after:avoid}section{break-inside:auto}dl{border-top:1px solid #b1b4b6;"
    "margin:0;padding:.5em 0;break-inside:avoid;display:grid;grid-template-columns:16em 1fr}"
    "dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}@media print{body{margin:0;font-size:"
    "10pt}}@media(max-width:40em){dl{display:block}}"
)


def as_zip(copy: Copy) -> bytes:
    """Return the copy as one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("index.html", as_page(copy))
        files.writestr("data.json", as_json(copy))
        files.writestr("schema.json", json.dumps(schema_of(copy), indent=2, ensure_ascii=False))
        for part in copy.parts:
            files.writestr(f"tables/{part.name}.csv", "\ufeff" + as_csv(part))
    return out.getvalue()


def as_json(copy: Copy) -> str:
    """Return the copy for machines; ``schema_of`` describes it."""
    said = {
        "form": FORM,
        "person": str(copy.person),
        "made_at": copy.made_at.isoformat(),
        "notes": list(copy.notes),
        "tables": {part.name: [dict(row) for row in part.rows] for part in copy.parts},
    }
    return json.dumps(said, indent=2, ensure_ascii=False)


def schema_of(copy: Copy) -> dict[str, Any]:
    """Return the JSON Schema of ``data.json``."""
    tables = {
        part.name: {
            "title": part.title,
            "type": "array",
            "items": {
                "type": "object",
                "properties": dict.fromkeys(part.columns, _CELL),
                "additionalProperties": False,
            },
        }
        for part in copy.parts
    }
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORM,
        "type": "object",
        "required": ["form", "person", "made_at", "notes", "tables"],
        "additionalProperties": False,
        "properties": {
            "form": {"const": FORM},
            "person": text,
            "made_at": text,
            "notes": {"type": "array", "items": text},
            "tables": {
                "type": "object",
                "properties": tables,
                "required": list(tables),
                "additionalProperties": False,
            },
        },
    }


def as_csv(part: Part) -> str:
    """Return a table as CSV that no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(part.columns)
    writer.writerows([_cell(row.get(column)) for column in part.columns] for row in part.rows)
    return out.getvalue()


def as_page(copy: Copy) -> str:
    """Return the copy as a page to read and print, in the language of whoever asked."""
    title = _("A copy of the data held about you")
    parts = "".join(_section(part) for part in copy.parts)
    contents = "".join(
        f'<li><a href="#{part.name}">{escape(part.title)}</a> ({len(part.rows)})</li>'
        for part in copy.parts
        if part.rows
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in copy.notes)
    made = _("Made on %(when)s (UTC).") % {"when": f"{copy.made_at:%Y-%m-%d %H:%M}"}
    empty = ", ".join(escape(part.title) for part in copy.parts if not part.rows)
    nothing = f"<p>{escape(_('Nothing is held of:'))} {empty}.</p>" if empty else ""
    return (
        f'<!doctype html><html lang="{get_language() or "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{escape(made)}</p>"
        f'<nav aria-label="{escape(_("Contents"))}"><ul>{contents}</ul></nav>{parts}{nothing}'
        f"<h2>{escape(_('What is not in this copy'))}</h2><ul>{notes}</ul></main></body></html>"
    )


def _section(part: Part) -> str:
    if not part.rows:
        return ""
    rows = "".join(
        "<dl>"
        + "".join(
            f"<dt>{escape(column)}</dt><dd>{escape(_text(row[column]))}</dd>"
            for column in part.columns
            if row.get(column) not in (None, "", [], {})
        )
        + "</dl>"
        for row in part.rows
    )
    return f'<section><h2 id="{part.name}">{escape(part.title)}</h2>{rows}</section>'


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


def _cell(value: Any) -> Any:
    text = "" if value is None else _text(value) if isinstance(value, dict | list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
