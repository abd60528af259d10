"""The same cell of the same data has the same value on every path, however it is asked for."""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, permutations
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request

import polars as pl
import pytest
from click.testing import CliRunner
from django.test import Client

import muster_client
from muster.cli import main
from muster.gates.release import ReleasedTable, cited, release
from muster.gates.rows import EVERYBODY
from muster.hub.models import System
from muster.hub.tokens import make_token
from muster.kernel.clock import SYSTEM_CLOCK
from muster.services.dashboards.showing import Asker, Question, shown
from muster.services.dashboards.targets import asked, read
from muster.services.returns import actions as questions
from muster.services.returns.queries import question_of
from tests.integration import exits_world as world
from tests.integration.dashboards_world import wanted
from tests.integration.exits_world import ALPHA, DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
METRIC = "headcount"
PARTS = ("employer", "age", "grade")
TABLES = [*chain.from_iterable(permutations(PARTS, n) for n in range(4))]
Cells = dict[frozenset[tuple[str, str]], str]
"""What is shown of each cell, by the code of each dimension."""


@pytest.fixture(autouse=True)
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    world.mark(monkeypatch)


def token_of(employer: uuid.UUID | None) -> str:
    code = f"figures:{employer}"
    System.objects.get_or_create(code=code, title=code, kind="figures", employer=employer)
    return make_token(system=code, title="figures", by="test", clock=SYSTEM_CLOCK)


def api(employer: uuid.UUID | None = None) -> Client:
    return Client(headers={"Authorization": f"Bearer {token_of(employer)}"})


def told(dimensions: Sequence[str]) -> ReleasedTable:
    return release(
        METRIC, tuple(dimensions), DAY, audience=EVERYBODY, purpose="p", by="x", clock=SYSTEM_CLOCK
    )


def cells(dimensions: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]) -> Cells:
    found = {frozenset(zip(dimensions, key, strict=True)): shown for key, shown in rows}
    assert len(found) == len(rows)
    return found


def by_gate(dimensions: Sequence[str]) -> Cells:
    return cells(dimensions, [(one.key, one.shown) for one in told(dimensions).cells])


def by_api(dimensions: Sequence[str]) -> Cells:
    asked_ = {"by": list(dimensions), "as_at": DAY.isoformat()}
    said = api().get(f"/api/v1/figures/{METRIC}", asked_).json()
    return cells(dimensions, [(one["key"], one["shown"]) for one in said["cells"]])


def _rows(dimensions: Sequence[str], rows: Sequence[dict[str, Any]]) -> Cells:
    return cells(dimensions, [([r[f"{d}_code"] for d in dimensions], r["shown"]) for r in rows])


def by_exploring(dimensions: Sequence[str]) -> Cells:
    client = Client()
    client.post("/sign-in/as/analyst")
    chosen = {"metric": METRIC, "by": list(dimensions) or ["none"], "as_at": DAY.isoformat()}
    said = client.get("/grid/taken.json", chosen).json()
    return _rows(dimensions, said["rows"])


def _file(dimensions: Sequence[str], kind: str) -> bytes:
    client = Client()
    client.post("/sign-in/as/analyst")
    return client.get(f"/grid/releases/{told(dimensions).release}.{kind}").content


def by_csv(dimensions: Sequence[str]) -> Cells:
    with zipfile.ZipFile(io.BytesIO(_file(dimensions, "csv"))) as archive:
        [name] = [one for one in archive.namelist() if one.endswith(".csv")]
        return _rows(dimensions, list(csv.DictReader(io.StringIO(archive.read(name).decode()))))


def by_parquet(dimensions: Sequence[str]) -> Cells:
    return _rows(dimensions, pl.read_parquet(_file(dimensions, "parquet")).to_dicts())


def by_file_of_api(dimensions: Sequence[str]) -> Cells:
    place = f"/api/v1/releases/{told(dimensions).release}/file"
    return _rows(dimensions, json.loads(api().get(place, {"format": "json"}).content)["rows"])


