"""What became of a message on one route: the table by which its page says so.

``set aside`` is the state of a message that did not go in its turn; ``passed`` that the route is
beyond it, ``shipped`` that a shipment spans it, ``complete`` that this shipment left nothing out.
"""

import pytest

from muster.hub.messages.legs import leg_state
from tests.tables import rows_of

CASES = """
set aside | passed | shipped | complete | what the page says
          | no     | no      | no       | waiting
          | yes    | yes     | yes      | delivered
          | yes    | yes     | no       | delivered or left out
          | yes    | no      | no       | left out
parked    | yes    | no      | no       | parked
parked    | yes    | yes     | yes      | parked
behind    | yes    | no      | no       | behind
doubtful  | yes    | yes     | yes      | doubtful
released  | yes    | no      | no       | released
delivered | yes    | no      | no       | delivered
discarded | yes    | yes     | yes      | discarded
"""


@pytest.mark.parametrize("row", rows_of(CASES), ids="-".join)
def test_what_became_of_a_message(row: tuple[str, ...]) -> None:
    parked, passed, shipped, complete, said = row
    state = leg_state(
        parked=parked, passed=passed == "yes", shipped=shipped == "yes", complete=complete == "yes"
    )
    assert state == said
