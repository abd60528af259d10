"""Whether a record can move, and what is not right with it; pure, over the specification.

First each value against the rule of its own type, then tables by tax year and age, then the rules
between fields (``across.RULES``), then what is missing. A field whose own value is wrong is said
once and left out of the rest.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from muster.services.transfers.record.across import RULES
from muster.services.transfers.record.facts import Facts, Record
from muster.services.transfers.record.fields import Field, Who
from muster.services.transfers.record.insurance import LETTERS, PLANS, age_fits
from muster.services.transfers.record.names import for_submission
from muster.services.transfers.record.tax import kept_tax_code
from muster.services.transfers.record.values import hold
from muster.services.transfers.record.wrong import Problem, Wrong

MOST_LINES = 50
_LONGEST_LINE, _MOST_ADDRESS = 35, 6
_SOON = dt.timedelta(days=31)


def problems(
    record: Record,
    fields: Mapping[str, Field],
    *,
    kind: str,
    on: dt.date,
    today: dt.date,
    parts: Collection[Who],
    pretend: bool,
) -> tuple[Problem, ...]:
    """Return everything that is not right with a record, in the order of its fields.

    Args:
        record: what is stated.
        fields: the specification.
        kind: the kind of move.
        on: the first day with the employer joined.
        today: the legal day of asking.
        parts: whose statements must be complete.
        pretend: whether numbers of pretend people are taken.
    """
    found = list(_of_values(record, fields, pretend=pretend))
    facts = Facts(record, kind, on, today, frozenset(p.field.split("[")[0] for p in found))
    found += _of_tables(facts)
    unfit = {problem.field for problem in found}
    found += [
        Problem(rule.field, rule.name, rule.blocks, rule.words, rule.fix)
        for rule in RULES
        if rule.field not in unfit and rule.broken(facts)
    ]
    found += _of_names(facts)
    found += _missing(record, fields.values(), kind, parts)
    order = {name: number for number, name in enumerate(fields)}
    return tuple(sorted(found, key=lambda one: order.get(one.field.split("[")[0], len(order))))


def stated(record: Record, field: Field) -> bool:
    """Tell whether a record states a field; an empty list states that there is none."""
    if field.name not in record or record[field.name] is None:
        return False
    if field.type in ("list", "loans"):
        return True
    return bool(record[field.name])


def _of_values(record: Record, fields: Mapping[str, Field], *, pretend: bool) -> Iterator[Problem]:
    for name, value in record.items():
        field = fields.get(name)
        if field is None:
            yield Problem(
                _shown(name), "field known", True, "This is no field of what moves",
                "Leave it out, or name it as the specification does",
            )  # fmt: skip
        elif not stated(record, field):
            continue
        elif field.type == "list":
            yield from _of_lines(field, value, pretend=pretend)
        elif field.type in ("loans", "lines"):
            yield from _of_texts(field, value)
        else:
            yield from _held(name, field.type, value, field.values, pretend=pretend)


def _held(
    place: str, type_: str, value: object, values: tuple[str, ...], *, pretend: bool
) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _no_text(place)
        return
    try:
        hold(type_, value, values, pretend=pretend)  # type: ignore[arg-type]
    except Wrong as problem:
        yield Problem(place, problem.rule, True, problem.words, problem.fix)


def _of_lines(field: Field, value: object, *, pretend: bool) -> Iterator[Problem]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        yield Problem(
            field.name, "list form", True, "It is no list of lines", "State it line by line"
        )
        return
    if len(value) > MOST_LINES:
        yield Problem(
            field.name, "list length", True, f"It has over {MOST_LINES} lines", "Check the file"
        )
        return
    items = {item.name: item for item in field.items}
    for number, line in enumerate(value, 1):
        for name in {**items, **line}:
            place, item = f"{field.name}[{number}].{_shown(name)}", items.get(name)
            if item is None:
                yield Problem(place, "field known", True, "This is no part of it", "Leave it out")
            elif line.get(name, "") != "":
                yield from _held(place, item.type, line[name], item.values, pretend=pretend)
            elif item.needed:
                yield Problem(
                    place, "missing", True, f"{item.title} is missing", "State it, or drop the line"
                )


def _of_texts(field: Field, value: object) -> Iterator[Problem]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        yield Problem(field.name, "list form", True, "It is no list of texts", "State it as a list")
    elif field.type == "loans":
        if not set(value) <= set(PLANS):
            yield Problem(
                field.name, "loan plan", True, "There is no such loan plan",
                f"State plans of {', '.join(PLANS)}, or none",
            )  # fmt: skip
        elif len(set(value)) < len(value):
            yield Problem(
                field.name, "loan once", True, "A plan stands there twice", "State it once"
            )
    elif len(value) > _MOST_ADDRESS or any(
        not one.strip() or len(one) > _LONGEST_LINE or "\n" in one for one in value
    ):
        yield Problem(
            field.name, "address lines", True,
            f"It has over {_MOST_ADDRESS} lines, an empty one or one over {_LONGEST_LINE} signs",
            "Write it in shorter lines, the postcode last",
        )  # fmt: skip


def _of_tables(facts: Facts) -> Iterator[Problem]:
    yield from _of_tax(facts)
    yield from _of_letter(facts)
    yield from _of_loans(facts)


def _of_tax(facts: Facts) -> Iterator[Problem]:
    code = facts.text("tax_code")
    if not code:
        return
    try:
        kept_tax_code(code, facts.text("tax_regime"), facts.tax_year())
    except Wrong as problem:
        field = "tax_regime" if problem.rule == "tax regime year" else "tax_code"
        yield Problem(field, problem.rule, True, problem.words, problem.fix)


def _of_letter(facts: Facts) -> Iterator[Problem]:
    letter, born = LETTERS.get(facts.text("ni_letter")), facts.day("birth_date")
    if letter is None:
        return
    if int(facts.tax_year()[:4]) < letter.since:
        yield Problem(
            "ni_letter", "ni letter year", True, "There was no such letter in that tax year",
            "Take the letter from the last payslip",
        )  # fmt: skip
    if born is None:
        return
    if not age_fits(letter.age, born, facts.on):
        certain = letter.age != "below pension age"
        yield Problem(
            "ni_letter", "ni letter age", certain,
            f"The letter is for {letter.means}, and the person is not of that age"
            if certain else "The person is over State Pension age, and the letter is not C",
            "Check the letter and the day of birth",
        )  # fmt: skip
    elif not age_fits(letter.age, born, facts.on + _SOON):
        yield Problem(
            "ni_letter", "ni letter soon", False,
            "The person grows out of this letter within a month of the first day",
            "Payroll needs the next letter from that day",
        )  # fmt: skip
    elif letter.letter == "A" and age_fits("under 21", born, facts.on):
        yield Problem(
            "ni_letter", "ni letter young", False, "People under 21 usually have the letter M",
            "Check the letter on the last payslip",
        )  # fmt: skip


def _of_loans(facts: Facts) -> Iterator[Problem]:
    plans = [plan for plan in facts.plans() if plan in PLANS]
    if any(PLANS[plan] > int(facts.tax_year()[:4]) for plan in plans):
        yield Problem(
            "student_loans", "loan year", True, "Nothing was deducted for such a plan in that year",
            "Take the plan from the notice SL1 or PGL1",
        )  # fmt: skip
    if len(set(plans) - {"PG"}) > 1:
        yield Problem(
            "student_loans", "loan plans", False, "More than one plan is stated beside PG",
            "Payroll deducts by the plan with the lowest threshold",
        )  # fmt: skip
    if "5" in plans:
        yield Problem(
            "student_loans", "loan plan 5", False, "Plan 5 is new, and not every payroll knows it",
            "Ask the next payroll before the cut-off",
        )  # fmt: skip


def _of_names(facts: Facts) -> Iterator[Problem]:
    for field in ("surname", "forenames"):
        name = facts.text(field)
        if not name:
            continue
        submitted = for_submission(name)
        if not submitted.text:
            yield Problem(
                field, "name submitted", False, "Payroll cannot submit letters that are not Latin",
                "Agree with the person how payroll spells it; the record keeps it as it is",
            )  # fmt: skip
        elif submitted.cut:
            yield Problem(
                field, "name submitted", False, "Payroll submits the first 35 letters of it alone",
                "Nothing: the record keeps it whole",
            )  # fmt: skip


def _missing(
    record: Record, fields: Iterable[Field], kind: str, parts: Collection[Who]
) -> Iterator[Problem]:
    for field in fields:
        if field.who in parts and not stated(record, field):
            blocks = kind in field.needed
            if blocks or kind in field.wanted:
                none = " or say that there is none" if field.type in ("list", "loans") else ""
                yield Problem(
                    field.name, "missing", blocks, f"{field.title} is missing", f"State it{none}"
                )


def _no_text(place: str) -> Problem:
    return Problem(place, "text", True, "It is no text", "State it as text: amounts, days, numbers")


def _shown(name: object) -> str:
    """Return the name of an unknown field, as far as it is safe to show."""
    return "".join(sign for sign in str(name)[:40] if sign.isalnum() or sign in "_-") or "?"
