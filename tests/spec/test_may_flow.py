"""Whether data may flow: the table is the rule, for owners of agreements.

The agreement A covers ``posts`` from ``hr:dft`` to ``register``, the fields title and fte, from
1 April 2026 to the end of March 2027. Everything it does not say is refused.
"""

import datetime as dt

import pytest

from muster.hub.agreements import AgreementTerms, permit
from tests.tables import rows_of

TABLE = """
agreement | contract | from | to | fields | on | flows | because
A | posts | hr:dft | register | title fte | 2026-11-21 | yes | Agreement A is in force
A | posts | hr:dft | register | fte | 2026-11-21 | yes | Agreement A is in force
A | posts | hr:dft | register | | 2026-11-21 | yes | Agreement A is in force
A | posts | hr:dft | register | title fte | 2026-04-01 | yes | Agreement A is in force
A | posts | hr:dft | register | title fte | 2026-03-31 | no | Agreement A starts on 2026-04-01
A | posts | hr:dft | register | title fte | 2027-03-31 | yes | Agreement A is in force
A | posts | hr:dft | register | title fte | 2027-04-01 | no | Agreement A ended on 2027-04-01
A, open | posts | hr:dft | register | title fte | 2099-01-01 | yes | Agreement A is in force
A, suspended | posts | hr:dft | register | fte | 2026-11-21 | no | Agreement A is suspended
A | posts | hr:dft | register | fte birth_date | 2026-11-21 | no | Agreement A does not cover: birth_date
A | people | hr:dft | register | fte | 2026-11-21 | no | Agreement A is about posts from hr:dft to register
A | posts | hr:hmt | register | fte | 2026-11-21 | no | Agreement A is about posts from hr:dft to register
A | posts | hr:dft | pensions | fte | 2026-11-21 | no | Agreement A is about posts from hr:dft to register
none | posts | hr:dft | register | fte | 2026-11-21 | no | No data-sharing agreement covers posts from hr:dft
none | posts | hr:dft | register | | 2026-11-21 | no | No data-sharing agreement covers posts from hr:dft
"""  # noqa: E501 - a table


def agreement(said: str) -> AgreementTerms | None:
    """Return the agreement that the table's first column names."""
    if said == "none":
        return None
    return AgreementTerms(
        code="A",
        contract="posts",
        sender="hr:dft",
        receiver="register",
        fields=frozenset({"title", "fte"}),
        starts=dt.date(2026, 4, 1),
        ends=None if "open" in said else dt.date(2027, 4, 1),
        suspended="suspended" in said,
    )


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: f"{row[0]}: {row[7]}")
def test_data_flows_as_the_table_says(row: tuple[str, ...]) -> None:
    terms, contract, sender, receiver, fields, on, flows, because = row
    answer = permit(
        agreement(terms),
        contract=contract,
        sender=sender,
        receiver=receiver,
        fields=set(fields.split()),
        on=dt.date.fromisoformat(on),
    )
    assert (answer.allowed, answer.because) == (flows == "yes", because)
