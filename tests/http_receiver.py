"""A receiving system over real HTTP, on this machine: it keeps what it takes, and can misbehave."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for line, value in self.headers if line.lower() == name.lower())


@dataclass
class Reply:
    """One answer. ``cut`` closes the connection instead, after ``body`` if there is one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


@dataclass
class HttpReceiver:
    """Takes CloudEvents and remembers each by its idempotency key.

    Args:
        refuse: says why a message is refused; nothing if it is taken.
        replies: called before anything is taken; an answer ends the matter.
        replies_after: called when everything has been taken; an answer replaces the own one.
        heeds: whether it only says what it would do with what is marked as a trial.
    """

    refuse: Callable[[Fields], str] = lambda row: ""
    replies: Callable[[Asked], Reply | None] = lambda asked: None
    replies_after: Callable[[Asked], Reply | None] = lambda asked: None
    heeds: bool = True
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    messages: dict[str, Fields] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        early = self.replies(asked)
        if early is not None:
            return early
        if asked.method == "GET":
            key = asked.path.rpartition("/")[2]
            known = key in self.messages
            return self.json(200 if known else 404, {"key": key} if known else {"title": "none"})
        if asked.method != "POST":
            return Reply(204)
        events = json.loads(asked.body)
        with self.lock:
            several = events if isinstance(events, list) else [events]
            trial = self.heeds and asked.header("Muster-Trial") == "true"
            rows = [self.would(event) if trial else self.take(event) for event in several]
        return self.replies_after(asked) or self.json(207, rows)

    def would(self, event: Fields) -> Fields:
        why = self.refuse(event["data"])
        return {
            "id": event["id"],
            "status": 422 if why else 201,
            **({"detail": why} if why else {}),
        }

    def take(self, event: Fields) -> Fields:
        key, data = event["idempotencykey"], event["data"]
        if key in self.messages:
            return {"id": event["id"], "status": 208}
        why = self.refuse(data)
        if why:
            return {"id": event["id"], "status": 422, "detail": why}
        self.messages[key] = data
        return {"id": event["id"], "status": 201}

    @staticmethod
    def json(status: int, content: object, **headers: str) -> Reply:
        named = {"Content-Type": "application/json", **headers}
        return Reply(status, named, json.dumps(content).encode())


@contextmanager
def running_receiver(**behaviour: Any) -> Iterator[HttpReceiver]:
    """Serve a receiver on a free port of this machine."""
    receiver = HttpReceiver(**behaviour)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            reply = receiver.answer(Asked(self.command, self.path, self.headers.items(), body))
            if reply.cut:
                self.wfile.write(reply.body)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET = do_OPTIONS = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.url = f"http://127.0.0.1:{server.server_port}/events"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
