"""From lines to sentences: bullets taken off, full stops of abbreviations not taken for ends.

Adverts are written in lines as much as in sentences, so a line always ends a sentence. A sentence
of which a line's end cut off the second half is two texts; skills stand in either.
"""

import polars as pl

ABBREVIATIONS = (
    "e.g.", "i.e.", "eg.", "ie.", "etc.", "incl.", "inc.", "approx.", "no.", "No.", "tel.", "Tel.",
    "ext.", "Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St.", "vs.", "cf.", "Ltd.", "Hon.", "Rev.",
    "p.a.", "pa.", "Dept.", "dept.", "Univ.", "qual.", "min.", "max.", "yrs.", "hrs.", "Jan.",
    "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.", "B.Sc.", "M.Sc.", "Ph.D.", "U.K.", "a.m.",
    "p.m.", "ref.", "Ref.", "para.", "Sgt.", "Col.", "Gen.", "Lt.", "Capt.",
)  # fmt: skip
"""Words whose full stop ends no sentence, though a space and a capital may follow."""

LONGEST = 600
"""Characters of one sentence; a longer one is cut at semicolons, and then wherever it must be."""

_HELD = "\ue000"
_BULLET = (
    r"^(?:[-\u2010-\u2015*.,;:>+~\s]+|o\s+"
    r"|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+|\(?[A-Z]\)\s+)+"
)
_END = r"([.!?;][)\"']?)\s+([(\"'\[]?[A-Z0-9\u00c0-\u00dd])"


def sentences(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences of lines.

    Args:
        lines: ``line`` and ``text``.

    Returns:
        ``line``, ``at`` (its place in the line, from 0) and ``text``; nothing of a line without
        two letters in a row.
    """
    spaced = [f"{before}{one} " for one in ABBREVIATIONS for before in (" ", "(")]
    held = [f"{one[:-1]}{_HELD}" for one in spaced]
    text = (
        pl.concat_str(pl.lit(" "), pl.col("text").str.replace(_BULLET, ""))
        .str.replace_all(r"\s+", " ")
        .str.replace_many(spaced, held)
        # Initials, as in "J. Smith" and "U. S. Navy".
        .str.replace_all(r"\b([A-Z]\.) ", f"${{1}}{_HELD}")
        .str.replace_all(_END, "${1}\n${2}")
        .str.replace_all(_HELD, " ", literal=True)
    )
    cut = lines.select("line", text.str.split("\n").alias("text")).explode("text")
    cut = _shortened(cut.with_columns(pl.col("text").str.strip_chars(" \t;,-*")))
    cut = cut.filter(pl.col("text").str.contains(r"[a-zA-Z\u00c0-\u024f]{2}"))
    return cut.with_columns(pl.int_range(pl.len()).over("line").cast(pl.UInt32).alias("at"))


def _shortened(cut: pl.DataFrame) -> pl.DataFrame:
    """Return sentences none of which is longer than ``LONGEST``, in their order."""
    long = pl.col("text").str.len_chars() > LONGEST
    if not cut.select(long.any()).item():
        return cut
    pieces = pl.when(long).then(pl.col("text").str.replace_all("; ", ";\n", literal=True))
    parted = cut.with_columns(pieces.otherwise(pl.col("text")).str.split("\n")).explode("text")
    wrapped = (
        pl.when(long)
        .then(pl.col("text").str.replace_all(rf"(.{{1,{LONGEST - 1}}})(?:\s|$)", "${1}\n"))
        .otherwise(pl.col("text"))
    )
    parted = parted.with_columns(wrapped.str.split("\n")).explode("text")
    hard = pl.col("text").str.slice(0, LONGEST).str.strip_chars()
    return parted.with_columns(hard).filter(pl.col("text") != "")
