"""The rules of stages over whole columns: what ``rules`` says of one application, for a million.

A file of half a million rows is judged in one pass. The order of stages, what shows them, and
the words of every reason come from ``rules``; a property test holds the two against each other.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from muster.register.recruitment.rules import (
    AHEAD,
    BEFORE_OPENING,
    DECIDED_AHEAD,
    DECLINED,
    MAIN_CHAIN,
    NO_WITHDRAWAL,
    REJECTED_EARLY,
    SHOWN_BY,
    STAGES,
    TOO_FAR,
    VETTING_CHAIN,
    WITHDREW_EARLY,
    WITHDREW_LATE,
    before,
)

# The contract's fields that speak of the campaign: the columns of its facts, and their types.
CAMPAIGN: Mapping[str, str] = {
    "campaign_title": "title",
    "profession": "profession",
    "posts": "posts",
    "scheme": "scheme",
    "opened": "opened",
    "closed": "closed",
    "reopened": "reopened",
    "merged_into": "merged_into",
}
CAMPAIGN_TYPES: Mapping[str, type[pl.DataType]] = {
    **dict.fromkeys(CAMPAIGN, pl.String), "posts": pl.Int64,
    **dict.fromkeys(("opened", "closed", "reopened"), pl.Date),
}  # fmt: skip
# An expression that is true where a row has to wait, the contract's field, and why.
Fault = tuple[pl.Expr, str, str]
_WITHDREW, _HORIZON, _REACHED = "the withdrawal", "the horizon", "the stage reached"
_OF_STAGE = {stage: number for number, stage in enumerate(STAGES)}


def read(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of applications with the stage reached and the outcome beside them.

    Args:
        frame: the contract's columns, and the day each row speaks of as ``as_at``.

    Returns:
        The same rows with ``stage`` and ``outcome``, and what ``application_faults`` looks at;
        ``plain`` takes that away again.
    """
    undone = (pl.col("reinstated") >= pl.col("withdrawn")).fill_null(False)
    withdrew = pl.when(~undone).then("withdrawn")
    frame = frame.with_columns(withdrew.alias(_WITHDREW))
    frame = frame.with_columns(pl.min_horizontal("as_at", _WITHDREW).alias(_HORIZON))
    reached = pl.max_horizontal(*(_shown(stage) for stage in STAGES))
    frame = frame.with_columns(reached.alias(_REACHED))
    return frame.with_columns(
        pl.col(_REACHED)
        .replace_strict(list(_OF_STAGE.values()), list(_OF_STAGE), return_dtype=pl.String)
        .alias("stage"),
        _outcome().alias("outcome"),
    )


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows without what only the faults needed."""
    return frame.drop(_WITHDREW, _HORIZON, _REACHED)


def round_of() -> pl.Expr:
    """Return 2 for applications since their campaign opened again, else 1."""
    again = (pl.col("applied") >= pl.col("reopened")).fill_null(False)
    return (again.cast(pl.Int8) + 1).alias("round")


def application_faults() -> Iterator[Fault]:
    """Yield what cannot be true of an application, over the columns that ``read`` returns."""
    for chain in (MAIN_CHAIN, VETTING_CHAIN):
        yield from _backwards(chain)
    for name in ("applied", "withdrawn", "reinstated"):
        yield pl.col(name) > pl.col("as_at"), name, AHEAD
    for stage in ("sift", "interview", "offer"):
        (name,), outcome = SHOWN_BY[stage]
        assert outcome is not None
        ahead = pl.col(outcome).is_not_null() & (pl.col(name) > pl.col(_HORIZON))
        yield ahead, name, DECIDED_AHEAD
    for stage, outcome in (("sift", "sift_outcome"), ("interview", "interview_outcome")):
        beyond = pl.col(_REACHED) > _OF_STAGE[stage]
        yield (pl.col(outcome) == "failed") & beyond, outcome, TOO_FAR
    rejected = pl.col("rejected_stage").replace_strict(
        list(_OF_STAGE), list(_OF_STAGE.values()), default=None, return_dtype=pl.Int8
    )
    yield pl.col(_REACHED) > rejected, "rejected_stage", REJECTED_EARLY
    started = _happened("started")
    yield started & (pl.col("offer_response") == "declined"), "started", DECLINED
    never = pl.col("withdrawn").is_null() & pl.col("reinstated").is_not_null()
    yield never, "reinstated", NO_WITHDRAWAL
    yield pl.col("withdrawn") < pl.col("applied"), "withdrawn", WITHDREW_EARLY
    yield pl.col(_WITHDREW).is_not_null() & started, "withdrawn", WITHDREW_LATE


def campaign_faults() -> Iterator[Fault]:
    """Yield what cannot be true of a campaign and of an application to it."""
    yield pl.col("applied") < pl.col("opened"), "applied", BEFORE_OPENING
    for name in ("closed", "reopened"):
        yield pl.col(name) < pl.col("opened"), name, BEFORE_OPENING


def _happened(date: str) -> pl.Expr:
    return (pl.col(date) <= pl.col(_HORIZON)).fill_null(False)


def _shown(stage: str) -> pl.Expr:
    """Return the stage's number where something shows that it was reached, else 0."""
    dates, outcome = SHOWN_BY[stage]
    shown = pl.any_horizontal(*map(_happened, dates))
    shown = shown | pl.col("rejected_stage").eq_missing(pl.lit(stage))
    if outcome is not None:
        shown = shown | pl.col(outcome).is_not_null()
    return shown.cast(pl.Int8) * _OF_STAGE[stage]


def _outcome() -> pl.Expr:
    def ended(outcome: str) -> pl.Expr:
        return pl.any_horizontal(*(pl.col(name).eq_missing(pl.lit(outcome)) for name in _DECISIONS))

    early = pl.col(_REACHED) <= _OF_STAGE["interview"]
    return (
        pl.when(pl.col(_REACHED) == _OF_STAGE["start"])
        .then(pl.lit("started"))
        .when(pl.col("rejected_stage").is_not_null() | ended("failed"))
        .then(pl.lit("rejected"))
        .when(pl.col("offer_response") == "declined")
        .then(pl.lit("declined"))
        .when(pl.col(_WITHDREW).is_not_null())
        .then(pl.lit("withdrawn"))
        .when(ended("reserve") & early)
        .then(pl.lit("reserve"))
        .otherwise(pl.lit("in_progress"))
    )


_DECISIONS = ("sift_outcome", "interview_outcome")


def _backwards(chain: Sequence[str]) -> Iterator[Fault]:
    """Yield, for each pair of dates with none told between them, that the later is earlier."""
    for place, later in enumerate(chain):
        for start in range(place):
            between = chain[start + 1 : place]
            runs_back = pl.col(later) < pl.col(chain[start])
            untold = pl.all_horizontal(pl.lit(True), *(pl.col(name).is_null() for name in between))
            yield runs_back & untold, later, before(chain[start])
