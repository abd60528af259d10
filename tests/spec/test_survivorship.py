"""Which source wins: the cases HR people agreed, as a table, and what holds of every case.

A word is written ``kind@employer how-it-holds-the-person since last-heard value``: ``own`` (it
employs the person), ``host`` (loan in, contractor, agency) or ``former``. Two records of one system
are told apart by a number behind the employer. ``unsettled`` means that a person is asked, and the
value in the table is shown until then.
"""

import datetime as dt
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.people.survivorship.rules import (
    APART,
    FIELDS,
    FORMER,
    HOST,
    OWN,
    Field,
    Kind,
    Rules,
    Said,
    Settled,
    Step,
    Value,
    covers,
    decide,
    in_contest,
    kind_of,
    number_is_temporary,
    otherwise,
    status_of_nino,
    values,
)
from muster.register.people.survivorship.table import read_rules, rules
from tests.tables import rows_of

HELD = {"own": OWN, "host": HOST, "former": FORMER}
CASES = """
what                                          | field       | said                                                                                                    | believed         | why
all say the same                              | birth_date  | hr@mill own 2019 2026-10-31 1980-03-01; hr@weir former 2015 2019-08-31 1980-03-01                       | 1980-03-01       | agreed
capitals and spaces are no difference         | legal_name  | hr@mill own 2019 2026-10-31 MOLE, Martha; hr@weir host 2020 2026-10-31 Mole,  Martha                    | MOLE, Martha     | agreed
so is how an apostrophe was typed             | legal_name  | hr@mill own 2019 2026-10-31 O'Brien, Una; hr@weir own 2020 2026-10-31 O’Brien, Una                      | O'Brien, Una     | agreed
she married; her old employer never heard     | legal_name  | hr@mill former 2015 2019-08-31 Mole, Martha; hr@weir own 2022 2026-10-31 Stoat, Martha                  | Stoat, Martha    | employs
a host hears later than the employer          | legal_name  | hr@mill own 2022 2026-10-31 Stoat, Martha; hr@weir host 2019 2026-10-31 Mole, Martha                    | Stoat, Martha    | employs
two employers of today know two names         | legal_name  | hr@mill own 2019 2026-10-31 Mole, Martha; hr@weir own 2022 2026-10-31 Stoat, Martha                     | Mole, Martha     | unsettled
one of two has not spoken for half a year     | legal_name  | hr@mill own 2019 2026-04-30 Mole, Martha; hr@weir own 2022 2026-10-31 Stoat, Martha                     | Stoat, Martha    | later
a fortnight is no silence                     | legal_name  | hr@mill own 2019 2026-10-15 Mole, Martha; hr@weir own 2022 2026-10-31 Stoat, Martha                     | Mole, Martha     | unsettled
the identity check saw the passport           | legal_name  | hr@mill own 2019 2026-10-31 Mole, Martha; identity check@weir former 2024 2024-05-01 Stoat, Martha      | Stoat, Martha    | verified
the fuller name                               | legal_name  | hr@mill own 2019 2026-10-31 Mole, M.; hr@weir own 2022 2026-10-31 Mole, Martha Jane                     | Mole, Martha Jane | fuller
a system that knows no accents                | legal_name  | hr@mill own 2019 2026-10-31 O'Brien, Siobhan; hr@weir own 2022 2026-10-31 O’Brien, Siobhán              | O’Brien, Siobhán | fuller
longer counts more than accents               | legal_name  | hr@mill own 2019 2026-10-31 OBrien, Siobhan Una; hr@weir own 2022 2026-10-31 O'Brien, Siobhán           | OBrien, Siobhan Una | fuller
two accents contradict each other             | legal_name  | hr@mill own 2019 2026-10-31 Roe, Siobhàn; hr@weir own 2022 2026-10-31 Roe, Siobhán                      | Roe, Siobhàn     | unsettled
two fuller names contradict each other        | legal_name  | hr@mill own 2019 2026-10-31 Mole, Martha Ann; hr@weir own 2022 2026-10-31 Mole, Martha Jane             | Mole, Martha Ann | unsettled
one name only is less than two                | legal_name  | hr@mill own 2019 2026-10-31 Mole; hr@weir own 2022 2026-10-31 Mole, Martha                              | Mole, Martha     | fuller
what she is called stays what it was          | known_as    | hr@mill own 2019 2026-10-31 Marty; hr@weir own 2022 2026-10-31 Jo                                       | Marty            | oldest
called differently since the same day         | known_as    | hr@mill own 2019 2026-10-31 Marty; hr@weir own 2019 2026-10-31 Jo                                       | Marty            | unsettled
two birth dates, whoever speaks later         | birth_date  | hr@mill former 2015 2019-08-31 1980-03-01; hr@weir own 2022 2026-10-31 1980-01-03                       | 1980-03-01       | unsettled
the identity check knows the birth date       | birth_date  | hr@mill own 2015 2026-10-31 1980-03-01; identity check@weir former 2024 2024-05-01 1980-01-03           | 1980-01-03       | verified
the pension scheme is better than HR          | birth_date  | hr@mill own 2015 2026-10-31 1980-03-01; pension@mill own 2020 2026-10-31 1980-01-03                     | 1980-01-03       | owner
two checks that contradict each other         | birth_date  | identity check@mill own 2020 2026-10-31 1980-03-01; identity check@weir own 2024 2026-10-31 1980-01-03  | 1980-03-01       | unsettled
payroll owns the number                       | nino        | hr@mill own 2015 2026-10-31 AB123456C; payroll@mill own 2019 2026-10-31 AB123456D                       | AB123456D        | owner
the tax authority verified it                 | nino        | payroll@mill own 2015 2026-10-31 AB123456C; tax authority@hmrc former 2024 2024-05-01 AB123456D         | AB123456D        | verified
two HR systems, two numbers                   | nino        | hr@mill former 2015 2019-08-31 AB123456C; hr@weir own 2022 2026-10-31 AB123456D                         | AB123456C        | unsettled
a temporary number gives way                  | nino        | payroll@mill own 2015 2026-10-31 TN010380F; hr@weir former 2012 2014-10-31 AB123456C                    | AB123456C        | permanent
two temporary numbers say nothing             | nino        | hr@mill own 2015 2026-10-31 TN010380F; hr@weir own 2022 2026-10-31 QQ123456C                            | TN010380F        | agreed
payroll is what reaches the bank              | salary      | hr@mill own 2015 2026-10-31 5000000; payroll@mill own 2024 2026-10-31 5100000                           | 5100000          | owner
HR grades people                              | grade       | payroll@mill own 2015 2026-10-31 HEO; hr@mill own 2026 2026-10-31 SEO                                   | SEO              | owner
a pass does not say where she is based        | place       | building@mill own 2015 2026-10-31 Leeds; hr@mill own 2020 2026-10-31 Hull                               | Hull             | owner
the directory hands addresses out             | work_email  | hr@mill own 2015 2026-10-31 a@mill.example; directory@mill own 2020 2026-10-31 b@mill.example           | b@mill.example   | owner
two posts are no disagreement                 | grade       | hr@mill own 2015 2026-10-31 SEO; hr@mill2 own 2020 2026-10-31 HEO                                       | SEO              | agreed
HR owns it although payroll spoke later       | absence     | hr@mill own 2015 2026-09-30 parental; payroll@mill own 2016 2026-10-31 career_break                     | parental         | owner
service counts at the present employer        | continuous_service | hr@mill former 2015 2019-08-31 2009-09-01; hr@weir own 2022 2026-10-31 2008-01-07                | 2008-01-07       | employs
"""  # noqa: E501 - a table is read across


