"""What the people room receives from the hub: the contract, its layouts, and the sink.

The sink checks what one row alone cannot show (a staff number twice, nobody's employer), encrypts
National Insurance numbers before anything is stored, keeps every row as a claim, and has beliefs
brought up to date. It says beforehand what a feed would do, and takes back what feeds brought.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.kernel.ids import new_ids
from muster.kernel.running import keyring
from muster.register.bulk import insert_frame
from muster.register.employers.queries import titles
from muster.register.people.actions import apply_returns, take_turn
from muster.register.people.effects import effects_of
from muster.register.people.models import Statement
from muster.register.people.rules import DID_NOT_START, YOUNGEST
from muster.register.people.sealing import seal_ninos
from muster.register.people.telling.claims import CONTENT, Schema, hexed, read_among
from muster.register.people.telling.returns import Touched
from muster.register.people.withdrawal import withdraw_returns
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.rules import read_level
from muster.register.posts.unlevelled import unlevelled_notes

_RECORD: Schema = {"system": pl.String, "staff_number": pl.String, "record_id": pl.String}


def people_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.people")
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    return ContractIntake(
        load_contract((here / "contract.json").read_text()),
        tuple(load_layout(path.read_text()) for path in layouts if path.name.endswith(".toml")),
        PeopleSink(),
    )


class PeopleSink:
    """Stores what HR systems say of people, and believes what follows from it."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        found = [
            problems_at(
                frame.select(fault.fill_null(False).arg_true()).to_series(),
                field, None, reason, personal=True,
            )
            for fault, field, reason in _faults(feeds)
        ]  # fmt: skip
        problems = pl.concat(found) if found else no_problems()
        return Prepared(frame, problems, unlevelled_notes(_levelled(frame, feeds)))

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        take_turn()
        keys, replaced = keyring(), _close_replaced(feeds, at)
        owned = [(feed, feed.employer) for feed in feeds if feed.employer is not None]
        statements = _open_statements(owned, at)
        claims = frame.join(statements, on="file")
        claims = claims.join(_records(claims), on=["system", "staff_number"])
        claims = seal_ninos(claims, keys)
        insert_frame(
            "register_people_claim", claims.select("statement_id", "row", "record_id", *CONTENT)
        )
        # A release from quarantine finds what still waits noted already.
        first = statements.filter(pl.col("part") == 0)
        insert_frame(
            "register_people_waiting_row",
            seal_ninos(waiting.join(first, on="file"), keys).select(
                "statement_id", "row", pl.col("staff_number").str.head(200), "nino_hash"
            ),
        )
        touched = [
            Touched(feed.source, feed.as_at, replaced.get(feed.replaces, ())) for feed, _ in owned
        ]
        apply_returns(touched, by=by, at=at)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        return effects_of(frame, feeds, waiting, keyring())

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_returns(landings, reinstated=reinstated, by=by, at=at)


def _faults(feeds: Sequence[Feed]) -> list[tuple[pl.Expr, str, str]]:
    """Return what can be wrong with rows, as an expression, the field's title and the reason."""
    ownerless = [feed.number for feed in feeds if feed.employer is None]
    again = pl.col("staff_number").is_not_null() & (
        pl.int_range(pl.len()).over("file", "staff_number") > 0
    )
    # Whoever never started may have "left" on the day before.
    came = pl.col("leaving_reason").is_null() | (pl.col("leaving_reason") != DID_NOT_START)
    leaves_early = (pl.col("leaving") < pl.col("start")) & came
    youngest = pl.col("birth_date").dt.offset_by(f"{YOUNGEST}y")
    return [
        (pl.col("file").is_in(ownerless), "Employer", "no employer owns the sending system"),
        (again, "Staff number", "stands in an earlier row of the file"),
        (leaves_early, "Leaving date", "before the start date"),
        (pl.col("start") < youngest, "Birth date", f"under {YOUNGEST} years before the start date"),
    ]


def _levelled(frame: pl.DataFrame, feeds: Sequence[Feed]) -> pl.DataFrame:
    """Return the grade of each row and its responsibility level, as figures will read it."""
    owners = {feed.number: feed.employer for feed in feeds if feed.employer is not None}
    code_list, known = shipped_code_list(), dict[uuid.UUID, str]()
    distinct = frame.select("file", "grade").drop_nulls().unique()
    levels = []
    for file, grade in distinct.iter_rows():
        reading, owner = read_level(grade, "", "", code_list), owners.get(file)
        if reading is None and owner is not None:  # a grade of the employer's own, perhaps
            known = known or titles(list(set(owners.values())))
            reading = read_level(grade, known.get(owner, ""), "", code_list)
        levels.append(reading.level if reading else None)
    distinct = distinct.with_columns(pl.Series("level", levels, dtype=pl.String))
    return frame.select("file", "grade").join(distinct, on=["file", "grade"], how="left")


def _close_replaced(
    feeds: Sequence[Feed], at: dt.datetime
) -> dict[uuid.UUID | None, tuple[int, ...]]:
    """Close the statements of landings that these replace; return their ids by landing."""
    landings = [feed.replaces for feed in feeds if feed.replaces is not None]
    standing = Statement.objects.filter(landing__in=landings, recorded_to__isnull=True)
    closed: dict[uuid.UUID | None, tuple[int, ...]] = {}
    for landing, statement in standing.values_list("landing", "id"):
        closed[landing] = (*closed.get(landing, ()), statement)
    standing.update(recorded_to=at)
    return closed


def _open_statements(feeds: Sequence[tuple[Feed, uuid.UUID]], at: dt.datetime) -> pl.DataFrame:
    """Store one statement for each file; return ids, system, employer and part by file number."""
    statements = Statement.objects.bulk_create(
        [
            Statement(
                landing=feed.landing,
                part=feed.part,
                employer_id=employer,
                system=feed.source,
                as_at=feed.as_at,
                full=feed.full,
                recorded_from=at,
            )
            for feed, employer in feeds
        ]
    )
    rows = [
        (feed.number, statement.id, feed.source, employer.hex, feed.part)
        for (feed, employer), statement in zip(feeds, statements, strict=True)
    ]
    schema: dict[str, type[pl.DataType]] = {
        "file": pl.Int64, "statement_id": pl.Int64, "system": pl.String,
        "employer_id": pl.String, "part": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _records(claims: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of the source records in a batch, making those that are new."""
    named = claims.select("system", "staff_number", "employer_id").unique(
        ["system", "staff_number"], maintain_order=True
    )
    known = read_among(
        f"SELECT system, staff_number, {hexed('id')} FROM register_source_record"  # noqa: S608
        " WHERE staff_number IN {}",
        named["staff_number"].unique().to_list(),
        _RECORD,
    )
    fresh = named.join(known, on=["system", "staff_number"], how="anti")
    ids = [new.hex for new in new_ids(fresh.height)]
    fresh = fresh.with_columns(pl.Series("record_id", ids, dtype=pl.String))
    insert_frame("register_source_record", fresh.rename({"record_id": "id"}))
    return pl.concat([known, fresh.select(list(_RECORD))])
