"""From the text of an advert, however it was written, to plain lines.

Mark-up becomes lines, entities become letters (twice, since systems escape what is escaped),
bullets and odd spaces become line ends and spaces. A heading that mark-up tells ends with a colon,
so that it is still seen to be one.
"""

import html

import polars as pl

LONGEST = 100_000
"""Characters of one advert that are read: the longest real ones have about 20,000."""

_MARKED_UP = r"<(?:/?[a-zA-Z][a-zA-Z0-9]*[\s>/]|!--|!DOCTYPE)"
_ENTITY = r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});"
_GONE = (
    r"(?is)<(?:script|style|head|template|noscript|svg)\b.*?"
    r"(?:</(?:script|style|head|template|noscript|svg)\s*>|\z)|<!--.*?(?:-->|\z)"
)
_HEADED = r"(?i)</h[1-6]\s*>"
_BROKEN = (
    r"(?i)<(?:/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|dt|dd|dl|table|section|article|header|footer"
    r"|option|blockquote|hr)\b)[^>]*>"
)
_TAG = r"</?[a-zA-Z][^>]*>|<!DOCTYPE[^>]*>"
_LITERAL = {
    "\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n",
    "\u00a0": " ", "\t": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\u200b": "",
    "\ufeff": "", "\u00ad": "", "\x00": "", "\u2019": "'", "\u2018": "'", "\u201c": '"',
    "\u201d": '"', "\u2022": "\n", "\u25cf": "\n", "\u25aa": "\n", "\u25e6": "\n", "\u2023": "\n",
    "\u2043": "\n", "\uf0b7": "\n", "\u00b7": "\n", "\u25a0": "\n", "\u2756": "\n", "\u27a2": "\n",
    "\u2713": "\n", "\u2714": "\n",
}  # fmt: skip


def plain(texts: pl.Series) -> pl.Series:
    """Return texts without mark-up, entities, bullets and odd spaces, with lines kept apart."""
    unmarked = _changed(texts, _MARKED_UP, _unmark)
    letters = _changed(unmarked, _ENTITY, _unescape)
    # What was escaped as text may have been mark-up.
    again = letters if letters is unmarked else _changed(letters, _MARKED_UP, _unmark)
    return again.str.replace_many(list(_LITERAL), list(_LITERAL.values())).rename(texts.name)


def plain_one(text: str) -> str:
    """Return one text as ``plain`` returns many."""
    return str(plain(pl.Series([text], dtype=pl.String))[0])


def one_line(texts: pl.Series) -> pl.Series:
    """Return short texts such as titles on one line, with single spaces; null where empty."""
    line = plain(texts).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.select(pl.when(line != "").then(line)).to_series().rename(texts.name)


def _changed(texts: pl.Series, where: str, change: object) -> pl.Series:
    """Change the texts in which a pattern stands, and leave the others untouched."""
    assert callable(change)
    found = texts.str.contains(where).fill_null(False)
    if not found.any():
        return texts
    frame = pl.DataFrame({"text": texts}).with_row_index("at")
    changed = frame.filter(found)
    changed = changed.with_columns(change(changed["text"]).alias("text"))
    return pl.concat([frame.filter(~found), changed]).sort("at")["text"]


def _unmark(texts: pl.Series) -> pl.Series:
    return (
        texts.str.replace_all(_GONE, "\n")
        .str.replace_all(_HEADED, ":\n")
        .str.replace_all(_BROKEN, "\n")
        .str.replace_all(_TAG, " ")
    )


def _unescape(texts: pl.Series) -> pl.Series:
    made = [html.unescape(html.unescape(text)) for text in texts]
    return pl.Series(texts.name, made, dtype=pl.String)