def said(field: str, text: str) -> list[Said]:
    """Return the words of a cell."""
    found = []
    for item in text.split(";"):
        system, _, rest = item.strip().partition("@")
        employer, held, since, heard, *value = rest.split(" ")
        word = " ".join(value)
        if field == "legal_name":
            surname, _comma, forenames = word.partition(",")
            word = f"{surname}{APART}{forenames}"
        body = employer.rstrip("0123456789")
        found.append(
            Said(
                cast("Field", field), word, f"{system}@{employer}", body, f"{system}:{body}",
                cast("Kind", system), dt.date(int(since), 1, 1), dt.date.fromisoformat(heard),
                HELD[held], dt.date(int(since), 1, 1), temporary=number_is_temporary(word),
                main=employer == body and held == "own",
            )
        )  # fmt: skip
    return found


def shown(value: Value) -> str:
    surname, _apart, forenames = value.shown.value.partition(APART)
    return f"{surname}, {forenames.strip()}" if forenames else surname


@pytest.mark.parametrize(
    ("what", "field", "text", "believed", "why"), rows_of(CASES), ids=lambda cell: cell[:46]
)
def test_it_is_settled_as_agreed(what: str, field: str, text: str, believed: str, why: str) -> None:
    value = decide(said(field, text), rules())
    assert (shown(value), value.reason) == (believed, why)
    assert value.unsettled == (why == "unsettled")


STATUSES = """
said                                                                                        | status
hr@mill own 2015 2026-10-31 AB123456C                                                       | unverified
hr@mill own 2015 2026-10-31 AB123456C; tax authority@hmrc former 2024 2024-05-01 AB123456C  | verified
hr@mill own 2015 2026-10-31 AB123456C; hr@weir own 2024 2026-10-31 AB123456D                | disputed
hr@mill own 2015 2026-10-31 TN010380F                                                       | temporary
tax authority@hmrc own 2015 2026-10-31 QQ123456C                                            | temporary
"""  # noqa: E501 - likewise


