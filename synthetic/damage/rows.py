"""Rows that are no records, rows that stand twice, and cells that slipped to one side."""

from synthetic.damage.struck import Line, Struck
from synthetic.forms.fixed_width import FixedWidth

PAGE = 25  # records on a printed page


def repeat_rows(struck: Struck) -> None:
    """Rows that were pasted twice."""
    for line in list(struck.some()):
        at = struck.chance.between(struck.lines.index(line) + 1, len(struck.lines))
        struck.lines.insert(at, Line(list(line.cells), line.number))
        struck.note(line.number)


def repeat_headers(struck: Struck) -> None:
    """A printed report saved as data: every page begins with its number and the header."""
    for page, at in enumerate(reversed(range(PAGE, len(struck.lines), PAGE)), start=2):
        blank = [""] * (len(struck.shape.header) - 1)
        struck.lines.insert(at, Line(list(struck.shape.header), None))
        struck.lines.insert(at, Line([f"Page {page}", *blank], None))
        struck.note(None)


def add_totals(struck: Struck) -> None:
    """A total under the column of money or shares, with an empty row above it."""
    width = len(struck.shape.header)
    columns = [at for at in struck.columns("money", "share", "hours") if at > 0]
    total = ["Total", *[""] * (width - 1)]
    for at in columns[:1]:
        total[at] = "1234567.89"
    struck.lines += [Line([""] * width, None), Line(list(total), None)]
    struck.note(None)


def empty_rows(struck: Struck) -> None:
    """Empty rows between people, left to tell groups apart."""
    for line in list(struck.some()):
        at = struck.lines.index(line)
        struck.lines.insert(at, Line([""] * len(struck.shape.header), None))
        struck.note(line.number)


def shift_cells(struck: Struck) -> None:
    """In some rows a cell too many or too few, so that those behind it stand in wrong columns."""
    if isinstance(struck.form, FixedWidth):
        _shift_characters(struck, struck.form)
        return
    width = len(struck.shape.header)
    for line in struck.some():
        at = struck.chance.between(1, width - 2)
        empty = [place for place in range(1, width - 1) if line.cells[place] == ""]
        if empty and struck.chance.happens(0.5):
            del line.cells[struck.chance.pick(empty)]
        else:
            line.cells.insert(at, "")
        struck.note(line.number)


def _shift_characters(struck: Struck, form: FixedWidth) -> None:
    """A program that pads wrongly: one blank more, and what is then too long is cut."""
    places = {line.number: struck.chance.between(1, sum(form.widths) - 1) for line in struck.some()}
    for number in places:
        struck.note(number)

    def after(content: bytes) -> bytes:
        lines = content.decode(form.encoding).split("\r\n")
        for number, at in places.items():
            line = lines[number or 0]
            lines[number or 0] = f"{line[:at]} {line[at:]}"[: len(line)]
        return "\r\n".join(lines).encode(form.encoding)

    struck.after = after
