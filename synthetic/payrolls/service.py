"""PAYROLL-J on a port: the whole of `json_layout` over HTTP, for journeys and the demonstration.

    python -m synthetic.payrolls.service --port 8765 --token secret

serves until it is stopped. In a test, `with serving(payroll) as served:` gives its address; the
service runs in a thread of its own and `served.now` is its clock.
"""

import argparse
import csv
import io
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from synthetic.payrolls import json_layout as layout
from synthetic.payrolls.bugs import BUGS
from synthetic.payrolls.calendar import Calendar
from synthetic.payrolls.json_payroll import JsonPayroll

Answered = tuple[int, Any]
CSV_HEADER = (
    "requestId", "payRef", "niNumber", "familyName", "payPeriod", "periodStart", "periodEnd",
    "payDate", "grossPence", "paidFrom", "paidUpTo", "taxCode", "nonCumulative", "niCategory",
    "studentLoans", "pensionScheme", "previousPayPence", "previousTaxPence",
)  # fmt: skip


@dataclass
class Service:
    """One payroll behind its address. `now` None is the machine's clock."""

    payroll: JsonPayroll
    token: str = ""
    now: datetime | None = None
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def moment(self) -> datetime:
        return self.now or datetime.now(UTC)

    def get(self, path: str, query: dict[str, list[str]]) -> Answered:
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if parts[:2] == ["v2", "instructions"] and len(parts) == 3:
            state = self.payroll.state_of(parts[2])
            return (200, state) if state else _nothing()
        if parts == ["v2", "payperiods"]:
            year = query.get("year", [""])[0]
            return 200, self.payroll.periods(int(year) if year.isdecimal() else self.moment().year)
        if parts[:2] == ["v2", "payruns"] and len(parts) == 4:
            return self._run_of(parts[2], parts[3])
        return _nothing()

    def _run_of(self, month: str, what: str) -> Answered:
        try:
            starts = self.payroll.month(month)
            if what == "draft":
                return 200, self.payroll.draft_results(starts, self.moment())
            return (200, self.payroll.results(starts)) if what == "payments" else _nothing()
        except LookupError:
            return _nothing()

    def post(self, path: str, kind: str, told: Any, *, trial: bool) -> Answered:
        if path == "/v2/instructions":
            return self._instructions(kind, told, trial=trial)
        if path == "/v2/clock":
            self.now = datetime.fromisoformat(told["now"])
            return 200, {"now": self.moment().isoformat()}
        if path == "/v2/payruns":
            try:
                paid = self.payroll.run(self.payroll.month(told["payPeriod"]))
            except LookupError:
                return _nothing()
            except ValueError:
                return 409, {"title": "the period was run"}
            return 201, {"payPeriod": told["payPeriod"], "count": len(paid)}
        return _nothing()

    def _instructions(self, kind: str, told: Any, *, trial: bool) -> Answered:
        several = told if isinstance(told, list) else [told]
        if len(several) > layout.MOST:
            return 413, {"title": f"more than {layout.MOST} instructions"}
        if not all(isinstance(each, dict) for each in several):
            return 400, {"title": "an instruction is an object"}
        rows = [self._one(each, events="cloudevents" in kind, trial=trial) for each in several]
        return (207, rows) if isinstance(told, list) else (rows[0]["status"], rows[0])

    def _one(self, told: dict[str, Any], *, events: bool, trial: bool) -> dict[str, Any]:
        if not events:
            return self.payroll.ask(told, self.moment(), trial=trial)
        data = {**told.get("data", {})}
        data.setdefault("requestId", told.get("idempotencykey", ""))
        return self.payroll.ask(data, self.moment(), trial=trial) | {"id": told.get("id", "")}


def _nothing() -> Answered:
    return 404, {"title": "there is no such thing"}


class _Handler(BaseHTTPRequestHandler):
    """One request. The server has the service."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what is asked is about people."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        with self.server.service.lock:
            status, body = self._guarded(
                lambda: self.server.service.get(address.path, parse_qs(address.query))
            )
        if status == 200 and "text/csv" in self.headers.get("Accept", "") and "payments" in body:
            self._send(200, "text/csv; charset=utf-8", _csv(body["payments"]))
        else:
            self._json(status, body)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, trial = self.headers.get("Content-Type", ""), self.headers.get("Muster-Trial")
        path = urlsplit(self.path).path
        with self.server.service.lock:
            status, body = self._guarded(
                lambda: self.server.service.post(
                    path, kind, json.loads(content), trial=trial == "true"
                )
            )
        self._json(status, body)

    def do_OPTIONS(self) -> None:
        self._send(204, "", b"")

    def _guarded(self, answer: Any) -> Answered:
        token = self.server.service.token
        if token and self.headers.get("Authorization") != f"Bearer {token}":
            return 401, {"title": "a token is asked for"}
        try:
            found: Answered = answer()
        except (ValueError, KeyError, TypeError, AttributeError):
            return 400, {"title": "the request cannot be read"}
        return found

    def _json(self, status: int, body: Any) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, service: Service) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.service = service

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller hung up, and what it asked is about people."""


def _csv(payments: list[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, CSV_HEADER, restval="")
    writer.writeheader()
    for each in payments:
        cumulative = "true" if each["nonCumulative"] else "false"
        writer.writerow(each | {"nonCumulative": cumulative})
    return text.getvalue().encode()


@contextmanager
def serving(
    payroll: JsonPayroll, *, token: str = "", now: datetime | None = None, port: int = 0
) -> Iterator[Service]:
    """Serve a payroll on a port of this machine (0: any that is free) until the block is left."""
    service = Service(payroll, token, now)
    server = _Server(port, service)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(words: list[str]) -> None:
    """Serve until stopped."""
    read = argparse.ArgumentParser(description="PAYROLL-J, a pretend payroll, over HTTP")
    read.add_argument("--port", type=int, default=8765)
    read.add_argument("--token", default="")
    read.add_argument("--first", type=date.fromisoformat, default=date(2026, 1, 1))
    read.add_argument("--months", type=int, default=36)
    read.add_argument("--bug", action="append", default=[], choices=sorted(BUGS))
    asked = read.parse_args(words)
    calendar = Calendar(asked.first, asked.months, cut_day=18, cut_hour=12, pay_day=25)
    payroll = JsonPayroll("PAYROLL-J", calendar, bugs=frozenset(asked.bug))
    with serving(payroll, token=asked.token, port=asked.port) as service:
        sys.stdout.write(f"{service.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