@pytest.mark.parametrize(("text", "status"), rows_of(STATUSES))
def test_a_number_is_relied_on_as_far_as_agreed(text: str, status: str) -> None:
    assert status_of_nino(decide(said("nino", text), rules()), rules().fields["nino"]) == status


KINDS = """
code                | kind        | for
hr:mill             | csv_drop    | hr
hr:mill             | workbook    | hr
payroll:mill        | csv_drop    | payroll
s-17                | payroll     | payroll
s-17                | HR system   | hr
s-17                | csv_drop    | hr
s-17                | door passes | building
learning:mill       | http_json   | learning
identity:one-login  | http_json   | identity check
s-17                | http_json   | other
"""


@pytest.mark.parametrize(("code", "kind", "means"), rows_of(KINDS))
def test_a_system_is_for_what_the_hub_calls_it(code: str, kind: str, means: str) -> None:
    assert kind_of(code, kind) == means


def test_every_field_and_every_step_is_explained() -> None:
    table = rules()
    assert set(table.fields) == set(FIELDS)
    assert all(len(rule.because) > 20 for rule in table.fields.values())
    with pytest.raises(ValueError, match="no such step: louder"):
        read_rules('silent_after_days = 1\n[field.nino]\ntitle = "N"\nabout = "person"\n'
                   'settled_by = ["louder"]\nowners = []\nbecause = ""\n')  # fmt: skip


# What holds of every case.

SYSTEMS: Sequence[tuple[Kind, str, str]] = [
    (kind, employer, f"{kind}:{employer}")
    for kind in cast("Sequence[Kind]", ("hr", "payroll", "identity check", "pension"))
    for employer in ("mill", "weir")
]
DAYS = st.sampled_from([dt.date(2026, 10, 31), dt.date(2026, 10, 1), dt.date(2026, 4, 30)])
SINCE = st.sampled_from([dt.date(2015, 1, 1), dt.date(2020, 1, 1), dt.date(2024, 1, 1)])
WORDS: dict[str, Sequence[str]] = {
    "legal_name": [
        f"Mole{APART}Martha",
        f"MOLE{APART}M",
        f"Stoat{APART}Martha Jane",
        "Mole",
        f"Mole{APART}M\u00e1rtha",
        f"M'ole{APART}Martha",
    ],
    "nino": ["AB123456C", "AB123456D", "TN010380F"],
}


@st.composite
def words(draw: st.DrawFn, field: str | None = None) -> list[Said]:
    """Return what several records say of one field."""
    field = field or draw(st.sampled_from(FIELDS))
    found = []
    for number in range(draw(st.integers(1, 6))):
        kind, employer, system = draw(st.sampled_from(SYSTEMS))
        word = draw(st.sampled_from(WORDS.get(field, ("a", "A", "b", "c"))))
        found.append(
            Said(
                cast("Field", field), word, f"r{number}", employer, system, kind, draw(SINCE),
                draw(st.none() | DAYS), draw(st.sampled_from((OWN, HOST, FORMER))), draw(SINCE),
                temporary=number_is_temporary(word), main=draw(st.booleans()),
            )
        )  # fmt: skip
    return found


@given(words(), st.randoms(use_true_random=False))
def test_the_order_in_which_sources_spoke_does_not_matter(
    said: list[Said], chance: random.Random
) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert values(shuffled, rules()) == values(said, rules())


@given(words())
def test_every_word_is_told_and_none_twice(said: list[Said]) -> None:
    for value in values(said, rules()).values():
        agreeing, others = list(value.agreeing), [lost.said for lost in value.others]
        assert value.shown in agreeing
        assert {one.compared for one in agreeing} == {value.shown.compared}
        assert value.shown.compared not in {one.compared for one in others}
        assert len({one.record for one in (*agreeing, *others)}) == len(agreeing) + len(others)
        systems = {one.system for one in said if not value.employer
                   or one.employer == value.employer}  # fmt: skip
        assert {one.system for one in (*agreeing, *others)} == systems


