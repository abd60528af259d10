"""Figures of Muster in a notebook: the same released tables as on its pages, nothing more.

    from muster_client import Muster

    muster = Muster("https://muster.example.gov.uk", token)
    table = muster.figures("headcount", by=["employer", "grade"], as_at="2026-09-30")
    table.frame()      # a data frame, with Polars or pandas, whichever is installed
    print(table.citation)

It needs Python alone. It knows nothing of how Muster works inside, and cannot ask for more than a
page can: what is not declared is refused, with the reason.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

_WAIT_SECONDS = 60.0
_UNREADABLE = {"what": "The service did not answer as expected", "where": {}, "fix": "Try again"}


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: a token is for the service that was named, and for no other."""

    def redirect_request(self, *_args: Any) -> None:
        return None


_open = build_opener(_Stay).open


class RefusedError(Exception):
    """The service refused a request: what is wrong, where, and what to do."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status, self.what, self.fix = status, said["what"], said["fix"]
        self.where: dict[str, Any] = said["where"]
        super().__init__(f"{self.what}. {self.fix}.")


@dataclass(frozen=True)
class Figures:
    """One released table.

    ``cells`` hold key, labels, kind, value (None for a band) and what people read. ``returned`` of
    ``known`` employers told of the date; ``without`` names the others.
    """

    release: str
    metric: str
    title: str
    unit: str
    definition: str
    dimensions: tuple[str, ...]
    as_at: dt.date
    snapshot: int
    returned: int
    known: int
    without: tuple[str, ...]
    cells: tuple[dict[str, Any], ...] = field(repr=False)
    address: str = ""

    @property
    def citation(self) -> str:
        """Return what to write beneath a figure, so that others find the same one."""
        by = f" by {' and '.join(self.dimensions)}" if self.dimensions else ""
        return (
            f"{self.title}{by}, {self.as_at:%-d %B %Y}. {self.returned:,} of {self.known:,}"
            f" employers. Release {self.release}, {self.address}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each cell: code and label of each dimension, value, shown, kind."""
        return [
            {
                **{f"{name}_code": code for name, code in self._named(cell["key"])},
                **dict(self._named(cell["labels"])),
                "value": cell["value"],
                "shown": cell["shown"],
                "kind": cell["kind"],
            }
            for cell in self.cells
        ]

    def frame(self) -> Any:
        """Return the rows as a Polars data frame, or a pandas one where Polars is not installed.

        Raises:
            ImportError: if neither is installed.
        """
        try:
            import polars as pl  # noqa: PLC0415 - a notebook may have either
        except ImportError:
            import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

            return pd.DataFrame(self.rows())
        types = {"value": pl.Float64, "shown": pl.String, "kind": pl.String}
        return pl.DataFrame(self.rows(), schema_overrides=types)

    def _named(self, parts: Iterable[str]) -> Iterable[tuple[str, str]]:
        return zip(self.dimensions, parts, strict=True)


class Muster:
    """A service, as a notebook asks it.

    Args:
        address: where it is, such as ``https://muster.example.gov.uk``.
        token: of a system that may see figures; keep it out of the notebook.
    """

    def __init__(self, address: str, token: str) -> None:
        if not address.startswith(("https://", "http://")):
            raise ValueError("Write the address with https://")
        self._address, self._token = address.rstrip("/"), token

    def metrics(self) -> list[dict[str, Any]]:
        """Return every declared figure: name, title, definition and dimensions."""
        return list(self._ask("/figures"))

    def dates(self, metric: str) -> list[dt.date]:
        """Return the dates of which a figure can be told, the latest last."""
        return [dt.date.fromisoformat(one) for one in self._ask(f"/figures/{quote(metric)}/dates")]

    def figures(
        self, metric: str, by: Iterable[str] = (), as_at: dt.date | str | None = None
    ) -> Figures:
        """Return a table.

        Args:
            metric: which figure.
            by: what it is broken down by, up to three.
            as_at: the date, a month end for figures about people; the latest if left out.

        Raises:
            RefusedError: if it is not declared, held or withdrawn, or the token is not in force.
        """
        asked = [("by", one) for one in by] + ([("as_at", str(as_at))] if as_at else [])
        return self._table(self._ask(f"/figures/{quote(metric)}?{urlencode(asked)}"))

    def release(self, release: str) -> Figures:
        """Return a table as it left, whatever has become of the data since."""
        return self._table(self._ask(f"/releases/{quote(release)}"))

    def save(self, figures: Figures, folder: str | Path = ".", format: str = "xlsx") -> Path:
        """Write a released table into a folder: csv, json, parquet, xlsx, ods or hyper."""
        place = f"/releases/{figures.release}/file?{urlencode({'format': format})}"
        content = self._get(place)
        ending = "csv.zip" if format == "csv" else format
        by = "-by-" + "-by-".join(figures.dimensions) if figures.dimensions else ""
        to = Path(folder) / f"{figures.metric}-{figures.as_at}{by}.{ending}"
        to.write_bytes(content)
        return to

    def _table(self, said: dict[str, Any]) -> Figures:
        told = {**said, "address": f"{self._address}/grid/releases/{said['release']}"}
        for name in ("dimensions", "without", "cells"):
            told[name] = tuple(said[name])
        told["as_at"] = dt.date.fromisoformat(said["as_at"])
        return Figures(**told)

    def _ask(self, place: str) -> Any:
        return json.loads(self._get(place))

    def _get(self, place: str) -> bytes:
        request = Request(f"{self._address}/api/v1{place}")  # noqa: S310 - http or https, above
        request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with _open(request, timeout=_WAIT_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            raise RefusedError(error.code, _said(error.read())) from None


def _said(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return _UNREADABLE
    return (
        said if isinstance(said, dict) and {"what", "where", "fix"} <= said.keys() else _UNREADABLE
    )
