"""What becomes of the answers to the user tasks of a transfer. Each checks what it is given.

``answers`` are what a page, the API or a workbook states, by field. A task is done once: who clicks
twice finds it done, so no key of an earlier click stands for a later task.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from muster.casework.ports import CaseContext
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, Where
from muster.services.transfers import actions, queries
from muster.services.transfers.knowing import refuse_terms
from muster.services.transfers.process.linking import explain_backdating
from muster.services.transfers.process.numbers import is_taken
from muster.services.transfers.process.steps import plan_for
from muster.services.transfers.verbs.releasing import Choice
from muster.services.transfers.verbs.stepping import Asked

Answers = Mapping[str, Any]
_CHOICES = ("stated", "known", "other")


def make_offer(ctx: CaseContext, answers: Answers) -> None:
    """The joining manager offers the post."""
    terms = _as_terms(answers["terms"]) if answers.get("terms") else None
    actions.offer(terms=terms, **_asked(ctx))


def answer_offer(ctx: CaseContext, answers: Answers) -> None:
    """The person accepts or declines."""
    said = answers.get("answer")
    if said not in ("accept", "decline"):
        raise BadInput("It is not said whether the offer is accepted",
                       where=Where(field="answer"), fix="Accept or decline")  # fmt: skip
    if said == "accept":
        actions.accept(**_asked(ctx))
    else:
        actions.decline(reason=str(answers.get("reason", "")), **_asked(ctx))
    ctx.known["accepted"] = ctx.known["goes_ahead"] = said == "accept"


def state_details(ctx: CaseContext, answers: Answers) -> None:
    """The person states what only they know."""
    actions.state_details(answers=_record(answers, "details"), **_asked(ctx))


def release_record(ctx: CaseContext, answers: Answers) -> None:
    """The leaving HR signs the record."""
    actions.release(record=_record(answers, "record"), **_asked(ctx))


def state_terms(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR states the terms."""
    terms = _as_terms(_record(answers, "terms"))
    one = queries.transfer(ctx.subject_id)
    refuse_terms(terms, kind=one.kind, first_day=one.first_day, post=one.post,
                 today=legal_day(ctx.clock.now()))  # fmt: skip
    number = str(terms.get("staff_number") or "")
    if number and is_taken(number, employer=one.importer, person=one.person):
        raise BadInput("Somebody else has this staff number", where=Where(field="new_staff_number"),
                       fix="Give them a number of their own")  # fmt: skip
    actions.state_terms(terms=terms, **_asked(ctx))