def plainly(said: Sequence[Said], table: Rules) -> tuple[str, str]:
    """Return what is shown and why, worked out by sorting: a second, slower way to the same."""
    rule = table.fields[said[0].field]
    if rule.about == "employer":
        by_system = sorted(said, key=lambda one: (
            one.system, not one.main, -one.employs, one.employed_since, one.record))  # fmt: skip
        said = [next(group) for _, group in groupby(by_system, key=lambda one: one.system)]
    newest: dt.date | None = None

    def merit(step: Step, one: Said, rivals: Sequence[Said]) -> bool | int:
        match step:
            case "permanent":
                return not one.temporary
            case "verified":
                return one.kind in rule.verified_by and not one.temporary
            case "owner":
                return -[*rule.owners, one.kind].index(one.kind)
            case "employs":
                return one.employs
            case "later":
                return newest is None or (one.heard is not None and (newest - one.heard).days <= 62)
            case "oldest":
                return -one.since.toordinal()
            case "fuller":
                return not any(longer(other, one) for other in rivals)
        return 0

    why = "agreed"
    for step in rule.settled_by:
        if len({one.compared for one in said}) < 2:
            break
        newest = max((one.heard for one in said if one.heard), default=None)
        rivals = list(said)
        ranked = sorted(said, key=lambda one: merit(step, one, rivals), reverse=True)
        best = merit(step, ranked[0], rivals)
        kept = [one for one in ranked if merit(step, one, rivals) == best]
        if {one.record for one in kept} != {one.record for one in said}:
            said, why = kept, step
    left = min(said, key=lambda one: (one.since, one.system, one.record, one.value))
    return left.compared, "unsettled" if len({one.compared for one in said}) > 1 else why


def longer(one: Said, other: Said) -> bool:
    """Tell whether a name says more: letter by letter, its accents aside unless nothing else is."""
    bare = [re.sub("['\u2019\u0300-\u036f]", "", unicodedata.normalize("NFD", each.compared))
            for each in (one, other)]  # fmt: skip
    (surname, _, names), (same, _, fewer) = (each.partition(APART) for each in bare)
    if surname != same or one.compared == other.compared:
        return False
    full, part = names.split(), fewer.split()
    if full == part:
        marks = [len(unicodedata.normalize("NFD", each.compared)) for each in (one, other)]
        return marks[0] > marks[1]
    return len(full) >= len(part) and all(
        full[at] == name or (len(name) == 1 and full[at][0] == name) for at, name in enumerate(part)
    )


@given(words())
def test_a_second_way_to_work_it_out_agrees(said: list[Said]) -> None:
    for (field, employer), value in values(said, rules()).items():
        mine = [one for one in said if one.field == field
                and (not employer or one.employer == employer)]  # fmt: skip
        compared, why = plainly(mine, rules())
        assert compared == value.shown.compared
        if value.others:
            assert why == value.reason


@given(words(), st.integers(0, 5), st.integers(0, 5), st.sampled_from(["a", "z"]))
def test_what_was_settled_stays_so_until_a_source_states_something_new(
    said: list[Said], chosen: int, moves: int, word: str
) -> None:
    for value in values(said, rules()).values():
        if not value.unsettled:
            continue
        mine = [*value.agreeing, *(lost.said for lost in value.others)]
        contest = in_contest(value)
        kept = contest[chosen % len(contest)].compared
        made = Settled("1", value.field, kept, {one.record: one.compared for one in mine})
        settled = decide(mine, rules(), [made])
        assert (settled.reason, settled.shown.compared) == ("settled", kept)
        assert {lost.by for lost in settled.others} == {"settled"}
        moved = mine[moves % len(mine)]
        news = [replace(one, value="something new", temporary=False) if one is moved else one
                for one in mine]  # fmt: skip
        assert not covers(made, news)
        assert decide(news, rules(), [made]).reason != "settled"
        rest = [one for one in mine if one is not moved]
        if len({one.compared for one in rest}) > 1 and kept in {one.compared for one in rest}:
            assert covers(made, rest), "a record that is no longer of this person opens nothing"


@given(words())
def test_two_decisions_that_contradict_each_other_decide_nothing(said: list[Said]) -> None:
    for value in values(said, rules()).values():
        if value.unsettled:
            mine = [*value.agreeing, *(lost.said for lost in value.others)]
            stated = {one.record: one.compared for one in mine}
            both = [
                Settled(str(at), value.field, kept, stated)
                for at, kept in enumerate({one.compared for one in in_contest(value)})
            ]
            assert decide(mine, rules(), both).unsettled


@given(words(), st.sampled_from(["mill", "weir"]), st.sampled_from(["u", "v"]))
def test_an_employer_learns_of_another_ones_word_only_that_it_is_otherwise(
    said: list[Said], employer: str, secret: str
) -> None:
    """Whatever the other states instead, as long as it is otherwise too, nothing here changes."""
    own = [one for one in said if one.employer == employer]
    known = {one.compared for one in own}
    for key, seen in values(own, rules()).items():
        for whole in (values(said, rules())[key],):
            told = (seen, otherwise(whole, seen))
        hidden = [
            one if one.employer == employer or one.compared in known
            else replace(one, value=f"{secret}{one.compared}", temporary=False)
            for one in said
        ]  # fmt: skip
        again = values(hidden, rules())[key]
        if said[0].field not in ("nino", "legal_name"):  # these weigh what a value looks like
            assert (seen, otherwise(again, seen)) == told
        assert values([one for one in hidden if one.employer == employer], rules())[key] == seen
