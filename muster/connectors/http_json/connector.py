"""Posts messages to a web address, and reads back what became of each."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import httpx
import polars as pl

from muster.connectors.contract import Health
from muster.connectors.http_json import guard
from muster.connectors.http_json.answers import (
    LONGEST_ANSWER,
    Answer,
    Outcome,
    is_absence,
    read_answer,
)
from muster.connectors.http_json.events import Event, rounds, write_events
from muster.connectors.http_json.setting import Effect, Receiver, describe, read_receiver
from muster.connectors.http_json.signatures import add_digest, sign
from muster.connectors.outlets import (
    RESULTS,
    OutletDescription,
    Receipt,
    Rehearsed,
    Shipment,
    Unreachable,
)
from muster.connectors.text import harmless
from muster.kernel.clock import Clock, SystemClock
from muster.kernel.ids import new_id

_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, guard.Barred)
_CONNECT_SECONDS = 10.0
TRIAL = "Muster-Trial"
"""The header that marks a rehearsal; its event says ``"trial":true`` as well."""


@dataclass
class _Run:
    """One shipment on its way, and what became of its messages so far."""

    shipment: Shipment
    results: list[tuple[int, str, str]] = field(default_factory=list)
    blocked: dict[str, int] = field(default_factory=dict)
    had: int = 0
    said: dict[str, int] = field(default_factory=dict)
    reached: bool = False
    stopped: str = ""
    trial: bool = False

    def left(self, event: Event, outcome: str, said: str) -> None:
        """Write down that a message was not taken; those behind it in its subject must wait."""
        self.results.append((event.position, outcome, said))
        if event.subject:
            self.blocked.setdefault(event.subject, event.position)

    def open(self, events: Sequence[Event]) -> list[Event]:
        """Return the messages that wait for none before them, and write down the others."""
        for event in events:
            if event.subject in self.blocked:
                first = self.blocked[event.subject]
                said = f"held back behind message {first} of its subject"
                self.results.append((event.position, "behind", said))
        return [event for event in events if event.subject not in self.blocked]

    def text(self, event: Event, said: str) -> str:
        """Return the receiver's text about a message, made harmless."""
        return harmless(said, self.shipment.data.row(event.place))

    def receipt(self) -> Receipt:
        """Return what is known in the end."""
        results = pl.DataFrame(sorted(self.results), schema=RESULTS, orient="row")
        said = ", ".join(f"{said} ({times} times)" for said, times in self.said.items())
        return Receipt(results, said, self.had)


