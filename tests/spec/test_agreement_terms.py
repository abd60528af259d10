"""What terms of an agreement nobody should sign, and what a signature is over.

The contract ``pay.v1`` has the fields staff_number and grade, and sick_days, which is special
category data (health). Each line of the table is the sound agreement with one thing changed.
"""

import datetime as dt
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.agreements.processors import Processor
from muster.hub.agreements.terms import (
    Terms,
    canonical,
    changed,
    check,
    digest_of,
    read_terms,
    says,
    tidied,
)
from muster.hub.contracts import load_contract
from muster.kernel.errors import BadInput
from tests.tables import rows_of

CONTRACT = load_contract(
    json.dumps(
        {
            "$id": "pay.v1", "title": "Pay", "type": "object", "additionalProperties": False,
            "properties": {
                "staff_number": {"type": "string", "x-personal": True},
                "grade": {"type": "string"},
                "sick_days": {"type": "integer", "title": "Sick days", "x-special": True},
            },
        }
    )
)  # fmt: skip
SOUND = Terms(
    code="pay-2026", title="Pay", contract="pay.v1", sender="hr:mill", receiver="payroll:weir",
    fields=("grade", "staff_number"), purpose="Paying people", lawful_basis="Contract",
    retention="7 years", starts=dt.date(2026, 4, 1), ends=dt.date(2027, 4, 1), article6="b",
    sender_office="HR Director", receiver_office="Head of Payroll",
)  # fmt: skip

TABLE = """
change                          | part             | what is said
code Pay 2026                   | code             | Not a name for an agreement
title                           | title            | Nothing is said
sender_office                   | sender_office    | Nothing is said
receiver_office                 | receiver_office  | Nothing is said
purpose                         | purpose          | Nothing is said
retention                       | retention        | Nothing is said
lawful_basis                    | lawful_basis     | Nothing is said
article6                        | article6         | No lawful basis of UK GDPR article 6(1)
article6 g                      | article6         | No lawful basis of UK GDPR article 6(1)
article9 x                      | article9         | No condition of UK GDPR article 9(2)
receiver hr:mill                | receiver         | Sender and receiver are one system
fields                          | fields           | No field may leave
fields grade,shoe_size          | fields           | Not in pay.v1: shoe_size
fields grade,sick_days          | article9         | Special category data needs a condition of UK GDPR article 9(2): sick_days
ends 2026-04-01                 | ends             | It would end before it starts
lowest_revision 0               | lowest_revision  | Revisions count from 1
processors Payco,Payco          | processors       | A processor has no name of its own
processors sender               | processors       | A processor has no name of its own
"""  # noqa: E501 - a table


def with_change(change: str) -> Terms:
    field, _, text = change.partition(" ")
    value: Any = text
    if field == "fields":
        value = tuple(text.split(",")) if text else ()
    elif field == "ends":
        value = dt.date.fromisoformat(text)
    elif field == "lowest_revision":
        value = int(text)
    elif field == "processors":
        value = tuple(Processor(name) for name in text.split(","))
    return replace(SOUND, **{field: value})


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: row[0])
def test_terms_nobody_should_sign_are_refused_by_the_part_that_is_wrong(
    row: tuple[str, ...],
) -> None:
    change, part, said = row
    with pytest.raises(BadInput) as refused:
        check(with_change(change), CONTRACT)
    assert (refused.value.where.field, refused.value.what) == (part, said)


def test_sound_terms_are_taken() -> None:
    check(SOUND, CONTRACT)
    check(replace(SOUND, ends=None), CONTRACT)
    check(replace(SOUND, fields=("sick_days",), article9="b"), CONTRACT)


def test_special_category_data_is_personal() -> None:
    assert CONTRACT.field("sick_days").personal


WORDS = st.text(max_size=12)
NAMES = [one.name for one in fields(Terms)]
DRAWN = st.builds(
    Terms,
    code=WORDS, title=WORDS, contract=WORDS, sender=WORDS, receiver=WORDS,
    fields=st.lists(WORDS, max_size=4).map(tuple), purpose=WORDS, lawful_basis=WORDS,
    retention=WORDS, starts=st.dates(), ends=st.none() | st.dates(), article6=WORDS,
    article9=WORDS, lowest_revision=st.integers(1, 9), sender_office=WORDS, receiver_office=WORDS,
    processors=st.lists(st.builds(Processor, WORDS, WORDS, WORDS, WORDS, WORDS), max_size=2).map(
        tuple
    ),
)  # fmt: skip


@given(DRAWN, DRAWN, st.sampled_from(NAMES), st.integers(1, 3), st.integers(1, 3))
def test_two_digests_are_equal_exactly_if_all_terms_are(
    one: Terms, drawn: Terms, name: str, first: int, second: int
) -> None:
    other = replace(one, **{name: getattr(drawn, name)})
    assert read_terms(canonical(one, first)) == one
    assert says(canonical(one, first), digest_of(one, first), one)
    same = (one, first) == (other, second)
    assert (digest_of(one, first) == digest_of(other, second)) == same
    assert bool(changed(one, other)) == (one != other)
    assert not says(canonical(one, first), digest_of(one, first), other) or one == other
    assert tidied(tidied(one)) == tidied(one)
