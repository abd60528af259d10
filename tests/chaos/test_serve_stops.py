"""Stopping the server stops its worker: nothing is left that would work on an old home."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.migrated import copied_to

WITHIN_SECONDS = 60


def test_a_stopped_server_leaves_no_worker(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    environment = {
        **kept,
        "MUSTER_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "muster.settings",
    }
    copied_to(tmp_path / "muster.sqlite3")
    script = str(Path(sys.executable).with_name("muster"))
    server = subprocess.Popen(
        [script, "serve", f"--port={port}"], env=environment, start_new_session=True
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/healthz")
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=WITHIN_SECONDS) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(server.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def _wait_until_ready(address: str) -> None:
    until = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")
