"""Reading a mapping: what is wrong with it is said with its place and the word that was meant."""

import datetime as dt
import json
import random
import tomllib
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from muster.hub.contracts import Contract, load_contract
from muster.hub.translating import (
    RouteMapping,
    beyond,
    check_examples,
    load_mapping,
    origins,
    read_code_list,
    uses,
)
from muster.hub.translating.reading import FORMS
from muster.hub.translating.verbs import VERBS
from muster.kernel.errors import BadInput
from tests.repo.repository import ROOT
from tests.translating_drawn import toml

MAPPING = """
[mapping]
name = "hr-to-pensions"
title = "HR records as the pension administrator reads them"
from = "hr.v1"
to = "member.v1"
only = { engagement = ["permanent", "fixed_term"], leaving = { stated = false } }

[codes.contract]
permanent = "P"
fixed_term = "F"

[lookups]
sites = "The administrator's sites"

[values]
given_name = [{ first = ["known_as", "forenames"] }, { trim = true }]

[fields]
member = [{ take = "staff_number" }, { pad = 8, with = "0" }]
name = [
  { join = ["surname", "given_name"], with = ", " },
  { upper = true },
]
born = [{ take = "birth_date" }, { write = "date", form = "DD/MM/YYYY" }]
contract = [{ take = "engagement" }, { codes = "contract" }]
pay = [{ take = "salary" }, { write = "pounds" }]
site = [{ take = "place" }, { lookup = "sites", unknown = "default", default = "HQ" }]
status = { when = [{ if = { salary = { from = 1 } }, then = "paid" }], otherwise = "unpaid" }

[[example]]
title = "A colleague"
given = { staff_number = "42", surname = "Doe", birth_date = 1980-01-31, place = "Leeds", engagement = "permanent", salary = 3100050 }
gives = { member = "00000042", name = "DOE", born = "31/01/1980", contract = "P", pay = "31000.50", site = "LS1", status = "paid" }
lookups = { sites = { Leeds = "LS1" } }

[[example]]
given = { staff_number = "123456789", engagement = "permanent", birth_date = 1980-01-31 }
parks = "Member: longer than 8 characters"

[[example]]
given = { staff_number = "42", engagement = "agency" }
skips = true
"""  # noqa: E501


def closed(name: str, required: list[str], properties: dict[str, Any]) -> Contract:
    return load_contract(
        json.dumps({"$id": name, "type": "object", "additionalProperties": False,
                    "required": required, "properties": properties})
    )  # fmt: skip


TEXT: dict[str, Any] = {"type": "string"}
PERSONAL: dict[str, Any] = {"type": "string", "x-personal": True}
DATE: dict[str, Any] = {"type": "string", "format": "date", "x-personal": True}
SOURCE = closed(
    "hr.v1",
    ["staff_number"],
    {
        "staff_number": PERSONAL, "surname": PERSONAL, "forenames": PERSONAL,
        "known_as": PERSONAL, "birth_date": DATE, "leaving": DATE, "place": TEXT,
        "engagement": {"type": "string", "enum": ["permanent", "fixed_term", "agency"]},
        "salary": {"type": "integer", "x-personal": True}, "grade": TEXT,
    },
)  # fmt: skip
TARGET = closed(
    "member.v1",
    ["member", "born"],
    {
        "member": {"type": "string", "title": "Member"}, "name": TEXT, "born": TEXT,
        "contract": {"type": "string", "enum": ["P", "F"]}, "pay": TEXT, "site": TEXT,
        "status": TEXT, "note": TEXT,
    },
)  # fmt: skip


def loaded(*changes: tuple[str, str]) -> RouteMapping:
    """Return the mapping with parts of its text replaced."""
    text = MAPPING
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return load_mapping(text, SOURCE, TARGET)


def test_a_mapping_tells_which_fields_it_uses_and_what_each_is_made_of() -> None:
    mapping = loaded()
    assert uses(mapping) == {
        "staff_number", "surname", "forenames", "known_as", "birth_date", "leaving", "place",
        "engagement", "salary",
    }  # fmt: skip
    assert origins(mapping)["name"] == {"surname", "known_as", "forenames"}
    assert origins(mapping)["status"] == {"salary"}
    assert beyond(mapping, uses(mapping) - {"salary"}) == {"salary"}
    assert beyond(mapping, [*uses(mapping), "grade"]) == frozenset()
    assert [made.name for made in mapping.fields if not made.personal] == ["contract"]


def test_steps_that_no_example_shows_and_codes_that_no_list_has_are_warned_of() -> None:
    waiting = "mapping hr-to-pensions, fields.contract: messages with agency will wait"
    assert loaded().warnings == ()
    all_go = ('engagement = ["permanent", "fixed_term"], ', "")
    assert loaded(all_go).warnings == (waiting,)
    shown = (', status = "paid" }', " }"), ("skips = true", 'parks = "x"')
    assert loaded(all_go, *shown).warnings == (
        waiting,
        "mapping hr-to-pensions: no worked example shows what 'when' gives",
        "mapping hr-to-pensions: no worked example shows what is skipped",
    )


