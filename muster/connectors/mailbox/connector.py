"""Walks a maildir: offers the files of each message, and sorts messages by what became of them.

A message that was taken goes to the folder ``.Taken`` of the maildir under a digest of its
Message-ID, by which a second copy is known; one that is refused goes to ``.Refused`` with a file
beside it that holds the reason. Both keep their exact bytes. Nothing is deleted.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from mailbox import Maildir
from pathlib import Path

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.mailbox.letters import Letter, Refused, Trust, read_letter
from muster.connectors.outlets import Setting
from muster.kernel.errors import BadInput, Where

KIND, TITLE = "mailbox", "A mailbox that a mail server fills (maildir)"
SETTINGS = (
    Setting("folder", "Maildir", "/var/mail/returns, with new and cur in it"),
    Setting("senders", "Addresses whose mail is opened", "One a line, exactly as they write"),
    Setting(
        "server",
        "Name of the mail server",
        "As it stands first in Authentication-Results",
    ),
    Setting("megabytes", "Largest message, in megabytes", "50 unless told", required=False),
)
DESCRIPTION = Description(KIND, TITLE, True, False)
TAKEN, REFUSED = "Taken", "Refused"
DUPLICATE = "a message with this Message-ID was taken before"
WAITS = "waits for the next time, as a file of the same name was offered just now"
_MEGABYTE = 1024 * 1024


class Mailbox:
    """One maildir, as a connector. Used by one worker at a time.

    Args:
        settings: see ``SETTINGS``.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._folder = Path(settings.get("folder", "").strip())
        if not self._folder.is_absolute():
            raise wrong("folder", "The maildir has no whole path", "Write it from the first slash")
        self._trust, self._limit = read_trust(settings), read_limit(settings)

    def describe(self) -> Description:
        """Say what this connector is and can do."""
        return DESCRIPTION

    def health(self) -> Health:
        """Say whether the maildir is there. Never raises."""
        try:
            whole = all((self._folder / name).is_dir() for name in ("new", "cur"))
            writable = whole and os.access(self._folder, os.W_OK)
        except (OSError, ValueError):
            return Health(False, "the maildir cannot be reached")
        if not whole:
            return Health(False, "there is no maildir: new and cur are missing")
        return Health(writable, "the maildir can be read" if writable else "it is read-only")

    def pull(self) -> Iterator[Offer | Skipped]:
        """Yield the files of each message, oldest first by the server's own names.

        Each is to be kept before the next is asked for: a message counts as taken once something
        is asked for after its last file.

        Raises:
            BadInput: if the maildir as a whole cannot be read.
        """
        health = self.health()
        if not health.ready:
            fix = "Check the path and who may write there"
            raise wrong("folder", health.said.capitalize(), fix)
        box = Maildir(self._folder, create=False)
        taken, refused = (self._sorted(box, name) for name in (TAKEN, REFUSED))
        used: set[str] = set()
        for path in self._waiting():
            if not os.path.lexists(path):  # a mail program has moved it meanwhile
                continue
            try:
                letter = self._read(path)
                place = taken / "cur" / f"{letter.mark}:2,S"
                if place.exists():
                    raise Refused(DUPLICATE)
            except Refused as problem:
                self._refuse(path, refused, str(problem))
                yield Skipped(f"{KIND}/{path.name}", str(problem))
                continue
            if used & names_of(letter):
                yield Skipped(f"{KIND}/{path.name}", WAITS)
                continue
            used |= names_of(letter)
            yield from letter.offers
            os.replace(path, place)

    def peek(self) -> Offer | Skipped | None:
        """Return the first file that would be taken, or why none of its message is; move nothing.

        Raises:
            BadInput: if the maildir as a whole cannot be read.
        """
        health = self.health()
        if not health.ready:
            fix = "Check the path and who may write there"
            raise wrong("folder", health.said.capitalize(), fix)
        for path in self._waiting():
            try:
                return self._read(path).offers[0]
            except Refused as problem:
                return Skipped(f"{KIND}/{path.name}", str(problem))
        return None

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

    def _waiting(self) -> list[Path]:
        """Return the messages to look at, in the order of their names; they begin with the time."""
        found = [path for name in ("cur", "new") for path in (self._folder / name).iterdir()]
        return sorted(
            (path for path in found if not path.name.startswith(".")), key=lambda path: path.name
        )

    def _read(self, path: Path) -> Letter:
        try:
            # A link could lead to any file of this machine, a device never end.
            if path.is_symlink() or not path.is_file():
                raise Refused("it is a link or device, not a message")
            with path.open("rb") as file:
                content = file.read(self._limit + 1)
        except OSError:
            raise Refused("it cannot be read") from None
        if len(content) > self._limit:
            raise Refused(f"it is larger than {self._limit // _MEGABYTE} MB")
        return read_letter(content, self._trust)

    def _sorted(self, box: Maildir, name: str) -> Path:
        box.add_folder(name)
        return self._folder / f".{name}"

    def _refuse(self, path: Path, refused: Path, why: str) -> None:
        """Move a message aside under a free name, with the reason beside it."""
        kept = refused / "cur" / path.name
        number = 1
        while kept.exists() or kept.is_symlink():
            number += 1
            kept = refused / "cur" / f"{number}-{path.name}"
        (refused / f"{kept.name}.reason").write_text(f"{why}\n", encoding="utf-8")
        with suppress(FileNotFoundError):
            os.replace(path, kept)


def names_of(letter: Letter) -> set[str]:
    """Return what the files of a message are called, whatever their case."""
    return {offer.name.casefold() for offer in letter.offers}


def read_trust(settings: Mapping[str, str]) -> Trust:
    """Return whose mail is opened.

    Raises:
        BadInput: naming the setting that cannot be used.
    """
    senders = {one.lower() for one in settings.get("senders", "").replace(",", " ").split()}
    for one in senders:
        account, _, domain = one.partition("@")
        if not account or "." not in domain or "*" in one or "@" in domain or not one.isascii():
            raise wrong("senders", "One of the addresses is none", "Write account@domain, whole")
    if not senders:
        raise wrong("senders", "Nobody's mail would be opened", "Write at least one address")
    server = settings.get("server", "").strip()
    if not server or any(mark in server for mark in ' ;"()'):
        fix = "Write what stands first in Authentication-Results"
        raise wrong("server", "The mail server has no name", fix)
    return Trust(frozenset(senders), server)


def read_limit(settings: Mapping[str, str]) -> int:
    """Return the largest message that is opened, in bytes.

    Raises:
        BadInput: if the setting is no number of megabytes.
    """
    said = settings.get("megabytes", "").strip() or "50"
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= 500):
        raise wrong("megabytes", "The number cannot be used", "Write one from 1 to 500")
    return int(said) * _MEGABYTE


def wrong(setting: str, what: str, fix: str) -> BadInput:
    """Return the error that says a setting cannot be used."""
    return BadInput(what, where=Where(field=setting), fix=fix)
