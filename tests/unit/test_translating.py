"""Messages translated: what goes, what waits and why, what is skipped, and which row is which."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from muster.hub.contracts import PROBLEM_SCHEMA, Contract, load_contract
from muster.hub.translating import (
    HeldLookups,
    RouteMapping,
    check_examples,
    load_mapping,
    translate,
)
from muster.kernel.errors import BadInput


def closed(name: str, required: list[str], properties: dict[str, Any]) -> Contract:
    return load_contract(
        json.dumps({"$id": name, "type": "object", "additionalProperties": False,
                    "required": required, "properties": properties})
    )  # fmt: skip


SOURCE = closed(
    "hr.v1",
    [],
    {
        "number": {"type": "string", "x-personal": True},
        "place": {"type": "string"},
        "grade": {"type": "string", "enum": ["AO", "EO", "SEO"]},
        "start": {"type": "string", "format": "date"},
        "salary": {"type": "integer", "x-personal": True},
    },
)
TARGET = closed(
    "member.v1",
    ["member", "site"],
    {
        "site": {"type": "string", "title": "Site", "maxLength": 6},
        "member": {"type": "string", "title": "Member number", "pattern": "^[0-9]*$"},
        "pay": {"type": "string", "title": "Pay"},
        "note": {"type": "string"},
    },
)
HEAD = '[mapping]\nname = "m"\ntitle = "M"\nfrom = "hr.v1"\n'
EXAMPLE = "\n[[example]]\ngiven = {}\ngives = {}\n"
MEMBERS = load_mapping(
    HEAD + 'to = "member.v1"\nonly = { grade = { not = "SEO" } }\n'
    '[lookups]\nsites = "Sites"\n'
    "[fields]\n"
    'member = [{ take = "number" }, { pad = 4 }]\n'
    'pay = [{ take = "salary" }, { write = "pounds" }]\n'
    'site = [{ take = "place" }, { lookup = "sites", unknown = "keep" }]\n' + EXAMPLE,
    SOURCE,
    TARGET,
)


class Asked:
    """Lookup tables that remember what they were asked."""

    def __init__(self, **tables: Mapping[str, str]) -> None:
        self.tables, self.asked = HeldLookups(tables), list[tuple[str, list[str]]]()

    def find(self, table: str, keys: Sequence[str]) -> Mapping[str, str]:
        self.asked.append((table, sorted(keys)))
        return self.tables.find(table, keys)


def frame(*rows: tuple[Any, ...]) -> pl.DataFrame:
    schema = {field.name: field.dtype for field in SOURCE.fields}
    return pl.DataFrame(rows, schema=schema, orient="row")


ROWS = frame(
    ("1", "Leeds", "AO", None, 100),
    ("2", "Leeds", "SEO", None, 200),
    ("34567", "York", "EO", None, 300),
    ("4", None, "AO", None, None),
    ("x", "Birmingham", None, None, 10**18),
    ("6", "York", "EO", None, 5),
)


def test_each_message_goes_waits_or_is_skipped() -> None:
    done = translate(ROWS, MEMBERS, HeldLookups({"sites": {"Leeds": "LS1"}}))
    assert done.frame.rows(named=True) == [
        {"site": "LS1", "member": "0001", "pay": "1.00", "note": None},
        {"site": "York", "member": "0006", "pay": "0.05", "note": None},
    ]
    assert done.places.to_list() == [0, 5]
    assert done.skipped.to_list() == [1]
    assert dict(done.problems.schema) == PROBLEM_SCHEMA
    assert sorted(done.problems.select("at", "field", "value", "reason").rows()) == [
        (2, "Member number", "34567", "longer than 4 characters"),
        (3, "Site", "", "missing"),
        (4, "Member number", "000x", "not of the expected form"),
        (4, "Pay", "1000000000000000000", "too large"),
        (4, "Site", "Birmingham", "longer than 6 characters"),
    ]


def test_causes_name_no_value_that_is_about_a_person() -> None:
    done = translate(ROWS, MEMBERS, HeldLookups({"sites": {"Leeds": "LS1"}}))
    assert set(done.problems["cause"]) == {
        "Member number: longer than 4 characters",
        "Member number: not of the expected form",
        "Pay: too large",
        # What a lookup table gives may be about a person: nobody here knows.
        "Site: longer than 6 characters",
        "Site: missing",
    }


def test_causes_name_values_that_are_not() -> None:
    text = HEAD + '[fields]\nsite = [{ take = "place" }, { codes = { Leeds = "1" } }]' + EXAMPLE
    done = translate(ROWS, load_mapping(text, SOURCE))
    assert set(done.problems["cause"]) == {
        "site: not in the code list (York)", "site: not in the code list (Birmingham)",
    }  # fmt: skip


def test_a_lookup_table_is_asked_once_for_what_is_needed() -> None:
    asked = Asked(sites={})
    translate(ROWS, MEMBERS, asked)
    assert asked.asked == [("sites", ["Birmingham", "Leeds", "York"])]


def test_an_empty_batch_keeps_its_columns() -> None:
    done = translate(ROWS[:0], MEMBERS)
    assert dict(done.frame.schema) == MEMBERS.schema
    assert (done.places.len(), done.problems.height, done.skipped.len()) == (0, 0, 0)


def test_a_message_of_constants_alone_is_given_for_each_message() -> None:
    text = HEAD + '[fields]\nkind = { constant = "member" }\nrank = [{ constant = "1" }, ' + (
        '{ codes = { 1 = "first" } }, { lookup = "ranks" }]\n[lookups]\nranks = "Ranks"'
    )  # fmt: skip
    mapping = load_mapping(text + EXAMPLE, SOURCE)
    done = translate(ROWS, mapping, HeldLookups({"ranks": {"first": "1st"}}))
    assert done.frame.rows() == [("member", "1st")] * 6
    done = translate(ROWS, mapping)
    assert done.problems["at"].to_list() == list(range(6))
    assert done.frame.height == 0


def test_a_field_of_the_receiver_may_have_the_name_of_another_of_the_sender() -> None:
    text = HEAD + (
        '[fields]\nplace = [{ take = "number" }, { read = "integer" }, { write = "integer" }]\n'
        'number = { take = "place" }'
    )
    done = translate(ROWS, load_mapping(text + EXAMPLE, SOURCE))
    assert done.frame["place"].to_list() == ["1", "2", "34567", "4", "6"]
    assert done.problems["value"].to_list() == ["x"]


def test_a_named_value_that_cannot_be_made_keeps_the_message() -> None:
    text = HEAD + (
        '[values]\nsince = [{ take = "place" }, { read = "date", form = "YYYYMMDD" }]\n'
        '[fields]\nday = { first = ["start", "since"] }'
    )
    messages = frame(
        ("1", "20260131", "AO", None, 1),
        ("2", "Leeds", "AO", dt.date(2026, 1, 1), 1),
        ("3", None, "AO", dt.date(2026, 1, 1), 1),
    )
    done = translate(messages, load_mapping(text + EXAMPLE, SOURCE))
    assert done.frame["day"].to_list() == [dt.date(2026, 1, 31), dt.date(2026, 1, 1)]
    assert done.problems.select("at", "field", "value").rows() == [(1, "since", "Leeds")]


def test_what_is_put_for_nothing_hides_no_fault_before_it() -> None:
    text = HEAD + (
        '[fields]\nsite = [{ take = "place" }, { codes = { Leeds = "1" } }, { if_nothing = "0" }]'
    )
    done = translate(ROWS, load_mapping(text + EXAMPLE, SOURCE))
    assert done.frame["site"].to_list() == ["1", "1", "0"]
    assert done.problems["at"].to_list() == [2, 4, 5]


def test_a_field_that_is_not_given_is_named() -> None:
    with pytest.raises(BadInput, match=r"not given: place, salary"):
        translate(ROWS.drop("salary", "place", "start"), MEMBERS)


EXAMPLES = """
[lookups]
sites = "Sites"
[fields]
site = [{ take = "place" }, { lookup = "sites" }]
pay = { take = "salary" }
"""


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ('gives = { site = "LS1", pay = 5 }', []),
        ('gives = { site = "LS2" }',
         ["e: site is 'LS1', and 'LS2' was expected", "e: pay is 5, and nothing was expected"]),
        ('gives = { site = "LS1", pay = 6 }', ["e: pay is 5, and 6 was expected"]),
        ("skips = true", ["e: is not skipped, but goes"]),
        ('parks = "too large"', ["e: does not wait for 'too large', but goes"]),
    ],
)  # fmt: skip
def test_examples_tell_what_of_them_is_not_so(example: str, said: list[str]) -> None:
    mapping = with_example(f'given = {{ place = "Leeds", salary = 5 }}\n{example}')
    assert list(check_examples(mapping)) == said


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ('parks = "site: not in the table sites"', []),
        ('parks = "not in the table sites"', []),
        ("gives = {}", ["e: gives no message, but waits: site: not in the table sites"]),
        ("skips = true", ["e: is not skipped, but waits: site: not in the table sites"]),
    ],
)
def test_examples_of_messages_that_wait(example: str, said: list[str]) -> None:
    assert list(check_examples(with_example(f'given = {{ place = "York" }}\n{example}'))) == said


def with_example(example: str) -> RouteMapping:
    """Return a mapping with one worked example of Leeds, or of York, which is in no table."""
    table = 'lookups = { sites = { Leeds = "LS1" } }'
    text = f'{HEAD}{EXAMPLES}\n[[example]]\ntitle = "e"\n{table}\n{example}\n'
    return load_mapping(text, SOURCE)
