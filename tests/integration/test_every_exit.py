"""Every way out of the program: no exact figure about people is on any page, file, error or log.

The people counted are so many that their exact numbers occur nowhere by chance, and none ends in 0
or 5, so that a released figure is never an exact one. Every address is asked, and every command
that tells figures.
"""

import datetime as dt
import io
import itertools
import logging
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from muster.cli import main
from muster.gates import metrics
from muster.gates.models import Release
from muster.gates.perturbing import MOST_OFF
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.people import metrics as people_metrics
from muster.services.grid.exports import WRITERS

pytestmark = pytest.mark.django_db
DAY, MONTH_BEFORE = dt.date(2026, 8, 31), dt.date(2026, 7, 31)
UNITS = {"one": "Office of One", "two": "Office of Two", "tiny": "Tiny Office", "none": "No Office"}
ANSWERS = {"yes": "Yes", "no": "No", "": ""}
EXACT = {
    ("one", "yes"): 733_211, ("one", "no"): 912_474, ("one", ""): 611_931,
    ("two", "yes"): 524_863, ("two", "no"): 437_763, ("two", ""): 3,
    ("tiny", "yes"): 2, ("tiny", "no"): 5,
}  # fmt: skip
METRIC = Metric(
    name="exits", title="Staff at exits", unit="people", definition="People", grain="one person",
    scale=1, profile="protected", lawful_basis="Public task", owner="Nobody", source="Invented",
    dimensions=(
        Dimension("employer", "Employer", "Where somebody works"),
        Dimension("answer", "Answer", "What somebody answered", characteristic=True),
    ),
    reader=f"{__name__}.Counted",
)  # fmt: skip


class Counted:
    """Answers with exact figures, as a reader does."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        sums: dict[tuple[str, ...], int] = {}
        for (unit, answer), n in EXACT.items():
            parts = {"employer": unit, "answer": answer}
            key = tuple(parts[name] for name in dimensions)
            sums[key] = sums.get(key, 0) + n
        return [RawCell(key, n, n) for key, n in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        return UNITS if dimension == "employer" else ANSWERS

    def dates(self) -> Sequence[dt.date]:
        return [MONTH_BEFORE, DAY]

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(3, 4, ("Another",))


def exact_figures() -> set[int]:
    """Return every exact count of every table that is too large to occur by chance."""
    asked = itertools.chain.from_iterable(
        itertools.permutations(("employer", "answer"), n) for n in range(3)
    )
    return {cell.value for one in asked for cell in Counted().cells(one, DAY) if cell.value > 7}


FORBIDDEN = re.compile(
    "|".join(rf"{n}|{f'{n:,}'}|{f'{n:_}'}" for n in sorted(exact_figures(), reverse=True))
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(people_metrics, "METRICS", (METRIC,))
    metrics.declared.cache_clear()
    yield
    monkeypatch.undo()
    metrics.declared.cache_clear()


def addresses() -> list[str]:
    """Return every address that needs nothing to be named."""

    def walk(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    found = [path for path in walk(get_resolver().url_patterns, "/") if "<" not in path]
    return [path.replace("^", "").replace("$", "") for path in found if "(" not in path]


def texts(content: bytes) -> str:
    """Return what can be read in a file, also within archives."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(texts(archive.read(name)) for name in archive.namelist())


def body(response: object) -> bytes:
    if getattr(response, "streaming", False):
        return b""
    return bytes(response.content)  # type: ignore[attr-defined]


def released(*dimensions: str) -> ReleasedTable:
    return release(METRIC.name, dimensions, DAY, audience="a", purpose="p", by="x",
                   clock=SYSTEM_CLOCK)  # fmt: skip


def ask(*dimensions: str) -> str:
    return str(released(*dimensions).release)


def told_of(*key: str) -> str:
    """Return what is told of a cell by employer and answer."""
    return next(one.shown for one in released("employer", "answer").cells if one.key == key)


QUERIES = [
    "", *(f"?metric=exits&by={by}&as_at={day}&employer={unit}"
          for by in ("employer", "answer", "date", "sex") for day in ("2026-08-31", "never")
          for unit in ("", "one", "tiny", "nobody")),
]  # fmt: skip


