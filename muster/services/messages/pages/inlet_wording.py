"""What the pages of inlets call the states, kinds and settings that the hub names by code."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.hub.pulling.kinds import Kind
from muster.hub.pulling.queries import InletView
from muster.pagekit.tables import Cell

STATES = {
    "paused": (gettext_lazy("Paused"), "orange"),
    "failing": (gettext_lazy("Fails"), "red"),
    "late": (gettext_lazy("Late"), "yellow"),
    "fine": (gettext_lazy("Fine"), "green"),
    "new": (gettext_lazy("Never asked"), "grey"),
}
KINDS = {
    "sql_table": gettext_lazy("A table or view in a PostgreSQL or SQLite database"),
    "mailbox": gettext_lazy("A mailbox that a mail server fills (maildir)"),
    "remote_folder": gettext_lazy("A folder on an SFTP server or in an object store"),
    "load_file": gettext_lazy("The answers of a loader that takes files"),
}
SETTINGS = {
    "about": (
        gettext_lazy("What a row is about"),
        gettext_lazy("The first word of subjects: employment"),
    ),
    "change": (
        gettext_lazy("Field that says what became of the row"),
        gettext_lazy("It gets new, changed, gone or written; for contracts that have such a field"),
    ),
    "columns": (
        gettext_lazy("Columns and their fields"),
        gettext_lazy(
            "One a line: grade = GRADE_CODE. Unless told, columns of the same name are taken"
        ),
    ),
    "contract": (
        gettext_lazy("Contract of the messages"),
        gettext_lazy("What each row becomes a message of"),
    ),
    "folder": (gettext_lazy("Maildir"), gettext_lazy("/var/mail/returns, with new and cur in it")),
    "gone": (
        gettext_lazy("Contract of messages about rows that are gone"),
        gettext_lazy("Unless told the same, which may need more than the key"),
    ),
    "keys": (gettext_lazy("Key columns"), gettext_lazy("That name one row: staff_number, start")),
    "overlap": (
        gettext_lazy("Rows read again each time"),
        gettext_lazy("1000 unless told; more where programs write values of their own clock"),
    ),
    "rising": (
        gettext_lazy("Column that only rises"),
        gettext_lazy("Without one the table is read whole and compared with what it was"),
    ),
    "route": (
        gettext_lazy("Agreement that the files come under"),
        gettext_lazy(
            "Its code; unless told, the layout of each file decides among those of the system"
        ),
    ),
    "senders": (
        gettext_lazy("Addresses whose mail is opened"),
        gettext_lazy("One a line, exactly as they write"),
    ),
    "server": (
        gettext_lazy("Name of the mail server"),
        gettext_lazy("As it stands first in Authentication-Results"),
    ),
    "settle": (
        gettext_lazy("Seconds a file must stay as it is"),
        gettext_lazy("10 unless told; 0 where senders write done-markers or rename"),
    ),
    "table": (
        gettext_lazy("Table or view"),
        gettext_lazy("As the database spells it: table, or schema.table"),
    ),
    "taken": (
        gettext_lazy("Folder that files are moved to once they are taken"),
        gettext_lazy("Below the address; without one they stay, and are offered again"),
    ),
    "url": (gettext_lazy("Address"), ""),
}
FACTS = {
    "bytes": gettext_lazy("Bytes"),
    "layout": gettext_lazy("Layout"),
    "route": gettext_lazy("Agreement"),
    "as_at": gettext_lazy("As-at date"),
    "rows": gettext_lazy("Rows"),
}
OUTCOMES = {
    "taken": (gettext_lazy("Loaded"), "green"),
    "rejected": (gettext_lazy("Rejected"), "red"),
}


def state_cell(one: InletView) -> Cell:
    """Return an inlet's state as a tag, and why it is so."""
    text, colour = STATES[one.state]
    why = one.paused or one.said
    if one.state == "late":
        why = _("It is due, and no worker asks it")
    return Cell(text, tag=colour, note=why)


def kind_title(name: str, otherwise: str) -> str:
    """Return what a kind speaks to."""
    return str(KINDS.get(name, _(otherwise)))


def kind_choices(kinds: tuple[Kind, ...]) -> list[tuple[str, str]]:
    """Return kinds as a form offers them."""
    return [(one.name, kind_title(one.name, one.title)) for one in kinds]


def setting_title(name: str, otherwise: str) -> str:
    """Return what a setting is called."""
    return str(SETTINGS[name][0] if name in SETTINGS else _(otherwise))


def setting_hint(name: str, otherwise: str) -> str:
    """Return what to write in a setting."""
    said = SETTINGS[name][1] if name in SETTINGS else ""
    return str(said or (_(otherwise) if otherwise else ""))


def came_words(brings: str, count: int) -> str:
    """Return how much came."""
    if brings == "messages":
        words = ngettext("%(count)s message", "%(count)s messages", count)
    elif brings == "files":
        words = ngettext("%(count)s file", "%(count)s files", count)
    else:
        words = ngettext("%(count)s answer", "%(count)s answers", count)
    return words % {"count": f"{count:,}"}


def every_words(seconds: int) -> str:
    """Return how often a system is asked, in the largest unit that says it exactly."""
    for unit in (86_400, 3_600, 60):
        if seconds % unit == 0:
            count = seconds // unit
            break
    else:
        unit, count = 1, seconds
    if unit == 86_400:
        words = ngettext("Every %(count)s day", "Every %(count)s days", count)
    elif unit == 3_600:
        words = ngettext("Every %(count)s hour", "Every %(count)s hours", count)
    elif unit == 60:
        words = ngettext("Every %(count)s minute", "Every %(count)s minutes", count)
    else:
        words = ngettext("Every %(count)s second", "Every %(count)s seconds", count)
    return words % {"count": f"{count:,}"}