def by_question(dimensions: Sequence[str]) -> Cells:
    number = questions.ask(
        words="How many?", why="A speech", for_whom="Office", needed_by=SYSTEM_CLOCK.now().date(),
        by="x", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    questions.answer(
        question=number, metric=METRIC, dimensions=dimensions, as_at=DAY, purpose="p", by="x",
        clock=SYSTEM_CLOCK, fresh=True,
    )  # fmt: skip
    found = question_of(number)
    assert found is not None
    table = cited(uuid.UUID(found.releases[0]))
    return cells(table.dimensions, [(one.key, one.shown) for one in table.cells])


PATHS: list[Callable[[Sequence[str]], Cells]] = [
    by_gate, by_api, by_exploring, by_csv, by_parquet, by_file_of_api, by_question,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_cell_is_told_alike_on_every_path_and_in_every_order(
    path: Callable[[Sequence[str]], Cells],
) -> None:
    first: dict[frozenset[str], Cells] = {}
    for dimensions in TABLES:
        expected = first.setdefault(frozenset(dimensions), by_gate(dimensions))
        assert path(dimensions) == expected, dimensions


def test_the_terminal_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.cli.release.ready", lambda: None)
    for dimensions in (("age", "employer"), ("grade",), ()):
        by = chain.from_iterable(("--by", one) for one in dimensions)
        words = ["release", METRIC, *by, "--as-at", DAY.isoformat(), "--format", "json"]
        out = tmp_path / "-".join(("out", *dimensions))
        out.mkdir()
        run = CliRunner().invoke(main, [*words, "--out", str(out)])
        assert run.exit_code == 0, run.output
        [written] = out.glob("*.json")
        assert _rows(dimensions, json.loads(written.read_text())["rows"]) == by_gate(dimensions)


def test_notebooks_are_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()

    @contextmanager
    def opened(request: Request, timeout: float) -> Iterator[io.BytesIO]:
        place = request.full_url.partition("example")[2]
        yield io.BytesIO(client.get(place, headers=dict(request.header_items())).content)

    monkeypatch.setattr(muster_client, "_open", opened)
    muster = muster_client.Muster("https://example", token_of(None))
    for dimensions in (("grade", "age"), ("age", "employer"), ()):
        table = muster.figures(METRIC, by=dimensions, as_at=DAY)
        assert _rows(dimensions, table.rows()) == by_gate(dimensions)
        assert muster.release(table.release).cells == table.cells


def test_tiles_and_briefs_tell_the_same() -> None:
    everything, asker = by_gate(("employer", "age")), Asker("p", "x", SYSTEM_CLOCK)
    tile = shown(Question(METRIC, "age", (("employer", ALPHA),), "table"), DAY, asker)
    ages = [one.key[0] for one in told(("age",)).cells]
    said = {
        frozenset({("employer", ALPHA), ("age", age)}): line.shown
        for age, line in zip(ages, tile.lines, strict=True)
    }
    assert said.items() <= everything.items()
    for key, figure in everything.items():
        parts = tuple(sorted(key))
        one = wanted(metric=METRIC, parts=parts)
        assert read(one, asked(one, DAY, asker)).shown == figure
        number = shown(Question(METRIC, "", parts, "number"), DAY, asker)
        assert number.lines[0].shown == figure


def test_an_employer_is_told_of_its_own_rows_what_everybody_is_told_of_it() -> None:
    own = api(uuid.UUID(hex=ALPHA))
    for dimensions in (("age",), ("grade", "age"), ()):
        by = {"by": list(dimensions), "as_at": DAY.isoformat()}
        said = own.get(f"/api/v1/figures/{METRIC}", by).json()["cells"]
        mine = cells(dimensions, [(one["key"], one["shown"]) for one in said])
        of_all = by_gate(("employer", *dimensions))
        expected = {
            key - {("employer", ALPHA)}: figure
            for key, figure in of_all.items()
            if ("employer", ALPHA) in key
        }
        assert mine == expected


def test_a_notebook_carries_its_token_nowhere_else() -> None:
    """A service that sends the reader on would else have the token sent to whomever it names."""
    seen: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/stolen"):
                seen.append(self.headers["Authorization"])
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/stolen")  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        muster = muster_client.Muster(f"http://127.0.0.1:{server.server_port}", "secret")
        with pytest.raises(muster_client.RefusedError):
            muster.metrics()
        server.shutdown()
    assert not seen
