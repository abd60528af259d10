"""What is kept of what people tell of themselves: what for, on what ground, how long, said once."""

from muster.kernel.personal import Personal

_BASIS = "Public task (UK GDPR Article 6(1)(e)): keeping the employment records of public bodies"
_CONTRACT = "Performing the employment contract (UK GDPR Article 6(1)(b)): paying the person"
_RIGHT = "Legal obligation (UK GDPR Articles 6(1)(c), 16 and 18): putting wrong data right"

TOLD = Personal(
    "To tell a person's change once to every system of every employer concerned",
    f"{_BASIS}; {_CONTRACT}",
    "Two years after the person's last employment ends, or a newer value takes its place", "",
)  # fmt: skip
WHOSE = Personal("To know whose change it is", _BASIS, "As long as the change is kept", None)
PROOF = Personal(
    "To show who told it, and to keep a stolen sign-in from redirecting pay",
    _BASIS, "Two years after the change was settled", "",
)  # fmt: skip
SENT = Personal(
    "To show the person which system was told", _BASIS, "As long as the change is kept", ""
)
NOTICE = Personal(
    "To tell a person of a change where they can be reached", _BASIS,
    "Until the notice was sent; what stands in it is removed then", "",
)  # fmt: skip
CORRECTION = Personal(
    "To have a wrong fact put right by who states it, and to show what came of it", _RIGHT,
    "Six years after the request was closed, as complaints may be brought", "",
)  # fmt: skip
