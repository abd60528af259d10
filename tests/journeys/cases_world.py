"""A visit to a pretend employer, half way through: a case to look at in the browser.

``python -m tests.journeys.cases_world FOLDER`` opens it in the database that Django's settings
name. The host is whoever works on cases at the first pretend employer, the guest a civil servant.
"""

import sys
import uuid
from pathlib import Path

import django


def fill(folder: Path) -> None:
    """Open the case, and invite the guest."""
    from muster.casework import actions
    from muster.casework.models import Task
    from muster.casework.ports import register_process
    from muster.casework.rules import Party
    from muster.gates.personas import persona
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.kernel.running import settings
    from muster.services.inbox.reach import seen
    from tests.integration import cases_world
    from tests.integration.inbox_world import HR

    host, guest = (persona(one, settings()).actor for one in ("caseworker", "civil-servant"))
    cases_world.write(folder)
    register_process(cases_world.process(folder))
    cases_world.stands(Host=Party(HR, host.employer), Guest=Party(person=guest.person))
    case = actions.open_case(
        cases_world.KEY, f"visit:{uuid.uuid4()}", by=host.id, clock=SYSTEM_CLOCK, about=guest.person
    )
    worker = seen(host, SYSTEM_CLOCK)
    task = Task.objects.get(case=case)
    actions.complete(task.id, {"coming": True}, worker=worker, clock=SYSTEM_CLOCK)
    (folder / "case").write_text(str(case), encoding="utf-8")


if __name__ == "__main__":
    django.setup()
    fill(Path(sys.argv[1]))
