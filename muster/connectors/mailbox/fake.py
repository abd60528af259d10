"""A mailbox in memory: the public fake, held to the same contract tests."""

from collections.abc import Iterator, Mapping

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.mailbox.connector import (
    DESCRIPTION,
    DUPLICATE,
    KIND,
    WAITS,
    names_of,
    read_limit,
    read_trust,
    wrong,
)
from muster.connectors.mailbox.letters import Refused, read_letter
from muster.kernel.errors import BadInput, Where


class FakeMailbox:
    """Holds messages in memory under the names the server gave; ``reachable`` switches it off.

    Args:
        settings: as of ``Mailbox``, but for the folder.
        waiting: name and bytes of each message.
    """

    def __init__(
        self, settings: Mapping[str, str], waiting: Mapping[str, bytes] | None = None
    ) -> None:
        self._trust, self._limit = read_trust(settings), read_limit(settings)
        self.waiting = dict(waiting or {})
        self.taken: dict[str, bytes] = {}
        self.refused: dict[str, tuple[str, bytes]] = {}
        self.reachable = True

    def describe(self) -> Description:
        """Say what this connector is and can do."""
        return DESCRIPTION

    def health(self) -> Health:
        """Say whether it is switched on."""
        return Health(self.reachable, "in memory" if self.reachable else "switched off")

    def pull(self) -> Iterator[Offer | Skipped]:
        """Yield the files of each message, in the order of names.

        Raises:
            BadInput: if it is switched off.
        """
        if not self.reachable:
            raise wrong("folder", "Switched off", "Switch the fake on")
        used: set[str] = set()
        for name, content in sorted(self.waiting.items()):
            try:
                if len(content) > self._limit:
                    raise Refused("it is too large")
                letter = read_letter(content, self._trust)
                if letter.mark in self.taken:
                    raise Refused(DUPLICATE)
            except Refused as problem:
                self.refused[name] = (str(problem), self.waiting.pop(name))
                yield Skipped(f"{KIND}/{name}", str(problem))
                continue
            if used & names_of(letter):
                yield Skipped(f"{KIND}/{name}", WAITS)
                continue
            used |= names_of(letter)
            yield from letter.offers
            self.taken[letter.mark] = self.waiting.pop(name)

    def push(self, offer: Offer) -> None:
        """Take nothing.

        Raises:
            BadInput: always.
        """
        raise BadInput(
            "Nothing can be left in a mailbox",
            where=Where(file=offer.name),
            fix="Leave it in a folder instead",
        )
