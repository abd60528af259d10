"""What is kept of notices and of those who work on cases: what for, on what ground, how long."""

from muster.kernel.personal import Personal

_BASIS = "Public task (UK GDPR Article 6(1)(e)): running the processes that people take part in"

TOLD = Personal(
    "To tell a person in time what waits for them, and to show that they were told",
    _BASIS, "One year after the notice was written", "",
)  # fmt: skip
COLLEAGUE = Personal(
    "To know who of a team can take a task, cover for a colleague and be told of deadlines",
    _BASIS, "Two years after the colleague was last seen", "",
)  # fmt: skip
COVER = Personal(
    "To let a colleague do the tasks of somebody who is away, and to show who let them",
    _BASIS, "Two years after the cover ended", "",
)  # fmt: skip
DRAFT = Personal(
    "To let a person save what they began to answer and come back to it", _BASIS,
    "Until the task is done, and 90 days at most", "",
)  # fmt: skip
