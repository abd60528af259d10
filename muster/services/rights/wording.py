"""What the pages call lines, states and outcomes that rules name by code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Tag = tuple[str | Promise, str]

LINES: dict[str, str | Promise] = {
    "person": gettext_lazy("Employment and pension record"),
    "hr-file": gettext_lazy("HR file"),
    "pay": gettext_lazy("PAYE and National Insurance records"),
    "right-to-work": gettext_lazy("Copies from right to work checks"),
    "landing": gettext_lazy("Files as they were received"),
    "message": gettext_lazy("Messages between systems"),
    "access": gettext_lazy("Who has looked at a record"),
    "decisions": gettext_lazy("Who decided what"),
    "recruitment": gettext_lazy("Applications"),
    "rights": gettext_lazy("Requests about one's own data, and legal holds"),
    "told": gettext_lazy("What you told once"),
    "told-proof": gettext_lazy("Who told a change"),
    "notice": gettext_lazy("Notices to a person"),
    "correction": gettext_lazy("Requests to put a fact right"),
    "restriction": gettext_lazy("Restrictions of a record"),
    "glass": gettext_lazy("Restricted records opened in an emergency"),
    "route": gettext_lazy("What routes of messages need"),
    "dashboards": gettext_lazy("Dashboards and briefs"),
    "skills-map": gettext_lazy("Releases of the skills map"),
    "adverts": gettext_lazy("Job adverts"),
    "skill-reports": gettext_lazy("Reports of skills"),
    "transfer": gettext_lazy("Transfers between employers"),
    "task-notice": gettext_lazy("Notices of tasks"),
    "colleague": gettext_lazy("Who works in which team"),
    "task-draft": gettext_lazy("Answers that were begun"),
}
STARTS: dict[str, str | Promise] = {
    "100th birthday": gettext_lazy("the 100th birthday, or six years after leaving if later"),
    "leaving": gettext_lazy("the end of the employment"),
    "tax year": gettext_lazy("the end of the tax year"),
    "as-at date": gettext_lazy("the day it is of"),
    "end of agreement": gettext_lazy("the last message, or the end of the agreement if later"),
}
DOES: dict[str, str | Promise] = {
    "erase": gettext_lazy("Erased"),
    "strip": gettext_lazy("These fields are emptied"),
    "shred": gettext_lazy("Its key is destroyed"),
    "pseudonymise": gettext_lazy("Its key is destroyed; what happened can still be proved"),
}
RUNS: dict[str, Tag] = {
    "previewed": (gettext_lazy("Previewed"), "grey"),
    "proposed": (gettext_lazy("Waits for approval"), "yellow"),
    "approved": (gettext_lazy("Runs"), "blue"),
    "refused": (gettext_lazy("Refused"), "red"),
    "done": (gettext_lazy("Done"), "green"),
}
REQUESTS: dict[str, Tag] = {
    "asked": (gettext_lazy("Received"), "yellow"),
    "checked": (gettext_lazy("Identity checked"), "blue"),
    "ready": (gettext_lazy("Ready to download"), "green"),
    "answered": (gettext_lazy("Answered"), "green"),
    "refused": (gettext_lazy("Answered: kept for now"), "orange"),
    "expired": (gettext_lazy("The copy was destroyed"), "grey"),
}
OUTCOMES: dict[str, Tag] = {
    "erased": (gettext_lazy("Erased"), "green"),
    "to be erased": (gettext_lazy("Will be erased"), "blue"),
    "refused": (gettext_lazy("Kept"), "orange"),
    "nothing held": (gettext_lazy("Nothing is held"), "grey"),
}
KINDS: dict[str, str | Promise] = {
    "copy": gettext_lazy("A copy of the data"),
    "erasure": gettext_lazy("Erasure of the data"),
}
HELD: dict[str, str | Promise] = {
    "person": gettext_lazy("A person"),
    "employer": gettext_lazy("An employer"),
    "landing": gettext_lazy("A file"),
    "line": gettext_lazy("A line of the schedule"),
}
STATES: dict[str, Tag] = {
    "waits": (gettext_lazy("Waits"), "grey"),
    "erased": (gettext_lazy("Erased"), "green"),
    "kept": (gettext_lazy("Kept"), "orange"),
}
