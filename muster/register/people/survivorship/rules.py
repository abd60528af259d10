"""Which source wins: what is believed of a person's fields, of all that sources say of them.

For whoever asks why a page shows one value and not another, and why somebody is asked. Each field
has a list of steps (see ``which_source_wins.toml``). A step keeps the best of what is said and
drops the rest, so the order in which sources spoke does not matter. If all that is left says the
same, it is believed, and the step that dropped the last other value is the reason. Otherwise it
is a conflict: the value that has stood longest is shown, as unsettled. Pure functions.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from unicodedata import combining, normalize

Field = Literal[
    "legal_name", "known_as", "birth_date", "nino", "work_email", "grade", "fte", "salary",
    "post_title", "place", "profession", "absence", "employed_since", "continuous_service",
]  # fmt: skip
Step = Literal[
    "settled", "permanent", "verified", "owner", "employs", "later", "fuller", "oldest"
]  # fmt: skip
Reason = Literal[Step, "agreed", "unsettled"]
About = Literal["person", "employer"]
Kind = Literal[
    "hr", "payroll", "pension", "learning", "recruitment", "building", "directory",
    "identity check", "tax authority", "other",
]  # fmt: skip
NinoStatus = Literal["temporary", "disputed", "verified", "unverified"]

FIELDS: tuple[Field, ...] = get_args(Field)
STEPS: tuple[Step, ...] = get_args(Step)
KINDS: tuple[Kind, ...] = get_args(Kind)
# How a record holds its person on a day, best first.
OWN, HOST, FORMER = 2, 1, 0
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc`", "''''")  # however they were typed
APART = "\x1f"  # between surname and forenames; no cell holds it
# Placeholders that systems put where a number is awaited. Nobody can have verified one.
_NEVER_A_NUMBER = re.compile(r"^(?:TN\d{6}[MF]|QQ.*)$")
# Words by which systems are called, and the kind each means.
_MEANING: dict[str, Kind] = {
    "hr": "hr", "hris": "hr", "hcm": "hr", "payroll": "payroll", "pay": "payroll",
    "pension": "pension", "pensions": "pension", "learning": "learning", "lms": "learning",
    "recruitment": "recruitment", "ats": "recruitment", "building": "building",
    "passes": "building", "directory": "directory", "identity": "identity check",
    "verification": "identity check", "tax": "tax authority", "hmrc": "tax authority",
}  # fmt: skip
# How files come: it says nothing of what a system is for, and only HR systems send so.
_CARRIED = ("csv_drop", "xml", "fixed_width", "workbook")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field's entry in the table; ``because`` is for people."""

    field: Field
    title: str
    about: About
    settled_by: tuple[Step, ...]
    owners: tuple[Kind, ...]
    because: str
    verified_by: tuple[Kind, ...] = ()
    bears_pay: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table; ``silent_after`` is how long a source that still speaks may be silent."""

    fields: Mapping[Field, FieldRule]
    silent_after: dt.timedelta


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of one field on a day.

    Args:
        field: which.
        value: as text: days in ISO form, pay in pence, FTE in billionths, a legal name as surname
            and forenames with ``APART`` between them.
        record: whose word it is.
        employer: whose record it is.
        system: in which system.
        kind: what that system is for.
        since: the first day of the value.
        heard: the last as-at day on which the system spoke of the record; None if it is not known.
        employs: ``OWN``, ``HOST`` or ``FORMER``.
        employed_since: since when the record's employment lasts, to tell main posts by.
        fact: the fact by which it is believed.
        noted: when it was recorded; None if it is not known.
        key: what is compared instead of the value, such as a number's keyed hash.
        temporary: a number that only holds a number's place; it says nothing, so all are equal.
        main: whether its employment is the person's substantive one, not a further post.
    """

    field: Field
    value: str
    record: str
    employer: str
    system: str
    kind: Kind
    since: dt.date
    heard: dt.date | None = None
    employs: int = FORMER
    employed_since: dt.date = dt.date.max
    fact: str = ""
    noted: dt.datetime | None = None
    key: str = ""
    temporary: bool = False
    main: bool = False

    @property
    def compared(self) -> str:
        """What makes it the same as another: capitals and spaces do not matter."""
        return "temporary" if self.temporary else self.key or plain(self.value)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person decided: of these values, as these records stated them, one is right.

    ``values`` holds what each record stated then, as ``Said.compared`` gives it; ``kept`` is the
    right one.
    """

    id: str
    field: Field
    kept: str
    values: Mapping[str, str]
    valid_from: dt.date = dt.date.min
    second: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Something said that is not believed, and by which step; ``unsettled`` while it is open."""

    said: Said
    by: Reason


