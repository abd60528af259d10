"""Access is one question: may this actor do this, to this subject, for this purpose?

The answer comes from one declared table, ``RULES``. What no rule grants is refused. A rule names
the role it serves, the verb it grants, how far it reaches (everyone's, the own employer's, the
own person's) and the one purpose it serves; who asks for another purpose is refused, so a page
cannot reuse a right that was given for something else.

Restricted records (sensitive posts, protected people) are in reach only of rules that say so, and
of those who may know of them: ``gates.people`` makes the subject. For everybody else, and for
people out of reach, the decision says ``hidden``: callers then answer as if the record did not
exist, in pages, searches, queues and counts alike.

``docs/reference/who-may.md`` is written from this table by ``who_may()``, for the policy people
who own it.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args
from uuid import UUID

Role = Literal[
    "HR caseworker",
    "line manager",
    "payroll lead",
    "leader",
    "analyst",
    "information-governance officer",
    "integrator",
    "civil servant",
    "service operator",
]
Verb = Literal[
    "use the service",
    "see figures",
    "build dashboards",
    "state structures",
    "see releases",
    "decide releases",
    "declare expectations",
    "commission figures",
    "approve metrics",
    "run returns",
    "answer returns",
    "sign off returns",
    "see employers",
    "see posts",
    "see tasks",
    "reassign tasks",
    "cover colleagues",
    "set calendars",
    "see transfers",
    "see own transfers",
    "offer transfers",
    "receive transfers",
    "release records",
    "agree dates",
    "move many",
    "run pay period",
    "search people",
    "see person",
    "see own record",
    "tell own changes",
    "ask for corrections",
    "answer corrections",
    "use data rights",
    "see retention",
    "run retention",
    "answer data requests",
    "match people",
    "accept matching",
    "settle conflicts",
    "see feeds",
    "see quarantined rows",
    "load feeds",
    "map layouts",
    "correct rows",
    "withdraw feeds",
    "approve feeds",
    "plan feeds",
    "see data quality",
    "choose employer names",
    "say where places are",
    "keep commitments",
    "see evidence",
    "see agreements",
    "draft agreements",
    "sign agreements",
    "suspend agreements",
    "send messages",
    "see messages",
    "read message content",
    "release messages",
    "replay messages",
    "pause routes",
    "manage systems",
    "propose mappings",
    "accept mappings",
    "manage contracts",
    "break glass",
    "guard restrictions",
    "investigate looks",
    "see skills map",
    "report skill",
    "build skills map",
    "publish skills map",
    "decide skill reports",
]
Purpose = Literal[
    "own business",
    "casework",
    "workforce planning",
    "assurance",
    "integration",
    "operation",
]
Reach = Literal["all", "own employer", "own person"]

ROLES: tuple[Role, ...] = get_args(Role)
VERBS: tuple[Verb, ...] = get_args(Verb)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


@dataclass(frozen=True)
class Actor:
    """Who asks. ``id`` is what logs record; ``employer`` and ``person`` are set where known."""

    id: str
    name: str
    roles: frozenset[Role]
    employer: UUID | None = None
    person: UUID | None = None


@dataclass(frozen=True)
class Subject:
    """What is asked about: a kind of thing, whose it is, and whether it is restricted."""

    kind: str
    employer: UUID | None = None
    person: UUID | None = None
    restricted: bool = False


@dataclass(frozen=True)
class Rule:
    """One line of the table: a role may do this, this far, for this purpose."""

    role: Role
    verb: Verb
    reach: Reach
    purpose: Purpose
    even_restricted: bool = False


@dataclass(frozen=True)
class Decision:
    """The answer and its reason; ``hidden`` asks callers to deny that the thing exists."""

    allowed: bool
    because: str
    hidden: bool = False


def _grant(role: Role, *verbs: Verb, reach: Reach, purpose: Purpose) -> tuple[Rule, ...]:
    return tuple(Rule(role, verb, reach, purpose) for verb in verbs)


def _even_restricted(*rules: Rule) -> tuple[Rule, ...]:
    """Return rules that reach restricted records too: whoever uses them is watched."""
    return tuple(replace(rule, even_restricted=True) for rule in rules)


def _everybody(role: Role) -> tuple[Rule, ...]:
    """Return what every role has: published facts, and one's own record even if restricted."""
    published_verbs: tuple[Verb, ...] = (
        "use the service", "see employers", "see posts", "see skills map", "report skill",
    )  # fmt: skip
    published = _grant(role, *published_verbs, reach="all", purpose="own business")
    own_verbs: tuple[Verb, ...] = (
        "see own transfers", "see own record", "tell own changes", "ask for corrections",
        "use data rights",
    )  # fmt: skip
    own = _grant(role, *own_verbs, reach="own person", purpose="own business")
    return (*published, *_even_restricted(*own))


