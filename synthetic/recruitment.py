"""Recruitment of the pretend service: campaigns, applicants, and how far each application comes.

For whoever needs an employer's stage extracts and has no real one. Most applications fail the sift;
vetting takes weeks, and months for some. People withdraw at every stage, and a few are reinstated;
some apply to several campaigns, or again to the one they left. Campaigns are opened again, merged,
and asked for at several grades and places. What an applicant prefers not to say is an answer, and
what was not asked is blank.

Everything is written down as *entries*: from which day a system knows which value of a field. What
an extract says on a day is every entry up to it, so the same life gives the extract of every date.
Applicants are nobody in the rest of the service.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from synthetic.chance import Chance, Weighted
from synthetic.employers import Employer
from synthetic.story import monday_after
from synthetic.work import draw_grade, draw_profession, draw_title, grade_above

LOOKED_BACK = 400  # days before the last date in which campaigns open
PEOPLE_PER_CAMPAIGN = 100  # employees for each campaign in that time
RESERVED = 180  # days for which a reserve list is used
KEPT = 180  # days after which a system deletes what came to an end
UNSAID = "prefer_not_to_say"

Value = str | date | float | None
Entry = tuple[date, str, Value]  # the day it is known from, the field, the value

_SCHEMES = Weighted(
    ("none", "fast_stream", "apprenticeship", "internship", "life_chances", "veterans"),
    (88, 2, 5, 2, 1, 2),
)
# Invented shares, in the order of the questions.
QUESTIONS: dict[str, Weighted[str]] = {
    "sex": Weighted(("female", "male", "other", UNSAID), (530, 440, 6, 24)),
    "ethnicity": Weighted(
        ("white", "asian", "black", "mixed", "other", UNSAID), (700, 120, 80, 30, 15, 55)
    ),
    "disability": Weighted(("no", "yes", UNSAID), (790, 130, 80)),
    "orientation": Weighted(
        ("heterosexual", "gay_or_lesbian", "bisexual", "other", UNSAID), (820, 35, 35, 10, 100)
    ),
    "religion": Weighted(
        ("none", "christian", "muslim", "hindu", "sikh", "jewish", "buddhist", "other", UNSAID),
        (440, 330, 60, 20, 10, 5, 5, 20, 110),
    ),
    "age_band": Weighted(
        ("16-19", "20-29", "30-39", "40-49", "50-59", "60-64", "65+", UNSAID),
        (20, 340, 280, 170, 120, 30, 5, 35),
    ),
    "parental_occupation": Weighted(
        ("modern_professional", "traditional_professional", "senior_manager", "middle_manager",
         "clerical", "technical", "routine", "semi_routine", "small_business", "unemployed",
         "other", UNSAID),
        (180, 90, 90, 90, 90, 120, 100, 60, 50, 30, 30, 70),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Campaign:
    """A campaign. `entries` are what its system writes down of it, in order of day."""

    reference: str
    posts: int
    opened: date
    closed: date
    reopened: date | None
    closed_again: date | None
    sifts: bool
    asks: bool
    entries: list[Entry] = field(default_factory=list)
    stated: list[tuple[str, str]] = field(default_factory=list)  # grades and places of a row


@dataclass(slots=True)
class Applicant:
    """Somebody who applies: the system's number, and what they answer when asked."""

    reference: str
    answers: dict[str, str | None]


@dataclass(slots=True)
class Application:
    """One application.

    `ended` is the day after which nothing more comes of it, `withdrew` that of leaving for good.
    """

    reference: str
    applicant: Applicant
    campaign: Campaign
    applied: date
    entries: list[Entry] = field(default_factory=list)
    ended: date | None = None
    withdrew: date | None = None

    def said_on(self, day: date) -> dict[str, Value] | None:
        """What an extract of `day` says, with `stage` and `outcome`; None if it lists it not."""
        if self.applied > day or (self.ended and self.ended + timedelta(days=KEPT) < day):
            return None
        said: dict[str, Value] = {}
        for known, name, value in (*self.campaign.entries, *self.entries):
            if known <= day:
                said[name] = value
        return said


