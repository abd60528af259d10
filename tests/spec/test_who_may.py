"""Who may see what: the cases policy people agreed, as a table, and the page written from it.

``HMRC`` and ``DWP`` stand for any two employers; the actor works for HMRC and is person 1. A
``*`` marks a restricted record.
"""

from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from muster.gates.access import (
    ROLES,
    RULES,
    VERBS,
    Actor,
    Purpose,
    Role,
    Subject,
    Verb,
    may,
    reach_of,
    who_may,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "who-may.md"

HMRC, DWP = UUID(int=0x17), UUID(int=0x18)
SUBJECTS = {
    "person at HMRC": Subject("person", HMRC, UUID(int=2)),
    "person at DWP": Subject("person", DWP, UUID(int=3)),
    "person* at HMRC": Subject("person", HMRC, UUID(int=4), restricted=True),
    "oneself": Subject("person", HMRC, UUID(int=1)),
    "oneself*": Subject("person", HMRC, UUID(int=1), restricted=True),
    "feed of HMRC": Subject("feed", HMRC),
    "feed of DWP": Subject("feed", DWP),
    "post* at DWP": Subject("post", DWP, restricted=True),
    "figures": Subject("figures"),
    "service": Subject("service"),
}

CASES = """
role                           | verb                  | subject         | purpose            | answer
HR caseworker                  | see person            | person at HMRC  | casework           | yes
HR caseworker                  | see person            | person at DWP   | casework           | hidden
HR caseworker                  | see person            | person* at HMRC | casework           | hidden
HR caseworker                  | see person            | person at HMRC  | workforce planning | hidden
HR caseworker                  | search people         | feed of DWP     | casework           | hidden
HR caseworker                  | answer corrections    | feed of HMRC    | casework           | yes
HR caseworker                  | answer corrections    | feed of DWP     | casework           | hidden
civil servant                  | answer corrections    | feed of HMRC    | casework           | no
civil servant                  | tell own changes      | oneself         | own business       | yes
civil servant                  | tell own changes      | oneself*        | own business       | yes
civil servant                  | tell own changes      | person at HMRC  | own business       | hidden
HR caseworker                  | tell own changes      | person at HMRC  | own business       | hidden
civil servant                  | ask for corrections   | oneself*        | own business       | yes
civil servant                  | ask for corrections   | person at HMRC  | own business       | hidden
civil servant                  | use data rights       | oneself         | own business       | yes
civil servant                  | use data rights       | oneself*        | own business       | yes
HR caseworker                  | use data rights       | person at HMRC  | own business       | hidden
HR caseworker                  | see transfers         | feed of HMRC    | casework           | yes
HR caseworker                  | see transfers         | feed of DWP     | casework           | hidden
HR caseworker                  | receive transfers     | feed of HMRC    | casework           | yes
HR caseworker                  | release records       | feed of HMRC    | casework           | yes
HR caseworker                  | release records       | feed of DWP     | casework           | hidden
HR caseworker                  | agree dates           | feed of HMRC    | casework           | yes
HR caseworker                  | move many             | feed of HMRC    | casework           | yes
HR caseworker                  | reassign tasks        | feed of HMRC    | casework           | yes
HR caseworker                  | set calendars         | feed of HMRC    | casework           | yes
HR caseworker                  | run pay period        | feed of HMRC    | casework           | no
line manager                   | offer transfers       | feed of HMRC    | casework           | yes
line manager                   | offer transfers       | feed of DWP     | casework           | hidden
line manager                   | see transfers         | feed of HMRC    | casework           | yes
line manager                   | release records       | feed of HMRC    | casework           | no
line manager                   | agree dates           | feed of HMRC    | casework           | no
payroll lead                   | run pay period        | feed of HMRC    | casework           | yes
payroll lead                   | run pay period        | feed of DWP     | casework           | hidden
payroll lead                   | set calendars         | feed of HMRC    | casework           | yes
payroll lead                   | see transfers         | feed of HMRC    | casework           | yes
payroll lead                   | see person            | person at HMRC  | casework           | hidden
payroll lead                   | reassign tasks        | feed of HMRC    | casework           | yes
civil servant                  | see own transfers     | oneself         | own business       | yes
civil servant                  | see own transfers     | oneself*        | own business       | yes
civil servant                  | see own transfers     | person at HMRC  | own business       | hidden
civil servant                  | see transfers         | feed of HMRC    | casework           | no
civil servant                  | see tasks             | service         | own business       | yes
analyst                        | cover colleagues      | service         | own business       | yes
leader                         | see transfers         | feed of HMRC    | casework           | no
information-governance officer | see retention         | service         | assurance          | yes
information-governance officer | run retention         | service         | assurance          | yes
information-governance officer | run retention         | service         | own business       | no
information-governance officer | answer data requests  | person at DWP   | assurance          | yes
information-governance officer | answer data requests  | person* at HMRC | assurance          | hidden
HR caseworker                  | run retention         | service         | casework           | no
HR caseworker                  | answer data requests  | person at HMRC  | casework           | hidden
service operator               | run retention         | service         | operation          | no
HR caseworker                  | settle conflicts      | feed of HMRC    | casework           | yes
HR caseworker                  | settle conflicts      | feed of DWP     | casework           | hidden
information-governance officer | settle conflicts      | feed of DWP     | assurance          | yes
analyst                        | settle conflicts      | feed of HMRC    | workforce planning | no
HR caseworker                  | see feeds             | feed of HMRC    | casework           | yes
HR caseworker                  | see feeds             | feed of DWP     | casework           | hidden
HR caseworker                  | see quarantined rows  | feed of HMRC    | casework           | yes
HR caseworker                  | see quarantined rows  | feed of DWP     | casework           | hidden
HR caseworker                  | load feeds            | feed of HMRC    | casework           | yes
HR caseworker                  | load feeds            | feed of DWP     | casework           | hidden
HR caseworker                  | see agreements        | feed of HMRC    | casework           | yes
HR caseworker                  | map layouts           | feed of HMRC    | casework           | yes
HR caseworker                  | correct rows          | feed of HMRC    | casework           | yes
HR caseworker                  | correct rows          | feed of DWP     | casework           | hidden
HR caseworker                  | withdraw feeds        | feed of DWP     | casework           | hidden
HR caseworker                  | approve feeds         | feed of HMRC    | casework           | yes
HR caseworker                  | plan feeds            | feed of HMRC    | casework           | yes
HR caseworker                  | see data quality      | feed of DWP     | casework           | hidden
leader                         | see data quality      | feed of DWP     | workforce planning | yes
leader                         | withdraw feeds        | feed of DWP     | workforce planning | no
information-governance officer | approve feeds         | feed of DWP     | assurance          | yes
information-governance officer | correct rows          | feed of DWP     | assurance          | no
integrator                     | withdraw feeds        | feed of HMRC    | integration        | yes
service operator               | correct rows          | feed of DWP     | operation          | no
service operator               | withdraw feeds        | feed of DWP     | operation          | yes
HR caseworker                  | suspend agreements    | feed of HMRC    | casework           | yes
HR caseworker                  | suspend agreements    | feed of DWP     | casework           | hidden
HR caseworker                  | draft agreements      | feed of HMRC    | casework           | yes
HR caseworker                  | sign agreements       | feed of HMRC    | casework           | yes
HR caseworker                  | sign agreements       | feed of DWP     | casework           | hidden
integrator                     | draft agreements      | feed of HMRC    | integration        | yes
integrator                     | sign agreements       | feed of HMRC    | integration        | no
integrator                     | suspend agreements    | feed of HMRC    | integration        | no
information-governance officer | draft agreements      | service         | assurance          | yes
information-governance officer | sign agreements       | service         | assurance          | yes
service operator               | sign agreements       | service         | operation          | no
HR caseworker                  | see figures           | figures         | workforce planning | yes
line manager                   | see figures           | figures         | workforce planning | yes
line manager                   | see person            | person at HMRC  | casework           | hidden
leader                         | see figures           | figures         | workforce planning | yes
leader                         | see figures           | figures         | casework           | no
leader                         | see person            | person at HMRC  | workforce planning | hidden
leader                         | search people         | figures         | casework           | no
analyst                        | see figures           | figures         | workforce planning | yes
analyst                        | see releases          | figures         | workforce planning | yes
leader                         | declare expectations  | feed of DWP     | workforce planning | yes
HR caseworker                  | declare expectations  | feed of HMRC    | workforce planning | yes
HR caseworker                  | declare expectations  | feed of DWP     | workforce planning | hidden
HR caseworker                  | declare expectations  | feed of HMRC    | casework           | no
analyst                        | declare expectations  | feed of HMRC    | workforce planning | no
analyst                        | build dashboards      | figures         | workforce planning | yes
analyst                        | state structures      | service         | workforce planning | yes
leader                         | state structures      | service         | workforce planning | no
HR caseworker                  | state structures      | service         | casework           | no
leader                         | build dashboards      | figures         | workforce planning | yes
line manager                   | build dashboards      | figures         | workforce planning | yes
HR caseworker                  | build dashboards      | figures         | workforce planning | yes
HR caseworker                  | build dashboards      | figures         | casework           | no
information-governance officer | build dashboards      | figures         | assurance          | no
civil servant                  | build dashboards      | figures         | own business       | no
HR caseworker                  | say where places are  | feed of HMRC    | casework           | yes
HR caseworker                  | say where places are  | feed of DWP     | casework           | hidden
HR caseworker                  | keep commitments      | feed of HMRC    | casework           | no
analyst                        | say where places are  | feed of DWP     | workforce planning | yes
analyst                        | keep commitments      | figures         | workforce planning | yes
leader                         | keep commitments      | figures         | workforce planning | no
integrator                     | say where places are  | feed of HMRC    | integration        | no
analyst                        | decide releases       | figures         | workforce planning | no
leader                         | commission figures    | figures         | workforce planning | yes
analyst                        | commission figures    | figures         | workforce planning | yes
line manager                   | commission figures    | figures         | workforce planning | no
civil servant                  | commission figures    | figures         | own business       | no
analyst                        | approve metrics       | figures         | workforce planning | yes
leader                         | approve metrics       | figures         | workforce planning | no
information-governance officer | approve metrics       | figures         | assurance          | yes
analyst                        | run returns           | figures         | workforce planning | yes
leader                         | run returns           | figures         | workforce planning | no
information-governance officer | run returns           | figures         | assurance          | no
HR caseworker                  | answer returns        | feed of HMRC    | casework           | yes
HR caseworker                  | answer returns        | feed of DWP     | casework           | hidden
HR caseworker                  | sign off returns      | feed of HMRC    | casework           | yes
HR caseworker                  | sign off returns      | feed of DWP     | casework           | hidden
analyst                        | answer returns        | feed of HMRC    | workforce planning | no
integrator                     | answer returns        | feed of HMRC    | integration        | no
leader                         | decide releases       | figures         | workforce planning | no
information-governance officer | decide releases       | figures         | assurance          | yes
analyst                        | choose employer names | service         | workforce planning | yes
analyst                        | see person            | person at HMRC  | workforce planning | hidden
analyst                        | see feeds             | feed of HMRC    | workforce planning | no
information-governance officer | see feeds             | feed of DWP     | assurance          | yes
information-governance officer | see quarantined rows  | feed of DWP     | assurance          | yes
information-governance officer | see agreements        | feed of DWP     | assurance          | yes
information-governance officer | suspend agreements    | feed of DWP     | assurance          | yes
information-governance officer | see evidence          | service         | assurance          | yes
information-governance officer | see person            | person at HMRC  | assurance          | hidden
information-governance officer | load feeds            | feed of HMRC    | assurance          | no
integrator                     | see feeds             | feed of HMRC    | integration        | yes
integrator                     | see feeds             | feed of DWP     | integration        | hidden
integrator                     | see quarantined rows  | feed of HMRC    | integration        | yes
integrator                     | see quarantined rows  | feed of DWP     | integration        | hidden
integrator                     | load feeds            | feed of DWP     | integration        | hidden
integrator                     | see person            | person at HMRC  | integration        | hidden
civil servant                  | see own record        | oneself         | own business       | yes
civil servant                  | see own record        | oneself*        | own business       | yes
civil servant                  | see own record        | person at HMRC  | own business       | hidden
civil servant                  | see figures           | figures         | own business       | no
civil servant                  | see posts             | post* at DWP    | own business       | hidden
service operator               | see feeds             | feed of DWP     | operation          | yes
service operator               | see quarantined rows  | feed of DWP     | operation          | no
service operator               | choose employer names | service         | operation          | yes
service operator               | suspend agreements    | feed of DWP     | operation          | no
service operator               | see evidence          | service         | operation          | yes
service operator               | see person            | person at HMRC  | operation          | hidden
integrator                     | propose mappings      | feed of HMRC    | integration        | yes
integrator                     | propose mappings      | feed of DWP     | integration        | hidden
integrator                     | accept mappings       | feed of HMRC    | integration        | yes
integrator                     | accept mappings       | feed of DWP     | integration        | hidden
integrator                     | manage contracts      | service         | integration        | yes
information-governance officer | accept mappings       | feed of DWP     | assurance          | yes
information-governance officer | propose mappings      | feed of HMRC    | assurance          | no
information-governance officer | manage contracts      | service         | assurance          | yes
service operator               | propose mappings      | feed of DWP     | operation          | yes
service operator               | accept mappings       | feed of DWP     | operation          | no
HR caseworker                  | accept mappings       | feed of HMRC    | casework           | no
HR caseworker                  | break glass           | person* at HMRC | casework           | yes
HR caseworker                  | break glass           | person at DWP   | casework           | hidden
HR caseworker                  | break glass           | person* at HMRC | own business       | hidden
information-governance officer | break glass           | person* at HMRC | assurance          | yes
information-governance officer | guard restrictions    | person* at HMRC | assurance          | yes
information-governance officer | investigate looks     | person* at HMRC | assurance          | yes
HR caseworker                  | guard restrictions    | person* at HMRC | casework           | hidden
HR caseworker                  | investigate looks     | person* at HMRC | casework           | hidden
line manager                   | break glass           | person* at HMRC | casework           | hidden
integrator                     | break glass           | person* at HMRC | integration        | hidden
service operator               | investigate looks     | person* at HMRC | operation          | hidden
civil servant                  | see skills map        | service         | own business       | yes
payroll lead                   | see skills map        | service         | own business       | yes
service operator               | see skills map        | service         | own business       | yes
civil servant                  | report skill          | service         | own business       | yes
leader                         | report skill          | service         | own business       | yes
analyst                        | build skills map      | service         | workforce planning | yes
analyst                        | publish skills map    | service         | workforce planning | yes
analyst                        | decide skill reports  | service         | workforce planning | yes
analyst                        | publish skills map    | service         | own business       | no
service operator               | build skills map      | service         | operation          | yes
service operator               | publish skills map    | service         | operation          | yes
service operator               | decide skill reports  | service         | operation          | yes
leader                         | build skills map      | service         | workforce planning | no
civil servant                  | decide skill reports  | service         | own business       | no
HR caseworker                  | publish skills map    | service         | casework           | no
"""  # noqa: E501 - a table is read across


def _cases() -> list[list[str]]:
    _heading, *rows = CASES.strip().splitlines()
    return [[cell.strip() for cell in row.split("|")] for row in rows]


@pytest.mark.parametrize(
    ("role", "verb", "subject", "purpose", "answer"), _cases(), ids=lambda cell: cell
)
def test_it_answers_as_agreed(
    role: str, verb: str, subject: str, purpose: str, answer: str
) -> None:
    actor = Actor("a", "A", frozenset({cast("Role", role)}), employer=HMRC, person=UUID(int=1))
    given = may(actor, cast("Verb", verb), SUBJECTS[subject], cast("Purpose", purpose))
    assert ("yes" if given.allowed else "hidden" if given.hidden else "no") == answer
    assert given.because


REACHES = """
role                           | verb                  | purpose            | knows its employer | reach
HR caseworker                  | see feeds             | casework           | yes                | own employer
HR caseworker                  | see feeds             | casework           | no                 | nothing
HR caseworker                  | see feeds             | integration        | yes                | nothing
HR caseworker                  | search people         | casework           | yes                | own employer
HR caseworker                  | see own record        | own business       | yes                | own person
integrator                     | load feeds            | integration        | yes                | own employer
information-governance officer | see quarantined rows  | assurance          | no                 | all
service operator               | load feeds            | operation          | no                 | all
service operator               | see quarantined rows  | operation          | yes                | nothing
analyst                        | choose employer names | workforce planning | no                 | all
"""  # noqa: E501 - a table is read across


@pytest.mark.parametrize(
    ("role", "verb", "purpose", "employed", "reach"),
    [[cell.strip() for cell in row.split("|")] for row in REACHES.strip().splitlines()[1:]],
)
def test_a_list_reaches_as_far_as_agreed(
    role: str, verb: str, purpose: str, employed: str, reach: str
) -> None:
    employer = HMRC if employed == "yes" else None
    actor = Actor("a", "A", frozenset({cast("Role", role)}), employer, person=UUID(int=1))
    found = reach_of(actor, cast("Verb", verb), cast("Purpose", purpose))
    assert (found or "nothing") == reach


def test_a_list_never_reaches_what_its_pages_refuse() -> None:
    for rule in RULES:
        actor = Actor("a", "A", frozenset({rule.role}), HMRC, UUID(int=1))
        reach = reach_of(actor, rule.verb, rule.purpose)
        stranger = Subject("feed", DWP, UUID(int=9))
        assert may(actor, rule.verb, stranger, rule.purpose).allowed == (reach == "all")


def test_every_role_and_every_verb_stand_in_the_table() -> None:
    cases = _cases()
    assert {case[0] for case in cases} == set(ROLES)
    assert {rule.verb for rule in RULES} == set(VERBS)


def test_nobody_but_the_person_reaches_a_restricted_record_in_the_ordinary_course() -> None:
    """Besides the person: its guardians, who look into looks, and an emergency, which is told."""
    watched = {"break glass", "guard restrictions", "investigate looks"}
    others = [rule for rule in RULES if rule.even_restricted and rule.reach != "own person"]
    assert {rule.verb for rule in others} == watched
    assert {rule.role for rule in RULES if rule.verb in watched} == {
        "HR caseworker", "information-governance officer",
    }  # fmt: skip


def test_no_rule_stands_twice() -> None:
    assert len(set(RULES)) == len(RULES)


def test_the_reference_page_is_written_from_the_table() -> None:
    assert PAGE.read_text() == who_may(), "write docs/reference/who-may.md again from who_may()"
