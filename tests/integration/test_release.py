"""Releasing tables: protected ones hold every cell of their domain, and each leaves a record."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from muster.gates import metrics, release
from muster.gates.models import Release
from muster.gates.release import ReleasedTable
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound, NotPermitted
from muster.kernel.ids import new_id
from muster.kernel.metrics import RawCell, Returns
from muster.ledger.current import ledger
from tests.spec.test_disclosure import PROTECTED

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 8, 31)


class People:
    """120 people of three employers and four grades; some cells hold nobody."""

    rows = [
        (employer, grade)
        for employer, grade, count in (
            ("a", "AO", 60), ("a", "EO", 3), ("b", "AO", 41), ("b", "SCS1", 1), ("c", "EO", 15),
        )
        for _ in range(count)
    ]  # fmt: skip

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        places = {"employer": 0, "grade": 1}
        counts: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row[places[name]] for name in dimensions)
            counts[key] = counts.get(key, 0) + 1
        return [RawCell(key, count, count) for key, count in counts.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        codes = {"employer": "abc", "grade": ["AO", "EO", "G7", "SCS1"]}[dimension]
        return {code: f"label of {code}" for code in codes}

    def dates(self) -> Sequence[dt.date]:
        return [DAY]

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(3, 4, ("Employer d",))


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "declared", lambda: {"people": PROTECTED})
    monkeypatch.setattr(release, "reader_of", lambda metric, audience: People())


def ask(*dimensions: str, audience: str = "staff") -> ReleasedTable:
    return release.release(
        "people", dimensions, DAY, audience=audience, purpose="p", by="x", clock=SYSTEM_CLOCK
    )


def test_a_protected_table_does_not_tell_nobody_from_a_few() -> None:
    table = ask("employer", "grade")
    shown = {cell.key: cell.shown for cell in table.cells}
    assert len(shown) == 12
    assert shown["a", "AO"] == "60"
    assert shown["b", "AO"] == "40"
    assert shown["a", "EO"] == shown["b", "SCS1"] == shown["c", "G7"] == "0 to 7"
    assert {cell.kind for cell in table.cells} == {"rounded", "band"}


def test_a_margin_is_a_cell_of_its_own() -> None:
    assert [cell.shown for cell in ask("employer").cells] == ["65", "40", "15"]
    assert [cell.shown for cell in ask().cells] == ["120"]


def test_no_exact_count_is_kept_in_what_was_released() -> None:
    ask("employer", "grade")
    (row,) = Release.objects.all()
    numbers = {cell[3] for cell in row.content["cells"] if cell[3] is not None}
    assert all(int(number) % 5 == 0 for number in numbers)
    assert "41" not in json.dumps(row.content)


def test_the_same_table_is_released_once_and_recorded() -> None:
    first, second = ask("employer"), ask("employer")
    assert first.release == second.release
    other = ask("employer", audience="public")
    assert other.release != first.release
    assert Release.objects.count() == 2
    types = [entry.type for entry in ledger().read("decisions")]
    assert types.count("muster.gates.table.released.v1") == 2


def test_only_the_gate_makes_a_released_table() -> None:
    table = ask("employer")
    with pytest.raises(TypeError, match="by the gate alone"):
        ReleasedTable(**{**vars(table), "mark": object()})


def test_choosing_a_part_is_a_view_of_the_released_cells() -> None:
    table = ask("employer", "grade")
    assert set(table.only("employer", "a")) <= set(table.cells)


def test_it_refuses_what_was_not_declared() -> None:
    with pytest.raises(NotPermitted):
        ask("sex")
    with pytest.raises(NotFound):
        release.release("pay", (), DAY, audience="a", purpose="p", by="x", clock=SYSTEM_CLOCK)
    assert not Release.objects.exists()


def differencing_advantage(table: ReleasedTable, exact: Mapping[tuple[str, ...], int]) -> float:
    """Guess each small cell from its row, margin less the other cells; return the share right."""
    margin = {cell.key[0]: cell for cell in ask("employer").cells}
    hits = tries = 0
    for key, count in exact.items():
        if count > 7:
            continue
        tries += 1
        others = [c for c in table.cells if c.key[0] == key[0] and c.key != key]
        known = [c.value for c in (*others, margin[key[0]])]
        if all(value is not None for value in known):
            guess = (margin[key[0]].value or 0) - sum(c.value or 0 for c in others)
            hits += guess == count
    return hits / tries


def test_subtracting_released_cells_gives_no_small_cell() -> None:
    exact = {cell.key: cell.value for cell in People().cells(("employer", "grade"), DAY)}
    assert differencing_advantage(ask("employer", "grade"), exact) == 0


def test_the_attack_succeeds_without_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an attack that cannot succeed would prove nothing."""
    exact = {cell.key: cell.value for cell in People().cells(("employer", "grade"), DAY)}
    public = {**vars(PROTECTED), "profile": "already public"}
    monkeypatch.setattr(metrics, "declared", lambda: {"people": type(PROTECTED)(**public)})
    monkeypatch.setattr(release, "metric_named", lambda name: metrics.declared()[name])
    assert differencing_advantage(ask("employer", "grade"), exact) == 1


def test_what_left_is_cited_as_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask("employer", "grade")
    renamed = replace(PROTECTED, title="Another title", definition="Another definition")
    monkeypatch.setitem(metrics.declared(), PROTECTED.name, renamed)
    assert release.cited(first.release) == first
    with pytest.raises(NotFound, match="No such release"):
        release.cited(new_id())