class Recruitment:
    """Makes campaigns and applications; numbers everything in the order it is made."""

    def __init__(self, employer: Employer, last: date, chance: Chance) -> None:
        self._employer = employer
        self._last = last
        self._chance = chance
        self._initials = employer.initials
        self._campaigns = self._applications = 0
        self._pool: list[Applicant] = []
        self._no_background = chance.happens(0.3)  # does not ask what parents did

    def applications(self, campaigns: int, crowd: int = 1) -> Iterator[Application]:
        """Every application to so many campaigns; `crowd` times as many apply to each."""
        before: Campaign | None = None
        for _ in range(campaigns):
            campaign = self._campaign()
            if before is not None and self._campaigns % 12 == 3:
                merged = max(campaign.closed, before.opened) + timedelta(days=3)
                campaign.entries.append((merged, "merged_into", before.reference))
            before = campaign
            yield from self._apply(campaign, crowd)

    # -- campaigns ---------------------------------------------------------------------------

    def _campaign(self) -> Campaign:
        chance, last = self._chance, self._last
        self._campaigns += 1
        opened = chance.day(last - timedelta(days=LOOKED_BACK), last - timedelta(days=10))
        closed = opened + timedelta(days=chance.between(10, 35))
        reopened = closed_again = None
        if chance.happens(0.08):
            reopened = closed + timedelta(days=chance.between(14, 60))
            closed_again = reopened + timedelta(days=chance.between(7, 21))
        campaign = Campaign(
            reference=f"{self._initials}-{self._campaigns:05d}",
            posts=chance.pick((1, 1, 1, 2, 3, 6)),
            opened=opened,
            closed=closed,
            reopened=reopened,
            closed_again=closed_again,
            sifts=chance.happens(0.92),
            asks=chance.happens(0.93),
        )
        self._describe(campaign)
        return campaign

    def _describe(self, campaign: Campaign) -> None:
        chance, opened = self._chance, campaign.opened
        grade = draw_grade(chance)
        profession = draw_profession(grade, chance)
        grades = [grade.key]
        if chance.happens(0.1) and grade_above(grade) != grade:
            grades.append(grade_above(grade).key)
        towns = list(dict.fromkeys(chance.pick(self._employer.sites).town for _ in range(3)))
        places = towns if chance.happens(0.3) else towns[:1]
        # Some systems write all grades and places into every row, others those applied for.
        together = ("; ".join(grades), "; ".join(places))
        apart = [(one, place) for one in grades for place in places]
        campaign.stated = apart if chance.happens(0.5) else [together]
        for name, value in (
            ("campaign_reference", campaign.reference),
            ("campaign_title", draw_title(profession, grade, chance)),
            ("profession", profession.name),
            ("posts", float(campaign.posts)),
            ("scheme", _SCHEMES.draw(chance)),
            ("opened", opened),
            ("closed", campaign.closed),
        ):
            campaign.entries.append((opened, name, value))
        if campaign.reopened:
            campaign.entries.append((campaign.reopened, "reopened", campaign.reopened))
            campaign.entries.append((campaign.reopened, "closed", campaign.closed_again))

    # -- applicants --------------------------------------------------------------------------

    def _applicant(self) -> Applicant:
        """Somebody new, or somebody who has applied here before."""
        chance = self._chance
        if self._pool and chance.happens(0.22):
            return chance.pick(self._pool)
        answers = {name: draw.draw(chance) for name, draw in QUESTIONS.items()}
        given = {name: None if chance.happens(0.03) else said for name, said in answers.items()}
        if self._no_background:
            given["parental_occupation"] = None
        applicant = Applicant(f"C{len(self._pool) + 1:07d}", given)
        self._pool.append(applicant)
        return applicant

    # -- applications ------------------------------------------------------------------------

    def _apply(self, campaign: Campaign, crowd: int) -> Iterator[Application]:
        chance = self._chance
        left = campaign.posts
        applied: set[str] = set()
        for _ in range(campaign.posts * chance.between(6, 24) * crowd):
            applicant = self._applicant()
            if applicant.reference in applied:
                continue
            applied.add(applicant.reference)
            one = self._application(campaign, applicant, self._day_of_applying(campaign))
            left -= self._live(one, left)
            yield one
            # Somebody who left in time may think again.
            closing = campaign.closed_again or campaign.closed
            if one.withdrew and one.withdrew < closing and chance.happens(0.5):
                again = self._application(campaign, applicant, chance.day(one.withdrew, closing))
                left -= self._live(again, left)
                yield again

    def _day_of_applying(self, campaign: Campaign) -> date:
        """Most apply shortly before closing; very few a little late, by leave."""
        chance, opened, closed = self._chance, campaign.opened, campaign.closed
        if campaign.reopened and campaign.closed_again and chance.happens(0.35):
            opened, closed = campaign.reopened, campaign.closed_again
        if chance.happens(0.004):
            return closed + timedelta(days=1)
        return closed - timedelta(days=int((closed - opened).days * chance.unit() ** 2))

    def _application(self, campaign: Campaign, applicant: Applicant, day: date) -> Application:
        self._applications += 1
        one = Application(f"A{self._applications:08d}", applicant, campaign, day)
        grade, place = self._chance.pick(campaign.stated)
        for name, value in (
            ("applicant_reference", applicant.reference),
            ("application_reference", one.reference),
            ("grade", grade),
            ("location", place),
            ("applied", day),
            ("stage", "application"),
            ("outcome", "in_progress"),
        ):
            one.entries.append((day, name, value))
        if campaign.asks:
            one.entries += [(day, name, said) for name, said in applicant.answers.items()]
        return one

    def _live(self, one: Application, left: int) -> int:
        """Let an application run its course; return 1 if it takes one of the posts left."""
        chance, campaign = self._chance, one.campaign
        again = campaign.reopened is not None and one.applied >= campaign.reopened
        closing = (campaign.closed_again if again else None) or campaign.closed
        day = max(closing, one.applied)
        if self._withdraws(one, one.applied, day, 0.05):
            return 0
        if campaign.sifts:
            day += timedelta(days=chance.between(4, 18))
            passed = chance.happens(0.38)
            _decide(one, day, "sift", "sifted", "sift_outcome", "passed" if passed else "failed")
            if not passed:
                return _end(one, day, "rejected", "sift" if chance.happens(0.7) else None)
        booked, day = day, day + timedelta(days=chance.between(8, 24))
        one.entries.append((booked, "interviewed", day))
        if self._withdraws(one, booked, day - timedelta(days=1), 0.09):
            return 0
        good = chance.happens(0.42)
        outcome = "failed" if not good else "passed" if left > 0 else "reserve"
        _decide(one, day, "interview", "interviewed", "interview_outcome", outcome)
        if not good:
            return _end(one, day, "rejected", "interview" if chance.happens(0.7) else None)
        if left <= 0:
            one.entries.append((day, "outcome", "reserve"))
            if not chance.happens(0.06):
                one.ended = day + timedelta(days=RESERVED)
                return 0
            day += timedelta(days=chance.between(20, 90))  # called from the reserve list
        return self._offer(one, day)

    def _offer(self, one: Application, day: date) -> int:
        chance = self._chance
        day += timedelta(days=chance.between(2, 14))
        # A very few start by an exception that the system has no offer for.
        if not chance.happens(0.01):
            one.entries += [(day, "offered", day), (day, "stage", "offer")]
            one.entries.append((day, "outcome", "in_progress"))
            day += timedelta(days=chance.between(1, 7))
            if chance.happens(0.11):
                one.entries.append((day, "offer_response", "declined"))
                return _end(one, day, "declined", None)
            one.entries.append((day, "offer_response", "accepted"))
        accepted = day
        day += timedelta(days=chance.between(0, 5))
        one.entries += [(day, "vetting_started", day), (day, "stage", "vetting")]
        one.entries.append((day, "outcome", "in_progress"))
        slow = chance.happens(0.15)
        cleared = day + timedelta(days=chance.between(60, 160) if slow else chance.between(6, 25))
        if self._withdraws(one, day, cleared - timedelta(days=1), 0.12 if slow else 0.03):
            return 0
        if chance.happens(0.015):
            return _end(one, cleared, "rejected", "vetting")
        one.entries.append((cleared, "vetting_cleared", cleared))
        notice = accepted + timedelta(days=chance.between(21, 80))
        begins = monday_after(max(cleared + timedelta(days=5), notice))
        one.entries += [(cleared, "started", begins), (begins, "stage", "start")]
        one.entries.append((begins, "outcome", "started"))
        one.ended = begins
        return 1

    def _withdraws(self, one: Application, first: date, last: date, likely: float) -> bool:
        """Whether the applicant withdraws for good between two days."""
        chance = self._chance
        if not chance.happens(likely):
            return False
        day = chance.day(first, max(first, last))
        one.entries += [(day, "withdrawn", day), (day, "outcome", "withdrawn")]
        back = day + timedelta(days=chance.between(0, 4))
        if back <= last and chance.happens(0.12):
            one.entries += [(back, "reinstated", back), (back, "outcome", "in_progress")]
            return False
        one.ended = one.withdrew = day
        return True


def _decide(one: Application, day: date, stage: str, when: str, what: str, outcome: str) -> None:
    one.entries += [(day, when, day), (day, what, outcome), (day, "stage", stage)]


def _end(one: Application, day: date, outcome: str, rejected: str | None) -> int:
    """The application ends without a post; some systems also write at which stage."""
    one.entries.append((day, "outcome", outcome))
    if rejected:
        one.entries.append((day, "rejected_stage", rejected))
    one.ended = day
    return 0
