"""What the register's pages call the things that its rules name by code."""

from decimal import Decimal

from django.utils.translation import gettext_lazy

from muster.hub.parsers import reasons

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
    "origin": gettext_lazy("Where something in your record came from"),
    "own record": gettext_lazy("Your record"),
    "search": gettext_lazy("A search that found you"),
    "conflicts": gettext_lazy("A list of what sources disagree on"),
    "conflict": gettext_lazy("Something on which sources disagree about you"),
    "exact bytes": gettext_lazy("A file that holds your record"),
    "quarantined rows": gettext_lazy("A row that waits"),
    "pair of records": gettext_lazy("Your record beside another"),
    "restriction": gettext_lazy("A restriction of your record"),
    "inquiry": gettext_lazy("Who has looked at your record"),
    "break glass": gettext_lazy("Opening your record in an emergency"),
    "opened record": gettext_lazy("Your record, opened in an emergency"),
    "corrections": gettext_lazy("Your request for a correction"),
    "data request": gettext_lazy("Your request about your data"),
    "copy of own data": gettext_lazy("A copy of your data"),
    "retention": gettext_lazy("What of your record is past its time"),
}
# How a text was read as a value, by the kind of its parser.
READ = {
    "text": gettext_lazy("It was taken as “%(value)s”, as the layout %(layout)s says."),
    "date": gettext_lazy(
        "“%(was)s” was read as %(value)s, because the layout %(layout)s says that dates in this"
        " column are written %(form)s."
    ),
    "whole date": gettext_lazy(
        "“%(was)s” was read as %(value)s: it is written year first, which has one meaning only."
    ),
    "code": gettext_lazy(
        "“%(was)s” was read as “%(value)s”, by the list of codes in the layout %(layout)s."
    ),
    "decimal": gettext_lazy("“%(was)s” was read as the number %(value)s."),
    "percent": gettext_lazy("“%(was)s” was read as a percentage: %(value)s of full time."),
    "share": gettext_lazy("“%(was)s” was read as a share of the whole: %(value)s of full time."),
    "hours": gettext_lazy("“%(was)s” was read as hours a week: %(value)s of full time."),
    "pence": gettext_lazy("“%(was)s” was read as an amount of money: %(value)s."),
    "identifier": gettext_lazy("“%(was)s” was read as the identifier %(value)s."),
    "compact": gettext_lazy("“%(was)s” was read as the identifier %(value)s."),
    "surname_in_capitals": gettext_lazy(
        "Of “%(was)s” the words in capitals are the surname: “%(value)s”."
    ),
    "name_before_capitals": gettext_lazy(
        "Of “%(was)s” the words before those in capitals count: “%(value)s”."
    ),
}
DECIDED_ORDERS = {
    "day first": gettext_lazy("Somebody who was asked said that days come first here."),
    "month first": gettext_lazy("Somebody who was asked said that months come first here."),
    "day first with cells exchanged": gettext_lazy(
        "Somebody who was asked said that a spreadsheet had exchanged days and months here."
    ),
    "month first with cells exchanged": gettext_lazy(
        "Somebody who was asked said that a spreadsheet had exchanged days and months here."
    ),
}
NOTED = {
    reasons.LOST_ZEROS: gettext_lazy("It had lost leading zeros, which were put back."),
    reasons.REPAIRED: gettext_lazy("It held letters read in a wrong encoding, and was put right."),
    reasons.KEPT_DAMAGE: gettext_lazy("It holds letters that were lost before it reached us."),
    reasons.WERE_SERIALS: gettext_lazy("It was a spreadsheet’s serial number of a day."),
    reasons.WERE_SWAPPED: gettext_lazy(
        "A spreadsheet had exchanged its day and month; they were put right as the layout says."
    ),
    reasons.WERE_ROUNDED: gettext_lazy("It had more than nine decimals, and was rounded."),
}
EVENTS = {
    "received": gettext_lazy("Received"),
    "delivered": gettext_lazy("Delivered to the register"),
    "withdrawn": gettext_lazy("Withdrawn, as if it had never come"),
}


def share(billionths: int) -> str:
    """Return a share of full time as people write it: 500000000 is 0.5."""
    return f"{Decimal(billionths).scaleb(-9).normalize():f}"
