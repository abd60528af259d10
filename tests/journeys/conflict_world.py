"""Puts somebody whose two employers know different birth dates into the home that is served."""

import django


def main() -> None:
    """Bring in both records by the hub, and link them as two people would."""
    django.setup()
    from tests.integration.test_matching import linked, record
    from tests.integration.test_people_feeds import MOLE, changed, enrol_bodies, send

    # Bodies of its own: other stages of the same home have a mill and a weir.
    enrol_bodies("cove", "dale")
    send("08-31", MOLE, body="cove")
    send("09-30", changed(MOLE, Leaving_date="06/09/2026"), body="cove")
    moved = changed(MOLE, Staff_no="W/9", DOB="03/01/1980", Start_date="07/09/2026")
    send("09-30", moved, body="dale")
    linked((record("M/1", "cove"), record("W/9", "dale")))


if __name__ == "__main__":
    main()
