"""What the register's pages call the things that its rules name by code."""

from django.utils.translation import gettext_lazy

STATUSES = {
    "live": gettext_lazy("Live"),
    "joining": gettext_lazy("Joining"),
    "transitioning": gettext_lazy("In transition"),
    "closed": gettext_lazy("Closed"),
    "devolved": gettext_lazy("Devolved"),
    "not listed": gettext_lazy("Not listed"),
}
STATUS_COLOURS = {"live": "green", "closed": "grey", "not listed": "grey"}
POST_KINDS = {
    "post": gettext_lazy("Senior post"),
    "group": gettext_lazy("Group of junior posts"),
}
ENGAGEMENTS = {
    "employee": gettext_lazy("Employee"),
    "permanent": gettext_lazy("Permanent"),
    "fixed_term": gettext_lazy("Fixed term"),
    "loan_out": gettext_lazy("On loan to another employer"),
    "loan_in": gettext_lazy("On loan from another employer"),
    "contractor": gettext_lazy("Contractor"),
    "agency": gettext_lazy("Agency worker"),
    "further": gettext_lazy("Further post"),
}
ENDINGS = {
    "stated": gettext_lazy("Leaving date stated"),
    "vanished": gettext_lazy("No longer in the employer's file"),
    "restarted": gettext_lazy("A new employment began"),
    "engagement changed": gettext_lazy("The kind of engagement changed"),
    "decided": gettext_lazy("Decided by a person"),
}
IDENTIFIERS = {
    "birth_date": gettext_lazy("Birth date"),
    "nino": gettext_lazy("National Insurance number"),
    "work_email": gettext_lazy("Work email"),
}
LOOKS = {
    "person": gettext_lazy("Your record"),
    "own record": gettext_lazy("Your record"),
    "search": gettext_lazy("A search that found you"),
    "exact bytes": gettext_lazy("A file that holds your record"),
    "quarantined rows": gettext_lazy("A row that waits"),
}
PURPOSES = {
    "own business": gettext_lazy("Own business"),
    "casework": gettext_lazy("Casework"),
    "workforce planning": gettext_lazy("Workforce planning"),
    "assurance": gettext_lazy("Assurance"),
    "integration": gettext_lazy("Integration"),
    "operation": gettext_lazy("Operation"),
}
