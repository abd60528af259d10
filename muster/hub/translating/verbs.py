"""The steps that a mapping may use, and what each may be told.

A field is made in steps. The first takes or states something; each other changes what the one
before it gave. Each is for certain kinds of value, so that a mapping that cannot work is refused
when it is read and not when the first message comes. What the steps do is in ``steps``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from muster.hub.translating.conditions import Condition, condition_said, spoken_of
from muster.hub.translating.definition import Step
from muster.hub.translating.reading import FORMS
from muster.hub.translating.words import Kind, Place, Said, held

UNKNOWN = ("park", "keep", "default")
KINDS: tuple[Kind, ...] = ("text", "integer", "date")
WRITTEN = ("integer", "pounds", "decimal", "date")
_MOST_DAYS = 36_600
_LONGEST = 1_000


@dataclass(frozen=True)
class Held:
    """What stands before or after a step.

    Args:
        kind: its kind.
        origins: the sender's fields from which it comes.
        personal: whether it may be about a person.
        among: the only values it can have; empty where that is not known.
    """

    kind: Kind
    origins: frozenset[str] = frozenset()
    personal: bool = False
    among: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Scope:
    """What the steps of a mapping may name.

    Args:
        fields: the sender's fields, and the named values made so far.
        codes: the code lists.
        lookups: the titles of the lookup tables.
    """

    fields: Mapping[str, Held]
    codes: Mapping[str, Mapping[str, str]]
    lookups: Mapping[str, str]


@dataclass(frozen=True)
class Verb:
    """One thing a step can do: the words that may stand beside it, and the kinds it is for.

    ``takes`` is empty for what begins a field. ``read`` reads the words and returns what it gives;
    ``before`` is what the step before gave, or of no use for what begins a field.
    """

    beside: tuple[str, ...]
    takes: tuple[Kind, ...]
    read: Callable[[Said, Held, Scope], Held]


def step_said(said: object, before: Held | None, scope: Scope, place: Place) -> tuple[Step, Held]:
    """Return the step that a table states, and what it gives.

    Args:
        said: the table.
        before: what the step before gave; None for the first.
        scope: what it may name.
        place: where it stands.

    Raises:
        BadInput: naming what is wrong with it and where.
    """
    table = place.table(said)
    found = [word for word in table if word in VERBS]
    beside = {word for verb in VERBS.values() for word in verb.beside}
    place.known(table, {*VERBS, *beside})
    if len(found) != 1:
        many = f"More than one step: {', '.join(found)}" if found else "No step"
        place.refuse(many, f"Write one of {', '.join(sorted(VERBS))} in each {{ ... }}")
    name, verb = found[0], VERBS[found[0]]
    place.known(table, {name, *verb.beside}, f"word beside {name!r}:")
    if (before is None) != (not verb.takes):
        firsts = ", ".join(sorted(name for name, one in VERBS.items() if not one.takes))
        fix = f"Begin each field, and only begin it, with one of {firsts}"
        place.refuse(f"{name!r} {'begins' if before else 'does not begin'} a field", fix)
    if before is not None and before.kind not in verb.takes:
        place.refuse(
            f"{name!r} is for {' or '.join(verb.takes)}, and here stands {before.kind}",
            "Convert it before, by read or write",
        )
    reader = Said(table, place)
    after = verb.read(reader, before or Held("text"), scope)
    private = before.personal if before is not None else after.personal
    return Step(name, reader.words, after.kind, private), after


def _take(said: Said, before: Held, scope: Scope) -> Held:
    name = said.text("take")
    said.place.within("take").known([name], scope.fields, "field")
    said.keep("kind", scope.fields[name].kind)
    return scope.fields[name]


def _constant(said: Said, before: Held, scope: Scope) -> Held:
    value = said.value("constant", KINDS)
    return Held(_kind(value), among=(value,))


def _kind(value: object) -> Kind:
    return next(kind for kind in KINDS if held(value, kind))


def _several(said: Said, word: str, scope: Scope) -> list[Held]:
    names = said.some(word, least=2)
    said.place.within(word).known(names, scope.fields, "field")
    return [scope.fields[name] for name in names]


def _together(kind: Kind, parts: list[Held], *more: frozenset[str]) -> Held:
    origins = frozenset[str]().union(*(part.origins for part in parts), *more)
    return Held(kind, origins, any(part.personal for part in parts))


def _join(said: Said, before: Held, scope: Scope) -> Held:
    parts = _several(said, "join", scope)
    said.text("with", default=" ")
    if any(part.kind == "date" for part in parts):
        said.place.within("join").refuse(
            "A date among texts", "Write it as text in [values] first, and join that"
        )
    said.keep("kinds", tuple(part.kind for part in parts))
    return _together("text", parts)


def _first(said: Said, before: Held, scope: Scope) -> Held:
    parts = _several(said, "first", scope)
    if len({part.kind for part in parts}) > 1:
        said.place.within("first").refuse(
            "Fields of different kinds", "Convert one of them in [values] first"
        )
    said.keep("kind", parts[0].kind)
    return _together(parts[0].kind, parts)


def _when(said: Said, before: Held, scope: Scope) -> Held:
    place = said.place.within("when")
    cases = said.table_of("when")
    if not isinstance(cases, list) or not cases:
        place.refuse("Not a list of cases", "Write when = [{ if = {...}, then = ... }, ...]")
    conditions: list[Condition] = []
    results: list[Held] = []
    ends: list[tuple[str, Any]] = []
    deciding: frozenset[str] = frozenset()
    for number, case in enumerate(cases, start=1):
        here = place.within(f"case {number}")
        here.known(here.table(case), ("if", "then"))
        condition = condition_said(case.get("if", {}), scope.fields, here.within("if"))
        conditions.append(condition)
        deciding |= spoken_of(condition)
        _end(Said(case, here), "then", scope, results, ends)
    if "otherwise" in said.table:
        _end(said, "otherwise", scope, results, ends)
    if len({result.kind for result in results}) > 1:
        place.refuse("Values of different kinds", "Give values of one kind in every case")
    said.words.pop("otherwise", None)
    said.keep("when", tuple(conditions))
    said.keep("ends", tuple(ends))
    decided = [replace(scope.fields[name], kind=results[0].kind) for name in deciding]
    return _together(results[0].kind, [*results, *decided])


def _end(
    said: Said, word: str, scope: Scope, results: list[Held], ends: list[tuple[str, Any]]
) -> None:
    """Read what a case ends with: a value, or a field that is taken."""
    if isinstance(said.table.get(word), dict):
        inner = Said(said.table[word], said.place.within(word))
        inner.place.known(inner.table, ("take",))
        results.append(_take(inner, Held("text"), scope))
        ends.append(("take", inner.words["take"]))
    else:
        value = said.value(word, KINDS)
        results.append(Held(_kind(value)))
        ends.append(("constant", value))


def _codes(said: Said, before: Held, scope: Scope) -> Held:
    place, listed = said.place.within("codes"), said.table_of("codes")
    if isinstance(listed, str):
        place.known([listed], scope.codes, "code list")
        said.keep("list", listed)
    codes = scope.codes[listed] if isinstance(listed, str) else place.texts_by_text(listed)
    if not codes:
        place.refuse("A code list that holds nothing", 'Write { code = "its meaning" }')
    if before.among:
        place.known(codes, [str(one) for one in before.among], "code")
    if before.kind == "integer":
        for code in codes:
            if not code.removeprefix("-").isdecimal() or str(int(code)) != code:
                place.refuse(f"Not a whole number: {code!r}", "List whole numbers, or write them")
    said.keep("codes", dict(codes))
    after = _unknown(said, before)
    if said.words["unknown"] == "keep":
        return after
    otherwise = [said.words["default"]] if "default" in said.words else []
    return replace(after, among=(*dict.fromkeys([*codes.values(), *otherwise]),))


def _lookup(said: Said, before: Held, scope: Scope) -> Held:
    said.one_of("lookup", tuple(scope.lookups))
    # Nobody here knows what the table holds: what comes from it is named in no cause.
    return replace(_unknown(said, before), personal=True)


def _unknown(said: Said, before: Held) -> Held:
    """Read what becomes of a code that is in no list."""
    said.keep("kind", before.kind)
    unknown = said.one_of("unknown", UNKNOWN, default="park")
    if unknown == "default":
        said.text("default")
    elif "default" in said.table:
        said.place.within("default").refuse("A default that is not used", 'Say unknown = "default"')
    if unknown == "keep" and before.kind != "text":
        said.place.within("unknown").refuse("A number kept among texts", "Write it as text before")
    return replace(before, kind="text", among=())


def _read(said: Said, before: Held, scope: Scope) -> Held:
    what = said.one_of("read", WRITTEN)
    if what == "date":
        said.one_of("form", tuple(FORMS))
    _only(said, "form", what, ("date",))
    return replace(before, kind="date" if what == "date" else "integer", among=())


def _write(said: Said, before: Held, scope: Scope) -> Held:
    what = said.one_of("write", WRITTEN)
    if before.kind != ("date" if what == "date" else "integer"):
        said.place.within("write").refuse(
            f"Here stands {before.kind}, which cannot be written as {what}",
            "Write a date as date, a whole number as integer, pounds or decimal",
        )
    for word, kinds in (("form", ("date",)), ("digits", ("integer",)), ("places", ("decimal",)),
                        ("rounded", ("decimal",))):  # fmt: skip
        _only(said, word, what, kinds)
    if what == "date":
        said.one_of("form", tuple(FORMS))
    if "digits" in said.table:
        said.integer("digits", 1, 18)
    if "places" in said.table:
        said.integer("places", 0, 9)
    said.flag("rounded", default=False)
    return replace(before, kind="text", among=())


def _only(said: Said, word: str, what: str, kinds: tuple[str, ...]) -> None:
    if word in said.table and what not in kinds:
        said.place.within(word).refuse(f"{word!r} is for {', '.join(kinds)}", "Leave it out")


def _yes_no(said: Said, before: Held, scope: Scope) -> Held:
    words = said.table_of("yes_no")
    kinds = {_kind(one) for one in words if held(one, "text") or held(one, "integer")} if (
        isinstance(words, list)) else set()  # fmt: skip
    if len(kinds) != 1 or len(words) != 2 or words[0] == words[1]:
        said.place.within("yes_no").refuse(
            "Not a word for yes and another for no", 'Write yes_no = ["Y", "N"]'
        )
    said.keep("yes_no", tuple(words))
    said.keep("kind", before.kind)
    kind: Kind = kinds.pop()
    return replace(before, kind=kind, among=())


def _if_nothing(said: Said, before: Held, scope: Scope) -> Held:
    value = said.value("if_nothing", (before.kind,))
    return replace(before, among=(*before.among, value) if before.among else ())


def _part(said: Said, before: Held, scope: Scope) -> Held:
    said.text("at")
    part = said.integer("part", -99, 99)
    if part == 0:
        said.place.within("part").refuse("There is no part 0", "Count from 1, or from the end -1")
    said.flag("rest", default=False)
    return replace(before, among=())


def _cut(said: Said, before: Held, scope: Scope) -> Held:
    start, many = said.some("cut", "integer", least=2)[:2]
    if len(said.words["cut"]) != 2 or not (0 < start <= _LONGEST and 0 < many <= _LONGEST):
        said.place.within("cut").refuse(
            "Not a first character and how many", "Write cut = [1, 3] for the first three"
        )
    return replace(before, among=())


def _same(read: Callable[[Said], object]) -> Callable[[Said, Held, Scope], Held]:
    """Return a verb's reader that gives the kind it takes."""

    def reader(said: Said, before: Held, scope: Scope) -> Held:
        read(said)
        return replace(before, among=())

    return reader


