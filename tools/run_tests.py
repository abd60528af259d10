"""Runs the whole test suite: linters, and tests without a database, per store, in the browser.

``make test`` calls this. It starts a PostgreSQL of its own, prints a count for each store and the
browser at the end, and says plainly what it could not find. Each store is migrated once, both at
once, and copied for whoever needs one. The browser and the linters have a lane of their own beside
the stores: who waits for a page needs no processor. A file that failed in the browser is tried once
more when all else is done, alone, and both outcomes are printed: a slow machine must not stop a
release. Afterwards it searches what everything logged for what tells of a person. Exits 1 if
anything failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.migrated import TEMPLATE
from tests.personal_values import FOLDER, told_in
from tools import languages
from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
WITHOUT_DATABASE = ["tests/repo", "tests/spec", "tests/unit", "tests/properties"]
ON_EACH_STORE = ["tests/contract", "tests/integration", "tests/generative", "tests/chaos"]
IN_THE_BROWSER = ["tests/journeys"]
ONE_THREAD = {"POLARS_MAX_THREADS": "1"}
"""On PostgreSQL frames are worked out in one thread, which is quicker; on SQLite in several, so
that what depends on the order in which threads finish is still found."""
BROWSERS = "2"
"""How many browsers are at work, beside two processes of other tests. What they share, a server and
what is loaded into it, is made by each."""
TRIED_AGAIN_AT_MOST = 6
"""So many files of the browser are tried again; where more failed, it is no slow machine."""
_COUNTS = re.compile(r"(\d+) (passed|failed|skipped|errors?)")
_LEFT_OUT = re.compile(r"^(\d+) left out, on SQLite alone", re.MULTILINE)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/\S+)", re.MULTILINE)


class Outcome:
    """What each part of the suite came to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.totals = {"passed": 0, "failed": 0, "skipped": 0}

    def add(self, name: str, output: str, code: int, seconds: float, *, again: int = 0) -> None:
        """Record one part. A part that ran no test at all has failed.

        Args:
            name: of the part.
            output: what it printed; its last line counts.
            code: its exit code.
            seconds: how long it took.
            again: how many of its failures passed when they were tried again.
        """
        counts = {"passed": 0, "failed": 0, "skipped": 0}
        for number, word in _COUNTS.findall(output.splitlines()[-1] if output else ""):
            counts["failed" if word.startswith("error") else word] += int(number)
        if counts["failed"] == 0 and (code != 0 or counts["passed"] == 0):
            counts["failed"] = 1
        counts["failed"] -= again
        counts["passed"] += again
        for word, number in counts.items():
            self.totals[word] += number
        said = ", ".join(f"{number} {word}" for word, number in counts.items())
        said += f", {again} of them at the second try" if again else ""
        left_out = sum(map(int, _LEFT_OUT.findall(output)))
        said += f", {left_out} on SQLite alone" if left_out else ""
        self.lines.append(f"{name:<22} {said}  ({seconds:.0f} s)")


def _pytest(outcome: Outcome, name: str, folders: list[str], **environment: str) -> None:
    # Each worker begins with a half, so that what neighbours share is made by one of them.
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    output, code = _said(["-n", "2", "--dist", "worksteal", *_present(folders)], environment, _tell)
    outcome.add(name, output, code, time.monotonic() - began)


def _in_the_browser(environment: dict[str, str], lines: list[str]) -> tuple[str, int, float]:
    """Run the journeys beside all else; return what they said, the exit code and the seconds.

    A module shares one server, so its tests stay together. What is said is printed at the end.
    """
    began = time.monotonic()
    words = ["-n", BROWSERS, "--dist", "loadfile"]
    said = _said([*words, *_present(IN_THE_BROWSER)], environment, lines.append)
    return *said, time.monotonic() - began


def _tried_again(output: str, environment: dict[str, str]) -> int:
    """Run each file that failed once more, with nothing beside it and a server and a home of its
    own; return how many of the tests that failed stand in files that pass now."""
    failed = list(dict.fromkeys(_FAILED.findall(output)))
    files = Counter(test.partition("::")[0] for test in failed)
    again = 0
    if len(files) <= TRIED_AGAIN_AT_MOST:
        for file, number in files.items():
            print(f"\n== in the browser, once more: {file}, of which {number} failed", flush=True)
            again += 0 if _said([file], environment, _tell)[1] else number
    return again


def _tell(line: str) -> None:
    print(line, flush=True)


def _present(folders: list[str]) -> list[str]:
    return [folder for folder in folders if any((ROOT / folder).rglob("test_*.py"))]


