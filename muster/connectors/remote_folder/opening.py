"""Decrypts one PGP file in a process of its own, within bounds on memory.

A file of a few kilobytes can unpack to gigabytes, and the library unpacks into memory. Here that
ends this process, and the worker that asked says why the file is not taken. The plain bytes go to
the one who asked and touch no disk.

Reads from standard input a line of JSON (``key``, ``password``, ``senders``, ``most``), then the
encrypted bytes. Writes one letter, then the plain bytes: ``+`` opened, ``>`` too large, ``k`` not
for this key, ``s`` not signed by a known sender, ``d`` damaged or not PGP.
"""

import json
import resource
import sys

from pysequoia import Cert, Tsk, decrypt

_ROOM = 1024 * 1024 * 1024


def opened(line: bytes, content: bytes) -> bytes:
    """Return the answer to one request; see above."""
    asked = json.loads(line)
    senders = [Cert.from_bytes(one.encode()) for one in asked["senders"]]
    decryptor = Tsk.from_bytes(asked["key"].encode()).decryptor(asked["password"] or None)
    try:
        # With a store, a message without a good signature of one of these is refused.
        store = (lambda ids: senders) if senders else None
        plain = decrypt(bytes=content, decryptor=decryptor, store=store).bytes
    except RuntimeError as error:
        said = str(error).partition("\n")[0].lower()
        if "signature" in said or "no valid" in said:
            return b"s"
        return b"k" if "no key" in said or "session key" in said else b"d"
    if plain is None:
        return b"d"
    return b">" if len(plain) > asked["most"] else b"+" + plain


def main() -> None:
    """Answer one request."""
    line, content = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    most = _ROOM + 4 * json.loads(line)["most"] + 2 * len(content)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(opened(line, content))


if __name__ == "__main__":
    main()
