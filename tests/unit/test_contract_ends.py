"""What a contract may say of values that end or cancel what a message is of."""

import json

import pytest

from muster.hub.contracts import load_contract
from muster.kernel.errors import BadInput
from tests.integration.hub_world import SCHEMA


def test_a_contract_names_the_values_that_end_something() -> None:
    contract = load_contract(json.dumps({**SCHEMA, "x-ends": {"hours": [0], "grade": ["AO"]}}))
    assert contract.schema["x-ends"] == {"hours": [0], "grade": ["AO"]}


@pytest.mark.parametrize("ends", [{"status": ["Left"]}, ["hours"], {"hours": 0}])
def test_what_no_message_could_hold_is_refused(ends: object) -> None:
    with pytest.raises(BadInput):
        load_contract(json.dumps({**SCHEMA, "x-ends": ends}))
