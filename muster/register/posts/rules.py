"""How a grade as stated becomes a responsibility level, for whoever compares employers' posts.

Employers name the same responsibility in hundreds of ways, and the same name in different ways
("Grade 6" is senior in most departments and junior in a few bodies). Three ideas keep the
reading honest:

1. **The organisation comes first.** A band such as ``4`` or ``Band D`` means something only
   inside one organisation, so the code list is asked about that organisation before the common
   grade names are tried. A row there may also say "not mapped", which stops the reading.
2. **A stated grade wins over decoration.** ``A2 (G7)``, ``EO (UKHO B3)`` and ``Grade 7 London``
   each name one common grade; the band code, the place and the employer beside it add nothing.
3. **Doubt is an answer.** Two grades of one group give the group (``HEO/SEO``); two grades of
   different groups (``AO/EO``) give nothing. Nothing is never an error: the post is kept with its
   grade as stated and shown as "not mapped".
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

CIVIL_SERVICE = "civil service"
FORCES = "forces"
DEPARTMENTAL_BAND = "departmental band"
PROFESSION_SCALE = "profession scale"
SCHEMES = (CIVIL_SERVICE, FORCES, DEPARTMENTAL_BAND, PROFESSION_SCALE)


@dataclass(frozen=True, slots=True)
class Level:
    """One responsibility level; ``order`` rises with responsibility, ``group`` is the coarser one.

    The groups are those of Civil Service Statistics. A group of several levels is itself a level
    (``is_group``) for grades whose members cannot be told apart; it sorts with its lowest member.
    """

    code: str
    label: str
    order: int
    group: str
    is_group: bool = False


LEVELS: tuple[Level, ...] = (
    Level("AA/AO", "Administrative Assistant or Officer", 10, "AA/AO", is_group=True),
    Level("AA", "Administrative Assistant", 10, "AA/AO"),
    Level("AO", "Administrative Officer", 20, "AA/AO"),
    Level("EO", "Executive Officer", 30, "EO"),
    Level("HEO/SEO", "Higher or Senior Executive Officer", 40, "HEO/SEO", is_group=True),
    Level("HEO", "Higher Executive Officer", 40, "HEO/SEO"),
    Level("SEO", "Senior Executive Officer", 50, "HEO/SEO"),
    Level("G6/7", "Grade 6 or Grade 7", 60, "G6/7", is_group=True),
    Level("G7", "Grade 7", 60, "G6/7"),
    Level("G6", "Grade 6", 70, "G6/7"),
    Level("SCS", "Senior Civil Service", 80, "SCS", is_group=True),
    Level("SCS1", "Senior Civil Service pay band 1: deputy director", 80, "SCS"),
    Level("SCS1A", "Senior Civil Service pay band 1A", 90, "SCS"),
    Level("SCS2", "Senior Civil Service pay band 2: director", 100, "SCS"),
    Level("SCS3", "Senior Civil Service pay band 3: director general", 110, "SCS"),
    Level("SCS4", "Permanent secretary", 120, "SCS"),
)
LEVEL_BY_CODE: Mapping[str, Level] = {level.code: level for level in LEVELS}


@dataclass(frozen=True, slots=True)
class ListedGrade:
    """What a code list says of one grade; ``level`` is empty where it says "not mapped"."""

    level: str
    scheme: str
    source: str
    rule: str


@dataclass(frozen=True, slots=True)
class GradeCodeList:
    """The code lists, indexed for one look-up per grade; every key is a ``grade_key``.

    ``common`` grades are found anywhere in a text, ``scales`` only as a whole text or a whole part
    of one. ``bands`` is keyed by organisation and grade, ``family_bands`` by parent department and
    grade. ``ranks`` is keyed by NATO code (``of3``, ``or4``), ``named_ranks`` by spelling.
    ``professions`` leads from a spelling to the profession's name, ``organisations`` from the key
    of a short or former name to the key its bands are listed under.
    """

    common: Mapping[str, ListedGrade]
    scales: Mapping[str, ListedGrade]
    bands: Mapping[tuple[str, str], ListedGrade]
    family_bands: Mapping[tuple[str, str], ListedGrade]
    ranks: Mapping[str, ListedGrade]
    named_ranks: Mapping[str, ListedGrade]
    professions: Mapping[str, str]
    organisations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LevelReading:
    """A responsibility level and why: the scheme read, its source in words and the rule's id."""

    level: str
    scheme: str
    source: str
    rule: str


