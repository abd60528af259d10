"""Errors that say what was wrong, where, and what to do.

Every error a user can meet is a ``MusterError``. Its three parts are shown by the command line,
the pages and the API alike, so nobody has to guess which file, row or field was meant. Messages
never hold personal values: they name the place where the value stands. Nor do they speak of
commands or options, which mean nothing on a page: what is typed at a terminal is a part by itself.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """The place an error speaks of; parts that do not apply stay ``None``. Rows count from 1."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    field: str | None = None
    thing: str | None = None

    def __str__(self) -> str:
        named = (
            ("", self.thing),
            ("file ", self.file),
            ("sheet ", self.sheet),
            ("row ", self.row),
            ("field ", self.field),
        )
        return ", ".join(f"{word}{value}" for word, value in named if value is not None)


class MusterError(Exception):
    """Something a user can understand and act on.

    Args:
        what: what was wrong, a sentence without a full stop.
        where: the place it speaks of.
        fix: what to do about it, a sentence without a full stop.
        needs: what the reader could state that would settle it, such as ``as_at``; a page names
            the field of its form, a terminal the option.
        command: what an operator types to do it; shown at a terminal alone.
    """

    def __init__(
        self,
        what: str,
        *,
        where: Where | None = None,
        fix: str,
        needs: str = "",
        command: str = "",
    ) -> None:
        self.what, self.where, self.fix = what, where or Where(), fix
        self.needs, self.command = needs, command
        super().__init__(str(self))

    def __str__(self) -> str:
        place = str(self.where)
        return f"{self.what}{f' ({place})' if place else ''}. {self.fix}."


class BadInput(MusterError):
    """What was sent cannot be used as it is. Nothing of it is lost."""


class NotPermitted(MusterError):
    """The actor, or the agreement, does not allow this."""


class NotFound(MusterError):
    """The thing does not exist, or does not exist for this actor."""


class Conflict(MusterError):
    """The change contradicts what is already true, or was overtaken by another change."""


class Misconfigured(MusterError):
    """A setting or a key is missing, unknown or unsafe."""


class EvidenceBroken(MusterError):
    """A log or a checkpoint does not verify."""
