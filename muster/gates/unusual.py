"""Which reading of records is unusual: rules over whole columns of the access log.

For information-governance officers, who look into it; a rule accuses nobody. Every rule compares
what a reader did with what the same reader and others of the same role did before, in the frame
that it is given, so a busy team is not raised every day. What somebody opened counts, not what a
search listed, except where a search listed very many. One's own record never counts.

tests/spec/test_unusual_reading.py is the table of cases.
"""

from collections.abc import Callable
from typing import Any

import polars as pl

OPENED = ("person", "origin", "opened record", "pair of records")
GLASS = "break glass"
DAYS = 28
"""So many days of the log before what is new are compared with it."""
MANY, MANY_LISTED, TIMES = 30, 500, 3
OFTEN, NIGHT, STRANGE = 12, 5, 5
RARE_NIGHT, RARE_UNIT, KNOWN = 0.1, 0.05, 20
NAMESAKE, COLLEAGUE, GLASSES = 2, 3, 2
_EARLIEST, _LATEST, _SATURDAY = 7, 20, 6

LOOKS: dict[str, Any] = {
    "position": pl.Int64, "by": pl.String, "role": pl.String, "at": pl.Datetime("us", "UTC"),
    "what": pl.String, "person": pl.String, "reader": pl.String, "unit": pl.String,
    "relation": pl.String,
}  # fmt: skip
"""One row for each person of each look. ``relation`` is what the person is to the reader:
``manager``, ``namesake``, ``colleague`` (of the same unit) or nothing."""
FOUND: dict[str, Any] = {
    "rule": pl.String, "by": pl.String, "cause": pl.String, "person": pl.String,
    "starts": pl.Datetime("us", "UTC"), "ends": pl.Datetime("us", "UTC"), "seen": pl.Int64,
    "usual": pl.Float64,
}  # fmt: skip


def unusual(looks: pl.DataFrame, *, fresh: int) -> pl.DataFrame:
    """Return what is unusual of the looks from position ``fresh`` on.

    Args:
        looks: shape (looks x people, columns of ``LOOKS``), in any order; those before ``fresh``
            are what is compared with.
        fresh: the first position that was not looked at before.

    Returns:
        Shape (causes, columns of ``FOUND``), each rule, reader and cause once.
    """
    kept = _prepared(looks, fresh)
    found = [rule(kept) for rule in RULES.values()]
    return pl.concat(found).sort("rule", "by", "cause")


def _prepared(looks: pl.DataFrame, fresh: int) -> pl.DataFrame:
    london = pl.col("at").dt.convert_time_zone("Europe/London")
    night = (london.dt.hour() < _EARLIEST) | (london.dt.hour() >= _LATEST)
    own = (pl.col("person") == pl.col("reader")) | (pl.col("what") == "own record")
    return looks.filter(~own.fill_null(value=False)).with_columns(
        new=pl.col("position") >= fresh,
        opened=pl.col("what").is_in(OPENED),
        hour=pl.col("at").dt.strftime("%Y-%m-%dT%H"),
        day=london.dt.strftime("%Y-%m-%d"),
        week=london.dt.strftime("%G-W%V"),
        late=night | (london.dt.weekday() >= _SATURDAY),
    )


def _many(rule: str, least: int, among: pl.Expr, looks: pl.DataFrame) -> pl.DataFrame:
    """Return hours in which a reader had very many people before them."""
    hours = _counted(looks.filter(among), ["by", "role", "hour"], pl.col("person").n_unique())
    likely = hours.filter(pl.col("new"), pl.col("seen") >= least)
    others = hours.select("by", "role", "hour", "seen").rename(
        {"by": "other", "hour": "when", "seen": "count"}
    )
    compared = likely.select("by", "role", "hour").join(others, on="role")
    same = pl.col("other") == pl.col("by")
    usual = compared.group_by("by", "role", "hour").agg(
        own=pl.col("count").filter(same & (pl.col("when") < pl.col("hour"))).median(),
        peers=pl.col("count").filter(~same).quantile(0.95),
    )
    judged = likely.join(usual, on=["by", "role", "hour"]).with_columns(
        usual=pl.max_horizontal(pl.col("own").fill_null(0), pl.col("peers").fill_null(0))
    )
    return _found(rule, judged.filter(pl.col("seen") > TIMES * pl.col("usual")), "hour")


def _opened_many(looks: pl.DataFrame) -> pl.DataFrame:
    return _many("many people", MANY, pl.col("opened"), looks)


def _listed_many(looks: pl.DataFrame) -> pl.DataFrame:
    return _many("many listed", MANY_LISTED, ~pl.col("opened"), looks)


def _again(looks: pl.DataFrame) -> pl.DataFrame:
    """Return weeks in which a reader opened one person again and again."""
    opened = looks.filter(pl.col("opened"), pl.col("person").is_not_null())
    weeks = _counted(opened, ["by", "role", "person", "week"], pl.col("position").n_unique())
    usual = weeks.group_by("by").agg(usual=pl.col("seen").median())
    judged = weeks.join(usual, on="by").filter(
        pl.col("new"), pl.col("seen") >= OFTEN,
        (pl.col("seen") > TIMES * pl.col("usual")) | (pl.col("seen") == pl.col("usual")),
    )  # fmt: skip
    return _found("same person", judged, "week", whom=True)


