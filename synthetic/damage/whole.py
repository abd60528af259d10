"""Files that broke off, were emptied, hold two encodings, or are at odds with their own totals."""

from dataclasses import replace

from synthetic.damage.struck import Struck
from synthetic.forms.delimited import Delimited
from synthetic.forms.fixed_width import FixedWidth
from synthetic.forms.workbook import Workbook


def cut_off(struck: Struck) -> None:
    """A transfer that broke off within a record."""
    part = 0.4 + struck.chance.unit() / 2
    struck.note(None)

    def after(content: bytes) -> bytes:
        end = int(len(content) * part)
        if isinstance(struck.form, Delimited):
            # Not within the last cell: a shorter number there is a number.
            begins = content.rfind(b"\n", 0, end) + 1
            marks = content[begins:].split(b"\n", 1)[0].split(struck.form.delimiter.encode())
            end = begins + len(struck.form.delimiter.encode().join(marks[: len(marks) // 2])) + 1
        return content[:end]

    struck.after = after


def misstate_count(struck: Struck) -> None:
    """The file says that it holds more records than it does."""
    struck.about = replace(struck.about, miscounted=struck.chance.between(1, 9))
    struck.note(None)


def misstate_total(struck: Struck) -> None:
    """The file says another total than its records add up to."""
    struck.about = replace(struck.about, misadded=struck.chance.between(1, 90_000))
    struck.note(None)


def empty_file(struck: Struck) -> None:
    """Nothing but a name: a transfer that never began."""
    struck.lines.clear()
    struck.after = lambda content: b""
    struck.note(None)


def header_alone(struck: Struck) -> None:
    """A query that found nobody."""
    struck.lines.clear()
    struck.note(None)


def two_encodings(struck: Struck) -> None:
    """Rows of two systems in one file, some in UTF-8 and some in Windows-1252."""
    form = struck.form
    assert isinstance(form, Delimited | FixedWidth)
    own = form.encoding
    other = "cp1252" if own == "utf-8" else "utf-8"
    keep = [struck.chance.happens(0.5) for _ in struck.lines]

    def after(content: bytes) -> bytes:
        lines = content.split(b"\n")
        for at, kept in enumerate(keep, start=1):
            text = lines[at].decode(own)
            try:
                lines[at] = lines[at] if kept else text.encode(other)
            except UnicodeEncodeError:
                continue  # such a letter cannot have come from the other system
        mixed = b"\n".join(lines)
        if mixed != content:
            struck.note(None)
        return mixed

    struck.after = after


def hide_last_year(struck: Struck) -> None:
    """Last year's list, with everybody on it, kept on a hidden sheet."""
    assert isinstance(struck.form, Workbook)
    struck.form = replace(struck.form, last_year=True)
    struck.note(None)
