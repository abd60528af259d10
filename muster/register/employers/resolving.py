"""Which employer each row of a frame means, and what is wrong where none is certain.

For every room that takes in rows under names: one way to ask, one wording of the problem, so that
a person who says once what a name means lets the rows of all rooms go on.
"""

from collections.abc import Callable

import polars as pl

from muster.hub.contracts import no_problems
from muster.register.employers.queries import ids_by_key, name_index
from muster.register.employers.rules import read_employer_name

EMPLOYER_UNKNOWN = "no employer of the register has this name"
EMPLOYER_AMBIGUOUS = "several employers have this name"


def resolve_employers(
    stated: pl.Series, *, plain: Callable[[str], str] = str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return employer ids by stated organisation, and problems where none is certain.

    Args:
        stated: the organisation of each row; null is no name, and no problem of ours.
        plain: takes from a name what is not part of it, where the whole text means no employer;
            what is left is what a person is asked about.

    Returns:
        A frame with ``organisation`` and ``employer_id`` (32 hexadecimal digits, or null), one row
        for each name; and problems as of ``contracts.no_problems``, by place in ``stated``.
    """
    index, ids = name_index(), ids_by_key()
    names = stated.drop_nulls().unique().to_list()
    found: list[str | None] = []
    asked: dict[str, tuple[str, str]] = {}
    for name in names:
        match = read_employer_name(name, index)
        if match.key is None and plain(name) != name:
            match = read_employer_name(plain(name), index)
        found.append(ids[match.key].hex if match.key else None)
        if match.key is None:
            unknown = match.outcome == "unknown"
            asked[name] = (plain(name), EMPLOYER_UNKNOWN if unknown else EMPLOYER_AMBIGUOUS)
    employers = pl.DataFrame(
        {"organisation": names, "employer_id": found},
        schema={"organisation": pl.String, "employer_id": pl.String},
    )
    return employers, _problems(stated, asked) if asked else no_problems()


def _problems(stated: pl.Series, asked: dict[str, tuple[str, str]]) -> pl.DataFrame:
    said = pl.DataFrame(
        [(name, *of) for name, of in asked.items()],
        schema={"organisation": pl.String, "value": pl.String, "reason": pl.String},
        orient="row",
    )
    rows = stated.to_frame("organisation").with_row_index("at")
    return rows.join(said, on="organisation", maintain_order="left").select(
        pl.col("at").cast(pl.UInt32),
        field=pl.lit("Organisation"),
        value=pl.col("value"),
        reason=pl.col("reason"),
        cause=pl.format("Organisation: {} ({})", "reason", "value"),
    )