def test_the_exact_figures_could_be_seen() -> None:
    """The control: what is searched for is found where it is, and released figures are not it."""
    assert FORBIDDEN.search(f"{733_211:,}")
    assert FORBIDDEN.search(str(EXACT["one", "no"]))
    assert all(n % 5 for n in exact_figures())
    assert not FORBIDDEN.search(told_of("one", "yes"))


@pytest.mark.parametrize("slug", ["analyst", "governance"])
def test_no_address_tells_an_exact_figure(
    client: Client, slug: str, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    client.post(f"/sign-in/as/{slug}")
    shown, told = 0, released("employer").cells[0].shown
    for path in addresses():
        if path.startswith("/sign-"):
            continue
        for query in QUERIES if path.startswith("/grid/") else ("",):
            response = client.get(path + query)
            assert response.status_code < 500, path + query
            said = body(response).decode("utf-8", "replace")
            assert not FORBIDDEN.search(said), path + query
            assert not FORBIDDEN.search(str(response.headers)), path + query
            shown += told in said or told.replace(",", "") in said
    assert shown >= 4
    assert not FORBIDDEN.search(caplog.text)


@pytest.mark.parametrize("kind", WRITERS)
def test_no_file_tells_an_exact_figure(client: Client, kind: str, tmp_path: Path) -> None:
    client.post("/sign-in/as/analyst")
    address = f"/grid/releases/{ask('employer', 'answer')}"
    assert not FORBIDDEN.search(client.get(address).content.decode())
    content = body(client.get(f"{address}.{kind}"))
    said = texts(content)
    assert not FORBIDDEN.search(said)
    assert not any(n.to_bytes(4, "little") in content for n in exact_figures())


def test_no_command_tells_an_exact_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.cli.release.ready", lambda: None)
    for words in (
        ["exits", "--by", "employer", "--by", "answer", "--format", "json"],
        ["exits", "--by", "sex"],
        ["exits", "--as-at", "2026-08-30"],
    ):
        run = CliRunner().invoke(main, ["release", *words, "--out", str(tmp_path)])
        assert not FORBIDDEN.search(run.output + str(run.exception or ""))
    written = [path.read_text() for path in tmp_path.glob("*.json")]
    assert any(told_of("one", "yes") in text for text in written)
    assert not any(FORBIDDEN.search(text) for text in written)


def test_nothing_kept_of_a_release_is_exact() -> None:
    ask("employer", "answer")
    assert not FORBIDDEN.search(str(list(Release.objects.values())))


@pytest.mark.parametrize(
    "query",
    [
        "by=answer&employer=NOT+one", "by=answer&employer=one+OR+two", "by=answer&employer!=one",
        "by=answer&not=one", "by=answer&where=name%3D1", "by=employer&answer=yes&answer__ne=no",
        "by=employer,answer,grade,sex", "by=answer&employer=one&employer=two",
    ],
)  # fmt: skip
def test_trackers_and_free_predicates_make_no_table_of_their_own(
    client: Client, query: str
) -> None:
    """What is asked beyond the declaration is refused or ignored: only declared tables exist."""
    client.post("/sign-in/as/analyst")
    client.raise_request_exception = False
    response = client.get(f"/grid/cells.csv?metric=exits&as_at=2026-08-31&{query}")
    assert response.status_code < 500
    allowed = {"", "employer", "answer", "employer,answer", "answer,employer"}
    assert set(Release.objects.values_list("dimensions", flat=True)) <= allowed
    told = {cell[3] for row in Release.objects.all() for cell in row.content["cells"]} - {None}
    assert all(min(abs(int(value) - n) for n in exact_figures()) <= MOST_OFF + 2 for value in told)


def test_a_small_cell_costs_what_a_large_one_costs(client: Client) -> None:
    """Neither the number of questions to the database nor the answer's form tells them apart."""
    client.post("/sign-in/as/analyst")
    seen = []
    for unit in ("tiny", "none"):
        address = f"/grid/cells.csv?metric=exits&by=answer&as_at=2026-08-31&employer={unit}"
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = client.get(address)
        said = response.content.decode().replace(UNITS[unit], "?")
        seen.append((len(asked), response.status_code, said))
    assert seen[0] == seen[1]
