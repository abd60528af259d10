"""Reading a mapping: TOML text becomes a ``RouteMapping``, or an error that names the place."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muster.hub.contracts import Contract
from muster.hub.translating.conditions import Condition, condition_said
from muster.hub.translating.definition import (
    Example,
    Made,
    RouteMapping,
    Step,
    kind_of,
    named,
)
from muster.hub.translating.verbs import Held, Scope, step_said
from muster.hub.translating.words import Kind, Place, Said, held
from muster.kernel.errors import BadInput

_SECTIONS = ("mapping", "codes", "lookups", "values", "fields", "example")
_HEAD = ("name", "title", "from", "to", "only")
_MOST_STEPS = 50


def load_mapping(
    text: str,
    source: Contract,
    target: Contract | None = None,
    code_lists: Mapping[str, Mapping[str, str]] | None = None,
) -> RouteMapping:
    """Return the mapping that a TOML text states.

    Args:
        text: see ``docs/how-to/write-a-mapping.md``.
        source: the contract of the messages that come.
        target: the contract of what goes out; None if the receiver has a form of its own.
        code_lists: code lists kept elsewhere, by name; those of the text stand beside them.

    Raises:
        BadInput: naming the place, what is wrong there and, for an unknown word, the nearest.
    """
    raw, place = _parsed(text)
    head = Said(place.within("mapping").table(raw.get("mapping", {})), place.within("mapping"))
    place = Place(f"mapping {head.text('name')}")
    place.known(raw, _SECTIONS, "section")
    head.place.known(head.table, _HEAD)
    _agrees(head, "from", source.name)
    _agrees(head, "to", target.name if target is not None else None)
    fields = {
        field.name: Held(
            kind_of(field), frozenset([field.name]), field.personal, tuple(field.rules["enum"])
            if "enum" in field.rules else ()
        )
        for field in source.fields
    }  # fmt: skip
    lookups = place.within("lookups").texts_by_text(raw.get("lookups", {}))
    only = head.table.get("only")
    deciding = None if only is None else condition_said(only, fields, head.place.within("only"))
    reading = _Reading(place, fields, _codes(raw, place, code_lists or {}), lookups, deciding)
    values = tuple(reading.values(raw))
    made = tuple(reading.fields(raw, target))
    reading.all_used(values, made)
    examples = tuple(_examples(raw, place, fields, made, lookups))
    mapping = RouteMapping(
        name=head.text("name"), title=head.text("title"), source=source, target=target,
        only=deciding, lookups=lookups, values=values, fields=made, examples=examples, warnings=(),
    )  # fmt: skip
    object.__setattr__(mapping, "warnings", (*reading.warnings, *_untried(mapping)))
    return mapping


def read_code_list(text: str) -> dict[str, str]:
    """Return a code list kept as CSV: a line of headings, then a code and its meaning a line.

    Raises:
        BadInput: naming the line that has not two cells, or repeats a code.
    """
    codes: dict[str, str] = {}
    for number, cells in enumerate(csv.reader(io.StringIO(text)), start=1):
        place = Place(f"code list, line {number}")
        if not cells:
            continue
        if len(cells) != 2 or not all(cells):
            place.refuse("Not a code and its meaning", "Write two cells a line: code,meaning")
        if number > 1 and codes.setdefault(*cells) != cells[1]:
            place.refuse("A code with two meanings", "Keep one of them")
    return codes


def _parsed(text: str) -> tuple[dict[str, Any], Place]:
    try:
        return tomllib.loads(text), Place("mapping")
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadInput(
            f"Not TOML: {problem}", fix="Correct the text; each step stands on one line"
        ) from None


def _agrees(head: Said, word: str, name: str | None) -> None:
    """Refuse a mapping that is for another contract than it is used with."""
    said = head.table.get(word)
    if said != name:
        fix = f'Write {word} = "{name}"' if name is not None else f"Leave {word} out"
        head.place.within(word).refuse(f"For another contract: {said}", fix)


def _codes(
    raw: Mapping[str, Any], place: Place, kept: Mapping[str, Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    inside = place.within("codes")
    own = {
        name: inside.within(name).texts_by_text(codes)
        for name, codes in inside.table(raw.get("codes", {})).items()
    }
    for name in own:
        if name in kept:
            inside.within(name).refuse("A code list of that name is kept already", "Rename it")
    return {**kept, **own}


@dataclass
class _Reading:
    """What gathers while values and fields are read."""

    place: Place
    known: dict[str, Held]
    codes: Mapping[str, Mapping[str, str]]
    lookups: Mapping[str, str]
    only: Condition | None

    def __post_init__(self) -> None:
        """Begin without warnings."""
        self.warnings: list[str] = []
        self.source = frozenset(self.known)

    def values(self, raw: Mapping[str, Any]) -> Iterator[Made]:
        """Read the named values; each may name those above it."""
        inside = self.place.within("values")
        for name, said in inside.table(raw.get("values", {})).items():
            if name in self.known:
                inside.within(name).refuse(
                    "The name of one of the sender's fields", "Give the value another name"
                )
            made, after = self._made(name, name, said, Place(f"{self.place.thing}, values.{name}"))
            self.known[name] = after
            yield made

    def fields(self, raw: Mapping[str, Any], target: Contract | None) -> Iterator[Made]:
        """Read the receiver's fields; with a contract those that it has, and all it requires."""
        said = self.place.within("fields").table(raw.get("fields", {}))
        if not said:
            self.place.within("fields").refuse("No fields", "Write [fields] with one at least")
        theirs = {field.name: field for field in target.fields} if target is not None else {}
        if target is not None:
            self.place.within("fields").known(said, theirs, "field")
            for field in target.fields:
                if field.required and field.name not in said:
                    self.place.refuse(
                        f"The receiver requires {field.name!r}, and nothing is said of it",
                        f"Write {field.name} = {{ take = ... }} in [fields]",
                    )
        for name, steps in said.items():
            here = Place(f"{self.place.thing}, fields.{name}")
            made, after = self._made(name, name, steps, here)
            if target is not None:
                wanted: Kind = kind_of(theirs[name])
                if made.kind != wanted:
                    here.refuse(
                        f"Gives {made.kind}, and the receiver wants {wanted}",
                        "Convert it by read or write",
                    )
                if "enum" in theirs[name].rules:
                    among = [str(one) for one in theirs[name].rules["enum"]]
                    here.known([str(one) for one in after.among], among, "value for the receiver:")
            yield made

    def _made(self, name: str, title: str, said: object, place: Place) -> tuple[Made, Held]:
        listed = said if isinstance(said, list) else [said]
        if not listed or len(listed) > _MOST_STEPS:
            place.refuse("No step, or too many", f"Write 1 to {_MOST_STEPS} steps")
        scope = Scope(self.known, self.codes, self.lookups)
        steps: list[Step] = []
        after: Held | None = None
        for number, one in enumerate(listed, start=1):
            before = after
            step, after = step_said(one, before, scope, place.within(f"step {number}"))
            steps.append(step)
            self._covers(step, before, place)
        assert after is not None
        made = Made(name, title, after.kind, tuple(steps), after.origins, after.personal)
        return made, after

    def _covers(self, step: Step, before: Held | None, place: Place) -> None:
        """Warn of codes that the sender's contract has and a list does not."""
        if step.verb != "codes" or before is None or step.words["unknown"] != "park":
            return
        tests = self.only.tests if self.only is not None else ()
        deciding = [
            test.value for test in tests if test.word == "is" and self.known[test.field] == before
        ]
        goes = [one for one in before.among if all(one in values for values in deciding)]
        lacking = [str(one) for one in goes if str(one) not in step.words["codes"]]
        if lacking:
            self.warnings.append(f"{place.thing}: messages with {', '.join(lacking)} will wait")

    def all_used(self, values: tuple[Made, ...], fields: tuple[Made, ...]) -> None:
        """Refuse named values that nothing names: they could only keep messages back."""
        spoken = {
            name for made in (*values, *fields) for step in made.steps for name in named(step)
        }
        for value in values:
            if value.name not in spoken:
                self.place.within(f"values.{value.name}").refuse("Not used", "Use it or remove it")


