"""What the pages call kinds of change, their fields and faults, and where things stand."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "name": _("Name"),
    "address": _("Home address"),
    "contact": _("Personal email and phone"),
    "emergency": _("Emergency contact"),
    "bank": _("Bank details"),
}
# The question of each page, in order, by kind; the fields of each stand in ``forms.STEPS``.
QUESTIONS = {
    "name": (_("What is your new name?"), _("From when, and where can it be seen?")),
    "address": (_("What is your home address?"), _("From when do you live there?")),
    "contact": (_("How can you be reached privately?"),),
    "emergency": (_("Whom should we call in an emergency?"),),
    "bank": (_("Where should your pay go?"), _("Where should we send a code?")),
}
FIELDS = {
    "forenames": _("First names"),
    "surname": _("Last name"),
    "known_as": _("Name you go by"),
    "evidence": _("Where the evidence is"),
    "line_1": _("Address line 1"),
    "line_2": _("Address line 2"),
    "town": _("Town or city"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "personal_email": _("Personal email address"),
    "personal_phone": _("Personal phone number"),
    "emergency_name": _("Their name"),
    "emergency_relationship": _("What they are to you"),
    "emergency_phone": _("Their phone number"),
    "account_holder": _("Name on the account"),
    "sort_code": _("Sort code"),
    "account_number": _("Account number"),
    "roll_number": _("Building society roll number"),
    "valid_from": _("From which day"),
    "channel": _("Send the code to"),
}
HINTS = {
    "forenames": _("Leave it empty if you have one name only"),
    "known_as": _("If it is not your first name"),
    "evidence": _("For instance the number of a deed poll or certificate. Send nothing here"),
    "line_2": _("If there is one"),
    "postcode": _("For instance YO1 7HH. Abroad: as it is written there"),
    "country": _("Leave it empty in the United Kingdom"),
    "emergency_relationship": _("For instance partner, parent or neighbour"),
    "sort_code": _("6 digits, for instance 30-90-09"),
    "account_number": _("6 to 8 digits"),
    "roll_number": _("Only where your building society gave you one"),
    "valid_from": _("For instance 27 3 2026"),
    "channel": _(
        "Only what has been known for 14 days or more. If none is right, ask your HR team"
    ),
}
FAULTS = {
    "missing": _("Enter “%(field)s”"),
    "too long": _("“%(field)s” is too long"),
    "strange signs": _("“%(field)s” holds a sign that is not used here: take it out"),
    "not a postcode": _("Enter a full UK postcode, such as YO1 7HH, or the country"),
    "not an email": _("Enter an email address in full, such as name@example.com"),
    "not a phone": _("Enter a phone number of 7 to 15 digits"),
    "not a sort code": _("Enter a sort code of 6 digits"),
    "not an account number": _("Enter an account number of 6 to 8 digits"),
    "not a roll number": _("Enter a roll number of up to 18 letters and digits"),
    "no way to reach": _("Enter an email address or a phone number"),
    "too far ahead": _("The day can be up to a year ahead"),
    "before birth": _("The day is before the day on which you were born, as your record says"),
    "no day": _("Enter the day from which it holds"),
}
CHANNELS = {
    "work email": _("Work email"),
    "personal email": _("Personal email"),
    "personal phone": _("Personal phone"),
}
CHANGE_STATES = {
    "told": (_("Told"), "green"),
    "asked": (_("Waits for its code"), "yellow"),
    "confirmed": (_("Waits to go out"), "blue"),
    "stopped": (_("Stopped"), "grey"),
    "expired": (_("Code expired"), "grey"),
    "locked": (_("Too many wrong codes"), "red"),
}
REACHED = {
    "sent": (_("On its way"), "blue"),
    "delivered": (_("Delivered"), "green"),
    "acknowledged": (_("Acknowledged"), "green"),
    "refused": (_("Refused"), "red"),
    "not told": (_("Not told"), "grey"),
}
# What the register says of systems that were not told; the hub's own reasons stand as they are.
BECAUSE = {
    "No agreement lets it have this": _("No agreement lets it have this"),
    "The route takes others' messages only": _("The route takes others' messages only"),
    "Somebody decided that it is not handed over": _("Somebody decided that it is not handed over"),
    "The employer has no self-service system that could send it": _(
        "The employer has no self-service system that could send it"
    ),
}
CODES = {
    "wrong": _("This is not the code we sent. Check it and enter it again"),
    "expired": _("The code has expired: begin again"),
    "locked": _("Too many wrong codes: begin again"),
    "not waiting": _("This change no longer waits for a code"),
}
FACT_FIELDS = {
    "forenames": _("First names"),
    "surname": _("Last name"),
    "known_as": _("Name you go by"),
    "birth_date": _("Birth date"),
    "nino": _("National Insurance number"),
    "work_email": _("Work email"),
    "employed_from": _("First day of the employment"),
    "last_day": _("Last day of the employment"),
    "engagement": _("Kind of engagement"),
    "grade": _("Grade"),
    "fte": _("Share of full time"),
    "profession": _("Profession"),
    "post_reference": _("Post reference"),
    "post_title": _("Post"),
    "salary": _("Full-time pay a year, in pounds"),
    "day_rate": _("Price of a full day, in pounds"),
    "temporary_grade": _("Temporary grade"),
    "place": _("Place"),
}
CORRECTION_STATES = {
    "sent": (_("Sent to the source"), "blue"),
    "queued": (_("With HR"), "blue"),
    "accepted": (_("Accepted, not yet corrected"), "turquoise"),
    "refused": (_("Refused"), "red"),
    "answered": (_("Answered"), "grey"),
    "corrected": (_("Corrected"), "green"),
    "withdrawn": (_("Withdrawn"), "grey"),
}
NOTICE_STATES = {
    "waiting": _("Waits"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "failed": _("Could not be sent"),
}
