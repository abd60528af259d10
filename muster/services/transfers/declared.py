"""What is kept of people who transfer: what for, on what ground, how long, said once."""

from muster.kernel.personal import Personal

_BASIS = "Public task (UK GDPR Article 6(1)(e)): moving staff between public employers"
_CONTRACT = "Performing the employment contract (UK GDPR Article 6(1)(b)): paying the person"
_LIMIT = "Six years after the transfer was closed or given up, as claims may be brought"

WHOSE = Personal("To know whose transfer it is", _BASIS, _LIMIT, None)
MOVE = Personal(
    "To know from whom to whom a person moves, when and to what post", _BASIS, _LIMIT, None
)
RECORD = Personal(
    "To hand a person's record from one employer to the next once, and to pay them right",
    f"{_BASIS}; {_CONTRACT}", _LIMIT, "",
)  # fmt: skip
PROOF = Personal("To show who did what in a transfer, and on what evidence", _BASIS, _LIMIT, "")
PAY = Personal(
    "To show that the first pay was right, and to put right what was not", _CONTRACT,
    "Three years after the end of the tax year, as PAYE records are kept", None,
)  # fmt: skip