def _by_night(looks: pl.DataFrame) -> pl.DataFrame:
    """Return days on which a reader opened people out of hours, where that is rare for the role."""
    opened = looks.filter(pl.col("opened"))
    past = opened.filter(~pl.col("new"))
    own = past.group_by("by").agg(own=pl.col("late").mean())
    peers = past.group_by("role").agg(peers=pl.col("late").mean())
    nights = _counted(
        opened.filter(pl.col("late")), ["by", "role", "day"], pl.col("person").n_unique()
    )
    judged = (
        nights.join(own, on="by", how="left").join(peers, on="role", how="left")
        .with_columns(usual=pl.max_horizontal(
            pl.col("own").fill_null(0.0), pl.col("peers").fill_null(0.0)
        ))
        .filter(pl.col("new"), pl.col("seen") >= NIGHT, pl.col("usual") < RARE_NIGHT)
    )  # fmt: skip
    return _found("out of hours", judged, "day")


def _strange_units(looks: pl.DataFrame) -> pl.DataFrame:
    """Return days on which a reader opened several people of units they hardly ever look at."""
    opened = looks.filter(pl.col("opened"), pl.col("unit").is_not_null())
    past = opened.filter(~pl.col("new"))
    known = past.group_by("by").agg(known=pl.len())
    shares = past.group_by("by", "unit").agg(count=pl.len()).join(known, on="by")
    usual = shares.with_columns(share=pl.col("count") / pl.col("known"))
    strange = (
        opened.filter(pl.col("new")).join(known, on="by").filter(pl.col("known") >= KNOWN)
        .join(usual.select("by", "unit", "share"), on=["by", "unit"], how="left")
        .filter(pl.col("share").fill_null(0.0) < RARE_UNIT)
    )  # fmt: skip
    days = _counted(strange, ["by", "role", "day"], pl.col("person").n_unique())
    judged = days.filter(pl.col("seen") >= STRANGE).with_columns(usual=pl.lit(0.0))
    return _found("outside usual unit", judged, "day")


def _near(rule: str, relation: str, least: int, looks: pl.DataFrame) -> pl.DataFrame:
    """Return people near to a reader whom the reader opened, at least so many times."""
    near = looks.filter(pl.col("opened"), pl.col("relation") == relation)
    seen = _counted(near, ["by", "role", "person"], pl.col("position").n_unique())
    judged = seen.filter(pl.col("new"), pl.col("seen") >= least).with_columns(usual=pl.lit(0.0))
    return _found(rule, judged, "", whom=True)


def _own_head(looks: pl.DataFrame) -> pl.DataFrame:
    return _near("own manager", "manager", 1, looks)


def _namesake(looks: pl.DataFrame) -> pl.DataFrame:
    return _near("namesake", "namesake", NAMESAKE, looks)


def _colleague(looks: pl.DataFrame) -> pl.DataFrame:
    return _near("own colleague", "colleague", COLLEAGUE, looks)


def _glass(looks: pl.DataFrame) -> pl.DataFrame:
    """Return readers who broke the glass more than once; each time after the first is a cause."""
    broken = looks.filter(pl.col("what") == GLASS).unique(["by", "position"]).sort("position")
    counted = broken.with_columns(seen=pl.int_range(1, pl.len() + 1).over("by"))
    judged = counted.filter(pl.col("new"), pl.col("seen") >= GLASSES).with_columns(
        starts=pl.col("at"), ends=pl.col("at"), usual=pl.lit(1.0),
        place=pl.col("position").cast(pl.String),
    )  # fmt: skip
    return _found("glass broken again", judged, "place")


def _counted(looks: pl.DataFrame, by: list[str], seen: pl.Expr) -> pl.DataFrame:
    return looks.group_by(by).agg(
        seen=seen, new=pl.col("new").any(), starts=pl.col("at").min(), ends=pl.col("at").max()
    )


def _found(rule: str, judged: pl.DataFrame, place: str, *, whom: bool = False) -> pl.DataFrame:
    person = pl.col("person") if whom else pl.lit(None, pl.String)
    parts = [pl.col(name) for name in (*([place] if place else []), *(["person"] if whom else []))]
    return judged.select(
        rule=pl.lit(rule), by="by", cause=pl.concat_str(parts, separator=" "), person=person,
        starts="starts", ends="ends", seen=pl.col("seen").cast(pl.Int64),
        usual=pl.col("usual").cast(pl.Float64),
    ).cast(pl.Schema(FOUND))  # fmt: skip


RULES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "many people": _opened_many,
    "many listed": _listed_many,
    "same person": _again,
    "out of hours": _by_night,
    "outside usual unit": _strange_units,
    "own manager": _own_head,
    "namesake": _namesake,
    "own colleague": _colleague,
    "glass broken again": _glass,
}