WRONG = [
    ("[codes.contract]", "[code.contract]", "Unknown section 'code'", "'codes'"),
    ("only =", "onyl =", "Unknown word 'onyl'", "'only'"),
    ('from = "hr.v1"', 'from = "hr.v2"', "For another contract: hr.v2", "hr.v1"),
    ('to = "member.v1"', "", "For another contract: None", "member.v1"),
    ('title = "HR', 'titel = "HR', "Unknown word 'titel'", "'title'"),
    ('{ take = "birth_date" }', '{ tkae = "birth_date" }', "Unknown word 'tkae'", "'take'"),
    ('{ take = "birth_date" }', '{ take = "birthdate" }', "Unknown field 'birthdate'",
     "'birth_date'"),
    ("{ upper = true }", "{ upper = 1 }", "Not true", "upper = true"),
    ("{ upper = true }", "{ upper = true, lower = true }", "More than one step", "Write one of"),
    ("{ upper = true }", "{ upper = true, with = 'x' }", "Unknown word beside 'upper': 'with'",
     "upper"),
    ("{ upper = true }", "{ with = 'x' }", "No step", "Write one of"),
    ("{ upper = true }", "{ take = 'surname' }", "'take' begins a field", "Begin each field"),
    ("{ take = \"salary\" }, { write", "{ write", "'write' does not begin a field", "Begin each"),
    ("{ take = \"salary\" }, { write", "{ take = 'place' }, { write",
     "'write' is for integer or date, and here stands text", "Convert"),
    ('write = "pounds"', 'write = "date", form = "YYYYMMDD"', "cannot be written as date", "Write"),
    ('"DD/MM/YYYY"', '"DD/MM/YYY"', "Unknown choice 'DD/MM/YYY'", "'DD/MM/YYYY'"),
    ('write = "pounds"', 'write = "pounds", digits = 3', "'digits' is for integer", "Leave it"),
    ("pad = 8", "pad = 0", "Not a whole number from 1 to 1000", "Write pad"),
    ('with = "0"', 'with = "00"', "Not a text", "1 character"),
    ('codes = "contract"', 'codes = "contracts"', "Unknown code list 'contracts'", "'contract'"),
    ('fixed_term = "F"', 'fixed_trem = "F"', "Unknown code 'fixed_trem'", "'fixed_term'"),
    ('fixed_term = "F"', 'fixed_term = "X"', "Unknown value for the receiver: 'X'", "Use one of"),
    ('lookup = "sites"', 'lookup = "site"', "Unknown choice 'site'", "'sites'"),
    ('unknown = "default"', 'unknown = "defualt"', "Unknown choice 'defualt'", "'default'"),
    (', default = "HQ"', "", "The word 'default' is missing", "Add default"),
    ('unknown = "default", ', "", "A default that is not used", 'unknown = "default"'),
    ('["permanent", "fixed_term"]', '["permanant"]', "Unknown value 'permanant'", "'permanent'"),
    ("{ stated = false }", "{ staed = false }", "Unknown word 'staed'", "'stated'"),
    ("leaving = { stated = false }", "leavin = 1", "Unknown field 'leavin'", "'leaving'"),
    ("{ from = 1 }", '{ from = "1" }', "Not of the kind integer", "Compare salary"),
    ("{ salary = { from = 1 } }", '{ place = { from = "a" } }', "A range of a text", "Use is"),
    ("{ salary = { from = 1 } }", "{}", "A condition that says nothing", "Write"),
    ('otherwise = "unpaid"', "otherwise = 0", "Values of different kinds", "one kind"),
    ("pay = [", "pya = [", "Unknown field 'pya'", "'pay'"),
    ("born = [", "note = [", "The receiver requires 'born'", "Write born"),
    ("birth_date\" }, { write = \"date\", form = \"DD/MM/YYYY\" }", "birth_date\" }",
     "Gives date, and the receiver wants text", "Convert"),
    ("given_name = [", "surname = [", "The name of one of the sender's fields", "another name"),
    ('"surname", "given_name"', '"surname", "forenames"', "Not used", "Use it or remove"),
    ('"surname", "given_name"', '"surname", "birth_date"', "A date among texts", "[values]"),
    ('"known_as", "forenames"', '"known_as", "salary"', "Fields of different kinds", "Convert"),
    ("skips = true", "", "Not one end", "Write gives"),
    ("[[example]]", "[[exmaple]]", "Unknown section 'exmaple'", "'example'"),
    ('given = { staff_number = "42", eng', 'given = { staff_no = "42", eng',
     "Unknown field 'staff_no'", "'staff_number'"),
    ('member = "00000042"', "member = 42", "Not text", "Write a value"),
    ("lookups = { sites", "lookups = { sits", "Unknown table 'sits'", "'sites'"),
    ("upper = true", "upper = tru", "Not TOML", "Correct the text"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "fix"), WRONG)
