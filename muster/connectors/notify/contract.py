"""What a notification service offers: send one notice, and say later what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from muster.connectors.contract import Health

Way = Literal["email", "sms", "letter"]
Status = Literal["on its way", "delivered", "failed"]


@dataclass(frozen=True)
class Parcel:
    """One notice.

    Args:
        way: how it goes.
        template: the template's name; the connector knows its id at the service.
        to: an email address, a phone number, or an address whose lines are apart.
        fill: what stands for each ``((name))`` of the template.
        reference: names the notice, without anything personal.
        again: whether it was tried before, so that the service may have it.
    """

    way: Way
    template: str
    to: str
    fill: Mapping[str, str]
    reference: str
    again: bool = False


class NotSent(Exception):
    """A notice was not taken.

    Args:
        said: why, without personal values.
        again: whether it may be tried later; if not, it never will be taken as it is.
        all_wait: whether others would fare no better now.
        retry_after: how many seconds the service asked to be left alone, if it did.
    """

    def __init__(
        self, said: str, *, again: bool, all_wait: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(said)
        self.said, self.again, self.all_wait, self.retry_after = said, again, all_wait, retry_after


class Notifier(Protocol):
    """A notification service."""

    def health(self) -> Health:
        """Say whether it can be spoken to now, without sending anything. Never raises."""
        ...

    def send(self, parcel: Parcel) -> str:
        """Hand a notice over; return the service's id of it.

        Raises:
            NotSent: if it was not taken, or nobody can tell whether it was.
        """
        ...

    def status(self, service_id: str) -> Status:
        """Tell what became of a notice.

        Raises:
            NotSent: if the service cannot be asked now.
        """
        ...
