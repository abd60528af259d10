"""How the People Survey names what it asked and of whom, as tables for whoever answers analysts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.statistics.survey_rules import level_of, read_measure
from tests.tables import rows_of

MEASURES = r"""
as published                                                       | code          | steady
Employee engagement index                                          | EES           | yes
Employee Engagement Index                                          | EES           | yes
Engagement index                                                   | EES           | yes
Employee engagement index (B47-B51)                                | EES           | yes
EES                                                                | EES           | yes
EES.\nEmployee engagement index\n(B47 to B51)                      | EES           | yes
EES\nEmployee engagement index (B47 to B51)                        | EES           | yes
Response rate                                                      | response_rate | yes
Response_rate                                                      | response_rate | yes
Response rate [note 9]                                             | response_rate | yes
Survey response rate (%)                                           | response_rate | yes
My work theme score (B01-B05 average)                              | mw_ts         | yes
My work                                                            | mw_ts         | yes
mw_ts. My work theme score (% positive, B01-B05)                   | mw_ts         | yes
My line manager theme score (B09-B18 average)                      | lm_ts         | yes
Organisational objectives and purpose1                             | op_ts         | yes
lm_ts. My manager theme score (% positive, B08-B16) [note 1]       | lm_ts         | yes
PERMA_index. PERMA Index (high score means high flourishing)       | PERMA_index   | yes
HSE_index.\nProxy Stress Index\n(high score means high stress)     | HSE_index     | yes
Proxy Stress Index                                                 | HSE_index     | yes
B01                                                                | B01           | no
B01. I am interested in my work (% strongly agree or agree)        | B01           | no
B37A\nI am fully aware of the benefits                             | B37A          | no
J04B. In general, how would you rate your health?                  | J04B          | no
E06_A_yes.\nWas appropriate action taken?                          | E06_A_yes     | no
C01_1\nWhich of the following statements                           | C01_1         | no
CV3\nWould you describe yourself                                   | CV3           | no
My work is of interest                                             | ~none~        | no
A question of a year to come                                       | ~none~        | no
I am proud                                                         | ~none~        | no
"""  # fmt: skip


@pytest.mark.parametrize("row", rows_of(MEASURES), ids=lambda row: row[0])
def test_what_a_heading_asks(row: tuple[str, ...]) -> None:
    published, code, steady = row
    asked = read_measure(published.replace("\\n", "\n"))
    assert asked.code == ("" if code == "~none~" else code)
    assert asked.steady is (steady == "yes")
    assert asked.words


LEVELS = """
organisation                                                       | of whom
HM Treasury                                                        | organisation
Home Office (excluding agencies)                                   | organisation
Defence Support Group                                              | organisation
Child Maintenance Group                                            | organisation
Civil Service HR                                                   | organisation
Home Office group                                                  | group
Home Office group (combined results)                               | group
Ministry of Justice (including agencies)                           | group
Ministry of Justice group (including agencies)                     | group
UK Statistics Authority group (including ONS)                      | group
Scotland Office and Wales Office combined                          | group
Civil Service benchmark                                            | civil_service
Civil Service 2011 benchmark (median)                              | civil_service
Civil Service Benchmark (median)                                   | civil_service
All civil servants (mean score)                                    | civil_service
"""


@pytest.mark.parametrize("row", rows_of(LEVELS), ids=lambda row: row[0])
def test_of_whom_a_score_is(row: tuple[str, ...]) -> None:
    organisation, level = row
    assert level_of(organisation) == level
    assert level_of(f"  {organisation} ") == level


@given(st.text(max_size=300))
def test_any_heading_is_read_and_its_words_are_kept(published: str) -> None:
    asked = read_measure(published)
    assert len(asked.code) <= 20
    assert asked == read_measure(" ".join(published.split()))
    assert asked.words in " ".join(published.split())
