"""How the organisation names that departments write are read: the table is the rule.

Stated name and parent are as a file has them; "~" stands for a character that cannot be seen,
named under "invisible" below. The employer is the key in the shipped organisations: the match
where the outcome is matched; otherwise the organisation that a person must be offered among
the first three, or "-" where the lists hold none.
"""

import csv
import io
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from muster.register.employers.candidates import likely_candidates
from muster.register.employers.organisations import shipped_organisations
from muster.register.employers.rules import NameIndex, build_name_index, read_employer_name

INVISIBLE = {"~zwsp~": "\u200b", "~nbsp~": "\u00a0", "~cyrillic o~": "\u043e"}
ALIKE = "same name once"
VERY = "the very name"
SHORT = "its abbreviation"
HM = "apart from a leading HM or UK"
BRACKET = "abbreviation in brackets"
NONE = "no organisation has this name"
HINT = "a person must say"
TWINS = "organisations have this name or these initials"

TABLE = """
stated | parent | outcome | employer | why
HM Treasury | | matched | hm-treasury | VERY
Her Majesty's Treasury | | matched | hm-treasury | ALIKE
His Majesty’s Treasury | | matched | hm-treasury | ALIKE
H.M. TREASURY | | matched | hm-treasury | ALIKE
HM~nbsp~Treasury | | matched | hm-treasury | ALIKE
Treasury | | unknown | hm-treasury | NONE
UK Treasury | | unknown | hm-treasury | NONE
Her Majesty's Revenue and Customs | | matched | hm-revenue-customs | ALIKE
HMRC | | matched | hm-revenue-customs | SHORT
hmrc | | unknown | hm-revenue-customs | HINT
Revenue & Customs | | matched | hm-revenue-customs | HM
Land Registry | Ministry of Justice | matched | land-registry | HM
Dept for Work & Pensions | | matched | department-for-work-pensions | ALIKE
Dept. for Work and Pensions | | matched | department-for-work-pensions | ALIKE
DWP | | matched | department-for-work-pensions | SHORT
Department for Work and Pensions (DWP) | | matched | department-for-work-pensions | BRACKET
Department for Work and Pensions (DfE) | | unknown | department-for-work-pensions | NONE
DEPARTMENT FOR TRANSPORT | | matched | department-for-transport | ALIKE
Department  for   Transport | | matched | department-for-transport | ALIKE
Crown Prosecution Service | | matched | crown-prosecution-service | VERY
HMCTS | | matched | hm-courts-and-tribunals-service | SHORT
Her Majesty’s Courts & Tribunals Service | | matched | hm-courts-and-tribunals-service | ALIKE
Home Office | | matched | home-office | VERY
Ho~zwsp~me Office | | matched | home-office | ALIKE
H~cyrillic o~me Office | | unknown | home-office | NONE
Defra | | matched | department-for-environment-food-rural-affairs | SHORT
DEFRA | | matched | department-for-environment-food-rural-affairs | SHORT
DfE | | matched | department-for-education | SHORT
MOD | | matched | ministry-of-defence | SHORT
MoD | | unknown | ministry-of-defence | HINT
Department of Health | | matched | department-of-health-and-social-care | VERY
Department for Education | | matched | department-for-education | VERY
Department of Education | Department for Education | unknown | department-for-education | HINT
Department of Education | | unknown | department-of-education | HINT
Department of the Environment | | unknown | register-2017:D591 | HINT
Department of Justice | | unknown | department-of-justice-northern-ireland | NONE
Youth Justice Board | Ministry of Justice | unknown | youth-justice-board-for-england-and-wales | NONE
Youth Justice Agency | | unknown | youth-justice-agency-of-northern-ireland | NONE
Arts Council | | unknown | arts-council-of-wales | NONE
Arts Council of Wales | | matched | arts-council-of-wales | VERY
NHS | | unknown | - | NONE
Agency | | unknown | - | NONE
Department | | unknown | - | NONE
Sport | | unknown | uk-sport | NONE
UK Sport | | matched | uk-sport | VERY
Supreme Court | | unknown | supreme-court-of-the-united-kingdom | NONE
UK Supreme Court | The Supreme Court | unknown | supreme-court-of-the-united-kingdom | NONE
 | | unknown | - | no name
N/A | | unknown | - | NONE
--- | | unknown | - | no name
DCMS | | ambiguous | department-for-culture-media-and-sport | TWINS
DSA | Department for Transport | ambiguous | register-2017:EA75 | TWINS
NPSA | Department of Health | ambiguous | register-2017:EA860 | TWINS
PHSO | | unknown | the-parliamentary-and-health-service-ombudsman | HINT
DLUHC | | unknown | department-for-levelling-up-housing-and-communities | HINT
HA | Department for Transport | unknown | register-2017:EA77 | HINT
UKHSA | | matched | uk-health-security-agency | SHORT
Health Security Agency | | matched | uk-health-security-agency | HM
HM Border Agency | Home Office | unknown | register-2017:EA67 | NONE
United Kingdom Atomic Energy Authority | | matched | uk-atomic-energy-authority | ALIKE
The British Library | | matched | british-library | ALIKE
Student Loans Company Limited | | matched | student-loans-company | ALIKE
Capital For Enterprise Ltd | | matched | register-2017:PB147 | ALIKE
Childrens Commissioner | | unknown | office-of-the-children-s-commissioner | NONE
Office of the Childrens Commissioner | | matched | office-of-the-children-s-commissioner | ALIKE
The Geffrye Museum | | matched | geffrye-museum | ALIKE
Victoria Climbie Inquiry | | matched | register-2017:OT596 | ALIKE
Office of the Advocate General of Scotland | | unknown | office-of-the-advocate-general-for-scotland | NONE
Visit England | Department for Culture, Media and Sport | unknown | visitengland | NONE
Wales Office | Wales Office | unknown | register-2017:D24 | NONE
Hybu Cig Cymru – Meat Promotion Wales | | matched | register-2017:OT681 | ALIKE
Hybu Cig Cymru | | unknown | register-2017:OT681 | NONE
Estyn | | matched | estyn | VERY
Cyfoeth Naturiol Cymru | | unknown | - | NONE
"""  # noqa: E501 - a table row is one line, and files hold curly apostrophes
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().split("\n")[1:]]
REASONS = {
    "ALIKE": ALIKE,
    "VERY": VERY,
    "SHORT": SHORT,
    "HM": HM,
    "BRACKET": BRACKET,
    "NONE": NONE,
    "HINT": HINT,
    "TWINS": TWINS,
}
ORGANOGRAMS = Path(__file__).parents[3] / "shared" / "data" / "organograms" / "organogram_files.zip"


