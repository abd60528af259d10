"""Released figures as CSV described by CSV on the Web, and as JSON."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

from muster.pagekit.downloads import plain_cell
from muster.services.grid.exports.contents import Contents

_CSVW = ["http://www.w3.org/ns/csvw", {"@language": "en"}]


def as_csv(contents: Contents) -> dict[str, bytes]:
    """Return a CSV file, and the metadata of CSV on the Web (W3C, 2015) that describes it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in contents.columns)
    for row in contents.rows:
        writer.writerow("" if one is None else plain_cell(one) for one in row)
    name = f"{contents.name}.csv"
    described = json.dumps(_described(contents, name), indent=2, ensure_ascii=False)
    return {name: text.getvalue().encode(), f"{name}-metadata.json": described.encode()}


def as_json(contents: Contents) -> dict[str, bytes]:
    """Return one JSON object: columns, rows as objects, and notes."""
    names = [column.name for column in contents.columns]
    told = {
        "title": contents.title,
        "as_at": contents.as_at.isoformat(),
        "release": contents.release,
        "columns": [
            {"name": one.name, "title": one.title, "meaning": one.meaning}
            for one in contents.columns
        ],
        "rows": [dict(zip(names, map(_plain, row), strict=True)) for row in contents.rows],
        "notes": dict(contents.notes),
    }
    return {f"{contents.name}.json": json.dumps(told, indent=1, ensure_ascii=False).encode()}


def _plain(value: str | Decimal | None) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def _described(contents: Contents, name: str) -> dict[str, Any]:
    columns = [
        {
            "name": one.name,
            "titles": one.name,
            "dc:title": one.title,
            "dc:description": one.meaning,
            "datatype": "decimal" if one.number else "string",
            "required": not one.number,
        }
        for one in contents.columns
    ]
    schema: dict[str, Any] = {"columns": columns}
    if contents.keys:
        schema["primaryKey"] = list(contents.keys)
    return {
        "@context": _CSVW,
        "url": name,
        "dc:title": contents.title,
        "dc:identifier": contents.release,
        "dc:date": contents.as_at.isoformat(),
        "dc:description": "\n".join(f"{heading}: {text}" for heading, text in contents.notes),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": schema,
    }