def test_what_is_wrong_is_said_with_what_was_meant(old: str, new: str, what: str, fix: str) -> None:
    with pytest.raises(BadInput) as refused:
        loaded((old, new))
    assert what in refused.value.what
    assert fix in refused.value.fix


def test_the_place_is_named_down_to_the_word() -> None:
    with pytest.raises(BadInput) as refused:
        loaded(('"DD/MM/YYYY"', '"DD/MM"'))
    assert refused.value.where.thing == "mapping hr-to-pensions, fields.born, step 2, form"


def test_a_mapping_without_a_worked_example_is_refused() -> None:
    with pytest.raises(BadInput, match="No worked example"):
        load_mapping(MAPPING.partition("[[example]]")[0], SOURCE, TARGET)


def test_a_receivers_own_form_needs_no_contract() -> None:
    text = MAPPING.replace('to = "member.v1"\n', "")
    mapping = load_mapping(text, SOURCE)
    assert list(mapping.schema) == [
        "member", "name", "born", "contract", "pay", "site", "status",
    ]  # fmt: skip


def test_code_lists_kept_elsewhere_stand_beside_those_of_the_text() -> None:
    kept = {"contract": read_code_list("code,meaning\npermanent,P\nfixed_term,F\n")}
    own = '[codes.contract]\npermanent = "P"\nfixed_term = "F"\n'
    mapping = load_mapping(MAPPING.replace(own, ""), SOURCE, TARGET, kept)
    assert uses(mapping) == uses(loaded())
    with pytest.raises(BadInput, match="kept already"):
        load_mapping(MAPPING, SOURCE, TARGET, kept)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a,b\nx,1\nx,2", "line 3"),
        ("a,b\nx", "line 2"),
        ("a,b\nx,", "line 2"),
        ("a,b\nx,1,2", "line 2"),
    ],
)
def test_a_code_list_that_is_none_is_refused_with_its_line(text: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_code_list(text)


STRANGE: list[Any] = [
    "", " ", "any", "sites", "contract", "surname", "salary", "birth_date", 0, -1, 1, 2**63, 2**200,
    1.5, float("nan"), True, False, dt.date(2026, 1, 31), dt.time(7, 32), [], {}, [[]], [{}],
    {"x": {}},
    ["surname"], ["surname", "salary"], [1, "1"], {"take": "salary"}, {"stated": 1}, {"any": []},
    [{"take": "surname"}], [{"if": {}, "then": 1}], {"when": []}, {"codes": {}}, "\u0000",
    "x" * 9999,
]  # fmt: skip


def changed(said: Any, drawn: random.Random) -> Any:
    """Return what a mapping says with one thing, somewhere in it, replaced or left out."""
    if not isinstance(said, dict | list) or not said or drawn.random() < 0.08:
        return drawn.choice(STRANGE)
    copy: Any = said.copy()
    at: Any = drawn.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
    if drawn.random() < 0.1:
        del copy[at]
    else:
        copy[at] = changed(copy[at], drawn)
    return copy


@given(st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=1500, deadline=None)
def test_whatever_is_said_is_read_or_refused_in_words(seed: int, many: int) -> None:
    drawn, said = random.Random(seed), tomllib.loads(MAPPING)
    for _ in range(many):
        said = changed(said, drawn) or {}
        said = said if isinstance(said, dict) else {}
    text = "\n".join(f"{name} = {toml(one)}" for name, one in said.items())
    try:
        mapping = load_mapping(text, SOURCE, TARGET)
    except BadInput as refused:
        event(refused.what[:12])
    else:
        # What is read can also be run: the examples may be wrong now, and say so in words.
        event("read")
        check_examples(mapping)


@pytest.mark.parametrize("text", ["", "x" * 10, "[mapping]", "mapping = 3", "a = " + "[" * 100_000])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        load_mapping(text, SOURCE, TARGET)


def test_conditions_within_conditions_come_to_an_end() -> None:
    deep = "{ any = [" * 40 + '{ place = "x" }' + "] }" * 40
    with pytest.raises(BadInput, match="within too many others"):
        loaded(("{ salary = { from = 1 } }", deep))


def test_the_mapping_that_people_are_shown_works() -> None:
    written = (ROOT / "docs/how-to/write-a-mapping.md").read_text(encoding="utf-8")
    contract = (ROOT / "muster/register/people/contract.json").read_text(encoding="utf-8")
    mapping = load_mapping(written.split("```toml")[1].split("```")[0], load_contract(contract))
    assert check_examples(mapping) == ()
    assert mapping.warnings == ()


def test_every_step_and_form_is_explained_to_people() -> None:
    written = (ROOT / "docs/how-to/write-a-mapping.md").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"`{verb} = " not in written] == []
    assert [form for form in FORMS if f"`{form}`" not in written] == []
    assert [word for verb in VERBS.values() for word in verb.beside if word not in written] == []


def test_the_examples_of_the_mapping_hold() -> None:
    assert check_examples(loaded()) == ()
