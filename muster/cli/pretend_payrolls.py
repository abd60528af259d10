"""The payrolls of the demonstration: two pretend systems that take instructions and pay.

One takes and leaves files of fixed width in folders, the other is spoken to over HTTP. Both belong
to the world outside: they compute by their own code and know nothing of Muster but what it sends.
They run a period as soon as there is news for it, so that nobody who tries Muster waits for a month
to end; what is over they run for good.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from synthetic.payrolls.calendar import Calendar, PayPeriod
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.orders import Fields, order_of
from synthetic.payrolls.payroll import Answer, Payment, Payroll
from synthetic.payrolls.service import serving

FILES, HTTP = "orchards-and-allotments", "harbours-and-lighthouses"
PORT = 8765
_PAUSE = 2.0
_DECEMBER, _TRIAL = 12, ".trial"
_log = logging.getLogger(__name__)


def calendar(employer: str, today: date) -> Calendar:
    """Return the pay year of one of the two payrolls: last year, this and the next."""
    cut_day, cut_hour = (26, 17) if employer == FILES else (27, 12)
    made = Calendar(date(today.year - 1, 1, 1), 36, cut_day=cut_day, cut_hour=cut_hour)
    made.periods = tuple(_before_christmas(one) for one in made.periods)
    return made


def _before_christmas(period: PayPeriod) -> PayPeriod:
    """Return a period; December's is cut off on the 18th or the Friday before it."""
    if period.starts.month != _DECEMBER:
        return period
    cut_off = period.cut_off.replace(day=18)
    cut_off -= timedelta(days=max(0, cut_off.weekday() - 4))
    return replace(period, cut_off=cut_off)


def published(employer: str, title: str, today: date) -> bytes:
    """Return a payroll's calendar as the sheet it publishes."""
    words = "calendar days" if employer == FILES else "365ths"
    lines = [
        "employer,frequency,period start,period end,cut-off date,cut-off time,pay day,part periods"
    ]
    lines += [
        f'"{title}",monthly,{one.starts:%d/%m/%Y},{one.last_day:%d/%m/%Y},'
        f"{one.cut_off:%d/%m/%Y},{one.cut_off:%H:%M},{one.pay_day:%d/%m/%Y},{words}"
        for one in calendar(employer, today).periods
    ]
    return "\n".join(lines).encode()


class _Eager(Payroll):
    """A payroll that knows who is employed already, and that shows what it would pay at any time.

    ``employed`` finds what it pays somebody by their staff number.
    """

    employed: Callable[[str], Fields | None]

    def take(self, fields: Sequence[Fields], at: datetime) -> list[Answer]:
        """Take orders; what is told for a period counts as keyed before that period's cut-off."""
        answers: list[Answer] = []
        for each in fields:
            named = each.get("period_starts", "")
            period = self.calendar.holding(date.fromisoformat(named)) if named else None
            self._remember(each)
            answers += super().take([each], min(at, period.cut_off) if period else at)
        return answers

    def _remember(self, told: Fields) -> None:
        """Put somebody who leaves onto the payroll, as if they had always been there."""
        number, last = told.get("staff_number", ""), told.get("last_day", "")
        if told.get("action") != "leave" or number in self._foreseen or not last:
            return
        known = self.employed(number)
        if known is not None:
            first = self.calendar.holding(date.fromisoformat(last)).starts
            order = order_of({**known, "action": "start", "staff_number": number,
                              "first_day": first.isoformat()})  # fmt: skip
            worker = self._starter(order)
            if self.runs:
                until = self.calendar.holding(max(self.runs))
                dues = self._due(worker, until)
                worker = replace(worker, paid=tuple((one.starts, due) for one, due in dues))
            self.workers[number] = self._foreseen[number] = worker

    def paid(self, starts: date, at: datetime) -> list[Payment]:
        """Return what a period pays: for good once it is over, else as it stands."""
        for one in self.calendar.periods:
            if one.ends <= at.date() and one.starts not in self.runs:
                self.run(one.starts)
        period = self.calendar.holding(starts)
        return self.runs.get(period.starts) or self.draft(period.starts, period.cut_off)


