"""What personal data of people is kept for, on what ground and for how long, said once.

For ``models``: beside each personal field stands one of these declarations.
"""

from muster.kernel.personal import Personal

_BASIS = "Public task (UK GDPR Article 6(1)(e)): keeping the employment records of public bodies"
_SENSITIVE = (
    f"{_BASIS}; as it may tell of health or family, also employment law obligations (Article"
    " 9(2)(b), Data Protection Act 2018 Schedule 1 paragraph 1)"
)
_BELIEFS = "Until the person's 100th birthday, as employment and pension records are kept"
# What a belief rests on is kept as long as the belief: told again without it, it would be another.
_CLAIMS = "Until the person's 100th birthday, as the record that rests on it"
_HR_FILE = "Six years after the person left the employer, as HR files are kept"

WHO = Personal("To tell people apart and to find a person's record", _BASIS, _BELIEFS, None)
JOB = Personal(
    "To know by whom a person is employed, from when to when, and on what terms",
    _BASIS, _BELIEFS, None,
)  # fmt: skip
PROOF = Personal(
    "To show where a fact about a person came from, and who decided it", _BASIS, _BELIEFS, None
)
SENSITIVE_JOB = Personal(
    "To keep somebody who is away, or has died, from being treated as at work or as a mover;"
    " for the person and the HR of the employer that said it, never in lists, searches or figures",
    _SENSITIVE, _HR_FILE, None,
)  # fmt: skip
POST = Personal("To know which post a person holds", _BASIS, _HR_FILE, None)
DISPUTE = Personal("To have a person resolve what systems disagree on", _BASIS, _BELIEFS, None)
ONE_PERSON = Personal("To hold together what is known of one person", _BASIS, _BELIEFS, None)
SAID_WHO = Personal("To tell people apart and to show what a system said", _BASIS, _CLAIMS, None)
SAID_JOB = Personal("To derive and to prove employment and its terms", _BASIS, _CLAIMS, None)
SAID_SENSITIVE = Personal(
    "To derive and to prove that somebody is away or why they left", _SENSITIVE, _HR_FILE, None
)
SAID_POST = Personal("To derive and to prove which post a person holds", _BASIS, _HR_FILE, None)
NOT_GONE = Personal(
    "To keep somebody whose row is damaged from being taken for gone", _BASIS, _CLAIMS, None
)
