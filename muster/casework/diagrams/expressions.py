"""The few expressions a diagram may hold: conditions on flows, and when something is due.

A condition compares what a case knows (``differences != 0 and kind in ("loan", "level_move")``). A
deadline is one call: ``working_days(5)`` after the moment it is reached, ``days(5)``,
``on(first_day)`` at midnight in London, or ``working_days_before(cut_off, 2)``. Nothing else can be
said, so a diagram holds no code.
"""

import ast
import datetime as dt
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from muster.kernel.days import LONDON, legal_day
from muster.kernel.errors import BadInput, Where
from muster.kernel.working_days import Nation, add_working_days, latest_day_before

Known = Mapping[str, Any]
LONGEST = 500
MOST_DAYS = 3_660
_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
_MOMENT = dt.timedelta(microseconds=1)
_CLOSES = dt.time(17, 0)  # what is due on a working day is due before offices close


def condition_names(text: str) -> frozenset[str]:
    """Return what a condition asks about.

    Raises:
        BadInput: if it is no condition.
    """
    return frozenset(
        node.id for node in ast.walk(_condition_tree(text)) if isinstance(node, ast.Name)
    )


def holds(text: str, known: Known) -> bool:
    """Tell whether a condition holds of what a case knows; what it does not know is nothing.

    Raises:
        BadInput: if it is no condition.
    """
    return bool(_value(_condition_tree(text), known))


def check_due(text: str) -> None:
    """See that a deadline can be understood.

    Raises:
        BadInput: if it cannot.
    """
    _due_parts(text)


def due(text: str, *, arrived: dt.datetime, known: Known, nation: Nation) -> dt.datetime | None:
    """Return the instant a deadline means; None while it rests on a date that is not known yet.

    Args:
        text: the deadline.
        arrived: when the case came to it.
        known: what the case knows; dates as ISO text.
        nation: whose bank holidays count.

    Raises:
        BadInput: if it cannot be understood.
    """
    name, field, number = _due_parts(text)
    if name == "days":
        return arrived + dt.timedelta(days=number)
    if name == "working_days":
        day = add_working_days(legal_day(arrived), number, nation)
        return dt.datetime.combine(day, _CLOSES, LONDON).astimezone(dt.UTC)
    said = known.get(field)
    if not said:
        return None
    day, instant = _day_and_instant(field, str(said))
    if name == "on":
        return instant.astimezone(dt.UTC)
    before = latest_day_before(day, number, nation)
    return dt.datetime.combine(before, _CLOSES, LONDON).astimezone(dt.UTC)


def _condition_tree(text: str) -> ast.expr:
    tree = _parsed(text)
    _only_comparisons(tree, text)
    return tree


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise _unclear(text)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _unclear(text) from None


def _only_comparisons(node: ast.expr, text: str) -> None:
    if isinstance(node, ast.BoolOp):
        for one in node.values:
            _only_comparisons(one, text)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _only_comparisons(node.operand, text)
    elif isinstance(node, ast.Compare):
        if not all(type(one) in _OPERATORS for one in node.ops):
            raise _unclear(text)
        for one in (node.left, *node.comparators):
            _only_values(one, text)
    else:
        _only_values(node, text)


def _only_values(node: ast.expr, text: str) -> None:
    if isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            _only_values(one, text)
    elif not isinstance(node, ast.Name) and not (
        isinstance(node, ast.Constant) and isinstance(node.value, str | int | bool | None)
    ):
        raise _unclear(text)


def _value(node: ast.expr, known: Known) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return known.get(node.id)
        case ast.Tuple() | ast.List():
            return [_value(one, known) for one in node.elts]
        case ast.UnaryOp():
            return not _value(node.operand, known)
        case ast.BoolOp():
            each = (bool(_value(one, known)) for one in node.values)
            return all(each) if isinstance(node.op, ast.And) else any(each)
        case ast.Compare():
            return _compared(node, known)
    raise AssertionError("checked before")


def _compared(node: ast.Compare, known: Known) -> bool:
    left = _value(node.left, known)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = _value(right_node, known)
        try:
            if not _OPERATORS[type(op)](left, right):
                return False
        except TypeError:
            return False
        left = right
    return True


def _due_parts(text: str) -> tuple[str, str, int]:
    """Return function, field and number of a deadline."""
    tree = _parsed(text)
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.keywords:
        raise _unclear(text)
    match tree.func.id, tree.args:
        case ("days" | "working_days") as name, [ast.Constant(value=number)] if _counts(number):
            return name, "", number
        case "on", [ast.Name(id=field)]:
            return "on", field, 0
        case "working_days_before", [ast.Name(id=field), ast.Constant(value=number)] if _counts(
            number
        ):
            return "working_days_before", field, number
    raise _unclear(text)


def _counts(number: object) -> TypeGuard[int]:
    """Tell whether something counts days, and no more of them than a calendar can be asked for."""
    return type(number) is int and number <= MOST_DAYS


def _day_and_instant(field: str, said: str) -> tuple[dt.date, dt.datetime]:
    """Return the legal day of a date or an instant as ISO text, and the instant it means."""
    try:
        if "T" not in said:
            day = dt.date.fromisoformat(said)
            return day, dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)
        instant = dt.datetime.fromisoformat(said)
        if instant.utcoffset() is not None:
            # Of a midnight, the day that ends is the last on which something can still be done.
            return legal_day(instant - _MOMENT), instant
    except ValueError:
        pass
    raise BadInput("What the case knows is no date", where=Where(field=field),
                   fix="Write a date as 2026-04-01, or an instant with its offset")  # fmt: skip


def _unclear(text: str) -> BadInput:
    return BadInput(
        "An expression of the diagram is not understood",
        where=Where(thing=f"“{text[:80]}”"),
        fix="Compare what the case knows, or write a deadline such as working_days(5)",
    )
