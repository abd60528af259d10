"""Takes transfers through their process as the people in their lanes would, for demonstrations.

Nothing is written here: each step is a task that somebody does, a day or so after the one before.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muster.casework import queries as casework
from muster.casework.rules import Worker
from muster.kernel.clock import FixedClock
from muster.services.transfers import actions, queries
from muster.services.transfers.examples import Mover
from muster.services.transfers.process import driving
from muster.services.transfers.process.registering import (
    JOINING_HR,
    JOINING_PAYROLL,
    LEAVING_HR,
    LEAVING_PAYROLL,
    MANAGER,
    PERSON,
)
from muster.services.transfers.rules import Kind

_STEP = dt.timedelta(hours=21, minutes=37)
_OFFICERS: Mapping[str, tuple[str, str]] = {
    MANAGER: ("manager", "line manager"), JOINING_HR: ("caseworker", "HR caseworker"),
    LEAVING_HR: ("caseworker", "HR caseworker"), JOINING_PAYROLL: ("payroll", "payroll lead"),
    LEAVING_PAYROLL: ("payroll", "payroll lead"),
}  # fmt: skip
_EVIDENCE = {
    "p45": "P45 issued, reference LP-118", "pension": "Joined alpha, file 000004",
    "partnership": "Provider told", "account": "Account request 5521",
    "building_pass": "Pass request 887", "cost_centre": "Cost centre form 12",
    "conflicts": "Declaration seen", "equipment": "Laptop order 4410",
}  # fmt: skip
_NONE = uuid.UUID(int=0)
_ELSE = "Seen and filed"


@dataclass
class Play:
    """One transfer, who works on it, and when.

    Args:
        mover: who moves.
        importer: whom they join.
        slugs: by employer, what ends the slugs of its personas: "" or ``-orchards``.
        first_day: with the importer.
        began: when it was drafted.
        until: no step is later than this.
        kind: of transfer.
    """

    mover: Mover
    importer: uuid.UUID
    slugs: Mapping[uuid.UUID, Mapping[str, str]]
    first_day: dt.date
    began: dt.datetime
    until: dt.datetime
    kind: Kind = "permanent"
    transfer: uuid.UUID = _NONE

    def __post_init__(self) -> None:
        self.clock = FixedClock(self.began)

    def draft(
        self, key: str, post: str, *, return_day: dt.date | None = None, because: str = ""
    ) -> "Play":
        """Draft it; the same ``key`` finds the one that was drafted before."""
        self.transfer = driving.draft(
            person=self.mover.person, exporter=self.mover.exporter, importer=self.importer,
            kind=self.kind, first_day=self.first_day, post=post, worker=self.worker(MANAGER),
            clock=self.clock, key=key, return_day=return_day,
            backdated_because=because,
        ).transfer  # fmt: skip
        return self

    def worker(self, lane: str) -> Worker:
        """Return who stands in a lane: a persona, or the person themselves."""
        if lane == PERSON:
            return Worker(f"person:{self.mover.person}", frozenset({"civil servant"}), None,
                          self.mover.person)  # fmt: skip
        what, role = _OFFICERS[lane]
        leaves = lane in (LEAVING_HR, LEAVING_PAYROLL)
        employer = self.mover.exporter if leaves else self.importer
        return Worker(f"persona:{self.slugs[employer][what]}", frozenset({role}), employer)

    def do(self, element: str, answers: Mapping[str, Any] | None = None) -> None:
        """Do one open task, a little later than the last step."""
        later = self.clock.now() + _STEP
        if later < self.until:
            self.clock.move(_STEP)
        case = queries.transfer(self.transfer).case
        assert case is not None
        task = next(one for one in casework.open_tasks(case) if one.element == element)
        driving.do(task.id, answers or {}, worker=self.worker(task.lane), clock=self.clock)

    def accepted(self) -> "Play":
        """Offer it and let them accept: HR at both ends is asked."""
        self.do("make_offer")
        self.do("answer_offer", {"answer": "accept"})
        return self

    def known(self) -> "Play":
        """Let the leaving employer's own HR system state what it holds."""
        actions.state_known(
            transfer=self.transfer, record=self.record(), by=self.worker(LEAVING_HR).id,
            clock=self.clock,
        )  # fmt: skip
        return self

    def terms(self, number: str, *, promoted: bool = False, **more: Any) -> "Play":
        """State the terms of the new post."""
        said = self.mover.terms(number, promoted=promoted)
        self.do("state_terms", {"terms": {**said, **more}})
        return self

    def release(self, **changes: Any) -> "Play":
        """Release the record; ``changes`` are what somebody got wrong in it."""
        self.do("release_record", {"record": {**self.record(), **changes}})
        return self

    def details(self) -> "Play":
        """Let the person state their details."""
        self.do("state_details", {"details": self.mover.details()})
        return self

    def signed(self) -> "Play":
        """Let both employers sign the day; both payrolls are booked, or a plan is asked for."""
        self.do("sign_leaving")
        self.do("sign_joining")
        return self

    def confirmed(self) -> "Play":
        """Let both payrolls confirm: nothing is left to do before the first day."""
        self.do("confirm_leaver", {"evidence": _EVIDENCE})
        self.do("confirm_starter", {"evidence": _EVIDENCE})
        return self

    def settled_in(self) -> "Play":
        """Let manager and HR do what is theirs after the first day, and hand the rest over."""
        today = self.until.date()
        for element in ("prepare", "file_record"):
            kinds = [one.kind for one in queries.hand_offs(self.transfer, today)
                     if one.state in ("open", "late")]  # fmt: skip
            self.do(element, {"evidence": {one: _EVIDENCE.get(one, _ELSE) for one in kinds}})
        left = [one.kind for one in queries.hand_offs(self.transfer, today)
                if one.state in ("open", "late")]  # fmt: skip
        actions.hand_over_many(
            transfer=self.transfer, by=self.worker(JOINING_HR).id, clock=self.clock,
            evidence={one: _EVIDENCE.get(one, _ELSE) for one in left},
        )  # fmt: skip
        return self

    def record(self) -> dict[str, Any]:
        """Return the record as it stands in the leaving employer's system."""
        return self.mover.record(self.first_day)
