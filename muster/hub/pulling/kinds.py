"""Which kinds of systems can be asked for what is new, and what each must be told.

Beside a connector's own settings stand those by which what it reads becomes messages or files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from muster.connectors.contract import Health
from muster.connectors.http_json import inlet as http_json
from muster.connectors.http_json.setting import KIND as HTTP_JSON
from muster.connectors.load_file import connector as load_file
from muster.connectors.mailbox import connector as mailbox
from muster.connectors.outlets import Setting
from muster.connectors.remote_folder import connector as remote_folder
from muster.connectors.sql_table import inlet as sql_table
from muster.kernel.errors import NotFound, Where

Brings = Literal["messages", "files", "answers"]

MESSAGES = (
    Setting("contract", "Contract of the messages", "What each row becomes a message of"),
    Setting("about", "What a row is about", "The first word of subjects: employment"),
    Setting(
        "columns",
        "Columns and their fields",
        "One a line: grade = GRADE_CODE. Unless told, columns of the same name are taken",
        required=False,
    ),
    Setting(
        "change",
        "Field that says what became of the row",
        "It gets new, changed, gone or written; for contracts that have such a field",
        required=False,
    ),
    Setting(
        "gone",
        "Contract of messages about rows that are gone",
        "Unless told the same, which may need more than the key",
        required=False,
    ),
)
FILES = (
    Setting(
        "route",
        "Agreement that the files come under",
        "Its code; unless told, the layout of each file decides among those of the system",
        required=False,
    ),
)


class Pulls(Protocol):
    """What every connector that is asked offers, whatever it brings."""

    def health(self) -> Health:
        """Say whether the system can be spoken to now. Never raises."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of system that is asked.

    Args:
        name: the connector's.
        title: what it speaks to.
        brings: what comes of it.
        settings: what it must be told.
        make: makes the connector from settings and secrets.
        by_itself: whether such inlets are there by themselves, and nobody sets them up.
    """

    name: str
    title: str
    brings: Brings
    settings: tuple[Setting, ...]
    make: Callable[[Mapping[str, Any]], Any]
    by_itself: bool = False

    @property
    def secrets(self) -> frozenset[str]:
        """The names of settings that are kept sealed."""
        return frozenset(one.name for one in self.settings if one.secret)


_kinds: dict[str, Kind] = {}


def register_inlet(kind: Kind) -> None:
    """Offer a connector for inlets."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Return a kind.

    Raises:
        NotFound: if there is none.
    """
    if name not in _kinds:
        raise NotFound(
            "No such connector", where=Where(field="kind"), fix=f"Use {', '.join(sorted(_kinds))}"
        )
    return _kinds[name]


def known_kind(name: str) -> Kind | None:
    """Return a kind; None if its connector is gone."""
    return _kinds.get(name)


def kinds() -> tuple[Kind, ...]:
    """Return the kinds that people set up, by name."""
    return tuple(one for _, one in sorted(_kinds.items()) if not one.by_itself)


register_inlet(
    Kind(
        sql_table.KIND,
        "A table or view in a PostgreSQL or SQLite database",
        "messages",
        (*sql_table.SETTINGS, *MESSAGES),
        sql_table.TableInlet,
    )
)
register_inlet(
    Kind(mailbox.KIND, mailbox.TITLE, "files", (*mailbox.SETTINGS, *FILES), mailbox.Mailbox)
)
register_inlet(
    Kind(
        remote_folder.KIND,
        remote_folder.TITLE,
        "files",
        (*remote_folder.SETTINGS, *FILES),
        remote_folder.RemoteFolder,
    )
)
register_inlet(
    Kind(HTTP_JSON, http_json.TITLE, "files", (*http_json.SETTINGS, *FILES), http_json.HttpFiles)
)
register_inlet(
    Kind(
        load_file.KIND,
        "The answers of a loader that takes files",
        "answers",
        (Setting("route", "Route whose answers are read"),),
        dict,
        by_itself=True,
    )
)
