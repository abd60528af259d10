"""Whether a sentence that holds a name asks for the skill: case, sense, language, what it denies.

*No experience of payroll needed* asks for none. *Payroll desirable but not essential* asks for
it. A place name, a nation or a form in which to apply is no skill.
"""

import re

import numpy as np
import polars as pl

from muster.services.skills.map.lexicon.senses import senses

# How far beside a name the words may stand that show its sense, in letters.
NEAR = 60
_BREAK = re.compile(r"[.;:!?\n]|\b(?:but|however|although|though|yet|ond)\b|,\s*(?=you|we|full)")
_DENIED = re.compile(
    r"\b(?:no|not|never|without|nor|neither)\b[^.;:]*\b"
    r"(?:needed|required?|necessary|essential|requirement|prerequisite|expect(?:ed)?|needs?|"
    r"looking for|matter|worry|must|have to|obliged|compulsory|mandatory)\b"
    r"|\b(?:do(?:es)? not|don't|doesn't|won't|will not|isn't|aren't|is not|are not)\s+"
    r"(?:\w+\s+){0,3}?(?:need|require|expect|ask|want|necessary|essential|needed|required|"
    r"matter|involve|include)"
    r"|\bno\s+(?:\w+\s+){0,3}?(?:experience|knowledge|skills?|qualifications?|training|ability)\b"
    r"|\bnid oes angen|\bdim angen|\bnid yw\b[^.;:]*\b(?:hanfodol|ofynnol|angenrheidiol)\b"
    r"|\bheb (?:brofiad|sgiliau)\b|\bunnecessary\b"
)
_ASKED_AFTER_ALL = re.compile(
    r"\bnot only\b|\bnot just\b|\bdesirable\b|\badvantage\w*|\bbeneficial\b|\bpreferred\b|"
    r"\bideally\b|\bwelcome\b|\bbonus\b|\bdymunol\b|\bno less than\b|\bnot essential as\b"
)
_MAYBE_DENIED = r"\b(?:no|not|never|without|nor|neither|nid|dim|heb|unnecessary)\b|n't\b"


def asked_for(read: pl.DataFrame) -> pl.DataFrame:
    """Return the names that may be asked for.

    Args:
        read: a row a name found: ``text``, ``folded`` (the text as ``fold`` makes it), ``start``,
            ``end``, ``surface``, ``written``, ``sense``, ``context``, ``rank``, and ``language`` if
            known.
    """
    written = pl.col("surface") == pl.col("written")
    cased = pl.when(pl.col("sense") == "exact case").then(written).otherwise(pl.lit(value=True))
    # A short name that is written with capitals or marks is a letter or a word in small ones.
    named = pl.col("context").is_in(["technical", "language"]) | (
        (pl.col("context") == "asked") & pl.col("written").str.contains("^[A-Z]{2,}$")
    )
    cased &= pl.when(named.fill_null(value=False)).then(written).otherwise(pl.lit(value=True))
    kept = read.filter(cased)
    if "language" in kept.columns:
        kept = kept.filter(
            pl.col("language").ne_missing("cy") | (pl.col("sense") == "exact case")
            | (pl.col("rank") == 0) | pl.col("written").is_in(_welsh_names())
            | (pl.col("context") == "language")
            | (pl.col("written").str.contains(r"[A-Z]\d") & written)
        )  # fmt: skip
    sensed = (pl.col("sense") == "needs context") & pl.col("context").is_not_null()
    kept = kept.with_columns(
        _sensed=sensed, _maybe_denied=pl.col("folded").str.contains(_MAYBE_DENIED)
    ).with_row_index("_at")
    refused = [
        at
        for at, sensed, denied, context, text, folded, start, end in kept.filter(
            pl.col("_sensed") | pl.col("_maybe_denied")
        )
        .select("_at", "_sensed", "_maybe_denied", "context", "text", "folded", "start", "end")
        .iter_rows()
        if (sensed and not _sense_shown(text, folded, start, end, context))
        or (denied and _denied(folded, start, end))
    ]
    stands = np.ones(kept.height, dtype=np.bool_)
    stands[refused] = False
    return kept.filter(pl.Series(stands)).drop("_at", "_sensed", "_maybe_denied")


def _welsh_names() -> list[str]:
    """Return the added names, which are the only ones in Welsh."""
    return [label for labels in senses().added.values() for label in labels]


def _sense_shown(text: str, folded: str, start: int, end: int, context: str) -> bool:
    """Return whether words beside a name show the sense it needs."""
    table = senses()
    around = folded[max(0, start - NEAR) : start] + "\n" + folded[end : end + NEAR]
    if context in table.not_before and table.not_before[context].match(text, end):
        return False
    if context in table.not_in and table.not_in[context].search(text):
        return False
    return table.contexts[context].search(around) is not None


def _denied(folded: str, start: int, end: int) -> bool:
    """Return whether the clause around a name says that it is not needed."""
    begins = max((one.end() for one in _BREAK.finditer(folded, 0, start)), default=0)
    stops = next((one.start() for one in _BREAK.finditer(folded, end)), len(folded))
    clause = folded[begins:stops]
    if _ASKED_AFTER_ALL.search(clause):
        return False
    return _DENIED.search(clause) is not None