_DASHES = re.compile(r"[\u2010-\u2015\u2212_]")
_RANGE = re.compile(r"(?<=\d)\s*-\s*(?=\d)")
_OTHER = re.compile(r"[^a-z0-9()/=-]+")
_LOOSE_HYPHEN = re.compile(r"-(?!\d)|(?<!\d)-")
_BRACKETS = re.compile(r"\s*([()/=])\s*")
_LEADING_ZERO = re.compile(r"\b0+(?=[1-9])")


def normalise_grade(text: str) -> str:
    """The grade in lower case and single spaces; ``( ) / =`` and the hyphen of ``7-8`` are kept.

    >>> normalise_grade("  Pay-Band  3 (Nat'l) ")
    'pay band 3 (natl)'
    """
    lowered = unicodedata.normalize("NFKC", text).casefold()
    lowered = lowered.replace("'", "").replace("\u2019", "").replace("&", " and ")
    lowered = _RANGE.sub("-", _DASHES.sub("-", lowered))
    lowered = _LOOSE_HYPHEN.sub(" ", _OTHER.sub(" ", lowered))
    lowered = _LEADING_ZERO.sub("", lowered)
    lowered = _BRACKETS.sub(r" \1 ", lowered)
    joined = " ".join(lowered.split())
    return joined.replace("( ", "(").replace(" )", ")").replace(" / ", "/")


def grade_key(text: str) -> str:
    """The normalised grade without spaces: ``Grade7``, ``GRADE 7`` and ``grade-07`` meet."""
    return normalise_grade(text).replace(" ", "")


_CROWN = re.compile(r"\b(?:her|his) majestys\b")


def organisation_key(name: str) -> str:
    """An organisation's name as a key, without a leading "The", brackets, punctuation or spaces."""
    plain = re.sub(r"\([^()]*\)", " ", normalise_grade(name))
    return re.sub(r"[^a-z0-9]", "", _CROWN.sub("hm", plain).removeprefix("the "))


_BAND_WORD = re.compile(r"^(?:payband|band|pb|level|range)(?=[a-z0-9]{1,3}$)")


def band_code(key: str) -> str:
    """A grade key without the word for band: ``payband3``, ``band3`` and ``pb3`` are all ``3``."""
    return _BAND_WORD.sub("", key)


# Words that say where, on what contract terms or under which sub-scale, never how senior.
_QUALIFIERS = frozenset(
    {
        "national",
        "nat",
        "london",
        "lond",
        "inner",
        "outer",
        "regional",
        "local",
        "other",
        "l",
        "n",
        "and",
        "or",
        "equivalent",
        "equiv",
        "equivalents",
        "msf",
        "tto",
        "atto",
        "htto",
        "stto",
        "sg",
        "abated",
        "retained",
    }
)
# Words that mean the text is about somebody outside the grade it mentions.
_OUTSIDE = frozenset(
    {
        "apprentice",
        "apprentices",
        "apprenticeship",
        "trainee",
        "student",
        "intern",
        "placement",
        "lec",
        "locally",
        "fee",
        "contractor",
        "contractors",
        "interim",
        "seconded",
        "secondee",
        "unknown",
        "below",
        "above",
        "under",
        "over",
        "minimum",
        "excluding",
        "vacant",
        "except",
        "non",
        "not",
    }
)
# Words that turn the grade after them into another job.
_CHANGES_NEXT = frozenset(
    {"chief", "deputy", "assistant", "principal", "senior", "junior", "to", "sub", "vice"}
)
_AS_GRADE = ["equivalent", "to"]
_LONGEST_NAME = 6

_TOKENS = re.compile(r"[a-z0-9]+(?:-\d+)*|[/=()]")
_RANK = re.compile(r"^(of|or)\s*(\d{1,2}|\(?d\)?)(?![a-z0-9])(?:\s*[-/]\s*(?:of|or)?\s*(\d{1,2}))?")


