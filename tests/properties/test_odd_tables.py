"""Linking tables that nobody made for it: a sensible answer or a clear error, and no explosion."""

import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.register.linkage.linking import Linked, link
from muster.register.linkage.roles import Declared, Roles
from synthetic.two_sources import two_sources

NAMES = {"record": ("record",), "given_name": ("given_name",), "surname": ("surname",)}


def linked(*tables: pl.DataFrame, each_once: bool = False, **more: str) -> Linked:
    roles = Roles({**NAMES, **{role: (column,) for role, column in more.items()}})
    return link(tables, Declared(roles, roles, each_once))


@pytest.fixture(scope="module")
def files() -> tuple[pl.DataFrame, pl.DataFrame]:
    return two_sources(300)


def test_names_alone_are_proposed_and_never_automatic(
    files: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    found = linked(*files, each_once=True)
    assert found.pairs.height > 50
    assert set(found.pairs["decision"]) == {"look"}


@pytest.mark.parametrize("heights", [(0, 0), (0, 300), (300, 0)])
def test_tables_without_rows_have_no_pairs(
    files: tuple[pl.DataFrame, pl.DataFrame], heights: tuple[int, int]
) -> None:
    found = linked(files[0].head(heights[0]), files[1].head(heights[1]))
    assert found.pairs.is_empty()


def test_records_that_all_say_the_same_say_nothing(
    files: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    alike = pl.concat([files[0].head(1)] * 500)
    assert linked(alike).pairs.is_empty()
    with pytest.raises(BadInput, match="No field says anything"):
        linked(alike, alike)


def test_what_too_many_share_is_not_compared_by_and_said(
    files: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    many = pl.concat([files[0]] * 40).with_columns(
        surname=pl.Series(["Smith", "Jones"] * 6_000), given_name=pl.lit("Ann"),
        record=pl.int_range(12_000).cast(pl.String),
    )  # fmt: skip
    found = linked(many, many)
    assert found.scored is not None
    assert found.scored.looked_at == ()
    (left_out,) = found.scored.left_out
    assert (left_out.fields, left_out.pairs) == (("surname",), 72_000_000)
    assert found.pairs.is_empty()


def test_one_forename_that_is_everybodys_surname_does_not_explode() -> None:
    names = ["Kim"] * 2_999 + ["Lee"]
    said = {
        "record": [str(at) for at in range(3_000)], "given_name": names, "surname": names,
        "born": [f"{at:08}" for at in range(3_000)],
    }  # fmt: skip
    found = linked(pl.DataFrame(said), date_of_birth="born")
    assert found.scored is not None
    assert not any(one.crossed for one in found.scored.looked_at)


def test_exchanged_names_speak_for_one_person(files: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    one, other = files
    shared = one.join(other, on="person").head(1)
    exchanged = shared.select(
        record=pl.lit("X"), given_name="surname", surname="given_name",
        date_of_birth="date_of_birth",
    )  # fmt: skip
    columns = ["record", "given_name", "surname", "date_of_birth"]
    found = linked(one.select(columns), pl.concat([other.select(columns), exchanged]),
                   date_of_birth="date_of_birth")  # fmt: skip
    assert shared["record"][0] in found.pairs.filter(pl.col("record_b") == "X")["record_a"]
