"""What kind of place a stated place is: a site, somebody's home, abroad, or none.

Systems write all of these into one column. Only words that can mean nothing else are read; a name
such as "Home Office, Marsham Street" stays a site. No postcode, town or region is ever made up for
a place that states none. The table in ``tests/spec/test_messy_people.py`` shows the words.
"""

import re
from typing import Literal

PlaceKind = Literal["site", "home", "overseas", "none"]

_HOME = (
    "home", "home base", "home based", "home worker", "home working", "homebased", "homeworker",
    "homeworking", "contractual homeworker", "remote", "remote worker", "wfh",
    "working from home",
)  # fmt: skip
_OVERSEAS = ("abroad", "outside uk", "outside the uk", "overseas")
_NONE = (
    "field based", "mobile", "n a", "na", "nil", "no fixed base", "no fixed place", "none",
    "not applicable", "not known", "peripatetic", "tbc", "unknown", "various", "",
)  # fmt: skip
# What follows after one of these tells more of the place, and does not change its kind.
_ENDS = re.compile(r"\s*(?:\s[-–]\s|[,:;(]|\s/\s).*$")
_APART = re.compile(r"[\W_]+")


def read_kind(name: str) -> PlaceKind:
    """Return the kind of a place by the name that a system gives it."""
    whole, first = _plain(name), _plain(_ENDS.sub("", name))
    if first in _HOME:
        return "home"
    if first in _OVERSEAS:
        return "overseas"
    return "none" if whole in _NONE else "site"


def _plain(name: str) -> str:
    return " ".join(_APART.sub(" ", name.casefold()).split())