@cache
def index() -> NameIndex:
    return build_name_index(shipped_organisations())


@pytest.mark.parametrize(("stated", "parent", "outcome", "employer", "why"), ROWS)
def test_stated_name_is_read_as_the_table_says(
    stated: str, parent: str, outcome: str, employer: str, why: str
) -> None:
    for word, character in INVISIBLE.items():
        stated = stated.replace(word, character)
    match = read_employer_name(stated, index())
    assert match.outcome == outcome
    assert REASONS.get(why, why) in match.rule
    if outcome == "matched":
        assert match.key == employer
        return
    assert match.key is None
    offered = [c.key for c in likely_candidates(stated, index(), parent or None, limit=3)]
    assert employer == "-" or employer in offered


def test_nearly_all_published_rows_match() -> None:
    """At least 97 % of the rows departments published name an employer with certainty."""
    if not ORGANOGRAMS.exists():
        pytest.skip(f"the published organograms are not at {ORGANOGRAMS}")
    rows = published_names(ORGANOGRAMS)
    matched = sum(
        count
        for name, count in rows.items()
        if read_employer_name(name, index()).outcome == "matched"
    )
    assert matched >= 0.97 * rows.total() > 0


def published_names(archive: Path) -> Counter[str]:
    """How many rows of the published files name each organisation."""
    names: Counter[str] = Counter()
    with zipfile.ZipFile(archive) as files:
        for path in files.namelist():
            if path.endswith(".csv"):
                with files.open(path) as file:
                    text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
                    names.update(row["Organisation"] or "" for row in csv.DictReader(text))
    return names
