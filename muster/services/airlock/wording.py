"""What revisions, trials and kinds of difference are called on pages."""

from django.utils.translation import gettext_lazy as _

from muster.hub.airlock.comparing import Kind
from muster.hub.airlock.queries import KindView
from muster.pagekit.tables import Text

KINDS: dict[Kind, Text] = {
    "changed": _("Another value"),
    "gained": _("A value where live gives none"),
    "lost": _("No value where live gives one"),
    "added": _("A field that live does not send"),
    "removed": _("A field that is no longer sent"),
    "waits": _("Would wait, and goes now"),
    "goes": _("Would go, and does not go now"),
    "skips": _("Would be left out, and is not now"),
    "cause": _("Waits for another reason"),
    "sent": _("Would be sent"),
}
FRESH_KINDS: dict[str, Text] = {"waits": _("Would wait"), "skips": _("Would be left out")}
TRIAL_STATES: dict[str, tuple[Text, str]] = {
    "running": (_("Running"), "blue"),
    "live": (_("Live"), "green"),
    "withdrawn": (_("Withdrawn"), "grey"),
}
REVISION_STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), "blue"),
    "live": (_("In force"), "green"),
    "replaced": (_("Replaced"), "grey"),
    "retired": (_("Retired"), "grey"),
}
CLASSES: dict[str, Text] = {
    "shipped": _("It comes with Muster"),
    "first": _("The first of its name"),
    "same": _("The same but for its words"),
    "full": _("Fits old senders and old readers"),
    "backward": _("Fits old senders; old readers may refuse new messages"),
    "forward": _("Fits old readers; messages of old senders may be refused"),
    "breaking": _("Breaks what there is: it needs a new major version"),
}
EXAMPLE = """{
  "$id": "muster.example.grade_changed.v1",
  "title": "A grade changed",
  "type": "object",
  "additionalProperties": false,
  "required": ["staff_number", "grade"],
  "properties": {
    "staff_number": {"type": "string", "title": "Staff number", "maxLength": 20,
                     "x-key": true, "x-personal": true},
    "grade": {"type": "string", "title": "Grade", "enum": ["AO", "EO", "HEO", "SEO"]},
    "hours": {"type": "integer", "title": "Hours", "minimum": 0, "maximum": 60},
    "start": {"type": "string", "format": "date", "title": "Start"}
  }
}"""
# What a contract asks of the values of a field.
RULES: dict[str, Text] = {
    "enum": "",
    "pattern": _("like %(value)s"),
    "minLength": _("at least %(value)s characters"),
    "maxLength": _("at most %(value)s characters"),
    "minimum": _("not below %(value)s"),
    "maximum": _("not above %(value)s"),
}


def kind_words(one: KindView, *, fresh: bool = False) -> Text:
    """Return what a kind of difference is called."""
    if fresh and one.kind in FRESH_KINDS:
        return FRESH_KINDS[one.kind]
    return next((words for kind, words in KINDS.items() if kind == one.kind), one.kind)
