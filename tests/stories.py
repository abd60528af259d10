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


def tell_stories(machine: type[RuleBasedStateMachine], *, stories: int, steps: int) -> None:
    """Let a machine tell stories of at most ``steps`` steps; check after each.

    Each step writes to a database, so a failing story is not shrunk: that would take longer than
    reading it.
    """
    campaign = int(os.environ.get("STORIES", "0"))
    if connection.vendor == "postgresql" and not os.environ.get("BOTH_STORES"):
        stories = -(-stories // 2)
    run_state_machine_as_test(
        machine,
        settings=settings(
            derandomize=not campaign,
            database=None,
            max_examples=campaign or stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),
        ),
    )
