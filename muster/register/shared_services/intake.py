"""What the shared services room receives from the hub: two contracts, their layouts and sinks.

A quarter that a file states twice would count twice, so a repeated row waits behind the first, and
rows that differ wait all.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import polars as pl
from django.db.models import Model

from muster.hub.contracts import Contract, load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.register.bulk import insert_frame
from muster.register.shared_services.models import CaseYear, ServiceReturn, Statement
from muster.register.statements import open_statements, withdraw_statements

NO_QUARTER = "is not the last day of a quarter"
NO_YEAR = "is not a 31 March, on which financial years end"
AHEAD = "lies after the day the file speaks of"
TO_COME = "is stated for a year that is not over on the day the file speaks of"
UNANSWERED = "is needed where satisfaction is stated: how many answered"
REPEATED = "repeats an earlier row of the file"
DIFFERS = "stands in several rows of the file, which differ"
TOLD = "stands in another row of the file, which was accepted"
# An expression that is true where a row has to wait, the contract's field, and why.
_Fault = tuple[pl.Expr, str, str]
_QUARTER, _YEAR = pl.col("quarter"), pl.col("year")


@dataclass(frozen=True)
class _Kind:
    """One of the two contracts: its table, what names a row, and what cannot be true of one."""

    file: str
    model: type[Model]
    key: tuple[str, ...]
    faults: tuple[_Fault, ...]


_RETURN = _Kind(
    "contract.json",
    ServiceReturn,
    ("provider", "service", "quarter"),
    (
        (
            (_QUARTER.dt.month_end() != _QUARTER) | (_QUARTER.dt.month() % 3 != 0),
            "quarter",
            NO_QUARTER,
        ),
        (pl.col("as_at") < _QUARTER, "quarter", AHEAD),
        (
            pl.col("satisfaction").is_not_null() & pl.col("answers").is_null(),
            "answers",
            UNANSWERED,
        ),
    ),
)
_CASE = _Kind(
    "business_case.json",
    CaseYear,
    ("provider", "year"),
    (
        ((_YEAR.dt.month() != 3) | (_YEAR.dt.day() != 31), "year", NO_YEAR),
        *(
            (pl.col(name).is_not_null() & (pl.col("as_at") < _YEAR), name, TO_COME)
            for name in ("investment", "saving")
        ),
    ),
)


def return_intake() -> ContractIntake:
    """Return the room's offer for quarterly returns."""
    return _intake(_RETURN)


def case_intake() -> ContractIntake:
    """Return the room's offer for business cases."""
    return _intake(_CASE)


def _intake(kind: _Kind) -> ContractIntake:
    here = files("muster.register.shared_services")
    contract = load_contract((here / kind.file).read_text())
    paths = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    layouts = [load_layout(path.read_text()) for path in paths if path.name.endswith(".toml")]
    mine = tuple(layout for layout in layouts if layout.contract == contract.name)
    return ContractIntake(contract, mine, SharedServicesSink(kind, contract))


class SharedServicesSink:
    """Stores rows of one contract as stated."""

    def __init__(self, kind: _Kind, contract: Contract) -> None:
        self._kind = kind
        self._contract = contract

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        days = {feed.number: feed.as_at for feed in feeds}
        dated = frame.with_columns(
            as_at=pl.col("file").replace_strict(days, return_dtype=pl.Date),
        )
        found = [*self._found(dated), *self._repeated(dated, feeds)]
        return Prepared(frame, pl.concat(found) if found else no_problems())

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        ids = open_statements(Statement, feeds, file=frame.schema["file"], at=at)
        names = [field.name for field in self._contract.fields]
        rows = frame.join(ids, on="file").select("statement_id", "row", *names)
        insert_frame(self._kind.model._meta.db_table, rows)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: what was done in a quarter ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_statements(Statement, [self._kind.model], landings, reinstated=reinstated, at=at)

    def _found(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for fault, field, reason in self._kind.faults:
            places = rows.select(fault.fill_null(False).arg_true()).to_series()
            if not places.is_empty():
                yield self._problem(rows, places, field, reason)

    def _problem(
        self, rows: pl.DataFrame, places: pl.Series, field: str, reason: str
    ) -> pl.DataFrame:
        said = self._contract.field(field)
        values = rows[field].gather(places).cast(pl.String)
        return problems_at(places, said.title, values, reason, personal=said.personal)

    def _repeated(self, rows: pl.DataFrame, feeds: Sequence[Feed]) -> Iterator[pl.DataFrame]:
        """Yield problems of rows about what other rows of the file are about."""
        key = ["file", *self._kind.key]
        content = [field.name for field in self._contract.fields]
        named = rows.with_row_index("at").drop_nulls(list(self._kind.key))
        again = named.filter(pl.struct(key).is_duplicated()).with_columns(
            alike=pl.struct(content).n_unique().over(key) == 1,
            later=pl.int_range(pl.len()).over(key) > 0,
        )
        found = [
            (again.filter("alike", "later"), REPEATED),
            (again.filter(~pl.col("alike")), DIFFERS),
        ]
        for feed in feeds:
            if feed.part > 0:
                mine, told = named.filter(file=feed.number), self._told(feed.landing)
                is_told = [row in told for row in mine.select(self._kind.key).iter_rows()]
                found.append((mine.filter(pl.Series(is_told, dtype=pl.Boolean)), TOLD))
        for some, reason in found:
            if not some.is_empty():
                yield self._problem(rows, some["at"], self._kind.key[-1], reason)

    def _told(self, landing: uuid.UUID) -> set[tuple[object, ...]]:
        """Return what accepted rows of a landing are about."""
        standing = self._kind.model._default_manager.filter(
            statement__landing=landing, statement__recorded_to__isnull=True
        )
        return set(standing.values_list(*self._kind.key))
