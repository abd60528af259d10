"""Writing: a suggestion, with what a person answered, as the TOML of an ordinary layout."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.hub.layouts import header_key, load_layout
from muster.hub.suggesting.codes import NOTHING
from muster.hub.suggesting.spoken_of import Dated
from muster.hub.suggesting.suggestion import ProposedField, Question, Suggestion
from muster.hub.suggesting.ways import AS_THEY_ARE
from muster.kernel.errors import BadInput, Where

_WORDS = (
    "parse", "form", "pivot", "serials", "order", "digits", "unit", "rounded", "of", "split",
    "part", "join", "absent",
)  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """What a layout says of itself.

    Args:
        name: its identifier.
        title: what people call it.
        covers: ``system`` or ``file``; see ``layouts.Layout``.
        full: whether its files list everything, or changes only.
        as_at: the column that says which day a file speaks of; None if its name does.
    """

    name: str
    title: str
    covers: str = "system"
    full: bool = True
    as_at: Dated | None = None


def layout_text(suggestion: Suggestion, heading: Heading) -> str:
    """Return the layout that a suggestion and its answers make.

    Raises:
        BadInput: if something still has to be answered, or no column is taken.
    """
    if suggestion.doubted:
        doubted = suggestion.doubted[0]
        raise BadInput(
            f"{doubted.titles} are both taken from “{doubted.column}”",
            where=Where(field=doubted.fields[-1].title),
            fix="Choose another column for one of them, or say that this is meant",
        )
    unanswered = suggestion.unanswered
    if unanswered:
        first = suggestion.contract.field(unanswered[0].field)
        raise BadInput(
            "Something has to be answered first",
            where=Where(field=first.title),
            fix=unanswered[0].text.rstrip("?.") + "?",
        )
    taken = [one for one in suggestion.fields if one.columns and one.way is not None]
    if not taken:
        raise BadInput("No column is taken", fix="Choose the column of at least one field")
    lines = _head(suggestion, heading, taken)
    for one in suggestion.fields:
        if one.way is not None:
            lines += ["", *_field_lines(one, suggestion.answers)]
    text = "\n".join(lines) + "\n"
    load_layout(text)
    return text


def _head(suggestion: Suggestion, heading: Heading, taken: Sequence[ProposedField]) -> list[str]:
    used = used_headers(taken)
    keys = set(map(header_key, used))
    ignored = [
        left.header
        for left in suggestion.left
        if header_key(left.header) and header_key(left.header) not in keys
    ]
    said: dict[str, Any] = {
        "name": heading.name,
        "title": heading.title,
        "contract": suggestion.contract.name,
        "covers": heading.covers,
        # A star stands for any text there, and says nothing in a header.
        "recognise": [header.replace("*", "") for header in used],
    }
    if ignored:
        said["ignored"] = ignored
    if not heading.full:
        said["meaning"] = "delta"
    if heading.as_at is not None:
        said["as_at"] = {"column": heading.as_at.column, "form": heading.as_at.form}
    lines = ["[layout]", *_pairs(said)]
    shape = suggestion.placed.shape
    sheet: dict[str, Any] = {}
    if shape.header_rows > 1:
        sheet["header_rows"] = shape.header_rows
    if shape.totals:
        sheet["totals"] = list(shape.totals)
    if shape.headings:
        sheet["headings"] = shape.headings
    return [*lines, "", "[sheet]", *_pairs(sheet)] if sheet else lines


def used_headers(taken: Sequence[ProposedField]) -> list[str]:
    """Return the headers of every column that is read, each once."""
    used: dict[str, None] = {}
    for one in taken:
        words = one.way.words if one.way is not None else {}
        of = (words["of"],) if "of" in words else ()
        for header in (*one.columns, *of, *words.get("join", ())):
            used[header] = None
    return list(used)


def _field_lines(one: ProposedField, answers: Mapping[str, str | Mapping[str, str]]) -> list[str]:
    assert one.way is not None
    words = answered(one.way.words, one.way.questions, answers)
    name = one.field.name
    said: dict[str, Any] = {}
    if one.columns:
        said["from"] = one.columns[0] if len(one.columns) == 1 else list(one.columns)
    said |= {word: words[word] for word in ("default", *_WORDS) if word in words}
    lines = [f"[fields.{name}]", *_pairs(said)]
    if "codes" in words:
        lines += ["", f"[fields.{name}.codes]"]
        lines += [f"{quoted(code)} = {quoted(value)}" for code, value in words["codes"].items()]
    return lines


def answered(
    words: Mapping[str, Any],
    questions: Sequence[Question],
    answers: Mapping[str, str | Mapping[str, str]],
) -> dict[str, Any]:
    """Return the words of a field with what was answered."""
    said = dict(words)
    for question in questions:
        answer = answers.get(question.name)
        if not answer:
            continue
        if isinstance(answer, str) and question.codes:
            raise BadInput(
                f"{question.name} asks about each code by itself",
                where=Where(field=question.name),
                fix=f"Answer for a code: {question.name}:{question.codes[0].text}=...",
            )
        if isinstance(answer, str):
            _answer(said, question.kind, answer)
        else:
            asked = {code.text for code in question.codes}
            meant = {code: value for code, value in answer.items() if value and code in asked}
            nothing = [code for code, value in meant.items() if value == NOTHING]
            if nothing:
                said["absent"] = [*said.get("absent", ()), *nothing]
            said["codes"] = dict(said.get("codes", {})) | {
                code: value for code, value in meant.items() if value != NOTHING
            }
    return said


def _answer(said: dict[str, Any], kind: str, answer: str) -> None:
    if kind == "value":
        said["default"] = answer
    elif kind == "digits":
        if answer != AS_THEY_ARE:
            said["digits"] = int(answer)
    elif kind == "serials" and str(said.get("form", "")).startswith("serial-"):
        said["form"] = f"serial-{answer}"
    else:
        said[kind] = answer


def _pairs(said: Mapping[str, Any]) -> list[str]:
    return [f"{word} = {_value(value)}" for word, value in said.items()]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(_pairs(value)) + "}"
    if isinstance(value, str):
        return quoted(value)
    assert isinstance(value, Sequence)
    return "[" + ", ".join(quoted(str(each)) for each in value) + "]"


def quoted(text: str) -> str:
    """Return a text as a basic string of TOML, which is one of JSON but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
