"""The code lists shipped with the register: grades, bands, ranks and professions.

They are tables so that a policy owner can read and correct them without reading code. Each row
says what its mapping rests on: ``published`` (the employer or the Civil Service says so),
``official headcount`` (published staff numbers by grade group agree with it), ``pay scale`` (the
organisation's pay scale lies on that of a stated grade) or ``convention`` (customary, published
by nobody as a table). A row without a level says "not mapped" on purpose.
"""

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from muster.register.posts.rules import (
    CIVIL_SERVICE,
    DEPARTMENTAL_BAND,
    FORCES,
    LEVEL_BY_CODE,
    LEVELS,
    PROFESSION_SCALE,
    GradeCodeList,
    ListedGrade,
    band_code,
    grade_key,
    organisation_key,
)

__all__ = ["BASES", "GradeCodeList", "reference_page", "shipped_code_list"]

BASES = ("published", "official headcount", "pay scale", "convention")
_FOLDER = files("muster.register.posts") / "code_lists"
_COMMON = "civil_service_grades.csv"
_SCALES = "profession_scales.csv"
_FORCES = "forces_ranks.csv"
_BANDS = "departmental_bands.csv"


def _table(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row of a shipped table."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return enumerate(csv.DictReader(lines), start=2)


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table of mappings; a level or basis that does not exist is refused."""
    for line, row in _table(name):
        if row["level"] and row["level"] not in LEVEL_BY_CODE:
            raise ValueError(f"{name}, line {line}: no responsibility level {row['level']!r}")
        if row["basis"] not in BASES:
            raise ValueError(f"{name}, line {line}: no basis {row['basis']!r}")
        yield line, row


def _listed(row: dict[str, str], scheme: str, rule: str) -> ListedGrade:
    return ListedGrade(row["level"], scheme, f"{row['basis']}: {row['evidence']}", rule)


def _spellings(name: str, scheme: str) -> dict[str, ListedGrade]:
    """A table whose ``spellings`` cell holds every way to write one grade, parted by semicolons."""
    index: dict[str, ListedGrade] = {}
    for line, row in _rows(name):
        listed = _listed(row, scheme, f"{name.removesuffix('.csv')}:{row['grade']}")
        for spelling in row["spellings"].split(";"):
            if index.setdefault(grade_key(spelling), listed) is not listed:
                raise ValueError(f"{name}, line {line}: {spelling.strip()!r} is listed twice")
    return index


def _bands() -> tuple[dict[tuple[str, str], ListedGrade], dict[tuple[str, str], ListedGrade]]:
    """Departmental bands: the organisation's own, and those its family of bodies shares."""
    own: dict[tuple[str, str], ListedGrade] = {}
    family: dict[tuple[str, str], ListedGrade] = {}
    for line, row in _rows(_BANDS):
        listed = _listed(
            row, DEPARTMENTAL_BAND, f"departmental_bands:{row['organisation']}/{row['grade']}"
        )
        index = family if row["scope"] == "family" else own
        key = (organisation_key(row["organisation"]), grade_key(row["grade"]))
        if index.setdefault(key, listed) is not listed:
            raise ValueError(f"{_BANDS}, line {line}: {row['grade']!r} is listed twice")
    for index in (own, family):
        for (organisation, grade), listed in list(index.items()):
            index.setdefault((organisation, band_code(grade)), listed)
    return own, family


def _organisations() -> dict[str, str]:
    """From the key of a short or former name to the key the bands are listed under."""
    return {
        organisation_key(spelling): organisation_key(row["organisation"])
        for _, row in _table("organisation_names.csv")
        for spelling in row["spellings"].split(";")
    }


def _professions() -> dict[str, str]:
    listed = tomllib.loads((_FOLDER / "professions.toml").read_text(encoding="utf-8"))
    index: dict[str, str] = {}
    for profession in listed["profession"]:
        for spelling in (profession["name"], *profession["spellings"]):
            if index.setdefault(grade_key(spelling), profession["name"]) != profession["name"]:
                raise ValueError(f"professions.toml: {spelling!r} is listed for two professions")
    return index


@cache
def shipped_code_list() -> GradeCodeList:
    """The shipped code lists, read once; raises ValueError naming file and line if one is wrong."""
    own, family = _bands()
    forces = _spellings(_FORCES, FORCES)
    return GradeCodeList(
        common=_spellings(_COMMON, CIVIL_SERVICE),
        scales=_spellings(_SCALES, PROFESSION_SCALE),
        bands=own,
        family_bands=family,
        ranks={key: listed for key, listed in forces.items() if key[:2] in ("of", "or")},
        named_ranks={key: listed for key, listed in forces.items() if key[:2] not in ("of", "or")},
        professions=_professions(),
        organisations=_organisations(),
    )


def _spelling_section(title: str, name: str) -> list[str]:
    head = ["", f"## {title}", "", "| grade | level | spellings | rests on |", "|---|---|---|---|"]
    return head + [
        f"| {row['grade']} | {row['level'] or 'not mapped'} | {row['spellings']} "
        f"| {row['basis']}: {row['evidence']} |"
        for _, row in _rows(name)
    ]


def _band_section() -> list[str]:
    """One line per organisation and basis; the evidence of each band stays in the code list."""
    lines: dict[tuple[str, str], list[str]] = {}
    for _, row in _rows(_BANDS):
        stated = f"{row['grade']} → {row['level'] or 'not mapped'}"
        lines.setdefault((row["organisation"], row["basis"]), []).append(stated)
    head = ["", "## Departmental bands", "", "| organisation | bands | rests on |", "|---|---|---|"]
    return head + [
        f"| {organisation} | {'; '.join(bands)} | {basis} |"
        for (organisation, basis), bands in lines.items()
    ]


def reference_page() -> str:
    """The reference page in Markdown: levels, then every mapping with what it rests on."""
    lines = [
        "# Responsibility levels",
        "",
        "Generated from the code lists of the posts register; correct them there, not here.",
        "A grade that no row covers is shown as stated and as “not mapped”. It is never refused.",
        "",
        "Each mapping rests on one of: *published* (the employer or the Civil Service says so),",
        "*official headcount* (published staff numbers by grade group agree with it), *pay scale*",
        "(the pay scale lies on that of a stated grade) or *convention* (customary only).",
        "",
        "| level | label | group |",
        "|---|---|---|",
        *(f"| {level.code} | {level.label} | {level.group} |" for level in LEVELS),
        *_spelling_section("Common grades", _COMMON),
        *_spelling_section("Profession scales", _SCALES),
        *_spelling_section("Forces ranks", _FORCES),
        *_band_section(),
    ]
    return "\n".join(lines) + "\n"
