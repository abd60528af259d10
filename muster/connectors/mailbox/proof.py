"""Whether the mail server vouches for who sent a message.

``tests/spec/test_mail_senders.py`` is the table of it.

Checking SPF, DKIM and DMARC is the server's job; what it found it writes in front of the message
(``Authentication-Results``, RFC 8601). Anybody can write such a line into a message, so only the
first counts, and only from the server that is named. A pass counts only for the domain of the
address in ``From``: otherwise somebody else's good signature would vouch for a forged sender.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage

_HEADER = "authentication-results"
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')
_PASS = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*pass(?:\s(.*))?", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"(?:^|\s)([a-z]+\.[a-z-]+)\s*=\s*(\S+)", re.IGNORECASE)
_SAYS = {"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom"}
_LONGEST = 10_000


def why_not_proven(message: EmailMessage, domain: str, server: str) -> str | None:
    """Return why a message is not proven to come from a domain, or None if it is.

    Args:
        message: as it arrived.
        domain: of the address in ``From``, in lower case.
        server: the name by which the mail server signs what it found.
    """
    # As it was written: decoded, an address that the server quotes could become a proof.
    lines = (str(value) for name, value in message.raw_items() if name.lower() == _HEADER)
    written = next(lines, None)
    if written is None:
        return "the mail server wrote no Authentication-Results"
    if len(written) > _LONGEST or '"' in _QUOTED.sub("", written):
        return "the Authentication-Results cannot be read"
    plain = _without_comments(_QUOTED.sub("quoted", written))
    said, *found = plain.split(";")
    if not said.split() or said.split()[0].casefold() != server.casefold():
        return "the first Authentication-Results is not of the mail server that is named"
    if not any(_names(proof, domain) for proof in found):
        return "no pass of SPF, DKIM or DMARC for the domain of the sender"
    return None


def _without_comments(text: str) -> str:
    """Return a header without its comments, which may stand inside each other."""
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    return text


def _names(proof: str, domain: str) -> bool:
    passed = _PASS.fullmatch(proof)
    if passed is None:
        return False
    wanted = _SAYS[passed[1].lower()]
    named = list(_domains(passed[2] or "", wanted))
    return named == [domain]


def _domains(text: str, wanted: str) -> Iterator[str]:
    for name, value in _PROPERTY.findall(text):
        if name.lower() == wanted:
            yield value.rpartition("@")[2].rstrip(".").lower()
