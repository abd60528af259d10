"""Data-sharing agreements: who signs, who stops and lifts, when owners are warned, what is weak.

For owners of systems and information-governance officers, who own these rules. Mill sends to Weir;
Ann, Abe and Amy work at Mill, Bea and Bob at Weir, Sam for the service itself. The register belongs
to no employer.
"""

import datetime as dt
from uuid import UUID

import pytest

from muster.hub.agreements.processors import Processor, chain, weakest
from muster.hub.agreements.rules import (
    AgreementTerms,
    Side,
    bar_to_signing,
    permit,
    state_of,
    stopper,
    warning_due,
)
from tests.tables import rows_of

EMPLOYERS: dict[str, UUID | None] = {
    "Mill": UUID(int=1), "Weir": UUID(int=2), "Dam": UUID(int=3), "none": None,
}  # fmt: skip
WORKS_AT = {
    "Ann": "Mill", "Abe": "Mill", "Bea": "Weir", "Bob": "Weir", "Dan": "Dam", "Sam": "none",
}  # fmt: skip

SIGNING = """
sender | receiver | signed so far   | who | for      | read  | answer
Mill   | Weir     |                 | Ann | sender   | these | signs
Mill   | Weir     |                 | Bea | receiver | these | signs
Mill   | Weir     | sender Ann      | Bea | receiver | these | signs
Mill   | Weir     |                 | Ann | receiver | these | Only somebody of the receiver signs for the receiver
Mill   | Weir     |                 | Dan | sender   | these | Only somebody of the sender signs for the sender
Mill   | Weir     |                 | Sam | sender   | these | Only somebody of the sender signs for the sender
Mill   | Weir     | sender Ann      | Abe | sender   | these | The sender has signed already
Mill   | Weir     |                 | Ann | sender   | older | The terms were changed since you read them
Mill   | Mill     | sender Ann      | Ann | receiver | these | You have signed for the other side: somebody else signs for this one
Mill   | Mill     | sender Ann      | Abe | receiver | these | signs
Mill   | none     | sender Ann      | Sam | receiver | these | signs
Mill   | none     |                 | Ann | receiver | these | Only somebody of the receiver signs for the receiver
none   | none     | sender Sam      | Sam | receiver | these | You have signed for the other side: somebody else signs for this one
"""  # noqa: E501 - a table

STOPPING = """
sender | receiver | who | stops and lifts for
Mill   | Weir     | Ann | sender
Mill   | Weir     | Bea | receiver
Mill   | Weir     | Sam | service
Mill   | Weir     | Dan | nobody
Mill   | Mill     | Ann | sender
Mill   | none     | Sam | service
Mill   | none     | Bea | nobody
"""

WARNED = """
ends       | today      | warning
2027-04-01 | 2026-12-31 | none
2027-04-01 | 2027-01-01 | 90
2027-04-01 | 2027-03-01 | 90
2027-04-01 | 2027-03-02 | 30
2027-04-01 | 2027-03-24 | 30
2027-04-01 | 2027-03-25 | 7
2027-04-01 | 2027-03-31 | 7
2027-04-01 | 2027-04-01 | none
2027-04-01 | 2030-01-01 | none
open       | 2027-03-31 | none
"""

STATES = """
unsigned | suspended | starts     | ends       | on         | state
         |           | 2026-04-01 | open       | 2026-04-01 | in force
         |           | 2026-04-01 | 2027-04-01 | 2027-03-31 | in force
         |           | 2026-04-01 | 2027-04-01 | 2027-04-01 | ended
         |           | 2026-04-01 | open       | 2026-03-31 | not yet
         | sender    | 2026-04-01 | open       | 2026-05-01 | suspended
         | sender    | 2026-04-01 | 2027-04-01 | 2027-05-01 | ended
receiver |           | 2026-04-01 | open       | 2026-05-01 | unsigned
receiver | sender    | 2026-04-01 | 2027-04-01 | 2027-05-01 | unsigned
"""

# One link a processor: name, acting for, country, safeguard.
CHAINS = """
processors                                                          | weak
Payco, receiver, United Kingdom, contract                           |
Payco, receiver, UK, contract                                       |
Payco, receiver, Ireland, contract                                  | abroad
Payco, receiver, United Kingdom,                                    | no safeguard
Payco, receiver, , contract                                         | country unknown
Payco, nobody we know, United Kingdom, contract                     | acts for nobody
Payco, receiver, UK, contract; Hosts, Payco, England, contract      |
Payco, receiver, UK, contract; Hosts, Payco, India, clauses         | abroad
Payco, receiver, UK, contract; Hosts, Payco, UK, contract; Disks, Hosts, UK, | no safeguard
Disks, Hosts, UK, ; Hosts, Payco, UK, contract; Payco, receiver, UK, contract | no safeguard
A, B, UK, contract; B, A, UK, contract                              | circle
Muster, , ,                                                         | acts for nobody, country unknown, no safeguard
"""  # noqa: E501 - a table

