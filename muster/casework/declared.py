"""What casework keeps of people: what for, on what ground and how long, said once."""

from muster.kernel.personal import Personal

CASE_OF = Personal(
    "To give the person a case is about their own tasks, and to keep others from deciding on their"
    " own case",
    "Public task (UK GDPR Article 6(1)(e)): running the employment of public bodies",
    "As long as what the case is about is kept", None,
)  # fmt: skip
