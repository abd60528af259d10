"""The steps of a transfer, as one table, and what must be so before each of them.

For HR officers who ask why a transfer does not go on: ``STEPS`` is the whole of it, and a guard
answers in words. Legal days are half open: the exporter's employment ends where the importer's
begins. Pure functions; no clock, no database.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from muster.kernel.errors import BadInput, Conflict, NotPermitted, Where

State = Literal[
    "draft", "offered", "accepted", "checks", "released", "agreed", "scheduled", "effected",
    "reconciled", "closed", "on_hold", "rescinded", "withdrawn", "failed", "reversed",
]  # fmt: skip
Kind = Literal[
    "permanent", "promotion", "level_move", "loan", "loan_return", "part_time_split",
    "machinery_of_government",
]  # fmt: skip
Side = Literal["person", "exporter", "importer", "system", "payroll"]
Verb = Literal[
    "offer", "accept", "decline", "ask_exporter", "state_known", "release", "state_details",
    "state_terms",
    "settle_difference", "sign_date", "schedule", "effect", "note_pay_result", "settle_pay",
    "reconcile", "close", "hold", "resume", "rescind", "withdraw", "fail", "reverse",
    "change_after_effect", "move_return", "move_first_day",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
KINDS: tuple[Kind, ...] = get_args(Kind)
VERBS: tuple[Verb, ...] = get_args(Verb)
BEFORE: tuple[State, ...] = (
    "draft", "offered", "accepted", "checks", "released", "agreed", "scheduled",
)  # fmt: skip
"""The states before the day, in order."""
DONE: tuple[State, ...] = ("effected", "reconciled", "closed")
GONE: tuple[State, ...] = ("rescinded", "withdrawn", "reversed")
"""States that nothing leads out of."""
PENDING: tuple[State, ...] = (*BEFORE, "on_hold", "failed")
ENDING: tuple[Kind, ...] = ("permanent", "promotion", "level_move", "machinery_of_government")
"""Kinds that end the employment with the exporter."""
LONGEST_BREAK = 28  # days; pension and service go on over a break that is no longer
FULL_TIME = 10**9  # billionths
YOUNGEST = 14  # years; nobody begins work younger
LAST_YEAR = 2100  # a day after it is a mistyped one, and no calendar reaches it


@dataclass(frozen=True)
class Step:
    """One line of the table: from these states a verb leads to a state, if its guards let it.

    Args:
        come_from: the states it may be done in.
        verb: what is done.
        to: the state it leads to; None where it stays.
        who: the sides that may do it.
        needs: the guards, by name.
    """

    come_from: tuple[State, ...]
    verb: Verb
    to: State | None
    who: tuple[Side, ...]
    needs: tuple[str, ...] = ()


_EITHER: tuple[Side, ...] = ("exporter", "importer")
_ANYBODY: tuple[Side, ...] = ("exporter", "importer", "person", "system")
STEPS: tuple[Step, ...] = (
    Step(("draft",), "offer", "offered", ("importer",), ("post named",)),
    Step(("offered",), "accept", "accepted", ("person",)),
    Step(("offered",), "decline", "withdrawn", ("person",)),
    Step(("accepted",), "ask_exporter", "checks", ("system", "importer")),
    Step(("draft", "offered", "accepted", "checks", "released"), "state_known", None,
         ("exporter",)),
    Step(("accepted", "checks", "released"), "state_details", None, ("person",)),
    Step(("accepted", "checks", "released"), "state_terms", None, ("importer",)),
    Step(("checks", "released", "agreed"), "release", "released", ("exporter", "system")),
    Step(("released",), "settle_difference", None, ("importer",)),
    Step(("accepted", "checks", "released", "agreed"), "move_first_day", None, _EITHER,
         ("day after the exporter's first",)),
    Step(("released",), "sign_date", "agreed", _EITHER,
         ("details stated", "terms stated", "no open differences")),
    Step(("agreed",), "schedule", "scheduled", ("system", "importer"),
         ("both signed", "planned in time", "backdating explained", "chain in order")),
    Step(("scheduled",), "effect", "effected", ("system",), ("day has come", "chain effected")),
    Step(("effected",), "note_pay_result", None, ("payroll", "system")),
    Step(("effected",), "settle_pay", None, ("payroll",)),
    Step(("effected",), "reconcile", "reconciled", ("system", "payroll"), ("pay agrees",)),
    Step(("reconciled",), "close", "closed", ("system", "importer"), ("hand-offs settled",)),
    Step(("accepted", "checks", "released", "agreed", "scheduled"), "hold", "on_hold", _ANYBODY,
         ("reason given",)),
    Step(("on_hold", "failed"), "resume", None, _EITHER),
    Step(("draft", "offered", "accepted", "checks", "released", "agreed", "scheduled", "on_hold",
          "failed"), "rescind", "rescinded", ("importer", "system"), ("reason given",)),
    Step(("offered", "accepted", "checks", "released", "agreed", "scheduled", "on_hold", "failed"),
         "withdraw", "withdrawn", ("person",)),
    Step(("accepted", "checks", "released", "agreed", "scheduled"), "fail", "failed", ("system",),
         ("reason given",)),
    Step(("effected", "reconciled", "closed"), "change_after_effect", "effected", _EITHER),
    Step(("draft", "scheduled"), "move_return", None, _EITHER),
    Step(("effected", "reconciled", "closed"), "reverse", "reversed", _EITHER, ("reason given",)),
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What guards ask about. What is not known counts as not so."""

    today: dt.date = dt.date.min
    first_day: dt.date = dt.date.max
    post: str = ""
    reason: str = ""
    details: bool = False
    terms: bool = False
    differences: int = 0
    signed: frozenset[Side] = frozenset()
    planned: bool = False
    backdated_because: str = ""
    previous: State | None = None
    results: int = 0
    wanted_results: int = 1
    wrong_pay: int = 0
    open_hand_offs: int = 0
    exporter_first_day: dt.date | None = None
    before_hold: State | None = None