@dataclass(frozen=True, slots=True)
class Value:
    """What is believed of a field, or shown until it is settled.

    Args:
        field: which.
        employer: of whom, for what each employer has of its own; empty for the person's own.
        shown: the word that counts: of several that say the same the one that has stood longest.
        agreeing: all that say the same.
        others: all that say otherwise, each with the step that dropped it.
        reason: the step that decided; ``agreed`` where nobody says otherwise.
        settlement: what a person decided, where that decided.
    """

    field: Field
    employer: str
    shown: Said
    agreeing: tuple[Said, ...]
    others: tuple[Lost, ...]
    reason: Reason
    settlement: str = ""

    @property
    def unsettled(self) -> bool:
        """Whether it is a conflict that waits for a person."""
        return self.reason == "unsettled"


def kind_of(code: str, kind: str) -> Kind:
    """Return what a system is for, by what the hub calls its kind, else by its code.

    A system of which neither tells is an HR system if it sends files, as all do that send HR
    records; otherwise ``other``.
    """
    for text in (kind, code.partition(":")[0]):
        for word in re.split(r"[^a-z]+", text.casefold()):
            if word in _MEANING:
                return _MEANING[word]
    return "hr" if kind in _CARRIED else "other"


def plain(text: str) -> str:
    """Return a text as it is compared: without capitals, spaces and apostrophes set in order."""
    said = text.casefold().translate(_APOSTROPHES)
    return " ".join(part for part in re.split(r"[ \t\u00a0]+", said) if part)


def number_is_temporary(number: str) -> bool:
    """Tell whether a National Insurance number only holds the place of one."""
    return bool(_NEVER_A_NUMBER.match(number))


def status_of_nino(value: Value, rule: FieldRule) -> NinoStatus:
    """Return how far a number can be relied on; whoever verified it is the word shown."""
    if value.shown.temporary:
        return "temporary"
    if value.unsettled:
        return "disputed"
    verified = value.reason == "settled" or any(
        one.kind in rule.verified_by for one in value.agreeing
    )
    return "verified" if verified else "unverified"


def values(
    said: Iterable[Said], rules: Rules, settled: Sequence[Settled] = ()
) -> dict[tuple[Field, str], Value]:
    """Return what is believed of one person, by field and employer.

    Args:
        said: all that sources say of the person on one day, in any order.
        rules: the table.
        settled: what people decided about it, as far as it holds on that day.
    """
    groups: dict[tuple[Field, str], list[Said]] = defaultdict(list)
    for one in said:
        about = rules.fields[one.field].about
        groups[one.field, one.employer if about == "employer" else ""].append(one)
    return {
        key: decide(group, rules, [one for one in settled if one.field == key[0]], employer=key[1])
        for key, group in sorted(groups.items())
    }


def decide(
    said: Collection[Said], rules: Rules, settled: Sequence[Settled] = (), *, employer: str = ""
) -> Value:
    """Return what is believed of one field, of all that is said of it; at least one says it."""
    spoken = sorted(said, key=_order)
    rule = rules.fields[spoken[0].field]
    if rule.about == "employer":
        spoken = main_posts(spoken)
    left, lost = spoken, list[Lost]()
    reason: Reason = "agreed"
    by = _decision(settled, spoken)
    for step in rule.settled_by:
        if _agree(left):
            break
        kept = _kept(step, left, rule, rules, by)
        if len(kept) < len(left):
            lost += [Lost(one, step) for one in left if one not in kept]
            left, reason = kept, step
    if not _agree(left):
        reason = "unsettled"
        lost += [Lost(one, "unsettled") for one in left]
    shown = left[0]
    others = tuple(one for one in lost if one.said.compared != shown.compared)
    return Value(
        shown.field, employer, shown,
        tuple(one for one in spoken if one.compared == shown.compared), others,
        reason if others else "agreed", by.id if by and reason == "settled" else "",
    )  # fmt: skip


def _decision(settled: Sequence[Settled], said: Collection[Said]) -> Settled | None:
    """Return the decision that was made on what is said; none where two say different things."""
    made = [one for one in settled if covers(one, said)]
    return made[0] if len({one.kept for one in made}) == 1 else None