# fmt: off
RULES: tuple[Rule, ...] = (
    *(rule for role in ROLES for rule in _everybody(role)),
    *_grant("HR caseworker", "search people", "see person", "match people", "settle conflicts",
            "answer corrections",
            "see agreements",
            "draft agreements", "sign agreements", "suspend agreements",
            "see feeds", "see quarantined rows", "load feeds", "map layouts", "correct rows",
            "withdraw feeds", "approve feeds", "plan feeds", "see data quality",
            "see messages", "read message content", "release messages", "say where places are",
            reach="own employer", purpose="casework"),
    *_grant("HR caseworker", "see figures", "build dashboards", reach="all",
            purpose="workforce planning"),
    *_grant("line manager", "see figures", "build dashboards", reach="all",
            purpose="workforce planning"),
    *_grant("leader", "see figures", "build dashboards", "see data quality", reach="all",
            purpose="workforce planning"),
    *_grant("analyst", "see figures", "build dashboards", "see releases", "choose employer names",
            "state structures", "see data quality", "say where places are", "keep commitments",
            reach="all",
            purpose="workforce planning"),
    *_grant("information-governance officer", "match people", "accept matching",
            "settle conflicts", "see figures", "see retention", "run retention",
            "answer data requests", "see releases", "decide releases", "see feeds",
            "see quarantined rows", "see evidence", "see agreements", "draft agreements",
            "sign agreements", "suspend agreements", "approve feeds", "see data quality",
            "see messages", "read message content", "pause routes", "accept mappings",
            "manage contracts", reach="all", purpose="assurance"),
    *_grant("integrator", "see feeds", "see quarantined rows", "load feeds", "see agreements",
            "draft agreements", "map layouts", "correct rows", "withdraw feeds", "approve feeds",
            "plan feeds", "see data quality", "send messages", "see messages",
            "read message content", "release messages", "replay messages", "pause routes",
            "manage systems", "propose mappings", "accept mappings", reach="own employer",
            purpose="integration"),
    *_grant("integrator", "manage contracts", "see figures", reach="all", purpose="integration"),
    *_grant("HR caseworker", "answer returns", "sign off returns", reach="own employer",
            purpose="casework"),
    *(rule for role in ROLES for rule in _grant(role, "see tasks", "cover colleagues",
                                                reach="all", purpose="own business")),
    *_grant("line manager", "see transfers", "offer transfers", reach="own employer",
            purpose="casework"),
    *_grant("HR caseworker", "see transfers", "offer transfers", "receive transfers",
            "release records", "agree dates", "move many", "reassign tasks", "set calendars",
            reach="own employer", purpose="casework"),
    *_grant("payroll lead", "see transfers", "run pay period", "reassign tasks", "set calendars",
            reach="own employer", purpose="casework"),
    *_grant("leader", "commission figures", reach="all", purpose="workforce planning"),
    *_grant("HR caseworker", "declare expectations", reach="own employer",
            purpose="workforce planning"),
    *_grant("leader", "declare expectations", reach="all", purpose="workforce planning"),
    *_grant("analyst", "commission figures", "approve metrics", "run returns", reach="all",
            purpose="workforce planning"),
    *_grant("information-governance officer", "commission figures", "approve metrics",
            reach="all", purpose="assurance"),
    *_grant("service operator", "see feeds", "load feeds", "choose employer names", "see evidence",
            "map layouts", "withdraw feeds", "plan feeds", "see data quality", "see messages",
            "release messages", "replay messages", "pause routes", "manage systems",
            "propose mappings", "manage contracts", reach="all", purpose="operation"),
    *_grant("analyst", "build skills map", "publish skills map", "decide skill reports",
            reach="all", purpose="workforce planning"),
    *_grant("service operator", "build skills map", "publish skills map", "decide skill reports",
            reach="all", purpose="operation"),
    *_even_restricted(
        *_grant("HR caseworker", "break glass", reach="own employer", purpose="casework"),
        *_grant("information-governance officer", "break glass", "guard restrictions",
                "investigate looks", reach="all", purpose="assurance"),
    ),
)
# fmt: on


