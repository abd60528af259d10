"""Records that may be of one person, sources that disagree, and somebody long gone, as served.

``python -m tests.journeys.truth_world`` brings them in at a second HR system of the Department of
Orchards and Allotments and at another employer, and lets the department's people tell their
changes once, to two pretend systems beside the home.
"""

import django

ORCHARDS = "pretend:orchards-and-allotments"
TWICE = "Q/1|Odile QUILTER|14/06/1983|QA 111222 C|02/09/2019||Permanent|G7|1|Policy|1|Head|X|Hull||"
MOVED = "Q/3|Ottoline VETCH|21/04/1976|QB 333444 C|01/05/2020||perm|HEO|1|HR|2|Aide|X|Hull||"
UNSURE = "Q/5|Orla BRISCOE|02/03/1981|QC 555666 C|07/09/2026||perm|SEO|1|HR|3|Clerk|X|Hull||"
GONE = "Q/7|Osbert TRING|01/02/1920|QD 777888 C|01/05/1951|30/04/1979|perm|EO|1|HR|4|Aide|X|Hull||"


def bring_in() -> None:
    """Bring in two pairs to ask about, one person of two birth dates, and one of long ago."""
    from muster.hub.models import System
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.register.employers.queries import ids_by_key
    from muster.register.people.matching.between import look_at_changes
    from tests.integration.test_matching import linked, record
    from tests.integration.test_people_feeds import changed, enrol_bodies, send

    enrol_bodies("quarry", "ferry")
    System.objects.filter(code="hr:quarry").update(employer=ids_by_key()[ORCHARDS])
    again = changed(TWICE, Staff_no="Q/2", Name="Odile QUILTER-PYM", NI_No="")
    before = changed(MOVED, Staff_no="F/3", Leaving_date="06/09/2026", NI_No="")
    elder = changed(
        UNSURE, Staff_no="F/5", DOB="03/02/1981", Start_date="02/09/2019", Leaving_date="06/09/2026"
    )
    send("09-30", before, elder, body="ferry")
    send("09-30", TWICE, again, MOVED, UNSURE, GONE, body="quarry")
    linked((record("Q/5", "quarry"), record("F/5", "ferry")))
    look_at_changes(by="worker:matching", clock=SYSTEM_CLOCK)


def let_people_tell() -> None:
    """Let the department's people tell once, to two pretend systems."""
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.kernel.running import settings
    from muster.register.told.enrolment import enrol

    home = settings().home
    folder = home.with_name(f"{home.name}-systems")
    enrol(ORCHARDS, folder=folder, by="operator:demo", clock=SYSTEM_CLOCK)


if __name__ == "__main__":
    django.setup()
    bring_in()
    let_people_tell()
