"""Asks a web address for a file: what a payroll paid in a month, as it gives it in CSV.

``{month}`` in the address stands for each of the latest months (``2026-11``), the newest last. An
address that answers 404 has nothing yet, which is no failure; its body is never read as data.
"""

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.http_json import guard
from muster.connectors.http_json.setting import KIND
from muster.connectors.outlets import Setting, Unreachable
from muster.connectors.places.setting import choice, number, wrong
from muster.kernel.clock import Clock, SystemClock
from muster.kernel.errors import BadInput

TITLE = "A web address that gives files"
MONTH = "{month}"
SETTINGS = (
    Setting("url", "Address of the file", "{month} stands for a month, such as 2026-11"),
    Setting("token", "Bearer token", "Sent in the Authorization header", True, False),
    Setting("accept", "Form of the file", "text/csv unless told", required=False),
    Setting("months", "How many months are asked for", "2 unless told", required=False),
    Setting(
        "local",
        "Whether the system may be on this machine",
        "yes or no; then plain http is taken as well",
        required=False,
    ),
)
_MOST = 50 * 1024 * 1024
_SECONDS, _LONGEST = 30.0, 120.0
_NOTHING = (404, 410)


class HttpFiles:
    """One web address as a source of files. Used by one worker at a time.

    Args:
        settings: see ``SETTINGS``.
        clock: tells the latest months.
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
        self._url = settings.get("url", "").strip()
        self._months = number(settings, "months", 2, 24)
        self._clock = clock or SystemClock()
        local = choice(settings, "local", ("no", "yes")) == "yes"
        split = urlsplit(self._url)
        if split.scheme not in ("https", "http") or not split.hostname or "@" in split.netloc:
            raise wrong("url", "The address cannot be read", "Write https://system.example/path")
        if split.scheme == "http" and not local:
            raise wrong("url", "The address is not protected", "Write https:// instead of http://")
        token = settings.get("token", "").strip()
        if not token.isascii() or any(sign.isspace() for sign in token):
            raise wrong("token", "The token holds what no header can", "Copy it again")
        self._client = httpx.Client(
            transport=guard.GuardedTransport(local=local, resolve=resolve),
            timeout=_SECONDS,
            headers={
                "User-Agent": "muster",
                "Accept": settings.get("accept", "").strip() or "text/csv",
                "Accept-Encoding": "identity",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
            follow_redirects=False,
            trust_env=False,
        )

    def describe(self) -> Description:
        """Say what this connector is and can do."""
        return Description(KIND, TITLE, pulls=True, pushes=False)

    def health(self) -> Health:
        """Say whether the address answers. Never raises."""
        try:
            answer = self._client.options(self._asked()[-1][1])
        except Exception:
            return Health(False, "could not be reached")
        return Health(answer.status_code < 500, f"answered {answer.status_code}")

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def pull(self) -> Iterator[Offer | Skipped]:
        """Yield a file for each month that the address has one of, the oldest first.

        Raises:
            Unreachable: if it cannot be asked now; what was yielded stands.
        """
        for name, address in self._asked():
            content = self._fetched(address)
            if content is not None:
                yield Offer(name, content)

    def push(self, offer: Offer) -> None:
        """Refuse: files are fetched here.

        Raises:
            BadInput: always.
        """
        raise BadInput("This system takes no files", fix="Send to its own address")

    def _asked(self) -> list[tuple[str, str]]:
        """Return name and address of each file that is asked for."""
        if MONTH not in self._url:
            return [("fetched.csv", self._url)]
        day, months = self._clock.now().date().replace(day=1), []
        for _ in range(max(self._months, 1)):
            months.append(f"{day:%Y-%m}")
            day = (day - dt.timedelta(days=1)).replace(day=1)
        return [(f"fetched-{one}.csv", self._url.replace(MONTH, one)) for one in reversed(months)]

    def _fetched(self, address: str) -> bytes | None:
        """Return what an address gives; None if it has nothing yet."""
        try:
            with self._client.stream("GET", address) as answer:
                if answer.status_code in _NOTHING:
                    return None
                if answer.status_code != httpx.codes.OK:
                    raise Unreachable(f"answered {answer.status_code}")
                if "html" in answer.headers.get("content-type", "").lower():
                    raise Unreachable("answered with a page, not with a file")
                return _read(answer)
        except httpx.HTTPError as problem:
            raise Unreachable(f"the connection failed ({type(problem).__name__})") from None


def _read(answer: httpx.Response) -> bytes:
    until, read = time.monotonic() + _LONGEST, bytearray()
    for piece in answer.iter_raw():
        read += piece
        if len(read) > _MOST or time.monotonic() > until:
            raise Unreachable("answered with more than anybody reads, or too slowly")
    return bytes(read)
