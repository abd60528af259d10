"""Declaring what columns say: what is wrong is named."""

import pytest

from muster.kernel.errors import BadInput
from muster.register.linkage.roles import check_columns, read_roles


def test_the_second_table_may_call_its_columns_otherwise() -> None:
    declared = read_roles(
        'each_once = true\n[columns]\nsurname = "Last"\naddress = ["Line 1", "Line 2"]\n'
        '[columns_b]\nsurname = "family_name"\n'
    )
    assert declared.each_once
    assert declared.first.fields() == {
        "surname": "Last", "address": "Line 1", "address_2": "Line 2",
    }  # fmt: skip
    assert declared.second.fields()["surname"] == "family_name"
    assert declared.second.fields()["address_2"] == "Line 2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "[columns] is missing"),
        ("[columns]\nrecord = 'id'", "No column of a person"),
        ("[columns]\nsirname = 'x'", "No such role: sirname"),
        ("[columns]\nsurname = ['a', 'b']", "Only one column"),
        ("[columns]\nsurname = 3", "name is missing"),
        ("[columns]\nsurname = 'a'\n[extra]\n", "No such entry: extra"),
        ("each_once = 'yes'\n[columns]\nsurname = 'a'", "neither true nor false"),
        ("[columns", "Not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(BadInput) as found:
        read_roles(text)
    assert said in str(found.value)


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    roles = read_roles("[columns]\nsurname = 'Last'").first
    with pytest.raises(BadInput, match=r"No column Last .*a\.csv"):
        check_columns(roles, ["first", "last"], "a.csv")


def test_the_second_table_may_have_no_column_of_a_role() -> None:
    declared = read_roles(
        '[columns]\nsurname = "a"\nidentifier = "b"\n[columns_b]\nidentifier = []'
    )
    assert set(declared.first.columns) == {"surname", "identifier"}
    assert set(declared.second.columns) == {"surname"}
    with pytest.raises(BadInput, match="name is missing"):
        read_roles('[columns]\nsurname = "a"\nidentifier = []')
