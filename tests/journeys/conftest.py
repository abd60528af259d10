"""A real server and a real browser for journeys.

The server is the one users get: its own process, its own ``MUSTER_HOME``, real migrations. Each
test gets a fresh browser context, so nobody is signed in. ``page_as("analyst")`` signs in by the
sign-in page; ``axe(page)`` fails on any accessibility violation and names the element.
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

from tests.migrated import copied_to, is_template
from tests.personal_values import FOLDER
from tools import chromium, front_end, languages

REPOSITORY = Path(__file__).resolve().parents[2]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
READY_WITHIN_SECONDS = 60
DONE_WITHIN_SECONDS = 240
"""A command may take so long beside all that runs with it; to be quick is measured elsewhere."""
# Every rule is tried; of what holds, not every place is listed.
_CHECK = "axe.run({resultTypes: ['violations']})"
# Answers with the first things that stick out; with nothing if the page fits.
_WIDE = """(width) => document.documentElement.scrollWidth <= width ? "" :
    [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 1).slice(0, 5)
    .map((one) => one.outerHTML.slice(0, 200)).join(" ") || "the page itself" """
# What is said of a script whose page was left under it.
_LEFT = ("Execution context was destroyed", "of null", "is not defined", "because of a navigation")

# Where each command that was started writes what it says, by its process.
_SAID: dict[int, Path] = {}
_STARTED = itertools.count()

PageAs = Callable[[str], Page]
Axe = Callable[[Page], None]
Muster = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="package")
def muster(tmp_path_factory: pytest.TempPathFactory) -> Muster:
    """Return a function that runs ``muster`` in the home that the server serves."""
    return muster_in(tmp_path_factory.mktemp("muster-home"))


def muster_in(home: Path) -> Muster:
    """Return a function that runs ``muster``, or a module, in a home."""
    copied_to(home / "muster.sqlite3")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")},
        "DJANGO_SETTINGS_MODULE": "muster.settings",
        "MUSTER_HOME": str(home),
    }

    def run(*words: str, module: str = "") -> "subprocess.Popen[bytes]":
        script = str(Path(sys.executable).with_name("muster"))
        command = [sys.executable, "-m", module, *words] if module else [script, *words]
        said = Path(os.environ.get(FOLDER, home)) / f"ran-{os.getpid()}-{next(_STARTED)}.log"
        with said.open("ab") as log:
            process = subprocess.Popen(
                command, env=environment, cwd=REPOSITORY, stdout=log, stderr=log
            )
        _SAID[process.pid] = said
        return process

    return run


def done(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a command to end well; otherwise fail with the end of what it said.

    One that does not end is ended: it would go on to write into the home of the tests after it.
    """
    try:
        code: int | str = process.wait(timeout=DONE_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = f"{process.wait()}, after {DONE_WITHIN_SECONDS} s"
    assert code == 0, f"{process.args!r} ended with {code}: {_said(process)}"


def _said(process: "subprocess.Popen[bytes]") -> str:
    return _SAID[process.pid].read_text(encoding="utf-8", errors="replace")[-3000:]


@pytest.fixture(scope="package")
def server(muster: Muster) -> Iterator[str]:
    """Start Muster and return its address; stop it afterwards."""
    yield from served(muster)


def served(muster: Muster) -> Iterator[str]:
    """Start Muster, yield its address, and stop it."""
    try:
        front_end.build()
    except front_end.FrontEndError as missing:
        pytest.skip(str(missing))
    languages.compile_catalogues()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if not is_template():
        done(muster("migrate", "--verbosity=0", module="django"))
    process = muster(
        "muster.web.asgi:application", f"--port={port}", "--no-access-log", module="uvicorn"
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="package")
def published_samples(muster: Muster, server: str) -> None:
    """Load the published organograms that ship with the repository."""
    done(muster("load", str(REPOSITORY / "samples" / "organograms")))


@pytest.fixture(scope="package")
def pretend_service(muster: Muster, server: str) -> None:
    """Load a small pretend civil service, with employers one can sign in at."""
    done(muster("demo", "--employers=3", "--people=300", "--no-serve"))


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not get ready: {_said(process)}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium once for all journeys."""
    try:
        path = chromium.found_or_installed()
    except chromium.ChromiumError as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh browser window; it takes context options."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(base_url=server, **options)
        contexts.append(context)
        page = context.new_page()
        # A page error or a refused resource is a defect even when the page looks right.
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("requestfailed", lambda asked: problems.extend(_not_loaded(asked)))
        page.on(
            "console",
            lambda said: (
                problems.append(said.text)
                if said.type == "error" and "status of" not in said.text
                else None
            ),
        )
        return page

    problems: list[str] = []
    yield opened
    for context in contexts:
        context.close()
    assert not problems, problems


def _not_loaded(asked: Request) -> list[str]:
    """Return what is wrong with a request that failed; a download or a left page ends one too."""
    return [] if asked.failure == "net::ERR_ABORTED" else [f"not loaded: {asked.url}"]


def _sign_in(page: Page, slug: str) -> Page:
    page.goto("/sign-in")
    page.locator(f"form[action='/sign-in/as/{slug}'] button").click()
    page.wait_for_url("**/")
    return page


@pytest.fixture
def page_as(visit: Callable[..., Page]) -> PageAs:
    """Return a function that opens the home page as a persona."""
    return lambda slug: _sign_in(visit(), slug)


@pytest.fixture
def no_javascript_page(visit: Callable[..., Page]) -> PageAs:
    """Return a function that opens the home page as a persona with scripts turned off."""
    return lambda slug: _sign_in(visit(java_script_enabled=False), slug)


@pytest.fixture
def axe() -> Axe:
    """Return a function that fails if the page has any accessibility violation."""

    def checked(page: Page) -> None:
        result = evaluated(page, f"{AXE.read_text()}\n{_CHECK}")
        found = [
            {"rule": v["id"], "help": v["help"], "where": [n["target"] for n in v["nodes"]]}
            for v in result["violations"]
        ]
        assert not found, f"{page.url}\n{json.dumps(found, indent=2)}"
        assert result["passes"], "axe checked nothing"

    return checked


def evaluated(page: Page, script: str) -> Any:
    """Return what a script says of a page that has come to rest.

    A page that is being left has no document for a moment: then it is asked again.
    """
    for _ in range(5):
        page.wait_for_load_state()
        try:
            if page.evaluate("document.documentElement && document.readyState === 'complete'"):
                return page.evaluate(script)
        except Error as error:
            if not any(left in error.message for left in _LEFT):
                raise
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url} does not come to rest")


def no_wider(page: Page, width: int) -> None:
    """Check that a page needs no scrolling sideways on a screen so many pixels wide."""
    wide = evaluated(page, f"({_WIDE})({width})")
    assert not wide, f"{page.url} is wider than {width}: {wide}"


def sound(page: Page, axe: Axe, width: int = 320) -> None:
    """Check that a page is accessible, and that it fits on a narrow screen."""
    axe(page)
    wide = page.viewport_size
    page.set_viewport_size({"width": width, "height": 640})
    no_wider(page, width)
    if wide is not None:
        page.set_viewport_size(wide)
