"""PAYROLL-J: a newer payroll that is spoken to in JSON, message by message.

365ths, a cut-off at noon. It knows a requestId again only until the run of the period it came in;
whoever sends later is judged afresh. What it refuses a starter by is the National Insurance number,
not the staff number. See `json_layout` for the names; `service` puts it on a port.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from synthetic.payrolls import json_layout as layout
from synthetic.payrolls.bugs import NONE
from synthetic.payrolls.calendar import Calendar
from synthetic.payrolls.orders import Order
from synthetic.payrolls.payroll import ACCEPTED, LATE, Answer, Payment, Payroll

Row = dict[str, Any]


class JsonPayroll(Payroll):
    """PAYROLL-J for one employer. See `Payroll`."""

    def __init__(
        self, code: str, calendar: Calendar, *, convention: str = "365ths",
        bugs: frozenset[str] = NONE,
    ) -> None:  # fmt: skip
        super().__init__(code, calendar, convention=convention, bugs=bugs)
        self._asked: dict[str, tuple[str, date]] = {}  # content, and the period it came in
        self._employed: dict[str, str] = {}  # staff number by National Insurance number

    def refusal(self, order: Order) -> str:
        """As every payroll, and a starter's National Insurance number must be new."""
        if order.action == "start" and "duplicates_a_starter" not in self.bugs:
            line = self._foreseen.get(self._employed.get(order.nino, ""))
            if line is not None and not self._over(line, order):
                return "niNumber is on the payroll"
        return super().refusal(order)

    def ask(self, told: layout.Message, at: datetime, *, trial: bool = False) -> Row:
        """Take one instruction; answer with `status` and `detail`. A trial keeps nothing."""
        name = str(told.get("requestId", ""))
        row: Row = {"id": name}
        if not name:
            return row | {"status": 422, "detail": "requestId is missing"}
        content = json.dumps(told, sort_keys=True)
        known = self._asked.get(name)
        forgets = "duplicates_a_starter" in self.bugs and told.get("event") == "STARTER"
        if known and known[1] not in self.runs and not forgets:
            same = known[0] == content
            return row | ({"status": 208} if same else _conflict())
        try:
            fields = layout.fields_of(told)
        except layout.NotReadable as problem:
            return row | {"status": 422, "detail": str(problem)}
        if trial:
            return row | {"status": 201, "detail": "nothing was kept"}
        answer = self.take([fields], at)[0]
        if answer.state in (ACCEPTED, LATE):
            self._asked[name] = (content, self.calendar.open_at(at).starts)
            if fields["action"] == "start":
                self._employed[fields.get("nino", "")] = answer.number
        return row | _said(answer)

    def ask_all(self, told: Sequence[layout.Message], at: datetime) -> list[Row]:
        """Take several, one after the other."""
        return [self.ask(each, at) for each in told]

    def state_of(self, name: str) -> Row | None:
        """What became of an instruction, while its requestId is remembered."""
        if name not in self._asked:
            return None
        for waiting in self._waiting:
            if waiting.order.reference == name:
                return {"requestId": name, "state": "WAITING", "payRef": waiting.order.number}
        for worker in self.workers.values():
            if worker.behind == name:
                state = "WITHDRAWN" if worker.cancelled else "APPLIED"
                return {"requestId": name, "state": state, "payRef": worker.number}
        return {"requestId": name, "state": "APPLIED"}

    def periods(self, year: int) -> list[Row]:
        """The published calendar of a year."""
        return [
            {
                "payPeriod": f"{each.starts:%Y-%m}",
                "periodStart": each.starts.isoformat(),
                "periodEnd": each.last_day.isoformat(),
                "cutOff": each.cut_off.isoformat(),
                "payDate": each.pay_day.isoformat(),
            }
            for each in self.calendar.periods
            if each.starts.year == year
        ]

    def month(self, name: str) -> date:
        """The first day of a period by its name, 2026-11. LookupError if there is none."""
        for each in self.calendar.periods:
            if f"{each.starts:%Y-%m}" == name:
                return each.starts
        raise LookupError("no such pay period")

    def results(self, starts: date) -> Row:
        """The result of a period that was run. LookupError if it was not."""
        return self._enveloped(starts, self.runs[starts], draft=False)

    def draft_results(self, starts: date, at: datetime) -> Row:
        """The result of a draft run."""
        return self._enveloped(starts, self.draft(starts, at), draft=True)

    def _enveloped(self, starts: date, payments: list[Payment], *, draft: bool) -> Row:
        period = self.calendar.holding(starts)
        total = sum(each.gross for each in payments) + ("misadds" in self.bugs)
        return {
            "payroll": self.code,
            "payPeriod": f"{period.starts:%Y-%m}",
            "run": 1 + self.calendar.periods.index(period),
            "draft": draft,
            "count": len(payments),
            "totalGrossPence": total,
            "payments": [layout.payment_of(each) for each in payments],
        }


def _conflict() -> Row:
    return {"status": 409, "detail": "requestId was used for something else"}


def _said(answer: Answer) -> Row:
    if answer.state == ACCEPTED:
        return {"status": 201}
    if answer.state == LATE:
        return {"status": 202, "detail": answer.why}
    if answer.why.endswith("is on the payroll"):
        return {"status": 409, "detail": answer.why}
    if answer.why.endswith("is not known"):
        return {"status": 404, "detail": answer.why}
    return {"status": 422, "detail": answer.why}
