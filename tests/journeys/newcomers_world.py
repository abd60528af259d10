"""Lets another employer send its people into the home that is served, so that figures change."""

import django

BODY, PEOPLE = "loom", 40
ROW = "{n}|Nan WEAVER{n}|14/06/1983||02/09/2019||Permanent|G7|1|Policy|{n}|Head|X|Hull||"


def main() -> None:
    """Bring in one month of a new employer through the hub."""
    django.setup()
    from tests.integration.test_people_feeds import enrol_bodies, send

    enrol_bodies(BODY)
    send("10-31", *(ROW.format(n=n) for n in range(PEOPLE)), body=BODY)


if __name__ == "__main__":
    main()
