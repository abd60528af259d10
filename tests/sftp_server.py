"""An SFTP server on this machine, of another make than the client that is tested against it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

ACCOUNT, PASSWORD = "payroll", "correct horse"


@dataclass(frozen=True)
class SftpServer:
    """A running server: its port, its public key, and the folder it shows as its root."""

    port: int
    host_key: str
    root: Path

    def settings(self, **others: str) -> dict[str, str]:
        """Return what a connector must be told of it."""
        url = f"sftp://{ACCOUNT}@127.0.0.1:{self.port}//drop"
        return {"url": url, "password": PASSWORD, "host_key": self.host_key, **others}


class _Doorkeeper(asyncssh.SSHServer):
    tried: list[str] = []
    inside: list[asyncssh.SSHServerConnection] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.inside.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.tried.append(password)
        return (username, password) == (ACCOUNT, PASSWORD)


def passwords_seen() -> list[str]:
    """Return the passwords that servers were told; clear it before counting."""
    return _Doorkeeper.tried


@contextmanager
def running_sftp(root: Path) -> Iterator[SftpServer]:
    """Run a server over a folder, in which ``drop`` is made."""
    (root / "drop").mkdir(parents=True, exist_ok=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop, started = asyncio.new_event_loop(), threading.Event()
    servers: list[asyncssh.SSHAcceptor] = []

    def sftp(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    async def start() -> None:
        servers.append(
            await asyncssh.listen(
                "127.0.0.1", 0, server_host_keys=[key], server_factory=_Doorkeeper,
                sftp_factory=sftp,
            )
        )  # fmt: skip
        started.set()

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not started.wait(20):
        raise RuntimeError("the SFTP server did not start")
    public = key.export_public_key().decode()
    try:
        yield SftpServer(servers[0].get_port(), public, root)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(servers[0]), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncssh.SSHAcceptor) -> None:
    server.close()
    while _Doorkeeper.inside:
        _Doorkeeper.inside.pop().abort()
    await asyncio.sleep(0)
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
