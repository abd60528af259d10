"""What the pages of oversight call the things that rules name by code."""

from django.utils.translation import gettext_lazy

KINDS = {
    "sensitive_post": gettext_lazy("Sensitive post"),
    "protected": gettext_lazy("Protected person"),
    "hidden_names": gettext_lazy("Hidden name history"),
}
SET_BECAUSE = {
    "risk assessment": gettext_lazy("Risk assessment"),
    "court order": gettext_lazy("Order of a court"),
    "police advice": gettext_lazy("Advice of the police"),
    "listed post": gettext_lazy("The post is on the list of sensitive posts"),
    "gender recognition": gettext_lazy("Gender recognition"),
    "own request": gettext_lazy("The person asked for it"),
}
LIFTED_BECAUSE = {
    "risk ended": gettext_lazy("The risk has ended"),
    "left the post": gettext_lazy("The person left the post"),
    "set in error": gettext_lazy("It was set in error"),
    "own request": gettext_lazy("The person asked for it"),
}
VERDICTS = {
    "justified": gettext_lazy("Justified"),
    "not justified": gettext_lazy("Not justified"),
    "follow-up": gettext_lazy("To be followed up"),
}
VERDICT_COLOURS = {"justified": "green", "not justified": "red", "follow-up": "yellow"}
INQUIRY_BECAUSE = {
    "complaint": gettext_lazy("Complaint"),
    "alert": gettext_lazy("Unusual reading was raised"),
    "breach": gettext_lazy("Personal data breach"),
    "audit": gettext_lazy("Audit"),
    "request of the person": gettext_lazy("The person asked"),
}
ALERT_VERDICTS = {
    "explained": gettext_lazy("Explained by the reader’s work"),
    "misuse": gettext_lazy("Misuse"),
    "passed on": gettext_lazy("Passed on to whoever investigates"),
}
RULES = {
    "many people": gettext_lazy("Very many records within an hour"),
    "many listed": gettext_lazy("Searches that listed very many people within an hour"),
    "same person": gettext_lazy("The same record again and again"),
    "out of hours": gettext_lazy("Records out of hours"),
    "outside usual unit": gettext_lazy("Records outside the usual units"),
    "own manager": gettext_lazy("The record of the reader’s own manager"),
    "namesake": gettext_lazy("The record of a namesake"),
    "own colleague": gettext_lazy("The record of a colleague of the same unit"),
    "glass broken again": gettext_lazy("Restricted records opened in an emergency more than once"),
}
LOOKS = {
    "person": gettext_lazy("The record"),
    "origin": gettext_lazy("Where something in the record came from"),
    "own record": gettext_lazy("Their own record"),
    "search": gettext_lazy("A search that found the person"),
    "exact bytes": gettext_lazy("A file that holds the record"),
    "quarantined rows": gettext_lazy("Rows that wait"),
    "pair of records": gettext_lazy("Two records side by side"),
    "opened record": gettext_lazy("The record, opened in an emergency"),
    "break glass": gettext_lazy("Opening the record in an emergency"),
    "break glass refused": gettext_lazy("Trying to open a record in an emergency"),
    "inquiry": gettext_lazy("Who looked at the person"),
    "restriction": gettext_lazy("A restriction of the record"),
}
