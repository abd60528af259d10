"""What is taken of one message, and why not.

``tests/spec/test_mail_taken.py`` is the table of it. A message is taken whole or refused whole: a
sender who is told that one of two files was left out would not know which of them counts.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from email import policy
from email.errors import ObsoleteHeaderDefect
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import PurePosixPath
from typing import Any

from muster.connectors.contract import Offer
from muster.connectors.drop.naming import why_not_taken
from muster.connectors.mailbox.proof import why_not_proven

ENDINGS = (
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".csv",
    ".tsv",
    ".txt",
    ".psv",
    ".dat",
    ".xml",
)
_PARTS = 200
_POLICY = policy.default.clone(raise_on_defect=False)


class Refused(Exception):
    """A message is not taken. Its text says why, for the sender, without naming anybody."""


@dataclass(frozen=True)
class Trust:
    """Whose mail is opened.

    Args:
        senders: exact addresses, in lower case.
        server: the name by which the mail server signs what it found.
    """

    senders: Collection[str]
    server: str


@dataclass(frozen=True)
class Letter:
    """What a message holds for us: its files, and the mark by which it is known again."""

    mark: str
    offers: tuple[Offer, ...]


def read_letter(content: bytes, trust: Trust) -> Letter:
    """Return what a message holds.

    Raises:
        Refused: saying why it is not taken.
    """
    try:
        message = BytesParser(EmailMessage, policy=_POLICY).parsebytes(content)
        sender = _sender(message, trust)
        offers = tuple(_offers(message, sender.rpartition("@")[2]))
        return Letter(_mark(message, content), offers)
    except Refused:
        raise
    except (Exception, RecursionError):  # the parser has failed on hostile headers before
        raise Refused("the message cannot be read: send it again") from None


def _sender(message: EmailMessage, trust: Trust) -> str:
    """Return the address of a sender whose mail is opened.

    Raises:
        Refused: if it is not on the list, or not proven.
    """
    headers: list[Any] = message.get_all("From") or []
    addresses: tuple[Any, ...] = headers[0].addresses if len(headers) == 1 else ()
    odd = [one for one in headers if any(map(_matters, one.defects))]
    if len(addresses) != 1 or odd:
        raise Refused("it has not exactly one sender")
    address = str(addresses[0].addr_spec).lower()
    if address not in trust.senders:
        raise Refused("its sender is not on the list: ask for the address to be added")
    why = why_not_proven(message, address.rpartition("@")[2], trust.server)
    if why is not None:
        raise Refused(f"its sender is not proven: {why}")
    return address


def _matters(defect: Exception) -> bool:
    """Tell whether a defect of a header may hide something; old ways of writing names do not."""
    return not isinstance(defect, ObsoleteHeaderDefect)


def _mark(message: EmailMessage, content: bytes) -> str:
    """Return the mark of a message: a digest of its id, or of all of it where it has none."""
    ids = [str(one).strip() for one in message.get_all("Message-ID") or []]
    if len(ids) > 1:
        raise Refused("it has more than one Message-ID")
    return hashlib.sha256(ids[0].encode() if ids and ids[0] else content).hexdigest()


def _offers(message: EmailMessage, domain: str) -> list[Offer]:
    """Return the files of data that are attached, each under the sender's domain.

    A message within the message is not opened: nobody vouches for what it says it is.
    """
    found: dict[str, Offer] = {}
    forwarded, count = False, 0
    waiting: list[Any] = [message]
    while waiting:
        part = waiting.pop(0)
        count += 1
        if count > _PARTS:
            raise Refused(f"it has over {_PARTS} parts")
        kind = part.get_content_maintype()
        if part is not message and kind == "message":
            forwarded = True
        elif part.is_multipart() and not part.defects:
            waiting = [*part.iter_parts(), *waiting]
        elif kind == "multipart":
            # A message that was cut short lacks its last boundary, and ends within a file.
            raise Refused("it is damaged: send it again")
        else:
            _add(found, part, domain)
    if not found:
        also = "; a forwarded message is not opened, attach the file itself" if forwarded else ""
        raise Refused(f"no file of data is attached{also}")
    return list(found.values())


def _add(found: dict[str, Offer], part: EmailMessage, domain: str) -> None:
    """Add a part to the files, if it is one of data.

    Raises:
        Refused: if it is one, and cannot be used.
    """
    written = part.get_filename()
    if not written:
        return
    name = PurePosixPath(str(written).replace("\\", "/")).name.strip()
    if not name.lower().endswith(ENDINGS):
        return
    why = why_not_taken(f"{domain}/{name}", ENDINGS, "a file of data")
    if why is not None:
        raise Refused(f"the name of a file cannot be used: {why}")
    content = part.get_payload(decode=True)
    if part.defects or not isinstance(content, bytes) or not content:
        raise Refused("a file is damaged or empty: send it again")
    if name.casefold() in found:
        raise Refused("two files have one name: give them different names")
    found[name.casefold()] = Offer(f"{domain}/{name}", content)