def settle(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR settles each difference: ``choices`` by field, and ``why``.

    What was stated is confirmed; otherwise the record is asked for again, and ``terms`` are stated
    anew.
    """
    ctx.known["ask_again"] = False
    if answers.get("terms"):
        state_terms(ctx, answers)
    choices = answers.get("choices", {} if answers.get("terms") else None)
    if not isinstance(choices, Mapping):
        raise BadInput("No difference was settled", where=Where(field="choices"),
                       fix="Choose for each field what holds")  # fmt: skip
    for field, chosen in choices.items():
        if chosen not in _CHOICES:
            raise BadInput("It is not said what holds", where=Where(field=str(field)),
                           fix="Choose what was released, what was known, or neither")  # fmt: skip
        if chosen != "stated":
            ctx.known["ask_again"] = not str(field).startswith("new_") or ctx.known["ask_again"]
            continue
        actions.settle_difference(
            field=str(field), chosen=cast("Choice", chosen), why=str(answers.get("why", "")),
            **_asked(ctx),
        )  # fmt: skip


def release_again(ctx: CaseContext, answers: Answers) -> None:
    """The leaving HR releases the record again, with what differed put right."""
    release_record(ctx, answers)


def sign_leaving(ctx: CaseContext, answers: Answers) -> None:
    """The leaving HR signs the first day."""
    actions.sign_date(side="exporter", first_day=_day(ctx, answers), **_asked(ctx))


def sign_joining(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR signs the first day."""
    actions.sign_date(side="importer", first_day=_day(ctx, answers), **_asked(ctx))


def choose(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR takes the next safe day, another day, or the plan for the day as it is."""
    one = queries.transfer(ctx.subject_id)
    today = legal_day(ctx.clock.now())
    said = answers.get("choice")
    ctx.known["new_day"] = said in ("next safe", "another day")
    if said == "plan":
        planned = plan_for(one, today=today)
        if planned is None or planned.pro_rata is None:
            raise Conflict("There is no plan for this day", where=Where(field="choice"),
                           fix="Take the next safe day")  # fmt: skip
        if one.first_day < today and not one.backdated_because:
            why = str(answers.get("why", "")).strip()
            if not why:
                raise BadInput("The first day has passed", where=Where(field="why"),
                               fix="Say why they started before it was booked")  # fmt: skip
            explain_backdating(one.id, why)
        ctx.known["pro_rata"] = True
        return
    if said == "next safe":
        planned = plan_for(one, today=today)
        day = planned.next_safe if planned else None
    elif said == "another day":
        day = _date(answers.get("first_day"))
    else:
        raise BadInput("Nothing was chosen", where=Where(field="choice"),
                       fix="Take the next safe day, another day, or the plan")  # fmt: skip
    if day is None:
        raise Conflict("The payroll calendars reach no safe day", where=Where(field="choice"),
                       fix="Load the calendars of the coming year first")  # fmt: skip
    ctx.known["first_day"] = day.isoformat()
    actions.move_first_day(
        side="importer", first_day=day, because=str(answers.get("why", "")), **_asked(ctx)
    )


def confirm_leaver(ctx: CaseContext, answers: Answers) -> None:
    """The leaving payroll has the leaver in its period: the P45 figures are its evidence."""
    _evidence(ctx, answers, ("p45",))


def confirm_starter(ctx: CaseContext, answers: Answers) -> None:
    """The joining payroll has the starter in its period."""
    _evidence(ctx, answers, ("pension", "partnership"))


def prepare(ctx: CaseContext, answers: Answers) -> None:
    """The joining manager has seen to the first week."""
    _evidence(ctx, answers, ("account", "building_pass", "cost_centre", "conflicts", "equipment"))


def file_record(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR has the record in its own system."""
    kinds = ("payslips", "right_to_work", "identity", "bpss", "clearance", "learning", "debts")
    _evidence(ctx, answers, kinds)


def explain(ctx: CaseContext, answers: Answers) -> None:
    """The joining payroll says how pay that differed was put right."""
    why = str(answers.get("why", ""))
    open_ones = [one for one in queries.first_pay(ctx.subject_id) if one.exception == "open"]
    for one in open_ones:
        actions.settle_pay(
            employer=one.employer, period_starts=one.period_starts, why=why, **_asked(ctx)
        )
    if not open_ones:
        raise Conflict("A payroll has not reported yet", where=Where(thing="pay"),
                       fix="Wait until it has")  # fmt: skip


def hand_over(ctx: CaseContext, answers: Answers) -> None:
    """The joining HR finishes what is left: evidence, or who waives it and why, by hand-off."""
    today = legal_day(ctx.clock.now())
    left = [one.kind for one in queries.hand_offs(ctx.subject_id, today)
            if one.state in ("open", "late")]  # fmt: skip
    _evidence(ctx, answers, tuple(left), all_of_them=True)


def _evidence(
    ctx: CaseContext, answers: Answers, kinds: tuple[str, ...], *, all_of_them: bool = False
) -> None:
    """Hand over what is open of some kinds, by the evidence or the waiver that is stated."""
    today = legal_day(ctx.clock.now())
    still = {one.kind for one in queries.hand_offs(ctx.subject_id, today)
             if one.state in ("open", "late")}  # fmt: skip
    shown = answers.get("evidence", {})
    waived = answers.get("waived", {})
    proven: dict[str, str] = {}
    for kind in kinds:
        if kind not in still:
            continue
        if shown.get(kind):
            proven[kind] = str(shown[kind])
        elif waived.get(kind):
            actions.waive(transfer=ctx.subject_id, kind=kind, why=str(waived[kind]), by=ctx.by,
                          clock=ctx.clock)  # fmt: skip
        elif all_of_them:
            raise BadInput("It has neither evidence nor a reason to waive it",
                           where=Where(field=kind), fix="State one of the two")  # fmt: skip
    if proven:
        actions.hand_over_many(transfer=ctx.subject_id, evidence=proven, by=ctx.by, clock=ctx.clock)


def _asked(ctx: CaseContext) -> Asked:
    person = ctx.worker.person if ctx.worker else None
    return Asked(transfer=ctx.subject_id, by=ctx.by, clock=ctx.clock, as_person=person)


def _as_terms(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return terms by plain names; a sheet calls them new_salary and so on."""
    return {name.removeprefix("new_"): one for name, one in said.items()}


def _record(answers: Answers, name: str) -> dict[str, Any]:
    said = answers.get(name)
    if not isinstance(said, Mapping):
        raise BadInput("Nothing was stated", where=Where(field=name), fix="State it")
    return dict(said)


def _day(ctx: CaseContext, answers: Answers) -> dt.date:
    if "first_day" in answers:
        return _date(answers["first_day"])
    return queries.transfer(ctx.subject_id).first_day


def _date(said: object) -> dt.date:
    if isinstance(said, dt.date):
        return said
    try:
        return dt.date.fromisoformat(str(said))
    except ValueError:
        raise BadInput("This is no day", where=Where(field="first_day"),
                       fix="Write it like 2026-12-07") from None  # fmt: skip