def _agree(said: Sequence[Said]) -> bool:
    return len({one.compared for one in said}) == 1


def covers(settled: Settled, said: Collection[Said]) -> bool:
    """Tell whether a decision was made on what is said now: a new value opens it again.

    A record that has come round to the value that was kept is no news; one that states anything
    that was not on the table is.
    """
    now = {one.compared for one in said}
    known = all(
        one.compared == settled.kept or settled.values.get(one.record) == one.compared
        for one in said
    )
    return known and settled.kept in now and len(now) > 1


def main_posts(said: Sequence[Said]) -> list[Said]:
    """Return each system's word on a person's main post.

    Somebody with two posts has two records in one system, which rightly say different things.
    The substantive employment's counts, else the one that has lasted longest.
    """
    first: dict[str, Said] = {}
    ranked = sorted(
        said, key=lambda one: (not one.main, -one.employs, one.employed_since, one.record)
    )
    for one in ranked:
        first.setdefault(one.system, one)
    return [one for one in said if one.record == first[one.system].record]


def _order(one: Said) -> tuple[dt.date, str, str, str]:
    """The order in which equals are shown: what has stood longest first."""
    return (one.since, one.system, one.record, one.value)


def _kept(
    step: Step, left: list[Said], rule: FieldRule, rules: Rules, by: Settled | None
) -> list[Said]:
    """Return what a step keeps of what is left; never nothing."""
    if step == "settled":
        return [one for one in left if by is None or one.compared == by.kept]
    if step == "later":
        newest = max((one.heard for one in left if one.heard), default=None)
        if newest is None:
            return left
        return [one for one in left if one.heard and newest - one.heard <= rules.silent_after]
    if step == "fuller":
        return [one for one in left if not any(_says_more(other, one) for other in left)]
    rank: dict[Step, Callable[[Said], int]] = {
        "permanent": lambda one: int(one.temporary),
        "verified": lambda one: int(one.kind not in rule.verified_by or one.temporary),
        "owner": lambda one: (
            rule.owners.index(one.kind) if one.kind in rule.owners else len(rule.owners)
        ),
        "employs": lambda one: -one.employs,
        "oldest": lambda one: one.since.toordinal(),
    }
    best = min(rank[step](one) for one in left)
    return [one for one in left if rank[step](one) == best]


def _says_more(one: Said, other: Said) -> bool:
    """Tell whether a name says all that another does, and more; systems may lose accents."""
    (surname, more), (same, less) = (name_parts(_bare(each.compared)) for each in (one, other))
    longer, shorter = more.split(), less.split()
    if surname != same or one.compared == other.compared or len(longer) < len(shorter):
        return False
    if (surname, longer) == (same, shorter):
        return _marks(one.compared) > _marks(other.compared)
    return all(
        full == part or (len(part.rstrip(".")) == 1 and full.startswith(part.rstrip(".")))
        for full, part in zip(longer, shorter, strict=False)
    )


def _bare(text: str) -> str:
    """Return a name without accents and apostrophes."""
    letters = normalize("NFKD", text)
    return "".join(one for one in letters if one != "'" and not combining(one))


def _marks(text: str) -> int:
    """Return how many accents and apostrophes a name has."""
    return len(normalize("NFKD", text)) - len(_bare(text))


def name_parts(value: str) -> tuple[str, str]:
    """Return surname and forenames of a legal name; forenames may be empty."""
    surname, _apart, forenames = value.partition(APART)
    return surname.strip(), forenames.strip()


def in_contest(value: Value) -> tuple[Said, ...]:
    """Return the words that no rule dropped: those that a person chooses between, or chose."""
    return (
        *value.agreeing,
        *(one.said for one in value.others if one.by in ("unsettled", "settled")),
    )


def otherwise(whole: Value, own: Value) -> bool:
    """Tell whether an employer is told that another one says otherwise, without more.

    Only if its own word does not count, or may not: of a former employer's old name, over which
    the own one counts, it learns nothing.

    Args:
        whole: what is believed of all that is said.
        own: what is believed of the employer's own word alone.
    """
    if whole.shown.compared != own.shown.compared:
        return True
    contest = {one.record for one in in_contest(whole)} - {
        one.record for one in (*own.agreeing, *(lost.said for lost in own.others))
    }
    return whole.unsettled and any(
        lost.said.record in contest for lost in whole.others if lost.by == "unsettled"
    )
