"""Columns: which column each field of a contract gets, helpers and whole names considered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.hub.contracts import Contract, ContractField
from muster.hub.suggesting.assigning import assign
from muster.hub.suggesting.evidence import Weight, confidence, weigh
from muster.hub.suggesting.lessons import Lessons
from muster.hub.suggesting.profiles import Profile
from muster.hub.suggesting.suggestion import Alternative, Choices, ProposedField, Way
from muster.hub.suggesting.ways import WHOLE_NAMES, name_form, percent
from muster.hub.suggesting.words import Expected

_LEAST = 0.35  # the least score at which a column is proposed
_NAMES = ("surname", "forenames")
_SHOWN = 3  # alternatives
_ROWS = 300  # compared cell by cell
_LIKE = 0.8


class Columns:
    """Gives each field of a contract its column.

    Args:
        contract: the contract.
        expected: what is known of each of its fields.
        helping: what is known of columns that help to read them.
        lessons: what the known layouts teach.
        profiles: the columns.
        choices: what a person changed.
        today: the present day.
    """

    def __init__(
        self,
        contract: Contract,
        expected: Mapping[str, Expected],
        helping: Mapping[str, Expected],
        lessons: Lessons,
        profiles: Sequence[Profile],
        choices: Choices,
        *,
        today: dt.date,
    ) -> None:
        self._contract, self._choices, self._profiles = contract, choices, profiles
        self._expected, self._lessons, self._today = expected, lessons, today
        self._by_header = {profile.header: profile for profile in profiles}
        fixed = {name: self._by_header.get(header) for name, header in choices.columns.items()}
        self._fixed = {name: found for name, found in fixed.items() if name in expected}
        taken = {profile.place for profile in fixed.values() if profile is not None}
        self._free = [profile for profile in profiles if profile.place not in taken]
        fields = {f.name: f for f in contract.fields} | {
            n: _as_field(n, e) for n, e in helping.items()
        }
        known = {**expected, **helping}
        self._weights: dict[str, list[Weight]] = {
            name: [self._weighed(field, known[name], one) for one in self._free]
            for name, field in fields.items()
            if name not in self._fixed
        }

    def _weighed(self, field: ContractField, expected: Expected, profile: Profile) -> Weight:
        chosen = self._choices.ways.get(field.name, "")
        return weigh(field, expected, self._lessons, profile, today=self._today, chosen=chosen)

    def proposed(self) -> list[ProposedField]:
        """Return a proposal for each field of the contract, in its order."""
        apart = [name for name in self._weights if name != "whole_name"]
        got = self._assigned(apart)
        if "whole_name" in self._weights and not set(_NAMES) & set(self._fixed):
            together = [name for name in self._weights if name not in _NAMES]
            other = self._assigned(together)
            if self._total(other, twice="whole_name") > self._total(got):
                got = other
        found = {field.name: self._one(field, got) for field in self._contract.fields}
        self._helped(found, got)
        return list(found.values())

    def _assigned(self, names: Sequence[str]) -> dict[str, int]:
        """Return which of the free columns each field or helper gets, by its place among them."""
        scores = [[weight.score for weight in self._weights[name]] for name in names]
        places = assign(scores, _LEAST)
        return {name: at for name, at in zip(names, places, strict=True) if at is not None}

    def _total(self, got: Mapping[str, int], twice: str = "") -> float:
        return sum(self._weights[n][at].score * (2 if n == twice else 1) for n, at in got.items())

    def _one(self, field: ContractField, got: Mapping[str, int]) -> ProposedField:
        name = field.name
        if name in self._fixed:
            return self._chosen(field)
        at = got.get(name)
        scored = sorted(
            ((weight.score, place) for place, weight in enumerate(self._weights[name])),
            reverse=True,
        )
        others = [(score, place) for score, place in scored if place != at]
        alternatives = tuple(
            Alternative(self._free[place].header, round(score, 2))
            for score, place in others[:_SHOWN]
            if score >= _LEAST
        )
        if at is None:
            return ProposedField(field, alternatives=alternatives)
        weight, used = self._weights[name][at], set(got.values())
        rivals = [score for score, place in others if place not in used]
        rivals += [
            weights[at].score
            for other, weights in self._weights.items()
            if other not in got and other != name
        ]
        return ProposedField(
            field,
            (self._free[at].header,),
            weight.way,
            round(confidence(weight, rivals), 2),
            weight.reasons,
            alternatives,
        )

    def _chosen(self, field: ContractField) -> ProposedField:
        profile = self._fixed[field.name]
        if profile is None:
            return ProposedField(field, chosen=True)
        weight = self._weighed(field, self._expected[field.name], profile)
        return ProposedField(
            field, (profile.header,), weight.way, 1.0, ("chosen", *weight.reasons), chosen=True
        )

    def _helped(self, found: dict[str, ProposedField], got: Mapping[str, int]) -> None:
        """Add to fields what helping columns say."""
        if "whole_name" in got:
            self._split_names(found, got["whole_name"])
        fore = found.get("forenames")
        if "middle_names" in got and fore is not None and fore.columns and fore.way is not None:
            header = self._free[got["middle_names"]].header
            way = replace(fore.way, words={**fore.way.words, "join": [header]})
            said = f"followed by “{header}”"
            found["forenames"] = replace(fore, way=way, reasons=(*fore.reasons, said))
        fte = found.get("fte")
        if fte is not None and not fte.columns and not fte.chosen:
            found["fte"] = self._share(fte, got)
        known_as, surname = found.get("known_as"), found.get("surname")
        if known_as is not None and surname is not None and known_as.columns and surname.columns:
            found["known_as"] = self._first_word(known_as, surname)

    def _split_names(self, found: dict[str, ProposedField], at: int) -> None:
        profile, weight = self._free[at], self._weights["whole_name"][at]
        form = name_form(profile)
        if not form:
            return
        said = {
            "comma": "surname and forenames stand in one cell, parted by a comma",
            "capitals": "surname and forenames stand in one cell, the surname in capitals",
            "words": "whole names stand in one cell: the last word is taken for the surname, which"
            " is wrong for surnames of several words",
        }[form]
        sure = round(weight.score * (0.6 if form == "words" else 1.0), 2)
        for name in _NAMES:
            field = self._contract.field(name)
            id_ = self._choices.ways.get(name) or WHOLE_NAMES[form][name]
            way = self._weighed_way(field, profile, id_)
            found[name] = ProposedField(
                field, (profile.header,), way, sure, (*weight.reasons[:1], said)
            )

    def _weighed_way(self, field: ContractField, profile: Profile, id_: str) -> Way:
        expected = self._expected[field.name]
        return weigh(field, expected, self._lessons, profile, today=self._today, chosen=id_).way

    def _share(self, fte: ProposedField, got: Mapping[str, int]) -> ProposedField:
        """Return FTE as weekly hours of full-time hours, where both are there."""
        hours, full = got.get("hours"), got.get("full_hours")
        if hours is None or full is None:
            said = ("weekly hours were found, but no column with full-time hours",)
            return replace(fte, reasons=said) if hours is not None else fte
        part, whole = self._free[hours], self._free[full]
        weights = self._weights["hours"][hours], self._weights["full_hours"][full]
        way = Way("share", {"parse": "share", "of": whole.header}, min(w.way.fits for w in weights))
        reasons = (f"worked out as “{part.header}” of “{whole.header}”", *weights[0].reasons)
        score = round(min(weight.score for weight in weights), 2)
        return replace(fte, columns=(part.header,), way=way, confidence=score, reasons=reasons)

    def _first_word(self, known_as: ProposedField, surname: ProposedField) -> ProposedField:
        """Return the everyday name without the surname, where its cells end with that."""
        if self._choices.ways.get("known_as") or surname.way is None or known_as.way is None:
            return known_as
        words = surname.way.words
        pairs = zip(
            self._by_header[known_as.columns[0]].cells.head(_ROWS),
            self._by_header[surname.columns[0]].cells.head(_ROWS),
            strict=True,
        )
        filled = [(name.strip(), whole.strip()) for name, whole in pairs if name.strip()]
        ends = sum(name.casefold().endswith(f" {_surname(whole, words)}") for name, whole in filled)
        if not filled or ends < _LIKE * len(filled):
            return known_as
        way = replace(
            known_as.way,
            id="first word",
            words={**known_as.way.words, "split": " ", "part": 1},
        )
        said = f"{percent(ends / len(filled))} of its cells end with the surname, which is left out"
        return replace(known_as, way=way, reasons=(*known_as.reasons, said))


def _surname(text: str, words: Mapping[str, object]) -> str:
    if words.get("split") == ",":
        text = text.partition(",")[0]
    elif words.get("split") == " ":
        text = text.rpartition(" ")[2]
    elif words.get("parse") == "surname_in_capitals":
        text = " ".join(word for word in text.split() if word.isupper())
    return text.strip().casefold()


def _as_field(name: str, expected: Expected) -> ContractField:
    kind = "integer" if expected.reads == ("hours",) else "string"
    return ContractField(name, name, {"type": kind}, required=False)


def is_used(header: str, fields: Sequence[ProposedField]) -> bool:
    """Tell whether a column is taken for any field, wholly or as a help."""
    for one in fields:
        if one.way is None:
            continue
        if header in one.columns or header == one.way.words.get("of"):
            return True
        if header in one.way.words.get("join", ()):
            return True
    return False
