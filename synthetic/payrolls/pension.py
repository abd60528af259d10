"""The pension administrator: who is a member of what, since when, with which employer.

It keeps the rules of the scheme: a break of at most 28 days leaves a membership as it was; a longer
one makes a new one in alpha; somebody who had opted out is enrolled again when they are transferred
to another employer, and not when they are lent; employments side by side have memberships of their
own. What does not agree with what it holds waits for a person (QRY).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from synthetic.payrolls import pension_layout as layout
from synthetic.payrolls.pension_layout import Answer

LONGEST_BREAK = 28
BUGS = {
    "forgets_to_enrol_again": "somebody who had opted out stays so after a transfer",
    "breaks_a_day_early": "a break of 28 days counts as too long",
    "membership_from_now": "a membership that goes on is dated from the move",
}


@dataclass(frozen=True, slots=True)
class Membership:
    """One employment's membership. `ends` is the first day it no longer holds."""

    nino: str
    surname: str
    employer: str
    scheme: str
    since: date
    ends: date | None = None


class PensionAdministrator:
    """Keeps memberships and answers files.

    Args:
        bugs: of `BUGS`.
    """

    def __init__(self, *, bugs: frozenset[str] = frozenset()) -> None:
        if unknown := bugs - BUGS.keys():
            raise ValueError(f"no such bugs: {', '.join(sorted(unknown))}")
        self.bugs = bugs
        self.memberships: list[Membership] = []
        self._answered: dict[str, Answer] = {}
        self._before: dict[str, tuple[str, list[Membership]]] = {}  # by transfer: what it changed

    def receive(self, content: bytes, today: date) -> bytes:
        """Take a file; answer with a file. A file that is refused whole has one REF answer."""
        try:
            _, number, records = layout.read_memberships(content)
        except layout.Refused as problem:
            refused = Answer("", "REF", words=f"whole file: {problem}")
            return layout.write_answers([refused], number=0, made=today)
        answers = [self._answer(record) for record in records]
        return layout.write_answers(answers, number=number, made=today)

    def _answer(self, record: dict[str, str]) -> Answer:
        reference = record["instruction"]
        if reference not in self._answered:
            try:
                self._answered[reference] = self._take(record)
            except layout.Refused as problem:
                return Answer(reference, "REF", words=str(problem))
        return self._answered[reference]

    def _take(self, record: dict[str, str]) -> Answer:
        reference, action = record["instruction"], record["action"]
        if action == "X":
            return self._take_back(reference, record["transfer"])
        schemes = {code: name for name, code in layout.SCHEMES.items()}
        first, scheme = layout.day_of(record["first_day"]), schemes.get(record["scheme"], "")
        if first is None or not record["nino"] or not scheme or action not in "JLT":
            raise layout.Refused("first day, number, scheme or action is missing")
        known = [each for each in self.memberships if each.nino == record["nino"]]
        if any(each.surname.casefold() != record["surname"].casefold() for each in known):
            return Answer(reference, "QRY", words="another surname is held for the number")
        self._before[record["transfer"]] = (record["nino"], known)
        if action == "L":
            return self._leave(reference, record["from_employer"], known, first)
        if action == "J":
            self._add(record, scheme, first)
            return Answer(reference, "OK", scheme, first)
        return self._transfer(record, known, scheme, first)

    def _take_back(self, reference: str, transfer: str) -> Answer:
        if transfer not in self._before:
            return Answer(reference, "QRY", words="nothing was asked for that transfer")
        nino, before = self._before.pop(transfer)
        others = [each for each in self.memberships if each.nino != nino]
        self.memberships = [*others, *before]
        return Answer(reference, "OK", before[-1].scheme if before else "")

    def _leave(self, reference: str, employer: str, known: list[Membership], first: date) -> Answer:
        for each in known:
            if each.employer == employer and each.ends is None:
                ended = replace(each, ends=first)
                self.memberships[self.memberships.index(each)] = ended
                return Answer(reference, "OK", each.scheme, each.since)
        return Answer(reference, "QRY", words="no membership with that employer")

    def _transfer(
        self, record: dict[str, str], known: list[Membership], scheme: str, first: date
    ) -> Answer:
        reference, left = record["instruction"], record["from_employer"]
        before = [each for each in known if each.employer == left]
        if not before:
            return Answer(reference, "QRY", words="no membership with the employer left")
        last = before[-1]
        if record["kind"] == "N":  # on loan: the membership stays where it is
            return Answer(reference, "OK", last.scheme, last.since)
        longest = LONGEST_BREAK - ("breaks_a_day_early" in self.bugs)
        if last.ends and first - last.ends > timedelta(days=longest):
            self._add(record, "alpha", first)
            return Answer(reference, "NEW", "alpha", first)
        if last.ends is None:
            self.memberships[self.memberships.index(last)] = replace(last, ends=first)
        if last.scheme == "opted out" and "forgets_to_enrol_again" not in self.bugs:
            self._add(record, "alpha", first)
            return Answer(reference, "ENR", "alpha", first)
        if scheme not in (last.scheme, "alpha" if last.scheme == "opted out" else last.scheme):
            return Answer(reference, "QRY", words="another scheme is held")
        since = first if "membership_from_now" in self.bugs else last.since
        self._add(record, last.scheme, since)
        return Answer(reference, "OK", last.scheme, since)

    def _add(self, record: dict[str, str], scheme: str, since: date) -> None:
        employer = record["to_employer"]
        self.memberships.append(
            Membership(record["nino"], record["surname"], employer, scheme, since)
        )
