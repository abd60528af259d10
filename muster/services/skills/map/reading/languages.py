"""Telling Welsh from English, cheaply: by the small words that one of them has and the other not.

Skills have English names, and a few Welsh ones: in a Welsh sentence only those are looked for, and
products and acronyms, which are the same in both.
"""

import polars as pl

_WELSH = (
    r"(?i)\b(?:yn|yr|y|ac|ar|mae|bydd|byddwch|fydd|gyda|gan|neu|wrth|sydd|ein|eich|chi|chwi|hyn|hon"
    r"|hwn|swydd|gwaith|gweithio|profiad|sgiliau|gallu|cymraeg|gwybodaeth|rhaid|hanfodol|dymunol"
    r"|cais|ymgeiswyr|i'r|o'r|a'r|i'w|drwy|trwy|rydym|ydym|ydych|oes|nid|nad|bod|fel|ynghyd|i|o)\b"
)
_ENGLISH = (
    r"(?i)\b(?:the|and|of|to|for|with|will|is|are|our|you|your|in|on|or|be|this|that|have|we|as|by"
    r"|from|an|at|must|who|all|work|role|experience|skills|team|post)\b"
)
_CERTAIN = r"(?i)\b(?:yn|yr|mae|bydd|byddwch|gyda|neu|sydd|swydd|i'r|o'r|rydym|sgiliau|profiad)\b"
# Letters, beginnings and ends of words that Welsh has and English hardly.
_SPELT = (
    r"(?i)[\u0174-\u0177\u00e2\u00ea\u00ee\u00f4\u00fb\u00c2\u00ca\u00ce\u00d4\u00db]"
    r"|\b(?:addys|chw|cyf|cymr|dys[gt]|ff[aeiouwy]|gwa|gwe[^b]|gwy|ll[aeiouwy]|mh[aeiouwy]|ngh"
    r"|nh[aeiouwy]|rhe[io]l|rh[iow]|uwch|ysg)|[a-z](?:wy[dnrst]|oddi)"
    r"|[a-z]{2}(?:aeth|aidd|edd|iad|iadau|[i\u00ef]au|odd|wch|wr|wyr|ydd|[bcdfgilnrst]au)\b"
)


def likely(texts: pl.Series) -> pl.Series:
    """Tell which texts have a word that is Welsh and nothing else."""
    return texts.str.contains(_CERTAIN).fill_null(False)


def spelt_as_welsh(texts: pl.Series) -> pl.Series:
    """Tell which texts have a word of Welsh, or one that is spelt as only Welsh is."""
    return (texts.str.contains(_WELSH) | texts.str.contains(_SPELT)).fill_null(False)


def of_sentences(texts: pl.Series, near: pl.Series) -> pl.Series:
    """Return "cy" or "en" for each text that tells, null for one that does not.

    Args:
        texts: sentences.
        near: which of them stand in an advert with some Welsh; the others are English.
    """
    frame = pl.DataFrame({"text": texts, "near": near}).with_row_index("at")
    welsh, english = (pl.col("text").str.count_matches(one) for one in (_WELSH, _ENGLISH))
    words = pl.col("text").str.count_matches(" ", literal=True) + 1
    verdict = (
        pl.when((welsh >= 2) & (welsh > english) & (welsh * 8 >= words))
        .then(pl.lit("cy"))
        .when((english > 0) & (english >= welsh))
        .then(pl.lit("en"))
    )
    looked = frame.filter("near").select("at", verdict.alias("language"))
    rest = frame.filter(~pl.col("near")).select("at", pl.lit("en").alias("language"))
    return pl.concat([looked, rest]).sort("at")["language"]
