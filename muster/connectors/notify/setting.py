"""What a notification service's connector must be told, checked before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from muster.connectors.outlets import Setting
from muster.kernel.errors import BadInput, Where

KIND, TITLE = "notify", "A notification service shaped like GOV.UK Notify"
SETTINGS = (
    Setting("url", "Address of the service", "https://api.notifications.service.gov.uk"),
    Setting("key", "API key", "Its name, the service's id and the secret, as it was shown", True),
    Setting("templates", "Ids of the templates", "bank_code=…, with commas between them"),
    Setting("local", "Whether it may be on this machine", "yes or no", required=False),
)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?:.*-)?({_UUID})-({_UUID})")
_TEMPLATE = re.compile(rf"([a-z_]{{1,40}})\s*=\s*({_UUID})")


@dataclass(frozen=True)
class Service:
    """Where the service is, and by which key it knows us; see ``SETTINGS``."""

    url: str
    issuer: str
    secret: str = field(repr=False)
    templates: Mapping[str, str]


def read_service(settings: Mapping[str, str]) -> Service:
    """Return the service that settings name.

    Raises:
        BadInput: naming the setting that cannot be used; never its value.
    """
    key = _KEY.fullmatch(settings.get("key", "").strip())
    if key is None:
        raise _wrong("key", "The API key cannot be read", "Copy it again, in full")
    templates: dict[str, str] = {}
    for one in filter(None, map(str.strip, settings.get("templates", "").split(","))):
        found = _TEMPLATE.fullmatch(one)
        if found is None:
            raise _wrong("templates", "A template has no name or no id", "Write name=id")
        templates[found[1]] = found[2]
    local = settings.get("local", "").strip() == "yes"
    return Service(_address(settings.get("url", ""), local=local), key[1], key[2], templates)


def _address(written: str, *, local: bool) -> str:
    try:
        url = httpx.URL(written.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if not url.host or url.scheme not in (("https", "http") if local else ("https",)):
        raise _wrong("url", "The address cannot be used", "Write https:// and the host")
    if url.userinfo or url.query or url.fragment:
        raise _wrong("url", "The address holds more than an address", "Leave out the rest")
    return str(url).rstrip("/")


def _wrong(setting: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field=setting), fix=fix)
