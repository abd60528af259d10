"""Which employer does the name in a file mean? Pure rules for people who load files.

Departments write the same organisation many ways: "HM Treasury", "Her Majesty's Treasury",
"H.M. TREASURY". A wrong match puts staff under another employer, and nobody notices; a missed
match costs one person one question, and the answer is remembered. So only certain rules match:

1. a choice a person has made for this name before;
2. one organisation has this very name, once spelling habits are set aside
   (:func:`normalise_name`), or the stated text is its abbreviation in capitals;
3. a name followed by the same organisation's abbreviation in brackets;
4. one organisation has this name apart from a leading HM or UK.

Everything looser, such as "of" for "for", goes to a person, with the likely organisations
from :mod:`muster.register.employers.candidates`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

Status = Literal["live", "joining", "transitioning", "closed", "devolved", "not listed"]
Outcome = Literal["matched", "ambiguous", "unknown"]

_STATED_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date exactly as precise as its source: "2007", "2005-04" or "2007-06-28".

    A source that says only "2007" must not turn into 1 January, so the text is kept and
    :attr:`day` answers only when a day was stated. Raises ValueError for any other text.
    """

    text: str

    def __post_init__(self) -> None:
        if not _STATED_DATE.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a year, year-month or year-month-day")
        padded = self.text + "-01-01"[len(self.text) - 4 :]
        date.fromisoformat(padded)

    @property
    def day(self) -> date | None:
        """The day, or None where the source gives only a year or a month."""
        return date.fromisoformat(self.text) if len(self.text) == 10 else None


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as the public lists describe it: facts only, for choosing employers.

    key            GOV.UK slug, or "register-2017:<code>" where only the older register has it
    abbreviation   the one in use now, "" where none is stated; abbreviations holds older ones too
    kind           the GOV.UK format, for example "Executive agency"; "" where none is stated
    status         see data/README.md; "not listed" is not a claim that it has closed
    former_names   other names the lists give this same organisation
    slug_words     the words of its web address: a hint, never enough to match
    sources        the list and data row of each fact, for example "govuk-2026 row 12"
    """

    key: str
    title: str
    abbreviation: str = ""
    kind: str = ""
    status: Status = "live"
    opened: StatedDate | None = None
    closed: StatedDate | None = None
    parents: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    slug_words: str = ""
    name_from_slug: bool = False
    sources: tuple[str, ...] = ()

    @property
    def full_names(self) -> tuple[str, ...]:
        """The names that are certain enough to match on: title and former names."""
        return (self.title, *self.former_names)

    @property
    def names(self) -> tuple[str, ...]:
        """Every known way of naming it, without repeats, the title first."""
        hint = (self.slug_words,) if self.slug_words else ()
        return tuple(dict.fromkeys((*self.full_names, *hint, *self.abbreviations)))


# Normalising. Two spellings count as one name when they differ in case, accents, invisible
# characters, punctuation, "&", apostrophes, "the", the sovereign's sex, United Kingdom/UK,
# Dept, or a company ending. Letters of another alphabet that merely look alike stay different:
# that is either damage or mischief, and a person should see it.

_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u2018\u2019\u201b\u02b9\u02bc\u2032\uff07"))
_MARKS = {**_APOSTROPHES, ord("&"): " and "}
_WORDS = re.compile(r"[^\W_]+")
_SPLIT_INITIALS = re.compile(r"(?<= )([^\W\d_]) (?=[^\W\d_] )")
_LONE_S = re.compile(r"(?<=[^\W\d_]) s(?= )")
_SAME_WORDS = (
    (" the ", " "),
    (" dept ", " department "),
    (" united kingdom ", " uk "),
    (" her majestys ", " hm "),
    (" his majestys ", " hm "),
)
_COMPANY_ENDINGS = (" ltd ", " limited ", " plc ")


def normalise_name(text: str) -> str:
    """The form under which two spellings of one organisation's name are equal.

    Lower case words with single spaces; "" when the text holds no letter or digit. Normalising
    twice changes nothing, so a normalised name can be stored and used as a key.
    """
    letters = text if text.isascii() else _plain_letters(text)
    name = f" {' '.join(_WORDS.findall(letters.translate(_MARKS).lower()))} "
    while (settled := _set_habits_aside(name)) != name:
        name = settled
    return name.strip()


def _plain_letters(text: str) -> str:
    """Text without accents, invisible characters and typographic forms of letters."""
    # Apostrophes go first: compatibility decomposition would split some into space and accent.
    # Case folding can create new decomposable letters, hence the second decomposition.
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def _set_habits_aside(name: str) -> str:
    """One pass over a name padded with a space at each end; repeated until nothing changes."""
    for habit, same in _SAME_WORDS:
        if habit in name:
            name = name.replace(habit, same)
    # "h m treasury" from "H.M. Treasury"; "children s" from an address such as children-s.
    name = _LONE_S.sub("s", _SPLIT_INITIALS.sub(r"\1", name))
    for ending in _COMPANY_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)] + " "
    return name


def _without_leading_hm_or_uk(normalised: str) -> str | None:
    """The rest of a name after HM or UK, if two or more words remain, else None.

    One word is too little to be sure of: "UK Sport" must not claim every "Sport".
    """
    first, _, rest = normalised.partition(" ")
    return rest if first in ("hm", "uk") and " " in rest else None


@dataclass(frozen=True, slots=True)
class Match:
    """What a stated name was read as, and why, in words a person can check.

    candidates holds the keys of all organisations the deciding rule saw, in key order.
    """

    outcome: Outcome
    key: str | None
    rule: str
    candidates: tuple[str, ...] = ()


Keys = tuple[str, ...]


@dataclass(frozen=True)
class NameIndex:
    """All known names, ready for look-up; make it with :func:`build_name_index`.

    Every mapping goes from a name to the keys that have it, in key order.
    full_names      normalised titles and former names
    spellings       titles and former names exactly as listed, for saying why a match was made
    abbreviations   abbreviations as they may be stated (in capitals, or as the list writes
                    them) with their owners and with those whose initials they are
    cores           full names without a leading HM or UK, and all other full names
    hints           normalised slug words, abbreviations, initials: never enough to match
    """

    organisations: Mapping[str, Organisation]
    full_names: Mapping[str, Keys]
    spellings: Mapping[str, Keys]
    abbreviations: Mapping[str, Keys]
    cores: Mapping[str, Keys]
    hints: Mapping[str, Keys]
    remembered: Mapping[str, str]


# Two capitals are too few to be certain: HE was Highways England and is Historic England.
_SHORTEST_ABBREVIATION = 3


_SMALL_WORDS = frozenset(("and", "at", "for", "in", "of", "on", "to"))
_KEPT_WHOLE = frozenset(("hm", "nhs", "uk"))
_Table = dict[str, set[str]]


def build_name_index(
    organisations: Iterable[Organisation],
    remembered: Mapping[str, str] = MappingProxyType({}),
) -> NameIndex:
    """Index organisations by name. remembered: normalised name to the key a person chose.

    Raises ValueError when a key occurs twice, or a remembered choice names no organisation.
    """
    by_key: dict[str, Organisation] = {}
    full_names, spellings, cores, hints = _Table(), _Table(), _Table(), _Table()
    for organisation in organisations:
        key = organisation.key
        if key in by_key:
            raise ValueError(f"two organisations have the key {key!r}")
        by_key[key] = organisation
        for name in organisation.full_names:
            if normalised := normalise_name(name):
                full_names.setdefault(normalised, set()).add(key)
                spellings.setdefault(name, set()).add(key)
                core = _without_leading_hm_or_uk(normalised) or normalised
                cores.setdefault(core, set()).add(key)
        for hint in (organisation.slug_words, *organisation.abbreviations):
            if normalised := normalise_name(hint):
                hints.setdefault(normalised, set()).add(key)
    for name, key in remembered.items():
        if key not in by_key:
            raise ValueError(f"the remembered choice for {name!r} is {key!r}, an unknown key")
    initials = _initials(full_names)
    for letters, keys in initials.items():
        hints.setdefault(letters, set()).update(keys)
    return NameIndex(
        MappingProxyType(by_key),
        full_names=_in_key_order(full_names),
        spellings=_in_key_order(spellings),
        abbreviations=_in_key_order(_abbreviations(by_key, initials)),
        cores=_in_key_order(cores),
        hints=_in_key_order(hints),
        remembered=MappingProxyType(dict(remembered)),
    )


def _initials(full_names: _Table) -> _Table:
    """Initials, in lower case, of every full name that has enough words."""
    table = _Table()
    for normalised, keys in full_names.items():
        words = [word for word in normalised.split() if word not in _SMALL_WORDS]
        if len(words) >= _SHORTEST_ABBREVIATION:
            letters = "".join(word if word in _KEPT_WHOLE else word[0] for word in words)
            table.setdefault(letters, set()).update(keys)
    return table


def _abbreviations(by_key: Mapping[str, Organisation], initials: _Table) -> _Table:
    """Each abbreviation with its owners and with the organisations it spells the initials of.

    The lists give DSA to the Defence Safety Authority alone, but in files of 2012 it is the
    Driving Standards Agency. Whoever has the initials may be meant, so nobody is certain.
    """
    table = _Table()
    for key, organisation in by_key.items():
        for short in organisation.abbreviations:
            if len(normalise_name(short).replace(" ", "")) >= _SHORTEST_ABBREVIATION:
                for written in {short, short.upper()} - {short.lower()}:
                    keys = table.setdefault(written, set(initials.get(short.lower(), ())))
                    keys.add(key)
    return table


def _in_key_order(table: _Table) -> Mapping[str, Keys]:
    return MappingProxyType({name: tuple(sorted(keys)) for name, keys in table.items()})


_NAME_THEN_BRACKET = re.compile(r"(.*\S)\s*\(\s*([^()]+?)\s*\)\s*")


def read_employer_name(stated: str, index: NameIndex) -> Match:
    """Which organisation a file's employer name means, by certain rules only."""
    normalised = normalise_name(stated)
    if not normalised:
        return Match("unknown", None, "no name was stated")
    chosen = index.remembered.get(normalised)
    if chosen is not None:
        return Match("matched", chosen, "a person chose this before", (chosen,))
    written = stated.strip()
    named = index.full_names.get(normalised, ())
    short = index.abbreviations.get(written, ())
    if named or short:
        return _decide(named, short, written, index)
    return (
        _name_with_its_abbreviation(written, index)
        or _same_but_for_hm_or_uk(normalised, index)
        or _no_certain_match(normalised, index)
    )