GUARDS: Mapping[str, tuple[Callable[[Facts], bool], str, str]] = {
    "post named": (lambda f: bool(f.post), "No post is named", "Name the post that is offered"),
    "reason given": (lambda f: bool(f.reason), "No reason is given", "Say why"),
    "details stated": (
        lambda f: f.details, "The person has not stated their details", "Ask them to",
    ),
    "terms stated": (
        lambda f: f.terms, "The importing employer has not stated its terms", "State them",
    ),
    "no open differences": (
        lambda f: f.differences == 0,
        "What was stated differs from what is known", "Settle each difference first",
    ),
    "both signed": (
        lambda f: f.signed >= {"exporter", "importer"},
        "The two employers have not both signed the date", "Have the other one sign",
    ),
    "planned in time": (
        lambda f: f.planned,
        "The payrolls cannot take this in time", "Take the next safe date, or a pro-rata plan",
    ),
    "backdating explained": (
        lambda f: f.first_day >= f.today or bool(f.backdated_because),
        "The first day has passed", "Say why they started before, or choose a later day",
    ),
    "chain in order": (
        lambda f: f.previous is None or f.previous in ("scheduled", *DONE),
        "The transfer before this one is not scheduled yet", "Schedule that one first",
    ),
    "chain effected": (
        lambda f: f.previous is None or f.previous in DONE,
        "The transfer before this one has not taken effect", "Wait until it has",
    ),
    "day has come": (
        lambda f: f.today >= f.first_day, "The first day has not come yet", "Wait until it has",
    ),
    "day after the exporter's first": (
        lambda f: f.exporter_first_day is None or f.first_day > f.exporter_first_day,
        "The first day is none after the first day with the exporting employer",
        "Choose a later day",
    ),
    "pay agrees": (
        lambda f: f.results >= f.wanted_results and f.wrong_pay == 0,
        "First pay is not as expected, or not known yet", "Settle what differs with the payrolls",
    ),
    "hand-offs settled": (
        lambda f: f.open_hand_offs == 0,
        "Some hand-offs are neither done nor waived", "See which, and who has them",
    ),
}  # fmt: skip
"""Each guard: whether it holds, what is said where it does not, and what to do."""
_BY_VERB = {one.verb: one for one in STEPS}


def step(state: State, verb: Verb, facts: Facts) -> State:
    """Return the state that a verb leads to.

    Raises:
        Conflict: if it cannot be done in this state, or a guard does not hold.
    """
    line = _BY_VERB[verb]
    if state not in line.come_from:
        raise Conflict(
            f"This cannot be done while the transfer is {in_words(state)}",
            where=Where(thing=verb.replace("_", " ")), fix="Load the page again",
        )  # fmt: skip
    for name in line.needs:
        holds, words, fix = GUARDS[name]
        if not holds(facts):
            raise Conflict(words, where=Where(thing=name), fix=fix)
    if verb == "resume":
        return resumed(facts.before_hold)
    # The first of two signatures changes nothing but itself.
    if verb in ("sign_date", "reverse") and facts.signed < {"exporter", "importer"}:
        return state
    if verb == "move_first_day" and state == "agreed":
        return "released"
    return line.to or state


