"""How two values of a field are compared: levels of agreement, from the same to nothing alike.

Each level tells something else of whether two records are of one person; ``model`` learns how much.
Rare values tell more than common ones where they agree, so agreement is weighed by how often the
value occurs. Conditions are SQL of DuckDB over ``<field>_l`` and ``<field>_r``; of a database that
``model.quiet_database`` made, which knows other forms of forenames.
"""

from collections.abc import Collection
from typing import Any

from splink.comparison_level_library import CustomLevel, ElseLevel, ExactMatchLevel, NullLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator

from muster.register.linkage.preparing import kind_of

_YEAR_MONTH_DAY = "try_strptime({field}_{side}, '%Y%m%d')::date"
_TYPO, _TWO_TYPOS = "one slip of the keys apart", "two slips of the keys apart"
_ALIKE, _SIMILAR = "written nearly alike", "written somewhat alike"


def comparison_of(field: str, fields: Collection[str]) -> ComparisonCreator:
    """Return how a field's values are compared, where all ``fields`` are."""
    kind = kind_of(field)
    middle = _LEVELS.get(kind, _LEVELS["text"])
    if field in _EXCHANGED and set(_EXCHANGED) <= set(fields):
        middle = (middle[0], _EXCHANGED[field], *middle[1:])
    exact = ExactMatchLevel(field, term_frequency_adjustments=kind not in ("date_of_birth", "sex"))
    levels: list[Any] = [NullLevel(field), exact]
    levels += [CustomLevel(sql.format(f=field), said) for said, sql in middle]
    return CustomComparison([*levels, ElseLevel()], output_column_name=field)


def _slips(most: int) -> str:
    """Return that so few slips lie between two values; an exchange of neighbours is one slip.

    The distance that knows no exchanges costs a tenth, and rules nearly every pair out.
    """
    return (
        f"levenshtein({{f}}_l, {{f}}_r) <= {2 * most}"
        f" AND damerau_levenshtein({{f}}_l, {{f}}_r) <= {most}"
    )


_ONE_END_THE_SAME = (
    "abs(length({f}_l) - length({f}_r)) <= 1 AND (left({f}_l, 3) = left({f}_r, 3)"
    " OR right({f}_l, greatest(least(length({f}_l), length({f}_r)) - 4, 0))"
    " = right({f}_r, greatest(least(length({f}_l), length({f}_r)) - 4, 0)))"
)
"""Holds wherever at most one slip lies between two values, and costs little for long ones."""


def _like(least: float, left: str = "{f}_l", right: str = "{f}_r") -> str:
    return f"jaro_winkler_similarity({left}, {right}) >= {least}"


def _days(most: int) -> str:
    first, second = (_YEAR_MONTH_DAY.replace("{field}", "{f}").replace("{side}", side)
                     for side in "lr")  # fmt: skip
    return f"abs({first} - {second}) <= {most}"


_SWAPPED = (
    "substr({f}_l, 1, 4) = substr({f}_r, 1, 4) AND substr({f}_l, 5, 2) = substr({f}_r, 7, 2)"
    " AND substr({f}_l, 7, 2) = substr({f}_r, 5, 2)"
)
_USER_L, _USER_R = "split_part({f}_l, '@', 1)", "split_part({f}_r, '@', 1)"
_PART = (
    "length({f}_l) > 2 AND length({f}_r) > 2 AND (starts_with({f}_l, {f}_r)"
    " OR starts_with({f}_r, {f}_l)"
    " OR ((contains({f}_l, ' ') OR contains({f}_r, ' '))"
    " AND list_has_any(string_split({f}_l, ' '), string_split({f}_r, ' '))))"
)
_DISTRICT = (
    "substr({f}_l, 1, length({f}_l) - 3) = substr({f}_r, 1, length({f}_r) - 3)"
    " AND length({f}_l) > 4"
)
_EXCHANGED_SAID = "given name and surname exchanged"
_EXCHANGED = {
    "given_name": (_EXCHANGED_SAID, "given_name_l = called_r AND called_l = given_name_r"),
    "surname": (_EXCHANGED_SAID, "surname_l = named_r AND named_l = surname_r"),
}
# Under names of their own, so that learning from pairs of one surname still learns of given names.
BESIDE = {"called": "surname", "named": "given_name"}
_INITIAL = (
    "left({f}_l, 1) = left({f}_r, 1)"
    " AND (length(split_part({f}_l, ' ', 1)) = 1 OR length(split_part({f}_r, ' ', 1)) = 1)"
)
_NAME = (
    (_TYPO, _slips(1)),
    (_ALIKE, _like(0.92)),
    ("one is part of the other", _PART),
    (_SIMILAR, _like(0.8)),
)  # fmt: skip
_GIVEN = (_NAME[0], ("another form of the same name", "another_form({f}_l, {f}_r)"),
          ("an initial of the other", _INITIAL), *_NAME[1:])  # fmt: skip
_CODE = ((_TYPO, _slips(1)), (_TWO_TYPOS, _slips(2)))
_LEVELS: dict[str, tuple[tuple[str, str], ...]] = {
    "given_name": _GIVEN,
    "surname": _NAME,
    "date_of_birth": (
        ("day and month exchanged", _SWAPPED),
        (_TYPO, _slips(1)),
        (_TWO_TYPOS, _slips(2)),
        ("within a year", _days(366)),
        ("within ten years", _days(3660)),
    ),
    "identifier": _CODE,
    "phone": _CODE,
    "postcode": (
        *_CODE,
        ("of one district", _DISTRICT),
    ),
    # An address made of a name is like that of any namesake: likeness says nothing of its own.
    "email": (("the same before the @", f"{_USER_L} = {_USER_R}"),
              (_TYPO, f"{_ONE_END_THE_SAME} AND {_slips(1)}")),
    "house_number": ((_TYPO, _slips(1)),),
    "sex": (),
    "region": (),
    "text": ((_TYPO, _slips(1)), (_ALIKE, _like(0.88))),
}  # fmt: skip
