"""Puts somebody whose two employers know different birth dates into the home that is served."""

import django


def main() -> None:
    """Bring in both records by the hub, and link them as two people would."""
    django.setup()
    from tests.integration.test_matching import linked, record
    from tests.integration.test_people_feeds import MOLE, changed, enrol_bodies, send

    enrol_bodies("mill", "weir")
    send("08-31", MOLE)
    send("09-30", changed(MOLE, Leaving_date="06/09/2026"))
    moved = changed(MOLE, Staff_no="W/9", DOB="03/01/1980", Start_date="07/09/2026")
    send("09-30", moved, body="weir")
    linked((record("M/1"), record("W/9", "weir")))


if __name__ == "__main__":
    main()
