"""A notification service in memory: the public fake, held to the same contract tests."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from muster.connectors.contract import Health
from muster.connectors.notify.contract import NotSent, Parcel, Status


@dataclass
class FakeService:
    """What the service would hold, by the reference of each notice.

    Args:
        templates: the names of the templates that are set up.
        refuse: says why a notice is never taken; "" if it is.
        busy: how many requests are turned away before one is taken.
        forgetful: how many answers get lost on their way back; the notices went.
        reachable: whether it can be spoken to.
    """

    templates: Collection[str] = ()
    refuse: Callable[[Parcel], str] = lambda parcel: ""
    busy: int = 0
    forgetful: int = 0
    reachable: bool = True
    sent: dict[str, tuple[str, Parcel]] = field(default_factory=dict)
    became: dict[str, Status] = field(default_factory=dict)


class FakeNotify:
    """A notifier over a service in memory."""

    def __init__(self, service: FakeService | None = None) -> None:
        self.service = service or FakeService()

    def health(self) -> Health:
        """Say whether the service answers."""
        return Health(self.service.reachable, "answers" if self.service.reachable else "is away")

    def send(self, parcel: Parcel) -> str:
        """Take a notice, or say why not.

        Raises:
            NotSent: if it was not taken, or the answer got lost.
        """
        service = self.service
        self._reach()
        if parcel.template not in service.templates:
            raise NotSent(f"no template is set up for {parcel.template}", again=True)
        if service.busy:
            service.busy -= 1
            raise NotSent("the service answered 429", again=True, all_wait=True, retry_after=7)
        if parcel.again and parcel.reference in service.sent:
            return service.sent[parcel.reference][0]
        if service.refuse(parcel):
            raise NotSent("the service answered 400", again=False)
        name = str(uuid.uuid4())
        service.sent[parcel.reference] = (name, parcel)
        if service.forgetful:
            service.forgetful -= 1
            raise NotSent("the connection failed", again=True, all_wait=True)
        return name

    def status(self, service_id: str) -> Status:
        """Tell what became of a notice.

        Raises:
            NotSent: if the service is away.
        """
        self._reach()
        return self.service.became.get(service_id, "on its way")

    def _reach(self) -> None:
        if not self.service.reachable:
            raise NotSent("the connection failed", again=True, all_wait=True)