class HttpJson:
    """One web address as a receiver. Used by one worker at a time.

    Args:
        settings: see ``setting.SETTINGS``.
        clock: dates signatures.
        resolve: looks names up.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        clock: Clock | None = None,
        resolve: guard.Resolve = guard.resolve,
    ) -> None:
        self._receiver: Receiver = read_receiver(settings)
        self._clock = clock or SystemClock()
        self.effect: Effect = self._receiver.effect
        transport = guard.GuardedTransport(
            local=self._receiver.local, resolve=resolve, keep=self.effect == "idempotent"
        )
        token = self._receiver.token
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(self._receiver.timeout, connect=_CONNECT_SECONDS),
            headers={
                "User-Agent": "muster",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
            follow_redirects=False,
            trust_env=False,
        )
        # What was answered to requests of a shipment that was then broken off, by their content:
        # a receiver that takes only so many at a time would otherwise be sent the first for ever.
        self._answered: dict[bytes, Answer] = {}

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return describe(self.effect)

    def health(self) -> Health:
        """Say whether the address answers; nothing is posted. Never raises."""
        try:
            with self._client.stream("OPTIONS", self._receiver.url) as response:
                status = response.status_code
        except Exception as error:
            return Health(False, _failure(error))
        return Health(status < 500, f"answered {status} when asked for its options")

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def deliver(self, shipment: Shipment) -> Receipt:
        """Hand messages over; those of one subject in order, and none behind one not taken.

        Raises:
            Unreachable: if all may be handed over again.
        """
        run = _Run(shipment)
        events, unwritable = write_events(shipment.envelopes, shipment.data)
        most = self._receiver.most if self._receiver.batch else 1
        for turn in rounds(events, most):
            waiting = run.open(turn)
            for event in waiting:
                if event.place in unwritable:
                    run.left(event, "rejected", unwritable[event.place])
            ready = [event for event in waiting if event.place not in unwritable]
            if ready:
                self._hand_over(run, ready)
        self._answered.clear()
        return run.receipt()

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Really post messages, marked as a trial, with ids and keys that are never used again.

        Raises:
            Unreachable: if the receiver cannot be reached.
        """
        mark = f"trial-{new_id()}"
        envelopes = shipment.envelopes.with_columns(
            pl.format("{}-{}", pl.lit(mark), "position").alias(name) for name in ("id", "key")
        )
        run = _Run(replace(shipment, envelopes=envelopes), trial=True)
        events, unwritable = write_events(envelopes, shipment.data)
        for event in events:
            if event.place in unwritable:
                run.left(event, "rejected", unwritable[event.place])
            else:
                self._hand_over(run, [replace(event, text='{"trial":true,' + event.text[1:])])
        receipt = run.receipt()
        return Rehearsed(f"the receiver {receipt.acknowledged or 'was not asked'}", receipt.results)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell which messages the receiver has, by asking for each at the address set for it."""
        present = [self._look(row) for row in envelopes.iter_rows(named=True)]
        found = pl.Series("present", present, pl.Boolean)
        return envelopes.select("position").with_columns(found)

    def _look(self, envelope: Mapping[str, str]) -> bool | None:
        address = self._receiver.look
        if not address:
            return None
        for name in ("key", "id", "subject"):
            address = address.replace(f"{{{name}}}", quote(envelope[name] or "", safe=""))
        try:
            with self._client.stream("GET", address) as response:
                body = self._read(response)
        except httpx.HTTPError:
            return None
        if response.status_code == 200 and body and is_absence(response.headers):
            return True
        # A page that says 404 says nothing of the message: the address may be wrong.
        absent = response.status_code in (404, 410) and is_absence(response.headers)
        return False if absent else None

    def _hand_over(self, run: _Run, events: Sequence[Event]) -> None:
        if run.stopped:
            for event in events:
                run.left(event, "retry", f"not sent, because an earlier message {run.stopped}")
            return
        answer = self._ask(events, trial=run.trial)
        run.said[answer.said] = run.said.get(answer.said, 0) + 1
        if answer.meaning == "taken":
            run.reached = True
        elif answer.meaning == "each":
            run.reached = True
            for event in events:
                self._read_one(run, event, *answer.of_each.get(event.id, ("doubt", "")))
        elif answer.meaning == "rejected":
            self._reject(run, events, answer)
        elif self.effect == "idempotent":
            raise Unreachable(answer.said, retry_after=answer.retry_after)
        else:
            self._leave(run, events, answer)

    def _read_one(self, run: _Run, event: Event, outcome: Outcome, said: str) -> None:
        if outcome == "had":
            run.had += 1
        elif outcome == "doubt":
            # Whoever knows a message by its key can be handed it again.
            again = "retry" if self.effect == "idempotent" else "unknown"
            run.left(event, again, "the receiver did not say what became of it")
        elif outcome != "taken":
            run.left(event, outcome, run.text(event, said) or "the receiver gave no reason")

    def _reject(self, run: _Run, events: Sequence[Event], answer: Answer) -> None:
        """Write down that a message is refused; of several, find out which."""
        if len(events) > 1:
            middle = len(events) // 2
            self._hand_over(run, events[:middle])
            self._hand_over(run, events[middle:])
            return
        text = run.text(events[0], answer.text)
        outcome = "retry" if answer.at_work and self.effect == "idempotent" else "rejected"
        run.left(events[0], outcome, f"{answer.said}: {text}" if text else answer.said)

    def _leave(self, run: _Run, events: Sequence[Event], answer: Answer) -> None:
        """Stop where nobody can tell whether a message would be handed over twice."""
        if answer.meaning != "doubt" and not run.reached:
            raise Unreachable(answer.said, retry_after=answer.retry_after)
        outcome = "unknown" if answer.meaning == "doubt" else "retry"
        run.stopped = answer.said
        for event in events:
            run.left(event, outcome, answer.said)

    def _ask(self, events: Sequence[Event], *, trial: bool) -> Answer:
        """Post messages and return what the answer means."""
        if self._receiver.batch:
            body, kind = "[" + ",".join(event.text for event in events) + "]", "-batch+json"
            key = hashlib.sha256("\n".join(event.key for event in events).encode()).hexdigest()
        else:
            body, kind, key = events[0].text, "+json", events[0].key
        content = body.encode()
        mark = hashlib.sha256(content).digest()
        if mark in self._answered:
            return self._answered[mark]
        headers = {
            "Content-Type": f"application/cloudevents{kind}",
            "Idempotency-Key": '"' + quote(key, safe=" !#$&'()*+,/:;=?@[]^`{|}~") + '"',
        }
        if trial:
            headers[TRIAL] = "true"
        traces = {event.traceparent for event in events}
        if len(traces) == 1 and "" not in traces:
            headers["traceparent"] = traces.pop()
        answer = self._post(content, headers, [event.id for event in events])
        if answer.meaning in ("taken", "each", "rejected") and not trial:
            self._answered[mark] = answer
        return answer

    def _post(self, content: bytes, headers: Mapping[str, str], ids: Sequence[str]) -> Answer:
        now = self._clock.now()
        request = self._client.build_request(
            "POST", self._receiver.url, content=content, headers=headers
        )
        add_digest(request, content)
        if self._receiver.signing_key is not None:
            key, key_id = self._receiver.signing_key, self._receiver.signing_key_id
            sign(request, content, key=key, key_id=key_id, now=now)
        try:
            response = self._client.send(request, stream=True)
            try:
                body = self._read(response)
            finally:
                response.close()
        except _BEFORE as error:
            return Answer("later", _failure(error))
        except httpx.HTTPError as error:
            return Answer("doubt", _failure(error))
        lower = {name.lower(): value for name, value in response.headers.items()}
        return read_answer(response.status_code, lower, body, ids=ids, now=now)

    def _read(self, response: httpx.Response) -> bytes | None:
        """Return an answer's body; None if it is longer than anybody reads, or drips."""
        until = time.monotonic() + 2 * self._receiver.timeout
        read, length = [], 0
        for piece in response.iter_raw():
            length += len(piece)
            if length > LONGEST_ANSWER or time.monotonic() > until:
                return None
            read.append(piece)
        return b"".join(read)


def _failure(error: Exception) -> str:
    """Return what went wrong in words; an exception's own may quote anything."""
    if isinstance(error, guard.Barred):
        return f"not asked: {error}"
    if isinstance(error, httpx.ConnectError):
        return "could not be reached"
    if isinstance(error, httpx.TimeoutException):
        return "gave no answer in time"
    return f"the connection failed ({type(error).__name__})"
