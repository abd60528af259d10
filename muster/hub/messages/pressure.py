"""Back-pressure: a sender whose messages nobody can be handed fast enough is asked to wait.

What waits is kept and loses nothing, but it must not grow without end. The door is closed for a
while where even the quickest receiver of a contract is too far behind: one that is slow, stopped or
out of reach alone holds back nobody's messages to the others. The sender keeps what it could not
send, and sends it again; by its source and id nothing is taken twice.
"""

from collections import defaultdict

from muster.hub.delivering.queries import backlog
from muster.hub.models import Message, Route
from muster.kernel.errors import MusterError, Where
from muster.kernel.running import settings

WAIT_SECONDS = 30
"""How long a sender is asked to wait before it tries again."""


class Overfull(MusterError):
    """So much of a sender waits that no more is taken for now; nothing of the request was kept."""


def refuse_overfull(system: str) -> None:
    """Let a sender's request pass, unless too much of what it sent waits for every receiver.

    Three small queries tell that all is well; messages are counted only where they do not.

    Raises:
        Overfull: if it must wait.
    """
    most = settings().most_waiting
    routes = Route.objects.filter(
        source__code=system, enabled=True, receiver__isnull=False
    ).prefetch_related("cursors")  # fmt: skip
    by_contract: dict[str, list[Route]] = defaultdict(list)
    for route in routes:
        by_contract[route.contract].append(route)
    newest = _newest() if by_contract else -1
    for contract, those in by_contract.items():
        if all(_far_behind(route, newest, most) for route in those):
            raise Overfull(
                f"More than {most:,} messages of {contract} wait for every receiver",
                where=Where(thing=system),
                fix=f"Keep what you have, and send it again in {WAIT_SECONDS} seconds",
            )


def _newest() -> int:
    found = Message.objects.order_by("-position").values_list("position", flat=True).first()
    return -1 if found is None else found


def _far_behind(route: Route, newest: int, most: int) -> bool:
    done = [cursor.position for cursor in route.cursors.all()]
    return bool(done) and newest - min(done) > most and backlog(route, most + 1) > most
