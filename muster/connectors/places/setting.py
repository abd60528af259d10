"""What a place must be told about itself, and what of it cannot be used."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko

from muster.connectors.outlets import Setting
from muster.kernel.errors import BadInput, Where

SETTINGS = (
    Setting(
        "url",
        "Address of the folder",
        "sftp://account@host/folder, s3://bucket/folder, or file:///folder",
    ),
    Setting("password", "Password of the account", "Or a private key", True, False),
    Setting("private_key", "Private key of the account", "In PEM or OpenSSH form", True, False),
    Setting(
        "host_key",
        "Public key of the server",
        "For SFTP, as in known_hosts: ssh-ed25519 AAAA...; one a line",
        required=False,
    ),
    Setting(
        "access",
        "Access to the object store",
        'What its library calls it, in JSON: {"key": "...", "secret": "..."}',
        True,
        False,
    ),
    Setting("local", "Whether the folder may be on this machine", "yes or no", required=False),
)
STORES = ("s3", "gs", "az", "abfs", "abfss")
HERE = ("file", "memory")
_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


@dataclass(frozen=True)
class Address:
    """Where a place lies and how it is reached; see ``SETTINGS``. Its secrets are never shown."""

    kind: str
    url: str
    path: str
    host: str = ""
    port: int = 22
    account: str = ""
    password: str = field(default="", repr=False)
    private_key: paramiko.PKey | None = field(default=None, repr=False)
    host_keys: frozenset[tuple[str, str]] = frozenset()
    access: Mapping[str, Any] = field(default_factory=dict, repr=False)


def read_address(settings: Mapping[str, str]) -> Address:
    """Return the place that settings name.

    Raises:
        BadInput: naming the setting that cannot be used; never its value.
    """
    url = settings.get("url", "").strip()
    try:
        split = urlsplit(url)
        port = split.port or 22
    except ValueError:
        raise wrong("url", "The address cannot be read", "Write sftp://host/folder") from None
    if split.password is not None or split.query or split.fragment:
        fix = "Leave out what stands after : before @, and after ? or #"
        raise wrong("url", "The address holds more than an address", fix)
    if split.scheme in HERE:
        if choice(settings, "local", ("no", "yes")) != "yes":
            raise wrong("local", "The folder is on this machine", "Write yes if that is meant")
        if split.netloc or not split.path.startswith("/"):
            raise wrong("url", "The address cannot be read", "Write file:///folder")
        return Address(split.scheme, url, unquote(split.path))
    if split.scheme in STORES:
        if not split.netloc:
            raise wrong(
                "url", "The address names no bucket", f"Write {split.scheme}://bucket/folder"
            )
        return Address(split.scheme, url, "", access=_access(settings))
    if split.scheme != "sftp" or not split.hostname:
        fix = f"Write an address that begins with sftp://, {'://, '.join(STORES)}:// or file://"
        raise wrong("url", "This kind of address is not known", fix)
    return _sftp(settings, url, unquote(split.username or ""), split.hostname, port)


def _sftp(settings: Mapping[str, str], url: str, account: str, host: str, port: int) -> Address:
    password, key = settings.get("password", ""), _private_key(settings)
    if not account:
        raise wrong("url", "The address names no account", "Write sftp://account@host/folder")
    if not password and key is None:
        raise wrong("password", "There is neither password nor key", "Write one of them")
    path = unquote(urlsplit(url).path) or "."
    # One slash is the account's own folder, two are the server's root: as curl has it.
    path = path[1:] if path.startswith("//") else (path.lstrip("/") or ".")
    keys = _host_keys(settings)
    return Address("sftp", url, path, host, port, account, password, key, keys)


def _private_key(settings: Mapping[str, str]) -> paramiko.PKey | None:
    written = settings.get("private_key", "").strip()
    if not written:
        return None
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(written + "\n"))
        except (paramiko.SSHException, ValueError, IndexError, TypeError):
            continue
    fix = "Write an Ed25519, ECDSA or RSA key without a password"
    raise wrong("private_key", "The key cannot be read", fix)


def _host_keys(settings: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the server's keys as (kind, Base64); without one nobody knows who answers."""
    found = set()
    for line in settings.get("host_key", "").splitlines():
        words = line.split()
        at = next((n for n, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-"))), None)
        if at is not None and len(words) > at + 1:
            found.add((words[at], words[at + 1]))
        elif words:
            raise wrong("host_key", "A line is no public key", "Write ssh-ed25519 AAAA...")
    if not found:
        fix = "Ask whoever runs the server for its public key"
        raise wrong("host_key", "Nothing tells the server from another", fix)
    return frozenset(found)


def _access(settings: Mapping[str, str]) -> dict[str, Any]:
    try:
        read = json.loads(settings.get("access", "").strip() or "{}")
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise wrong("access", "The access cannot be read", 'Write JSON: {"key": "..."}')
    return read


def choice(settings: Mapping[str, str], setting: str, known: tuple[str, ...]) -> str:
    """Return which of the known words a setting says; the first where it says nothing.

    Raises:
        BadInput: if it says another.
    """
    said = settings.get(setting, "").strip() or known[0]
    if said not in known:
        raise wrong(setting, "The choice is unknown", f"Write {' or '.join(known)}")
    return said


def number(settings: Mapping[str, str], setting: str, otherwise: int, most: int) -> int:
    """Return the whole number that a setting says, from 0.

    Raises:
        BadInput: if it says none, or too large a one.
    """
    said = settings.get(setting, "").strip() or str(otherwise)
    if not (said.isascii() and said.isdigit() and int(said[:9]) <= most):
        raise wrong(setting, "The number cannot be used", f"Write one from 0 to {most}")
    return int(said)


def folder_name(settings: Mapping[str, str], setting: str) -> str:
    """Return the folder below the place that a setting names; empty if none.

    Raises:
        BadInput: if it leads out of the place.
    """
    said = settings.get(setting, "").strip().strip("/")
    if said and any(part in ("", ".", "..") for part in said.split("/")):
        raise wrong(setting, "The folder lies elsewhere", "Name a folder below the address")
    return said


def wrong(setting: str, what: str, fix: str) -> BadInput:
    """Return the error that says a setting cannot be used."""
    return BadInput(what, where=Where(field=setting), fix=fix)
