"""Whose mail is opened: only what the mail server proves to come from the sender's own domain.

The message says it is from somebody at dept.example; the server is mx.muster.example.
"""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from muster.connectors.mailbox.proof import why_not_proven

#   first Authentication-Results in the message                                         opened
TABLE = (
    ("mx.muster.example; dkim=pass header.d=dept.example header.s=a",                    True),
    ("mx.muster.example; spf=pass smtp.mailfrom=bounce@dept.example",                    True),
    ("mx.muster.example; dmarc=pass (p=reject dis=none) header.from=dept.example",       True),
    ("MX.Muster.Example 1; DKIM=PASS header.d=Dept.Example.",                            True),
    ("mx.muster.example; spf=fail smtp.mailfrom=x.example; dkim=pass header.d=dept.example", True),
    ("mx.muster.example (a (nested) comment); dkim=pass\n header.d=dept.example",        True),
    # a good signature, of somebody else
    ("mx.muster.example; dkim=pass header.d=elsewhere.example",                          False),
    ("mx.muster.example; dkim=pass header.d=example",                                    False),
    ("mx.muster.example; dkim=pass header.d=notdept.example",                            False),
    ("mx.muster.example; dkim=pass header.d=dept.example.elsewhere.example",             False),
    ("mx.muster.example; spf=pass smtp.mailfrom=dept.example@elsewhere.example",         False),
    ("mx.muster.example; spf=pass smtp.helo=dept.example",                               False),
    ("mx.muster.example; dkim=pass header.d=elsewhere.example header.d=dept.example",    False),
    # no pass
    ("mx.muster.example; dkim=fail header.d=dept.example",                               False),
    ("mx.muster.example; dkim=passed header.d=dept.example",                             False),
    ("mx.muster.example; dkim=none (dkim=pass header.d=dept.example)",                   False),
    ('mx.muster.example; dkim=fail reason="; dkim=pass header.d=dept.example"',          False),
    ("mx.muster.example; arc=pass header.d=dept.example",                                False),
    ("mx.muster.example; dkim=pass",                                                     False),
    ("mx.muster.example; none",                                                          False),
    ("mx.muster.example",                                                                False),
    ("",                                                                                 False),
    # another server says so
    ("mx.elsewhere.example; dkim=pass header.d=dept.example",                            False),
    ("mx.muster.example.elsewhere.example; dkim=pass header.d=dept.example",             False),
    # what decoding would turn into a proof
    ("mx.muster.example; spf=pass smtp.mailfrom==?utf-8?q?=3Bdkim=3Dpass_header.d=3Ddept.example?=",
                                                                                         False),
    ('mx.muster.example; dkim=fail reason="half; dkim=pass header.d=dept.example',       False),
)  # fmt: skip


def with_headers(*values: str) -> EmailMessage:
    lines = [f"Authentication-Results: {value}\n" for value in values]
    raw = "".join([*lines, "From: a@dept.example\n\ntext\n"]).encode()
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


@pytest.mark.parametrize(("says", "opened"), TABLE)
def test_whose_mail_is_opened(says: str, opened: bool) -> None:
    why = why_not_proven(with_headers(says), "dept.example", "mx.muster.example")
    assert (why is None) == opened


def test_a_line_further_down_may_be_anybodys() -> None:
    good = "mx.muster.example; dkim=pass header.d=dept.example"
    bad = "mx.muster.example; dkim=fail header.d=dept.example"
    proven = ("dept.example", "mx.muster.example")
    assert why_not_proven(with_headers(bad, good), *proven)
    assert why_not_proven(with_headers("mx.other.example; none", good), *proven)
    assert why_not_proven(with_headers(good, bad), *proven) is None
    assert why_not_proven(with_headers(), *proven)
