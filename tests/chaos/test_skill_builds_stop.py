"""A key pressed while a map is built: nothing of what was done is lost, and nothing has failed."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthetic.adverts import adverts

WITHIN_SECONDS = 100
MUSTER = str(Path(sys.executable).with_name("muster"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    adverts(400, seed=6, organisations=20).write_parquet(folder / "adverts.parquet")
    subprocess.run([MUSTER, "skills", "map", "list"], env=environment(folder), check=True)
    return folder


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    return {
        **kept, "MUSTER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "muster.settings",
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def builds(home: Path, sql: str = "") -> list[tuple[str, str, str]]:
    """Return state, step and cause of each build, the newest first; after a change, if any."""
    (store,) = home.glob("*.sqlite3")
    with contextlib.closing(sqlite3.connect(store, timeout=30)) as connection:
        if sql:
            connection.execute(sql)
            connection.commit()
        return connection.execute(
            "select state, step, cause from services_skills_build order by asked_at desc"
        ).fetchall()


@contextlib.contextmanager
def running(home: Path, *command: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command and all that it starts as a terminal does, where a key reaches them all."""
    with (
        (home / "said.txt").open("w") as said,
        subprocess.Popen(
            [MUSTER, *command], env=environment(home), start_new_session=True, stdout=said,
            stderr=said, text=True,
        ) as process,
    ):  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def until(true: object, home: Path) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, (builds(home), (home / "said.txt").read_text())
        time.sleep(0.02)


def gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["key", "told to end"])
@pytest.mark.parametrize("step", ["finding skills: 0", "placing skills: 0", "measuring how"])
def test_a_build_at_the_terminal_is_stopped_and_says_how_to_go_on(
    home: Path, step: str, number: signal.Signals
) -> None:
    command = ("skills", "map", "build", str(home / "adverts.parquet"), "--no-publish")
    with running(home, *command) as process:
        until(lambda: step in (home / "said.txt").read_text(), home)
        time.sleep(0.1)
        os.killpg(process.pid, number)
        assert process.wait(WITHIN_SECONDS) == 1
        until(lambda: gone(process.pid), home)
    said = (home / "said.txt").read_text()
    assert "Traceback" not in said
    assert "was stopped" in said
    assert "muster skills map work" in said
    state, _, cause = builds(home)[0]
    assert (state, cause.startswith("It was broken off")) == ("stopped", True)


def test_a_build_of_a_worker_goes_on_with_the_next_worker(home: Path) -> None:
    waits = "update services_skills_build set state = 'waiting', ended_at = null, cause = '' "
    builds(home, waits + "where asked_at = (select max(asked_at) from services_skills_build)")
    for last in (False, True):
        with running(home, "work") as process:
            until(lambda: builds(home)[0][:1] == ("running",) and builds(home)[0][1], home)
            if last:
                until(lambda: builds(home)[0][0] == "done", home)
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(WITHIN_SECONDS) == 0
            until(lambda: gone(process.pid), home)
        assert "Traceback" not in (home / "said.txt").read_text()
        assert builds(home)[0][0] == ("done" if last else "waiting")