class _Files(_Eager, FixedWidthPayroll):
    """The payroll that takes and leaves files. It forgets allowances: one of its users knows."""

    def turn(self, folder: Path, at: datetime, had: set[str]) -> None:
        """Take the files that are new in a folder, and leave what is paid beside it."""
        there = sorted(folder.glob("[!.]*.txt"), key=lambda place: place.stat().st_mtime)
        news = [one for one in there if one.name not in had and _TRIAL not in one.name]
        for one in news:
            had.add(one.name)
            _leave(folder / "acknowledged" / one.name, self.receive(one.read_bytes(), at))
        if not news:
            return
        for period in self.calendar.periods:
            if period.starts <= at.date() < period.ends + timedelta(days=31):
                paid = self.paid(period.starts, at)
                name = f"{period.starts:%Y-%m}-{len(had):04d}.txt"
                if paid:
                    content = self._written("PAYRES", period.starts, paid)
                    _leave(results_of(folder) / name, content)


class _Http(_Eager, JsonPayroll):
    """The payroll that is spoken to. What it was asked outlives it, in a journal."""

    journal: Path

    def ask(self, told: dict[str, Any], at: datetime, *, trial: bool = False) -> dict[str, Any]:
        """Take one instruction, and note it."""
        if not trial:
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            with self.journal.open("a", encoding="utf-8") as notes:
                notes.write(json.dumps({"at": at.isoformat(), "told": told}) + "\n")
        return super().ask(told, at, trial=trial)

    def remember(self) -> None:
        """Take again what is noted, as it was taken."""
        if self.journal.exists():
            for line in self.journal.read_text(encoding="utf-8").splitlines():
                note = json.loads(line)
                super().ask(note["told"], datetime.fromisoformat(note["at"]))

    def results(self, starts: date) -> dict[str, Any]:
        """Return what a period pays. LookupError if it pays nobody."""
        paid = self.paid(starts, datetime.now(UTC))
        if not paid:
            raise LookupError("nobody is paid yet")
        return self._enveloped(starts, paid, draft=False)


def results_of(folder: Path) -> Path:
    """Return the folder into which the payroll that takes files leaves what it paid."""
    return folder.with_name(f"{folder.name}-results")


@contextmanager
def at_work(systems: Path, truth: Path, *, port: int = PORT) -> Iterator[None]:
    """Let both payrolls work beside Muster until the block is left.

    Args:
        systems: where the pretend systems' files lie.
        truth: of the pretend service: what its payrolls pay.
        port: of the one that is spoken to.
    """
    now = datetime.now(UTC)
    files, had = _Files(FILES[:8].upper(), calendar(FILES, now.date()),
                        bugs=frozenset({"drops_allowances"})), set[str]()  # fmt: skip
    files.employed = _paid_by(truth, FILES)
    folder = systems / f"payroll-{FILES}"
    http = _Http(HTTP[:8].upper(), calendar(HTTP, now.date()))
    http.employed, http.journal = _paid_by(truth, HTTP), systems / f"payroll-{HTTP}.jsonl"
    http.remember()
    stopped = threading.Event()

    def work() -> None:
        while True:
            try:
                files.turn(folder, datetime.now(UTC), had)
            except Exception as problem:
                _log.error("the pretend payroll stumbled: %s", type(problem).__name__)
            if stopped.wait(_PAUSE):
                return

    thread = threading.Thread(target=work, name="pretend payroll", daemon=True)
    with ExitStack() as open_now:
        # Where another demonstration has the port, it answers there.
        with suppress(OSError):
            open_now.enter_context(serving(http, port=port))
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()


def _paid_by(truth: Path, employer: str) -> Callable[[str], Fields | None]:
    """Return what finds somebody's pay by staff number: as the pretend service has it."""
    found: dict[str, Fields] = {}

    def employed(number: str) -> Fields | None:
        if not found:
            found.update(_payroll_of(truth, employer))
        return found.get(number)

    return employed


def _payroll_of(truth: Path, employer: str) -> dict[str, Fields]:
    held = pl.scan_parquet(truth / "employment.parquet").filter(employer=employer, substantive=True)
    spent = pl.scan_parquet(truth / "assignment.parquet").filter(
        pl.col("valid_to").is_null(), pl.col("salary_pence").is_not_null()
    )
    people = pl.scan_parquet(truth / "person.parquet")
    rows = held.join(spent, on="employment_id").join(people, on="person_id").collect()
    return {
        row["staff_number"]: {
            "salary": f"{row['salary_pence'] / 100:.2f}", "fte": f"{row['fte']:g}",
            "nino": row["nino"], "surname": row["surname"], "forenames": row["first_name"],
        }
        for row in rows.iter_rows(named=True)
    }  # fmt: skip


def _leave(place: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}")
    half.write_bytes(content)
    half.replace(place)