def _decide(named: Keys, short: Keys, written: str, index: NameIndex) -> Match:
    """The match when one organisation has the name or abbreviation, else ambiguous."""
    keys = named if not short else tuple(sorted({*named, *short}))
    if len(keys) > 1:
        return Match(
            "ambiguous", None, f"{len(keys)} organisations have this name or these initials", keys
        )
    if not named:
        rule = "its abbreviation, and no other organisation's abbreviation or initials"
    elif written in index.spellings:
        rule = "the very name in the list"
    else:
        rule = "same name once case, punctuation, HM, '&', 'the', Dept and Ltd are written alike"
    return Match("matched", keys[0], rule, keys)


def _name_with_its_abbreviation(written: str, index: NameIndex) -> Match | None:
    """ "Department for Work and Pensions (DWP)": name and abbreviation must agree."""
    found = _NAME_THEN_BRACKET.fullmatch(written)
    if found is None:
        return None
    keys = index.full_names.get(normalise_name(found[1]), ())
    if len(keys) != 1 or keys[0] not in index.abbreviations.get(found[2], ()):
        return None
    return Match("matched", keys[0], "its name, then its own abbreviation in brackets", keys)


def _same_but_for_hm_or_uk(normalised: str, index: NameIndex) -> Match | None:
    """ "Land Registry" for "HM Land Registry", where nothing else is called that."""
    core = _without_leading_hm_or_uk(normalised) or normalised
    keys = index.cores.get(core, ())
    # "HM Border Agency" is not "UK Border Agency": only one side may carry the extra word.
    if not keys or (core != normalised and core not in index.full_names):
        return None
    others = tuple(sorted({*keys, *index.hints.get(core, ()), *index.hints.get(normalised, ())}))
    if len(others) > 1:
        rule = "more than one organisation could have this name apart from a leading HM or UK"
        return Match("ambiguous", None, rule, others)
    return Match("matched", keys[0], "same name apart from a leading HM or UK", keys)


def _no_certain_match(normalised: str, index: NameIndex) -> Match:
    """Unknown, naming the organisations whose initials or web address read like this."""
    hinted = index.hints.get(normalised, ())
    if hinted:
        rule = "only initials, an abbreviation or a web address read so: a person must say"
        return Match("unknown", None, rule, hinted)
    return Match("unknown", None, "no organisation has this name")
