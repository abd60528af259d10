"""Which table of which database: what the settings say, checked before anything is spoken to.

Names are taken exactly as they are written and always quoted, so neither case nor a reserved word
nor a quotation mark changes which table or column is meant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from muster.kernel.errors import BadInput, Where

Kind = Literal["postgresql", "sqlite"]
Mode = Literal["append", "upsert"]

_KINDS: Mapping[str, Kind] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
}
_NAME = re.compile(r'\s*(?:"((?:[^"\0]|"")+)"|([^",.\0]*[^",.\0\s]))\s*')
# PostgreSQL cuts longer names without a word.
_LONGEST_NAME = 63


@dataclass(frozen=True)
class Target:
    """One table.

    Args:
        kind: which database.
        url: where it is, with its password; never shown.
        table: the table's name, after its schema if one is given.
        mode: ``append`` inserts each message; ``upsert`` replaces the row of the same key.
        keys: the columns that name a row; at least one for ``upsert``.
    """

    kind: Kind
    url: str = field(repr=False)
    table: tuple[str, ...]
    mode: Mode = "append"
    keys: tuple[str, ...] = ()

    def beside(self, name: str) -> str:
        """Return a table of another name in the same schema, quoted."""
        return quoted(*self.table[:-1], name)


def quoted(*parts: str) -> str:
    """Return a name in quotation marks, its schema before it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def read_target(settings: Mapping[str, str]) -> Target:
    """Return the table that settings name.

    Raises:
        BadInput: naming the setting that is missing or cannot be used; never its value.
    """
    url, kind = read_url(settings)
    table = read_names(settings, "table", ".")
    if not 1 <= len(table) <= 2:
        raise wrong("table", "The table is not named", "Write table, or schema.table")
    mode = settings.get("mode", "").strip() or "append"
    if mode not in ("append", "upsert"):
        raise wrong("mode", "The mode is unknown", "Write append or upsert")
    keys = read_names(settings, "keys", ",")
    if mode == "upsert" and not keys:
        raise wrong("keys", "No key column is named", "Name the columns that name one row")
    return Target(kind, url, table, "upsert" if mode == "upsert" else "append", keys)


def read_url(settings: Mapping[str, str]) -> tuple[str, Kind]:
    """Return the address of a database and of which kind it is."""
    url = settings.get("url", "").strip()
    kind = _KINDS.get(url.partition(":")[0])
    if kind is None:
        fix = "Write postgresql://user:password@host/database, or sqlite:////path/to/file"
        raise wrong("url", "The database is not named in a form that is known", fix)
    return url, kind


def read_names(settings: Mapping[str, str], setting: str, between: str) -> tuple[str, ...]:
    """Return the names in a setting; one that holds ``.``, ``,`` or spaces stands in quotes."""
    text, names, at = settings.get(setting, ""), [], 0
    while text[at:].strip():
        found = _NAME.match(text, at)
        end = found.end() if found else at
        if found is None or (end < len(text) and text[end] != between):
            fix = f'Separate names by "{between}" and put others than plain ones in quotation marks'
            raise wrong(setting, "A name cannot be read", fix)
        name = found[1].replace('""', '"') if found[1] else found[2]
        if len(name.encode()) > _LONGEST_NAME:
            raise wrong(setting, "A name is longer than 63 bytes", "Write it as the database does")
        names.append(name)
        at = end + 1
    return tuple(names)


def sqlite_path(url: str) -> str:
    """Return the file of a SQLite address: ``sqlite:///relative`` or ``sqlite:////absolute``."""
    return unquote(urlsplit(url).path.removeprefix("/"))


def wrong(setting: str, what: str, fix: str) -> BadInput:
    """Return what is wrong with a setting."""
    return BadInput(what, where=Where(field=setting), fix=fix)