def may(actor: Actor, verb: Verb, subject: Subject, purpose: Purpose) -> Decision:
    """Decide whether ``actor`` may do ``verb`` to ``subject`` for ``purpose``, and say why."""
    held = [rule for rule in RULES if rule.verb == verb and rule.role in actor.roles]
    if not held:
        return _refused(subject, f"No role of yours may {verb}")
    serving = [rule for rule in held if rule.purpose == purpose]
    if not serving:
        purposes = " or ".join(sorted({rule.purpose for rule in held}))
        return _refused(subject, f"You may {verb} for {purposes} only, not for {purpose}")
    reaching = [rule for rule in serving if _reaches(rule, actor, subject)]
    if not reaching:
        own = " or ".join(sorted({rule.reach for rule in serving}))
        return _refused(subject, f"You may {verb} of your {own} only", hidden=True)
    for rule in reaching:
        if rule.even_restricted or not subject.restricted:
            return Decision(True, f"A {rule.role} may {verb} ({rule.reach}) for {purpose}")
    return _refused(subject, "The record is restricted")


def may_ever(actor: Actor, verb: Verb) -> bool:
    """Tell whether some subject exists to which ``actor`` may do ``verb``; for navigation.

    It opens no record: a page about a subject still asks ``may``.
    """
    return any(
        rule.verb == verb
        and rule.role in actor.roles
        and (rule.reach != "own employer" or actor.employer is not None)
        and (rule.reach != "own person" or actor.person is not None)
        for rule in RULES
    )


def reach_of(actor: Actor, verb: Verb, purpose: Purpose) -> Reach | None:
    """Return how far the actor's ``verb`` reaches for ``purpose``; ``None`` if it is not granted.

    Lists and searches ask this first and put the answer into their question, so that what is out
    of reach is never fetched, counted or paged over. The widest of several rules counts.
    """
    held = {
        rule.reach
        for rule in RULES
        if (rule.verb, rule.purpose) == (verb, purpose) and rule.role in actor.roles
    }
    if "all" in held:
        return "all"
    if "own employer" in held and actor.employer is not None:
        return "own employer"
    return "own person" if "own person" in held and actor.person is not None else None


def purpose_of(actor: Actor, verb: Verb) -> Purpose | None:
    """Return the purpose for which the actor's role was given ``verb``; ``None`` if it was not.

    An ordinary page acts for this purpose and records it; with several roles the first rule of
    the table counts.
    """
    return next((r.purpose for r in RULES if r.verb == verb and r.role in actor.roles), None)


def _reaches(rule: Rule, actor: Actor, subject: Subject) -> bool:
    if rule.reach == "own employer":
        return actor.employer is not None and subject.employer == actor.employer
    if rule.reach == "own person":
        return actor.person is not None and subject.person == actor.person
    return True


def _refused(subject: Subject, because: str, *, hidden: bool = False) -> Decision:
    secret = subject.restricted or subject.person is not None
    return Decision(False, because, hidden=hidden or secret)


def who_may() -> str:
    """Return the table as the reference page for policy people, in Markdown."""
    lines = [
        "# Who may see and do what",
        "",
        "Written from `muster/gates/access.py` by `who_may()`; a test keeps the two equal.",
        "What no line grants is refused. A record out of reach does not exist for who asks:",
        'pages answer "not found", searches and counts leave it out.',
        "",
        "| role | may | of | for | restricted records too |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {rule.role} | {rule.verb} | {rule.reach} | {rule.purpose} "
        f"| {'yes' if rule.even_restricted else 'no'} |"
        for rule in sorted(RULES, key=lambda r: (ROLES.index(r.role), VERBS.index(r.verb)))
    ]
    lines += [
        "",
        "Open to everybody without signing in: the sign-in pages, the language switch, stopping a",
        "change of bank details by the code of a notice, one's deadlines as a calendar at an",
        "address of its own, fewer notices by the link of a notice, `/healthz` and static files;",
        "`/metrics` to who shows the token set for it; in development a demonstration's story.",
        "",
    ]
    return "\n".join(lines)
