"""Reaches a place through fsspec."""

import posixpath
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import fsspec  # type: ignore[import-untyped]
import paramiko

from muster.connectors.contract import Health
from muster.connectors.outlets import Unreachable
from muster.connectors.places.contract import Held
from muster.connectors.places.setting import STORES, Address, read_address
from muster.kernel.errors import BadInput, Where

MOST_FILES = 10_000
_DEEPEST = 8
_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_STAMPS = ("mtime", "LastModified", "last_modified", "updated", "created", "ETag", "etag")

_Result = TypeVar("_Result")


class Folder:
    """One folder, through fsspec. The connection stays open; after a failure it is made anew.

    Args:
        settings: see ``setting.SETTINGS``.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._address = read_address(settings)
        self._system: Any = None
        self._root = ""

    def health(self) -> Health:
        """Say whether the folder can be listed now. Never raises."""
        try:
            self._spoken(lambda system: system.ls(self._root, detail=True))
        except Unreachable as error:
            return Health(False, error.said)
        return Health(True, "the folder can be listed")

    def files(self, besides: Collection[str] = ()) -> list[Held]:
        """Return all files by path, in order, but for those below the folders ``besides``.

        Raises:
            Unreachable: if it cannot be listed now.
            BadInput: if there are more than anybody means to send.
        """
        left_out = frozenset(besides)
        return self._spoken(lambda system: sorted(self._walk(system, left_out), key=_by_path))

    def read(self, path: str, most: int) -> bytes | None:
        """Return at most so many of a file's first bytes, or None if there is no such file.

        Raises:
            Unreachable: if it cannot be read now.
        """

        def ask(system: Any) -> bytes | None:
            try:
                with system.open(self._at(path), "rb") as file:
                    return bytes(file.read(most))
            except FileNotFoundError:
                return None

        return self._spoken(ask)

    def write(self, path: str, content: bytes) -> bool:
        """Put a file in place, whole or not at all: under another name first, then renamed.

        Returns:
            False if the very same bytes were there already.

        Raises:
            Unreachable: if it could not be put in place; no file of this name was touched.
        """
        if self.read(path, len(content) + 1) == content:
            return False
        self._spoken(lambda system: self._put(system, self._at(path), content))
        return True

    def move(self, path: str, to: str) -> None:
        """Give a file another path; what stood there is replaced.

        Raises:
            Unreachable: if it cannot be moved now.
        """

        def ask(system: Any) -> None:
            self._make_parent(system, self._at(to))
            _rename(system, self._at(path), self._at(to))

        self._spoken(ask)

    def close(self) -> None:
        """Let the connection go."""
        system, self._system = self._system, None
        client = getattr(system, "client", None)
        if isinstance(client, paramiko.SSHClient):
            client.close()

    def _put(self, system: Any, target: str, content: bytes) -> None:
        self._make_parent(system, target)
        if self._address.kind in STORES:
            # An object is there when it is whole; a copy under another name would only cost.
            system.pipe_file(target, content)
            return
        fresh = f"{posixpath.dirname(target)}/.{secrets.token_hex(6)}.part"
        try:
            with system.open(fresh, "wb") as file:
                file.write(content)
            _rename(system, fresh, target)
        except BaseException:
            with suppress(Exception):
                system.rm_file(fresh)
            raise

    def _make_parent(self, system: Any, target: str) -> None:
        parent = posixpath.dirname(target)
        if self._address.kind not in STORES and parent != self._root:
            system.makedirs(parent, exist_ok=True)

    def _walk(self, system: Any, besides: frozenset[str]) -> Iterator[Held]:
        """Yield the files, by names of one part: what else a server says of its paths is not used.

        Links are not followed, because they may lead anywhere.
        """
        waiting, count = [""], 0
        while waiting:
            folder = waiting.pop()
            for listed in system.ls(self._at(folder), detail=True):
                name = str(listed["name"]).rstrip("/").rpartition("/")[2]
                itself = str(listed["name"]).strip("/") == self._at(folder).strip("/")
                path = f"{folder}/{name}" if folder else name
                if itself or name in ("", ".", "..") or path in besides:
                    continue
                count += 1
                if count > MOST_FILES:
                    raise _too_many(f"holds over {MOST_FILES} files")
                link = listed.get("islink") or listed["type"] not in ("file", "directory")
                if listed["type"] == "directory" and not link:
                    if path.count("/") >= _DEEPEST:
                        raise _too_many(f"has folders over {_DEEPEST} deep")
                    waiting.append(path)
                else:
                    why = "a link or device, not a file" if link else None
                    yield Held(path, int(listed.get("size") or 0), _stamp(listed), why)

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _spoken(self, ask: Callable[[Any], _Result]) -> _Result:
        try:
            if self._system is None:
                self._system, self._root = _opened(self._address)
            return ask(self._system)
        except BadInput:
            raise
        except Exception as error:  # each library has errors of its own, and object stores more
            self.close()
            raise Unreachable(_said(error)) from None


def _opened(address: Address) -> tuple[Any, str]:
    """Return the file system of an address, and the path of the folder in it."""
    if address.kind == "sftp":
        system = fsspec.filesystem(
            "sftp",
            host=address.host,
            port=address.port,
            username=address.account,
            password=address.password or None,
            pkey=address.private_key,
            host_key_policy=_OnlyThese(address.host_keys),
            allow_agent=False,
            look_for_keys=False,
            timeout=_CONNECT_SECONDS,
            banner_timeout=_CONNECT_SECONDS,
            auth_timeout=_CONNECT_SECONDS,
            skip_instance_cache=True,
        )
        system.ftp.get_channel().settimeout(_ANSWER_SECONDS)
        return system, address.path.rstrip("/") or "/."
    if address.kind in STORES:
        system, root = fsspec.core.url_to_fs(
            address.url, skip_instance_cache=True, use_listings_cache=False, **address.access
        )
        return system, str(root).rstrip("/")
    return fsspec.filesystem(address.kind, skip_instance_cache=True), address.path.rstrip("/")


class _OnlyThese(paramiko.MissingHostKeyPolicy):
    """Speaks on only with a server whose key is one of those set, before any password is sent."""

    def __init__(self, keys: frozenset[tuple[str, str]]) -> None:
        self._keys = keys

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        if (key.get_name(), key.get_base64()) not in self._keys:
            raise _Stranger


class _Stranger(paramiko.SSHException):
    """The server is not the one that is meant."""


def _rename(system: Any, old: str, new: str) -> None:
    ftp = getattr(system, "ftp", None)
    if ftp is None:
        system.mv(old, new)
        return
    try:
        ftp.posix_rename(old, new)
    except OSError:
        # Older servers rename only to a name that is free; then what stands there goes first.
        with suppress(FileNotFoundError):
            ftp.remove(new)
        ftp.rename(old, new)


def _said(error: Exception) -> str:
    """Return what is said of a failure: its kind only, as libraries quote paths and accounts."""
    if isinstance(error, _Stranger):
        return "the server's key is not the one that is set: ask whoever runs it"
    if isinstance(error, paramiko.AuthenticationException):
        return "the server did not let this account in"
    if isinstance(error, FileNotFoundError):
        return "the folder is not there"
    if isinstance(error, PermissionError):
        return "the account may not do this in the folder"
    if isinstance(error, ImportError):
        return "the library for this kind of address is not installed"
    return f"the folder could not be reached ({type(error).__name__})"


def _stamp(listed: Mapping[str, Any]) -> str:
    when = next((listed[name] for name in _STAMPS if listed.get(name) is not None), "")
    return f"{listed.get('size')} {when}"


def _by_path(held: Held) -> str:
    return held.path


def _too_many(what: str) -> BadInput:
    return BadInput(f"The folder {what}", where=Where(field="url"), fix="Name a folder of its own")
