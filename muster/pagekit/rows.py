"""Where a row stands in its file, in words for people."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from muster.hub.framing.positions import place_of


def row_words(number: int, sheets: Sequence[str] = (), *, unpivoted: bool = False) -> str:
    """Return such as ``Row 12``, ``Sheet North, row 12`` or ``Sheet Table 9, cell C7``.

    Args:
        number: the row as its landing numbers it; see ``hub.framing.positions``.
        sheets: the sheets of the landing.
        unpivoted: whether the landing's rows are cells.
    """
    sheet, row, column = place_of(number, sheets, unpivoted=unpivoted)
    if column:
        words = _("Sheet %(sheet)s, cell %(cell)s") if sheet else _("Cell %(cell)s")
        return words % {"sheet": sheet, "cell": f"{column}{row}"}
    words = _("Sheet %(sheet)s, row %(row)s") if sheet else _("Row %(row)s")
    return words % {"sheet": sheet, "row": f"{row:,}"}
