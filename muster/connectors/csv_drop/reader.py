"""Reads delimited bytes as a sheet of text, without being told encoding or delimiter.

The encoding is found by ``connectors.text``, the delimiter by ``delimiter``. No row is taken for
a header here, and none is too long or too short: titles, records and notes differ in width.
"""

from itertools import chain

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.delimiter import NAMES, find_delimiter
from muster.connectors.csv_drop.splitting import Splitter
from muster.connectors.text import decode, empty


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return the rows of a delimited file, as its one sheet.

    Raises:
        BadInput: if the bytes are not text or hold no content, a quotation never ends, or a cell
            or row is larger than any.
    """
    text = decode(offer)
    blocks = text.blocks()
    first = next(blocks, "")
    delimiter = find_delimiter(first)
    splitter = Splitter(offer.name, delimiter)
    splitter.split(chain([first] if first else [], blocks))
    cells = splitter.cells
    rows = cells.rows()
    if rows.is_empty():
        raise empty(offer.name)
    sheet = Sheet(
        cells=cells.frame(),
        rows=rows,
        widths=cells.widths(),
        blank=splitter.blank,
        read_as=f"{text.encoding}, separated by {NAMES[delimiter]}",
        notes=text.notes,
    )
    return (sheet,)