def _examples(
    raw: Mapping[str, Any],
    place: Place,
    known: Mapping[str, Held],
    made: tuple[Made, ...],
    lookups: Mapping[str, str],
) -> Iterator[Example]:
    listed = raw.get("example", [])
    if not isinstance(listed, list) or not listed:
        place.refuse("No worked example", "Write [[example]] with given = {...} and gives = {...}")
    source = {name: one.kind for name, one in known.items() if one.origins == {name}}
    fields = {one.name: one.kind for one in made}
    for number, one in enumerate(listed, start=1):
        inside = place.within(f"example {number}")
        inside.known(inside.table(one), ("title", "given", "gives", "parks", "skips", "lookups"))
        said = Said(one, inside)
        ends = [word for word in ("gives", "parks", "skips") if word in one]
        if len(ends) != 1:
            inside.refuse("Not one end", 'Write gives = {...}, parks = "reason", or skips = true')
        if ends[0] == "skips":
            said.flag("skips")
        tables = inside.within("lookups").table(one.get("lookups", {}))
        inside.within("lookups").known(tables, lookups, "table")
        yield Example(
            title=said.text("title", default=f"example {number}"),
            given=_row(said, "given", source),
            ends=ends[0],  # type: ignore[arg-type]  # one of the three words above
            gives=_row(said, "gives", fields) if ends[0] == "gives" else {},
            parks=said.text("parks") if ends[0] == "parks" else "",
            lookups={
                name: inside.within(f"lookups.{name}").texts_by_text(table)
                for name, table in tables.items()
            },
        )


def _row(said: Said, word: str, kinds: Mapping[str, Kind]) -> Mapping[str, Any]:
    """Read the fields of an example; empty text may stand in them, as in messages."""
    inside = said.place.within(word)
    row = inside.table(said.table_of(word))
    inside.known(row, kinds, "field")
    for name, value in row.items():
        if not held(value, kinds[name]) and not (value == "" and kinds[name] == "text"):
            inside.within(name).refuse(f"Not {kinds[name]}", f"Write a value: {kinds[name]}")
    return row


def _untried(mapping: RouteMapping) -> Iterator[str]:
    """Tell which steps no worked example shows, and whether one shows what is left out."""
    tried = {name for example in mapping.examples for name in example.gives}
    verbs = {step.verb for made in mapping.fields if made.name in tried for step in made.steps}
    spoken = {name for made in mapping.fields if made.name in tried
              for step in made.steps for name in named(step)}  # fmt: skip
    for value in reversed(mapping.values):
        if value.name in spoken:
            verbs |= {step.verb for step in value.steps}
            spoken |= {name for step in value.steps for name in named(step)}
    every = {step.verb for made in (*mapping.values, *mapping.fields) for step in made.steps}
    for verb in sorted(every - verbs):
        yield f"mapping {mapping.name}: no worked example shows what {verb!r} gives"
    if mapping.only is not None and all(one.ends != "skips" for one in mapping.examples):
        yield f"mapping {mapping.name}: no worked example shows what is skipped"
