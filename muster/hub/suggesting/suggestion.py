"""What a suggestion holds: for each field a column and a way of reading it, with reasons.

All of it can be shown to who may see the file. Reasons and questions hold counts and headers, and
no cell; codes to be answered are codes of the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muster.hub.contracts import Contract, ContractField
from muster.hub.suggesting.placing import Placed
from muster.hub.suggesting.profiles import Profile

SURE, LIKELY = 0.85, 0.6
Words = Mapping[str, Any]


@dataclass(frozen=True)
class CodeAsked:
    """A code of the file whose meaning is asked: how many rows have it, and what it may mean."""

    text: str
    count: int
    meaning: str = ""


@dataclass(frozen=True)
class Question:
    """What the file does not tell and a person must, or may, say.

    Args:
        field: the contract's field.
        kind: ``order`` of day and month, ``serials`` (from when days are counted), ``digits``
            (whether zeros were lost), ``codes`` (what they mean), ``value`` (the same for all
            rows).
        text: the question.
        options: possible answers and their words; none for free text.
        codes: for ``codes``, what is asked of each; an answer maps codes to options.
        must: whether nothing can be saved without an answer.
    """

    field: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    codes: tuple[CodeAsked, ...] = ()
    must: bool = True

    @property
    def name(self) -> str:
        """By which an answer to it is kept."""
        return f"{self.field}.{self.kind}"


@dataclass(frozen=True)
class Way:
    """One way to read a column: its words in a layout, and how well it reads these cells.

    Args:
        id: by which it is chosen; empty for what no choice is needed.
        words: as in a layout, without ``from``.
        fits: the share of filled cells that it reads.
        said: that in words.
        questions: what has to be asked for it.
    """

    id: str
    words: Words
    fits: float
    said: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Alternative:
    """Another column that could hold the field."""

    column: str
    confidence: float


@dataclass(frozen=True)
class ProposedField:
    """A field of the contract and where it comes from.

    Args:
        field: the field.
        columns: headers of the columns that hold it; none if it is not found.
        way: how it is read.
        confidence: from 0 to 1.
        reasons: why, in words.
        alternatives: other columns, the likeliest first.
        chosen: whether a person chose the column.
    """

    field: ContractField
    columns: tuple[str, ...] = ()
    way: Way | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    chosen: bool = False

    @property
    def sureness(self) -> str:
        """``sure``, ``likely`` or ``check``; empty if no column is proposed."""
        if not self.columns:
            return ""
        return (
            "sure"
            if self.confidence >= SURE
            else "likely"
            if self.confidence >= LIKELY
            else ("check")
        )


@dataclass(frozen=True)
class LeftColumn:
    """A column that is not taken: why it seems personal, if it does."""

    header: str
    personal: str = ""


@dataclass(frozen=True)
class Choices:
    """What a person changed of a suggestion.

    Args:
        columns: for fields, the header of the column to take; empty for none.
        ways: for fields, the id of the way to read it; see ``ways``.
        answers: to questions, by their name: a text, or for codes a text for each code.
        both: for the header of a column, the names of fields that may all be taken from it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    both: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shared:
    """A column from which several fields would take the same text; see ``sharing``.

    Args:
        column: its header.
        fields: the fields, in the contract's order.
        said: whether somebody who maps the file says that this is meant.
        remembered: whether a layout that is known says so.
    """

    column: str
    fields: tuple[ContractField, ...]
    said: bool = False
    remembered: bool = False

    @property
    def titles(self) -> str:
        """The titles of its fields, in words."""
        *first, last = (field.title for field in self.fields)
        return f"{', '.join(first)} and {last}"


@dataclass(frozen=True)
class Suggestion:
    """How a file would be read.

    Args:
        placed: where its table stands.
        contract: the contract its rows would become.
        considered: the names of all contracts, the best first, and what their fields came to.
        fields: one for each field of the contract, in its order.
        left: the columns that are not taken.
        profiles: what each column holds.
        answers: what was answered so far.
        shared: the columns from which several fields would take the same text.
    """

    placed: Placed
    contract: Contract
    considered: tuple[tuple[str, float], ...]
    fields: tuple[ProposedField, ...]
    left: tuple[LeftColumn, ...]
    profiles: tuple[Profile, ...]
    answers: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    shared: tuple[Shared, ...] = ()

    @property
    def doubted(self) -> tuple[Shared, ...]:
        """The shared columns of which nobody said that they are meant; they are asked about."""
        return tuple(one for one in self.shared if not (one.said or one.remembered))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything that is asked, answered or not."""
        ways = (one.way for one in self.fields if one.way is not None)
        return tuple(question for way in ways for question in way.questions)

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """What has to be answered before anything can be saved."""
        return tuple(one for one in self.questions if one.must and not self.answers.get(one.name))

    @property
    def missing(self) -> tuple[ContractField, ...]:
        """Fields that the contract requires and the file does not seem to hold."""
        return tuple(one.field for one in self.fields if one.field.required and one.way is None)

    def proposed(self, name: str) -> ProposedField:
        """Return what is proposed for a field."""
        return next(one for one in self.fields if one.field.name == name)
