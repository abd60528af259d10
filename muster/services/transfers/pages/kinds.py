"""What each task of a transfer shows, asks and signs; ``pages.doing`` draws and does them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.casework.queries import TaskView
from muster.pagekit.jinja import day
from muster.pagekit.tables import Text
from muster.services.transfers import forms as asked
from muster.services.transfers import queries
from muster.services.transfers.knowing import NEW
from muster.services.transfers.pages import planned
from muster.services.transfers.pages.differing import differing
from muster.services.transfers.pages.pay_words import money
from muster.services.transfers.pages.record_form import RecordForm, shown_value
from muster.services.transfers.reach import Reader
from muster.services.transfers.record.fields import Who, fields_of
from muster.services.transfers.showing import known_record
from muster.services.transfers.verbs.stating import OFFER
from muster.services.transfers.wording import kind_words

Facts = list[tuple[str, str]]
Sections = list[tuple[str, Facts]]
_OFFERED = ("new_grade", "new_salary", "new_fte", "new_weekly_hours", "new_allowances")
_EVIDENCE = {
    "confirm_leaver": ("p45",),
    "confirm_starter": ("pension", "partnership"),
    "prepare": ("account", "building_pass", "cost_centre", "conflicts", "equipment"),
    "file_record": ("payslips", "right_to_work", "identity", "bpss", "clearance", "learning",
                    "debts"),
}  # fmt: skip
WHO: Mapping[str, Who] = {
    "make_offer": "importer", "state_details": "person", "release_record": "exporter",
    "release_again": "exporter", "state_terms": "importer",
}  # fmt: skip
"""Tasks in which a part of the record is stated."""


@dataclass(frozen=True)
class Context:
    """A task before who does it; ``refused`` once its process has refused an answer."""

    reader: Reader
    task: TaskView
    today: dt.date
    refused: bool = False

    @property
    def one(self) -> queries.TransferView:
        """The transfer it is of."""
        return self.reader.one


def _no_facts(_context: Context) -> Facts:
    return []


@dataclass(frozen=True)
class Kind:
    """How a task is done.

    Args:
        lead: what it is about, in a sentence.
        submit: what the button says with which it is done.
        form: makes its form from what was posted and from what was there to begin with.
        answers: what the form states, as the process takes it.
        rows: what was answered, by section, for the page on which answers are checked.
        facts: what is to be known, or is signed.
        checked: whether answers are shown again before they count.
        note: what signing means.
    """

    lead: Text
    submit: Text
    form: Callable[[Context, Any, Mapping[str, Any] | None], forms.Form]
    answers: Callable[[Any, Context], dict[str, Any]]
    rows: Callable[[Any], Sections] = field(default=lambda form: plain_rows(form))  # noqa: PLW0108 - stands below
    facts: Callable[[Context], Facts] = _no_facts
    checked: bool = True
    note: Text = ""


def plain_rows(form: forms.Form) -> Sections:
    """Return what a plain form was answered."""
    rows = [
        (str(bound.label), _said(bound.field, form.cleaned_data.get(bound.name)))
        for bound in form
        if form.cleaned_data.get(bound.name) not in (None, "")
    ]
    return [("", rows or [(_("Your answer"), _("Nothing yet"))])]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, dt.date):
        return day(value)
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))


def offer_facts(context: Context) -> Facts:
    """Return what is offered."""
    return offer_facts_of(context.one)


def offer_facts_of(one: queries.TransferView) -> Facts:
    """Return what is offered with a transfer."""
    rows = [
        (_("Post"), one.post), (_("Kind of move"), kind_words(one.kind)),
        (_("From"), one.exporter_title), (_("To"), one.importer_title),
        (_("First day"), day(one.first_day)),
    ]  # fmt: skip
    if one.return_day:
        rows.append((_("First day back"), day(one.return_day)))
    return rows


def _offered_facts(context: Context) -> Facts:
    """Return what is offered, with the terms."""
    terms = queries.stated(context.one.id, OFFER)
    return offer_facts(context) + [
        (one.title, shown_value(one, terms[one.name.removeprefix(NEW)]))
        for one in fields_of("importer") if terms.get(one.name.removeprefix(NEW))
    ]  # fmt: skip


def _signed_facts(context: Context) -> Facts:
    one = context.one
    digest, _schema, number = queries.released_digest(one.id)
    rows = offer_facts(context)
    rows.append((_("Record"), _("Release %(number)s, fingerprint %(digest)s") % {
        "number": number, "digest": digest[:16]}))  # fmt: skip
    sides = {"exporter": one.exporter_title, "importer": one.importer_title}
    signed = [sides[side] for side in sorted(queries.signed(one.id)) if side in sides]
    rows.append((_("Signed so far by"), ", ".join(signed) or _("nobody")))
    return [*rows, *planned.facts(one, context.today)]


def _nothing(_context: Context, data: Any, initial: Any) -> forms.Form:
    return asked.Nothing(data)


def _no_answers(_form: Any, _context: Context) -> dict[str, Any]:
    return {}


def _record(context: Context, data: Any, initial: Any) -> forms.Form:
    one, who = context.one, WHO[context.task.element]
    known: dict[str, Any] = {}
    if who == "exporter":
        known = queries.released_record(one.id) or known_record(
            one, context.reader.actor, context.today
        )
    elif who == "importer":
        said = queries.stated(one.id, "importer") or queries.stated(one.id, OFFER)
        known = {f"{NEW}{name}": value for name, value in said.items()}
    else:
        known = queries.stated(one.id, "person")
    without = ["first_day", "new_post"] if who == "importer" else []
    if context.task.element == "make_offer":
        without += [one.name for one in fields_of(who) if one.name not in _OFFERED]
    return RecordForm(
        data, who=who, kind=one.kind, on=one.first_day, today=context.today, known=known,
        initial=initial, without=without,
    )  # fmt: skip


def _stated(name: str) -> Callable[[Any, Context], dict[str, Any]]:
    return lambda form, _context: {name: form.record}


def _evidence(context: Context, data: Any, initial: Any) -> forms.Form:
    kinds = _EVIDENCE.get(context.task.element)
    held = [
        one for one in queries.hand_offs(context.one.id, context.today)
        if one.state in ("open", "late") and (kinds is None or one.kind in kinds)
    ]  # fmt: skip
    return asked.Evidence(data, held=held, every=kinds is None, initial=initial)


def _settled(form: Any, context: Context) -> dict[str, Any]:
    """Return what was chosen; terms that hold as they were offered are stated so."""
    said: dict[str, Any] = form.answers()
    back = [name.removeprefix(NEW) for name, chosen in said["choices"].items()
            if name.startswith(NEW) and chosen == "known"]  # fmt: skip
    if back:
        offered = queries.stated(context.one.id, OFFER)
        terms = queries.stated(context.one.id, "importer")
        said["terms"] = terms | {name: offered[name] for name in back if name in offered}
        said["choices"] = {name: chosen for name, chosen in said["choices"].items()
                           if name.removeprefix(NEW) not in back}  # fmt: skip
    return said


def _by_form(form: Any, _context: Context) -> dict[str, Any]:
    said: dict[str, Any] = form.answers()
    return said


def _cleaned(form: forms.Form, _context: Context) -> dict[str, Any]:
    return {
        name: said.isoformat() if isinstance(said, dt.date) else said
        for name, said in form.cleaned_data.items() if said not in (None, "")
    }  # fmt: skip


def _settle(context: Context, data: Any, initial: Any) -> forms.Form:
    return asked.Settle(data, differences=differing(context.reader), initial=initial)


def _choose(context: Context, data: Any, initial: Any) -> forms.Form:
    return asked.Choose(data, choices=planned.choices(context.one, context.today), initial=initial)


def _answer(_context: Context, data: Any, initial: Any) -> forms.Form:
    return asked.Answer(data, initial=initial)


def _explain(_context: Context, data: Any, initial: Any) -> forms.Form:
    return asked.Explain(data, initial=initial)


def _pay_facts(context: Context) -> Facts:
    titles = {context.one.exporter: context.one.exporter_title,
              context.one.importer: context.one.importer_title}  # fmt: skip
    return [
        (titles.get(one.employer, ""),
         _("Expected %(expected)s, the payroll reports %(actual)s")
         % {"expected": money(one.expected), "actual": money(one.actual)})
        for one in queries.first_pay(context.one.id)
    ]  # fmt: skip


def _plan_facts(context: Context) -> Facts:
    return [*offer_facts(context), *planned.facts(context.one, context.today)]


_SIGN = gettext_lazy(
    "You sign for your employer, under your own name: this day, on this record. It stands in the"
    " history for good."
)
_DONE: Sequence[tuple[str, Promise, Promise]] = (
    ("confirm_leaver", gettext_lazy("Say that the leaver is in your pay period, with the reference"
     " of the P45 figures if you have it."), gettext_lazy("Confirm the leaver")),
    ("confirm_starter", gettext_lazy("Say that the starter is in your pay period."),
     gettext_lazy("Confirm the starter")),
    ("prepare", gettext_lazy("See to what they need in the first week. What is not done yet stays"
     " open, and the joining HR sees it."), gettext_lazy("The first week is seen to")),
    ("file_record", gettext_lazy("Put the record into your own system, and say what proves each"
     " part."), gettext_lazy("The record is filed")),
    ("hand_over", gettext_lazy("Finish what is left: each needs its evidence, or the reason why it"
     " is not needed."), gettext_lazy("Hand over and close")),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {
    "make_offer": Kind(
        gettext_lazy("State the terms that you offer. The person is told as soon as you offer the"
                     " post; what is stated later is held to these terms."),
        gettext_lazy("Offer the post"), _record, _stated("terms"), rows=lambda form: form.rows(),
        facts=offer_facts,
    ),
    "answer_offer": Kind(
        gettext_lazy("You are offered this post. The employer you leave learns of it only if you"
                     " accept."),
        gettext_lazy("Confirm your answer"), _answer, _cleaned, facts=_offered_facts,
        note=gettext_lazy("Your answer counts as your signature. Where your sign-in asks for it,"
                          " you show again that it is you."),
    ),
    "state_details": Kind(
        gettext_lazy("State what only you know. Your adjustments go to the new employer only if"
                     " you say so."),
        gettext_lazy("Send my details"), _record, _stated("details"),
        rows=lambda form: form.rows(),
    ),
    "release_record": Kind(
        gettext_lazy("Check what is known, state the rest, and release the record signed. What is"
                     " filled in already is what the register knows of them."),
        gettext_lazy("Sign and release the record"), _record, _stated("record"),
        rows=lambda form: form.rows(),
        note=gettext_lazy("The record is kept exactly as it is now, with its fingerprint and your"
                          " name. To change it later you release it again."),
    ),
    "release_again": Kind(
        gettext_lazy("The employer joined found that something is another. Put it right and release"
                     " the record again; what was signed before no longer stands."),
        gettext_lazy("Sign and release the record"), _record, _stated("record"),
        rows=lambda form: form.rows(),
    ),
    "state_terms": Kind(
        gettext_lazy("State the terms of the new post. The first pay is worked out from them."),
        gettext_lazy("Send the terms"), _record, _stated("terms"), rows=lambda form: form.rows(),
    ),
    "settle": Kind(
        gettext_lazy("What was released differs from what is otherwise known. Say for each field"
                     " what holds."),
        gettext_lazy("Settle the differences"), _settle, _settled,
    ),
    "sign_leaving": Kind(
        gettext_lazy("Sign the last day with you: it is the day before the first day there."),
        gettext_lazy("Sign the day"), _nothing, _no_answers, facts=_signed_facts, checked=False,
        note=_SIGN,
    ),
    "sign_joining": Kind(
        gettext_lazy("Sign the first day with you."),
        gettext_lazy("Sign the day"), _nothing, _no_answers, facts=_signed_facts, checked=False,
        note=_SIGN,
    ),
    "choose": Kind(
        gettext_lazy("The payrolls cannot both be told in time for this day. Choose what happens."),
        gettext_lazy("Confirm the choice"), _choose, _cleaned, facts=_plan_facts,
    ),
    "explain": Kind(
        gettext_lazy("A payroll paid something else than was expected. Put it right with the"
                     " payroll, and say how."),
        gettext_lazy("It is put right"), _explain, _cleaned, facts=_pay_facts, checked=False,
    ),
    **{element: Kind(lead, submit, _evidence, _by_form) for element, lead, submit in _DONE},
}  # fmt: skip