def may_act(verb: Verb, side: Side, others: frozenset[Side]) -> None:
    """Refuse who acts for a side that is not theirs to act for.

    Args:
        verb: what is to be done.
        side: for whom they act.
        others: the sides they acted for earlier in this transfer.

    Raises:
        NotPermitted: nobody approves their own transfer, nor acts for both ends.
    """
    if side not in _BY_VERB[verb].who:
        raise NotPermitted(
            "This is for somebody else to do",
            where=Where(thing=verb.replace("_", " ")), fix="Leave it to them",
        )  # fmt: skip
    elsewhere = (others & _ENDS) - {side}
    if side != "system" and elsewhere and (side in _ENDS or "person" in elsewhere):
        raise NotPermitted(
            "Nobody approves their own transfer, nor acts for both employers",
            where=Where(thing=verb.replace("_", " ")), fix="Ask a colleague to do it",
        )  # fmt: skip


_ENDS: frozenset[Side] = frozenset({"person", "exporter", "importer"})


def resumed(before: State | None) -> State:
    """Return where a transfer goes on: payrolls are booked again, so none resumes as scheduled."""
    return "agreed" if before in (None, "scheduled") else before


def in_words(state: State) -> str:
    """Return a state as people read it."""
    return state.replace("_", " ")


def service_break(ended: dt.date | None, first_day: dt.date) -> int:
    """Return the days between the end of one employment (half open) and the next one's first day.

    Raises:
        BadInput: if it is longer than what service and pension go on over.
    """
    days = max(0, (first_day - ended).days) if ended else 0
    if days > LONGEST_BREAK:
        raise BadInput(
            f"They left {days} days before this first day: more than {LONGEST_BREAK} days apart"
            " is a new appointment and no transfer",
            where=Where(field="first day"), fix="Appoint them anew, or correct the day",
        )  # fmt: skip
    return days


def check_days(
    kind: Kind, first_day: dt.date, return_day: dt.date | None, *, employed_from: dt.date | None
) -> None:
    """Refuse days that cannot be.

    Raises:
        BadInput: for a loan without a later return day, another kind with one, a first day that
            is none after the exporter's own, or a day beyond every calendar.
    """
    for name, one in (("first day", first_day), ("return day", return_day)):
        if one is not None and one.year > LAST_YEAR:
            raise BadInput(
                "No calendar reaches this day", where=Where(field=name), fix="Correct the day"
            )
    if (kind == "loan") != (return_day is not None):
        raise BadInput(
            "A loan, and nothing else, has a day of return",
            where=Where(field="return day"), fix="State the day, or choose another kind",
        )  # fmt: skip
    if return_day is not None and return_day <= first_day:
        raise BadInput(
            "The day of return is none after the first day",
            where=Where(field="return day"), fix="Correct one of the two days",
        )  # fmt: skip
    if employed_from is not None and first_day <= employed_from:
        raise BadInput(
            "The first day is none after the first day with the exporting employer",
            where=Where(field="first day"), fix="Correct the day",
        )  # fmt: skip


def payers(kind: Kind) -> tuple[Side, ...]:
    """Return whose payrolls tell of first pay: of a loan only the employer that keeps paying."""
    if kind == "loan":
        return ("exporter",)
    return ("importer",) if kind == "loan_return" else ("exporter", "importer")


def tax_year(day: dt.date) -> int:
    """Return the year in which the tax year of a day began: it turns on 6 April."""
    return day.year if (day.month, day.day) >= (4, 6) else day.year - 1


def crosses_tax_year(first_day: dt.date, today: dt.date) -> bool:
    """Tell whether a backdated start lies in an earlier tax year, which payrolls must be told."""
    return first_day < today and tax_year(first_day) < tax_year(today)


def service_goes_on(known: dt.date | None, stated: dt.date | None) -> dt.date | None:
    """Return the day since when service counts: the earlier, which a transfer never moves later.

    Raises:
        BadInput: if the day that is stated now is later than the one that is known.
    """
    if known is not None and stated is not None and stated > known:
        raise BadInput(
            "Continuous service would begin later than it is known to",
            where=Where(field="continuous_service_from"), fix="Correct the day",
        )  # fmt: skip
    return stated or known