REVISIONS = """
covered from | in force | flows | because
1            | 1        | yes   | Agreement A is in force
2            | 2        | yes   | Agreement A is in force
2            | 5        | yes   | Agreement A is in force
2            | 1        | no    | Agreement A covers revision 2 of pay.v1 or a later one; revision 1 is in force
"""  # noqa: E501 - a table


def day(text: str) -> dt.date | None:
    return None if text == "open" else dt.date.fromisoformat(text)


def agreement(
    starts: str = "2026-04-01",
    ends: str = "open",
    unsigned: str = "",
    suspended: str = "",
    lowest: int = 1,
) -> AgreementTerms:
    first = day(starts)
    assert first is not None
    return AgreementTerms(
        "A", "pay.v1", "hr:mill", "payroll:weir", frozenset({"grade"}), first, day(ends),
        bool(suspended), tuple(unsigned.split()), tuple(suspended.split()), lowest,
    )  # fmt: skip


@pytest.mark.parametrize("row", rows_of(SIGNING), ids="-".join)
def test_each_side_signs_for_itself_and_nobody_for_both(row: tuple[str, ...]) -> None:
    sender, receiver, so_far, who, side, read, answer = row
    sides: dict[str, Side] = {"sender": "sender", "receiver": "receiver"}
    words = so_far.split()
    bar = bar_to_signing(
        sides[side],
        owner=EMPLOYERS[{"sender": sender, "receiver": receiver}[side]],
        by=who,
        employer=EMPLOYERS[WORKS_AT[who]],
        signed=dict(zip(words[::2], words[1::2], strict=True)),
        read="d1" if read == "these" else "d0",
        digest="d1",
    )
    assert (bar or "signs") == answer


@pytest.mark.parametrize("row", rows_of(STOPPING), ids="-".join)
def test_only_the_side_that_stopped_it_lifts_it(row: tuple[str, ...]) -> None:
    sender, receiver, who, as_whom = row
    owners: dict[Side, UUID | None] = {
        "sender": EMPLOYERS[sender], "receiver": EMPLOYERS[receiver],
    }  # fmt: skip
    assert (stopper(owners, EMPLOYERS[WORKS_AT[who]]) or "nobody") == as_whom


@pytest.mark.parametrize("row", rows_of(WARNED), ids="-".join)
def test_owners_are_warned_90_30_and_7_days_before_the_end(row: tuple[str, ...]) -> None:
    ends, today, warning = row
    due = warning_due(day(ends), dt.date.fromisoformat(today))
    assert str(due).lower() == warning


@pytest.mark.parametrize("row", rows_of(STATES), ids="-".join)
def test_an_agreement_stands_as_the_table_says(row: tuple[str, ...]) -> None:
    unsigned, suspended, starts, ends, on, state = row
    terms, then = agreement(starts, ends, unsigned, suspended), dt.date.fromisoformat(on)
    assert state_of(terms, then) == state
    flows = permit(
        terms, contract="pay.v1", sender="hr:mill", receiver="payroll:weir", fields={"grade"},
        on=then,
    ).allowed  # fmt: skip
    assert flows == (state == "in force"), "it flows exactly where it is in force"


@pytest.mark.parametrize("row", rows_of(CHAINS), ids=lambda row: row[0])
def test_a_chain_is_as_strong_as_its_weakest_link(row: tuple[str, ...]) -> None:
    said, weak = row
    made = [
        Processor(name, acting_for, country, "keeps data", safeguard)
        for name, acting_for, country, safeguard in (
            [word.strip() for word in one.split(",")] for one in said.split(";")
        )
    ]
    assert ", ".join(weakest(made)) == weak
    assert sorted(link.processor.name for link in chain(made)) == sorted(one.name for one in made)


def test_a_weak_link_makes_those_above_it_weak() -> None:
    made = [
        Processor("Payco", "receiver", "UK", "pays", "contract"),
        Processor("Hosts", "Payco", "UK", "hosts", "contract"),
        Processor("Disks", "Hosts", "India", "backs up", "clauses"),
        Processor("Post", "receiver", "UK", "posts", "contract"),
    ]
    told = {link.processor.name: (link.depth, link.weak, link.inherited) for link in chain(made)}
    assert told == {
        "Payco": (1, (), True),
        "Hosts": (2, (), True),
        "Disks": (3, ("abroad",), False),
        "Post": (1, (), False),
    }


@pytest.mark.parametrize("row", rows_of(REVISIONS), ids="-".join)
def test_an_agreement_covers_its_revision_and_later_ones(row: tuple[str, ...]) -> None:
    lowest, in_force, flows, because = row
    answer = permit(
        agreement(lowest=int(lowest)), contract="pay.v1", sender="hr:mill",
        receiver="payroll:weir", fields={"grade"}, on=dt.date(2026, 5, 1), revision=int(in_force),
    )  # fmt: skip
    assert (answer.allowed, answer.because) == (flows == "yes", because)


def test_the_reason_names_who_stopped_it() -> None:
    stopped = agreement(suspended="receiver service")
    answer = permit(
        stopped, contract="pay.v1", sender="hr:mill", receiver="payroll:weir", fields={"grade"},
        on=dt.date(2026, 5, 1),
    )  # fmt: skip
    assert answer.because == "Agreement A is suspended by the receiver and the service"
