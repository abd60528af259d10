"""How many stories a state machine tells: a few that are the same in each run, or many at random.

``make test`` must answer alike for the same commit: there each machine walks the stories that its
code leads to, on PostgreSQL the first half of them unless ``BOTH_STORES`` asks for all. A campaign
(``make chaos``) sets ``STORIES`` and each machine walks so many random ones; a story that fails is
printed step by step.
"""

import os

from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def tell_stories(machine: type[RuleBasedStateMachine], *, stories: int, steps: int) -> bool:
    """Let a machine tell stories of at most ``steps`` steps; check after each.

    Each step writes to a database, so a failing story is not shrunk: that would take longer than
    reading it.

    Returns:
        Whether all the stories were told, so that what they are to have reached can be asked.
    """
    campaign = int(os.environ.get("STORIES", "0"))
    half = connection.vendor == "postgresql" and not os.environ.get("BOTH_STORES")
    told = campaign or (-(-stories // 2) if half else stories)
    run_state_machine_as_test(
        machine,
        settings=settings(
            derandomize=not campaign,
            database=None,
            max_examples=told,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),
        ),
    )
    return told >= stories