def _pad(said: Said) -> None:
    said.integer("pad", 1, _LONGEST)
    said.text("with", default="0", length=1)


def _replace(said: Said) -> None:
    said.text("replace")
    said.maybe_empty("by")


_TEXT: tuple[Kind, ...] = ("text",)
_CODED: tuple[Kind, ...] = ("text", "integer")
_DATE: tuple[Kind, ...] = ("date",)
VERBS: Mapping[str, Verb] = {
    "take": Verb((), (), _take),
    "constant": Verb((), (), _constant),
    "join": Verb(("with",), (), _join),
    "first": Verb((), (), _first),
    "when": Verb(("otherwise",), (), _when),
    "codes": Verb(("unknown", "default"), _CODED, _codes),
    "lookup": Verb(("unknown", "default"), _TEXT, _lookup),
    "read": Verb(("form",), _TEXT, _read),
    "write": Verb(("form", "digits", "places", "rounded"), ("integer", "date"), _write),
    "yes_no": Verb((), _CODED, _yes_no),
    "if_nothing": Verb((), KINDS, _if_nothing),
    "nothing": Verb((), _TEXT, _same(lambda said: said.some("nothing"))),
    "upper": Verb((), _TEXT, _same(lambda said: said.flag("upper"))),
    "lower": Verb((), _TEXT, _same(lambda said: said.flag("lower"))),
    "trim": Verb((), _TEXT, _same(lambda said: said.flag("trim"))),
    "part": Verb(("at", "rest"), _TEXT, _part),
    "cut": Verb((), _TEXT, _cut),
    "replace": Verb(("by",), _TEXT, _same(_replace)),
    "pad": Verb(("with",), _TEXT, _same(_pad)),
    "unpad": Verb((), _TEXT, _same(lambda said: said.text("unpad", length=1))),
    "add_days": Verb(
        (), _DATE, _same(lambda said: said.integer("add_days", -_MOST_DAYS, _MOST_DAYS))
    ),
    "day_of_month": Verb(
        (), _DATE, _same(lambda said: said.one_of("day_of_month", ("first", "last")))
    ),
}
