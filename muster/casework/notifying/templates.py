"""The texts of notices: what to set up at the notification service, each under its name.

``((names))`` are filled from what a notice keeps. None of it is personal: a notice names the
process, the task as its diagram calls it, and the day; who the case is about stands behind the
sign-in alone. No subject holds anything to fill, for subjects show on locked screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from muster.casework.notifying.rules import Kind

TemplateName = Literal[
    "task_given", "team_task", "task_reminder", "task_escalation", "deadline_moved",
    "case_finished", "cover_set", "task_digest",
]  # fmt: skip


@dataclass(frozen=True)
class Template:
    """A text with names to be filled; texts to phones have no subject."""

    subject: str
    body: str


_OPEN = " Open it: ((link))"
_LESS = " Choose what you are told: ((choose))"

TEMPLATES: Mapping[TemplateName, Template] = {
    "task_given": Template(
        "A task waits for you",
        "“((task))” (((process))) waits for you. It is due ((due))." + _OPEN + _LESS,
    ),
    "team_task": Template(
        "A task waits for your team",
        "“((task))” (((process))) waits for somebody of your team. It is due ((due))."
        + _OPEN + _LESS,
    ),
    "task_reminder": Template(
        "A deadline is near",
        "“((task))” (((process))) is due ((due))." + _OPEN + _LESS,
    ),
    "task_escalation": Template(
        "A deadline was missed or is at risk",
        "“((task))” (((process))) is not done. It is due ((due)). Please see that it is done."
        + _OPEN,
    ),
    "deadline_moved": Template(
        "A deadline was moved",
        "“((task))” (((process))) is now due ((due)). It was due ((was_due))." + _OPEN + _LESS,
    ),
    "case_finished": Template(
        "A case is finished", "A case (((process))) is finished." + _OPEN + _LESS
    ),
    "cover_set": Template(
        "You cover for a colleague",
        "You were asked to cover for a colleague from ((since)) to ((until)). Their tasks stand in"
        " your inbox meanwhile. Open it: ((link))",
    ),
    "task_digest": Template(
        "What waits for you", "((lines))\n\nOpen your inbox: ((link))" + _LESS
    ),
}  # fmt: skip

TEMPLATE_OF: Mapping[Kind, TemplateName] = {
    "task given": "task_given",
    "team task": "team_task",
    "reminder": "task_reminder",
    "escalation": "task_escalation",
    "deadline moved": "deadline_moved",
    "case finished": "case_finished",
    "cover": "cover_set",
}
DIGEST: TemplateName = "task_digest"


def filled(name: TemplateName, fill: Mapping[str, str]) -> tuple[str, str]:
    """Return the subject and the text of a notice."""
    text = TEMPLATES[name].body
    for key, value in fill.items():
        text = text.replace(f"(({key}))", value)
    return TEMPLATES[name].subject, text
