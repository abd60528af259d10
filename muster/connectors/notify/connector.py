"""Speaks to the service over HTTPS: each request bears a token signed with the key (HS256).

What an answer means: 201 is taken. 400 will never be taken (a bad address, a template that does not
fit, a recipient the key may not write to). 403 is our key or our clock: everything waits for a
person. 429 and 5xx pass; so does a connection that fails, but then nobody knows whether the notice
went, and before it is tried again the service is asked for its reference.
"""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from muster.connectors.contract import Health
from muster.connectors.notify.contract import NotSent, Parcel, Status
from muster.connectors.notify.setting import read_service
from muster.kernel.clock import SYSTEM_CLOCK, Clock

_TO = {"email": "email_address", "sms": "phone_number"}
_SECONDS = 20.0
_LINES = 7
_FAILED = (
    "permanent-failure", "temporary-failure", "technical-failure", "virus-scan-failed",
    "validation-failed", "cancelled",
)  # fmt: skip
_DELIVERED = ("delivered", "received")


class Notify:
    """One service of the notification service.

    Args:
        settings: see ``setting.SETTINGS``.
        clock: dates the tokens, which hold for half a minute.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str], *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._service, self._clock = read_service(settings), clock
        self._key = OctKey.import_key(self._service.secret)
        self._client = httpx.Client(
            timeout=_SECONDS, follow_redirects=False, trust_env=False,
            headers={"User-Agent": "muster", "Accept": "application/json"},
        )  # fmt: skip

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def health(self) -> Health:
        """Say whether the service takes our key; nothing is sent. Never raises."""
        try:
            self._ask("GET", "/v2/templates")
        except NotSent as problem:
            return Health(False, problem.said)
        return Health(True, "answers, and takes the key")

    def send(self, parcel: Parcel) -> str:
        """Hand a notice over; return the service's id of it.

        Raises:
            NotSent: if it was not taken, or nobody can tell whether it was.
        """
        template = self._service.templates.get(parcel.template)
        if template is None:
            raise NotSent(f"no template is set up for {parcel.template}", again=True)
        if parcel.again:
            known = self._found(parcel.reference)
            if known:
                return known
        body: dict[str, Any] = {
            "template_id": template, "reference": parcel.reference,
            "personalisation": dict(parcel.fill),
        }  # fmt: skip
        if parcel.way == "letter":
            lines = [line.strip() for line in parcel.to.splitlines() if line.strip()][:_LINES]
            body["personalisation"] |= {
                f"address_line_{n}": line for n, line in enumerate(lines, 1)
            }
        else:
            body[_TO[parcel.way]] = parcel.to
        return _id_in(self._ask("POST", f"/v2/notifications/{parcel.way}", body))

    def status(self, service_id: str) -> Status:
        """Tell what became of a notice.

        Raises:
            NotSent: if the service cannot be asked now.
        """
        said = self._ask("GET", f"/v2/notifications/{quote(service_id, safe='')}").get("status")
        if said in _DELIVERED:
            return "delivered"
        return "failed" if said in _FAILED else "on its way"

    def _found(self, reference: str) -> str:
        """Return the service's id of a notice that it has; "" if it has none of this reference."""
        answer = self._ask("GET", f"/v2/notifications?reference={quote(reference, safe='')}")
        listed = answer.get("notifications") or []
        return _id_in(listed[0]) if listed else ""

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        claims = {"iss": self._service.issuer, "iat": int(self._clock.now().timestamp())}
        token = jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, self._key)
        try:
            response = self._client.request(
                method, f"{self._service.url}{path}", json=body,
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
        except httpx.HTTPError as problem:
            # An exception's own words may quote what was sent.
            said = f"the connection failed ({type(problem).__name__})"
            raise NotSent(said, again=True, all_wait=True) from None
        if response.status_code in (200, 201):
            return _object_in(response)
        raise _refusal(response)


def _refusal(response: httpx.Response) -> NotSent:
    """Return what an answer other than yes means."""
    status = response.status_code
    said = f"the service answered {status}"
    if status == 429 or status >= 500:
        after = response.headers.get("Retry-After", "")
        seconds = float(after) if after.isascii() and after.isdigit() else None
        return NotSent(said, again=True, all_wait=True, retry_after=seconds)
    if status in (401, 403):
        return NotSent(f"{said}: the key or the clock is wrong", again=True, all_wait=True)
    return NotSent(said, again=False)


def _object_in(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotSent("the service's answer cannot be read", again=True)
    return cast("dict[str, Any]", found)


def _id_in(said: Mapping[str, Any]) -> str:
    found = said.get("id") if isinstance(said, dict) else None
    if not isinstance(found, str) or not found:
        raise NotSent("the service's answer names no notice", again=True)
    return found[:100]
