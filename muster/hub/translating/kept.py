"""Keeping lookup tables of routes: uploaded by their owners, versioned, and asked by ``translate``.

A table is kept whole in each version, encrypted, because what a code means to a receiver may be
about people. The newest version counts for the next batch; which one a delivery used stands with
it. A column is asked as ``table.column``, and the first one behind the codes by the table's name
alone.
"""

import hashlib
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction

from muster.hub.models import LookupTable, Route
from muster.hub.translating.definition import RouteMapping
from muster.hub.translating.lookup_files import ReadTable, read_table
from muster.hub.translating.lookups import NO_LOOKUPS, Lookups
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger

KEPT = "muster.hub.lookup.kept.v1"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class KeptLookups:
    """The tables of one route, each in its newest version."""

    route: str
    versions: Mapping[str, int]
    tables: Mapping[str, Mapping[str, str]]

    def find(self, table: str, keys: Sequence[str]) -> Mapping[str, str]:
        """Return what a table says of keys; those that it does not have are left out.

        Raises:
            NotFound: if there is no such table, or it has no such column.
        """
        held = self.tables.get(table)
        if held is None:
            raise NotFound(
                f"The mapping looks values up in the table {table}, which is not there",
                where=Where(thing=f"route {self.route}"),
                fix="Upload it, or correct its name in the mapping",
            )
        return {key: held[key] for key in keys if key in held}


def lookups_of(route: Route, mapping: RouteMapping | None) -> Lookups:
    """Return the tables that a route's mapping asks, as they are now.

    Args:
        route: whose tables.
        mapping: of the route; without one that looks up, nothing is read.
    """
    if mapping is None or not mapping.lookups:
        return NO_LOOKUPS
    rows = LookupTable.objects.filter(route=route).order_by("name", "version")
    newest = {name: (version, row) for name, version, row in
              rows.values_list("name", "version", "id")}  # fmt: skip
    versions = {name: version for name, (version, _) in newest.items()}
    tables: dict[str, Mapping[str, str]] = {}
    for name, (_, row) in newest.items():
        columns = _meanings(row)
        tables[name] = next(iter(columns.values()))
        tables.update({f"{name}.{column}": said for column, said in columns.items()})
    return KeptLookups(route.code, versions, tables)


def versions_used(lookups: Lookups) -> dict[str, int]:
    """Return the versions of the tables that were given to a translation; none for others."""
    return dict(lookups.versions) if isinstance(lookups, KeptLookups) else {}


def keep_lookup(
    route: str, name: str, content: bytes, *, personal: Collection[str] = (), by: str, clock: Clock
) -> int:
    """Keep a table, which counts from the next batch on; return its version.

    The very same table again is the version there is.

    Args:
        route: the code of the route to another system.
        name: what the mapping calls it.
        content: see ``lookup_files.read_table``.
        personal: the headings of columns that are about people.
        by: who uploads it.
        clock: stamps it.

    Raises:
        BadInput: if the name cannot be used, or a row is wrong; the first of them is named.
        NotFound: if there is no such route.
    """
    if not _NAME.fullmatch(name):
        fix = "Write small letters, digits and _, as in the mapping"
        raise BadInput("The table has no name that can be used", where=Where(field="name"), fix=fix)
    read = read_table(content)
    for problem in read.problems[:1]:
        where = Where(row=problem.row, field=problem.column or None)
        raise BadInput(problem.what, where=where, fix=problem.fix)
    marked = _marked(personal, read.columns)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        rows = Route.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(code=route, receiver__isnull=False).first()
        if found is None:
            raise NotFound("No such route", where=Where(thing=route), fix="See the routes page")
        last = _newest(found.id, name)
        if last is not None and (last.digest, last.about_people) == (digest, marked):
            return last.version
        made = LookupTable(
            route=found, name=name, version=last.version + 1 if last else 1,
            columns=list(read.columns), about_people=marked, rows=len(read.rows), digest=digest,
            kept_at=clock.now(), kept_by=by,
        )  # fmt: skip
        made.content = keyring().encrypt(content, context=_context(made))
        made.save()
        body = {
            "route": route, "table": name, "version": made.version, "rows": made.rows,
            "sha256": digest, "by": by,
        }  # fmt: skip
        ledger().append_one("decisions", KEPT, f"route:hub:{route}", body)
    return made.version


def lookup_content(route: str, name: str, version: int) -> bytes:
    """Return the exact bytes of one version of a table.

    Raises:
        NotFound: if there is none.
    """
    row = LookupTable.objects.filter(route__code=route, name=name, version=version).first()
    if row is None:
        raise NotFound("No such table", where=Where(thing=name), fix="See the tables of the route")
    return _opened(row)


def lookup_table(route: str, name: str, version: int) -> ReadTable:
    """Return one version of a table, as its columns and rows.

    Raises:
        NotFound: if there is none.
    """
    return read_table(lookup_content(route, name, version))


def _marked(personal: Collection[str], columns: Sequence[str]) -> list[str]:
    known = {name.casefold(): name for name in columns}
    asked = {name.strip().casefold() for name in personal if name.strip()}
    if asked - known.keys():
        fix = f"Name some of: {', '.join(columns)}"
        raise BadInput("A column that is not there", where=Where(field="personal"), fix=fix)
    return sorted(known[name] for name in asked)


def _newest(route: uuid.UUID, name: str) -> LookupTable | None:
    return LookupTable.objects.filter(route=route, name=name).order_by("-version").first()


# A version never changes, so what was read of it once stays true.
@lru_cache(maxsize=64)
def _meanings(table: uuid.UUID) -> Mapping[str, Mapping[str, str]]:
    return read_table(_opened(LookupTable.objects.get(id=table))).meanings()


def _opened(row: LookupTable) -> bytes:
    return keyring().decrypt(bytes(row.content), context=_context(row))


def _context(row: LookupTable) -> bytes:
    return b"lookup " + row.id.bytes
