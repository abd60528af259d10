"""The lines of a Word document, whatever its words stand in.

Words stand in runs, in fields that a form has filled in (content controls), in text that was put in
while changes were tracked, and in boxes. All of it is read, in the order in which it stands; what a
tracked change took out is not, nor is a table of contents, which says headings a second time.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_PARAGRAPH, _TABLE, _ROW, _CELL, _WORDS = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc", "w:t"))
_MARKS = {
    qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-",
}  # fmt: skip
_BREAK, _KIND = qn("w:br"), qn("w:type")
# Around blocks, rows and cells: of these only the inside counts.
_AROUND = frozenset(
    map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag"))
)
# Taken out by a tracked change, said a second time for older programs, or about the form alone.
_PASSED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_TO_FILL_IN = f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}"
_GALLERY = f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}"
_CONTENTS = re.compile(r"(?i)toc (?:\d|heading)")
_TAKEN_OUT = f"{qn('w:trPr')}/{qn('w:del')}"


def lines_of(document: Document) -> Iterator[str]:
    """Yield paragraphs and rows of tables as they stand, headings with a colon."""
    for block in _inside(document.element.body, _PARAGRAPH, _TABLE):
        if block.tag == _TABLE:
            yield from _rows(block)
            continue
        style = Paragraph(block, document).style
        name = (style.name if style is not None else "") or ""
        if name.startswith("Heading"):
            yield from _headed(block)
        elif not _CONTENTS.match(name):
            yield from _words(block).splitlines()


def _headed(block: Any) -> Iterator[str]:
    """Yield a heading with its colon, and then what stands in boxes beside it."""
    boxes: list[str] = []
    words = "".join(_pieces(block, boxes))
    if words.strip():
        yield from f"{words.rstrip(' :')}:".splitlines()
    for box in boxes:
        yield from box.splitlines()


def _inside(parent: Any, *wanted: str) -> Iterator[Any]:
    """Yield the elements of some kinds, and those that stand in something around them."""
    for child in parent.iterchildren():
        if child.tag in wanted:
            yield child
        elif child.tag in _AROUND and not _says_nothing(child):
            yield from _inside(child, *wanted)


def _words(element: Any) -> str:
    """Return what is written in an element; a paragraph inside it, as of a box, on its own line."""
    return "".join(_pieces(element))


def _pieces(element: Any, boxes: list[str] | None = None) -> Iterator[str]:
    """Yield what is written in an element, of paragraphs inside it only where ``boxes`` is None."""
    for child in element.iterchildren():
        if child.tag == _WORDS:
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == _BREAK:
            # The end of a page or column is none of a line: a sentence goes on after it.
            yield "\n" if child.get(_KIND, "textWrapping") == "textWrapping" else " "
        elif child.tag == _PARAGRAPH and boxes is not None:
            boxes.append(_words(child))
        elif child.tag == _PARAGRAPH:
            yield f"\n{_words(child)}\n"
        elif child.tag not in _PASSED and not _says_nothing(child):
            yield from _pieces(child, boxes)


def _says_nothing(element: Any) -> bool:
    """Tell whether a field only says what to fill in, or where in the document to find it."""
    if element.find(_TO_FILL_IN) is not None:
        return True
    gallery = element.find(_GALLERY)
    return gallery is not None and "table of contents" in gallery.get(qn("w:val"), "").lower()


def _rows(table: Any) -> Iterable[str]:
    """Yield a row of two short cells as label and value, other cells line by line."""
    above: dict[int, str] = {}
    for row in _inside(table, _ROW):
        if row.find(_TAKEN_OUT) is not None:
            continue
        cells = [cell for cell in dict.fromkeys(_cells(row, above)) if cell]
        if len(cells) == 2 and len(cells[0]) <= 60 and "\n" not in cells[0]:
            yield cells[0].rstrip(" :") + ":"
            yield from cells[1].splitlines()
        else:
            for cell in cells:
                yield from cell.splitlines()


def _cells(row: Any, above: dict[int, str]) -> Iterator[str]:
    """Yield what the cells of a row say; one that goes on from the row above says the same.

    Args:
        row: of a table.
        above: what was said in each column by the rows above; is brought up to date.
    """
    column = row.grid_before
    for cell in _inside(row, _CELL):
        text = above.get(column, "") if cell.vMerge == "continue" else _cell(cell)
        above[column] = text
        column += cell.grid_span
        yield text


def _cell(cell: Any) -> str:
    lines = [
        line
        for block in _inside(cell, _PARAGRAPH, _TABLE)
        for line in (_rows(block) if block.tag == _TABLE else [_words(block)])
    ]
    return "\n".join(lines).strip()