def _said(
    what: list[str], environment: dict[str, str], tell: Callable[[str], None]
) -> tuple[str, int]:
    """Run tests, tell what they say while they say it, and return it with the exit code."""
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-rfEs", *what],
        cwd=ROOT,
        env={**_environment(), **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            tell(lines[-1])
    return "\n".join(line for line in lines if line), process.returncode


def _environment() -> dict[str, str]:
    """Return the environment of tests: what Python compiles is kept for the processes they start,
    of which there are hundreds, also where a machine says otherwise."""
    return {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def _linting() -> Iterator[Callable[[], int]]:
    """Let the linters run beside tests that wait a lot, for servers and for the browser; yield what
    waits for the linters, prints what they said and returns their exit code."""
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            [sys.executable, "-m", "tools.run_tests", "--lint"],
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as process,
    ):

        def outcome() -> int:
            code = process.wait()
            said.seek(0)
            print(f"\n{said.read()}", end="", flush=True)
            return code

        try:
            yield outcome
        finally:
            process.kill()


def _linters() -> int:
    commands = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    )
    failed = 0
    for command in commands:
        print(f"== {' '.join(command)}", flush=True)
        program = Path(sys.executable).parent / command[0]
        failed += subprocess.run([program, *command[1:]], cwd=ROOT, check=False).returncode != 0
    return failed


def main() -> int:
    """Run everything, or only the linters with ``--lint``; return the exit code."""
    if "--lint" in sys.argv[1:]:
        return 1 if _linters() else 0
    with tempfile.TemporaryDirectory() as logs:
        os.environ[FOLDER] = logs
        return _all(Path(logs))


def _all(logs: Path) -> int:
    outcome, missing = Outcome(), []
    languages.compile_catalogues()  # before several processes would
    with ExitStack() as stack:
        sqlite = stack.enter_context(_migrated(""))
        url, postgres = "", None
        try:
            url = stack.enter_context(running_postgres(durable=False))
        except NoPostgres as reason:
            missing.append(f"PostgreSQL: {reason}")
        else:
            postgres = stack.enter_context(_migrated(url))
        lane = stack.enter_context(ThreadPoolExecutor(1))
        lines: list[str] = []
        browser = lane.submit(_in_the_browser, sqlite(), lines)
        linted = stack.enter_context(_linting())
        _pytest(outcome, "without a database", WITHOUT_DATABASE, **sqlite())
        _pytest(outcome, "on SQLite", ON_EACH_STORE, **sqlite())
        if postgres is not None:
            _pytest(outcome, "on PostgreSQL", ON_EACH_STORE, **postgres(), **ONE_THREAD)
        output, code, seconds = browser.result()
        print("\n== in the browser", *lines, sep="\n", flush=True)
        again = _tried_again(output, sqlite())
        outcome.add("in the browser", output, code, seconds, again=again)
        failed_linters = linted()
    return _told(outcome, missing, failed_linters, told_in(logs))


@contextmanager
def _migrated(url: str) -> Iterator[Callable[[], dict[str, str]]]:
    """Let a store be migrated beside another; yield what waits for it and returns the
    environment of tests on it. Where it failed, each process migrates its own and says why."""
    with tempfile.TemporaryDirectory() as home:
        place, template = url, str(Path(home) / "muster.sqlite3")
        if url:
            template = "migrated"
            place = url.rpartition("/")[0] + "/" + template
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE migrated")
        settings = {"MUSTER_HOME": home, "DJANGO_SETTINGS_MODULE": "muster.settings"}
        with subprocess.Popen(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
            cwd=ROOT,
            env={**_environment(), **settings, "MUSTER_DATABASE_URL": place},
        ) as process:

            def environment() -> dict[str, str]:
                made = {TEMPLATE: template} if process.wait() == 0 else {}
                return {"MUSTER_DATABASE_URL": url, **made}

            try:
                yield environment
            finally:
                process.kill()


def _told(outcome: Outcome, missing: list[str], failed_linters: int, told: list[str]) -> int:
    """Print what everything came to; return the exit code."""
    print("\n" + "\n".join(outcome.lines))
    print(f"linters                {'sound' if not failed_linters else 'FAILED'}")
    for what in missing:
        print(f"not found              {what}")
    for where in told:
        print(f"personal in a log      {where}")
    totals = outcome.totals
    totals["failed"] += failed_linters + len(missing) + bool(told)
    print(
        f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped",
        flush=True,
    )
    return 1 if totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