def _outside_brackets(text: str) -> str:
    """What stands outside brackets and before ``=``; inside may be a branch or a trade."""
    return re.sub(r"\([^()]*\)", " ", text).split("=")[0]


def _without_qualifiers(text: str) -> str:
    return "".join(word for word in text.split() if word not in _QUALIFIERS)


def _listed_band(
    text: str, organisation: str, parent_department: str, code_list: GradeCodeList
) -> ListedGrade | None:
    """The organisation's own row for this grade, else its parent department's family row."""
    names = code_list.organisations
    own = organisation_key(organisation or parent_department)
    parent = organisation_key(parent_department or organisation)
    own, parent = names.get(own, own), names.get(parent, parent)
    whole, bare = text.replace(" ", ""), _without_qualifiers(text)
    for key in dict.fromkeys((whole, bare, band_code(bare))):
        found = code_list.bands.get((own, key)) or code_list.family_bands.get((parent, key))
        if found is not None:
            return found
    return None


def _listed_rank(text: str, code_list: GradeCodeList) -> list[ListedGrade]:
    """The ranks a NATO code names: one, or every code of a range such as ``OR7-8``."""
    match = _RANK.match(text)
    if match is None:
        named = code_list.named_ranks.get(text.replace(" ", ""))
        return [named] if named is not None else []
    branch, first, last = match.groups()
    first = first.strip("()")
    if last is None or first == "d":
        keys = [branch + first]
    else:
        low, high = sorted((int(first), int(last)))
        keys = [f"{branch}{number}" for number in range(low, high + 1)]
    return [code_list.ranks[key] for key in keys if key in code_list.ranks]


def _common_grades(text: str, common: Mapping[str, ListedGrade]) -> list[ListedGrade]:
    """Every common grade named in the text, longest name first; none if a word turns it aside."""
    tokens = _TOKENS.findall(text)
    if not _OUTSIDE.isdisjoint(tokens):
        return []
    found: list[ListedGrade] = []
    start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + _LONGEST_NAME), start, -1):
            listed = common.get("".join(tokens[start:end]))
            if listed is not None:
                before = tokens[max(0, start - 2) : start]
                if before != _AS_GRADE and not _CHANGES_NEXT.isdisjoint(before[-1:]):
                    return []
                found.append(listed)
                start = end
                break
        else:
            start += 1
    return found


def _agreed(found: list[ListedGrade]) -> LevelReading | None:
    """One reading when all agree, their group when they share one, otherwise nothing."""
    if not found or any(not listed.level for listed in found):
        return None
    first = found[0]
    levels = {listed.level for listed in found}
    if len(levels) == 1:
        return LevelReading(first.level, first.scheme, first.source, first.rule)
    groups = {LEVEL_BY_CODE[level].group for level in levels}
    if len(groups) > 1:
        return None
    rule = " + ".join(dict.fromkeys(listed.rule for listed in found))
    return LevelReading(groups.pop(), first.scheme, first.source, rule)


def read_level(
    grade_as_stated: str, organisation: str, parent_department: str, code_list: GradeCodeList
) -> LevelReading | None:
    """The responsibility level of a grade as stated by an organisation, or None: not mapped.

    Either name may be empty. Asked in order: the organisation's own bands for the whole text, the
    forces' ranks, the common grades found within the text, then bands and profession scales for
    what stands outside brackets.
    """
    text = normalise_grade(grade_as_stated)
    if not text:
        return None
    band = _listed_band(text, organisation, parent_department, code_list)
    if band is not None:
        return _agreed([band])
    found = _listed_rank(text, code_list) or _common_grades(text, code_list.common)
    if found:
        return _agreed(found)
    plain = _outside_brackets(text)
    band = _listed_band(plain, organisation, parent_department, code_list)
    scale = band or code_list.scales.get(_without_qualifiers(plain))
    return _agreed([scale]) if scale is not None else None


def read_profession(profession_as_stated: str, code_list: GradeCodeList) -> str | None:
    """The profession's present name for a profession as stated; None if blank, other or unknown."""
    text = normalise_grade(profession_as_stated)
    whole, plain = text.replace(" ", ""), _outside_brackets(text).replace(" ", "")
    return code_list.professions.get(whole) or code_list.professions.get(plain)
