"""A request larger than its page takes is refused before anything reads it."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from muster.web.limits import FORM_BYTES, Bound, limited

FILES = 3 * FORM_BYTES


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the number of bytes that came in."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % size})


def answer(
    chunks: Iterable[bytes], *headers: tuple[bytes, bytes], path: str = "/"
) -> tuple[int, int]:
    """Return the status, and how many chunks were taken in before it."""
    waiting, said = list(chunks), []
    total = len(waiting)

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        said.append(message)

    async def asked() -> None:
        bounds = {"/api/v1/events": Bound(FORM_BYTES + 5, "Send less")}
        app = limited(echo, file_bytes=FILES, session_cookie="sessionid", bounds=bounds)
        await app({"type": "http", "headers": headers, "path": path}, receive, send)

    asyncio.run(asked())
    return said[0]["status"], total - len(waiting)


COOKIE = (b"cookie", b"a=b; sessionid=x")
HALF = b"x" * (FORM_BYTES // 2)


def stated(size: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % size)


@pytest.mark.parametrize("headers", [(), (stated(FORM_BYTES),)])
def test_a_form_goes_through(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert answer([HALF, HALF], *headers) == (200, 2)


def test_a_stranger_who_states_a_large_body_is_refused_unread() -> None:
    assert answer([HALF] * 9, stated(FORM_BYTES + 1)) == (413, 0)


def test_a_body_that_grows_beyond_the_limit_is_cut_off() -> None:
    assert answer([HALF] * 9) == (413, 3)
    assert answer([HALF] * 9, stated(10)) == (413, 3)


def test_who_has_a_session_may_send_files_up_to_their_limit() -> None:
    assert answer([HALF] * 6, COOKIE, stated(FILES)) == (200, 6)
    assert answer([HALF] * 7, COOKIE, stated(FILES + 1)) == (413, 0)


def test_a_length_that_is_no_number_is_refused() -> None:
    assert answer([HALF], (b"content-length", b"-1")) == (413, 0)


def test_an_address_of_messages_takes_no_file_whoever_asks() -> None:
    token, path = (b"authorization", b"Bearer muster_x"), "/api/v1/events"
    assert answer([HALF, HALF], token, stated(FORM_BYTES + 5), path=path) == (200, 2)
    assert answer([HALF] * 50, token, stated(FORM_BYTES + 6), path=path) == (413, 0)
    assert answer([HALF] * 50, token, path=path) == (413, 3)
    assert answer([HALF] * 3, stated(FORM_BYTES + 1), path=path) == (413, 0)
