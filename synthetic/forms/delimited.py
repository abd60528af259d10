"""Text with a mark between cells."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthetic.forms.form import About, Cells, as_text
from synthetic.names import without_accents


def _nearest_letter(error: UnicodeError) -> tuple[str, int]:
    """What an old system does with a letter its code page lacks: it keeps the plain letter."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return without_accents(error.object[error.start : error.end]), error.end


NEAREST_LETTER = "nearest-letter"
codecs.register_error(NEAREST_LETTER, _nearest_letter)


@dataclass(frozen=True)
class Delimited:
    """`bom` writes a byte order mark; `blank_rows` empty rows follow the last one."""

    delimiter: str
    encoding: str
    line_end: str
    bom: bool = False
    blank_rows: int = 0
    suffix: str = ".csv"
    first: int = 2

    def begin(self, path: Path, header: Sequence[str], about: About) -> "_Writing":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((codecs.BOM_UTF8 if self.bom else b"") + self.bytes_of([header]))
        return _Writing(self, path, len(header))

    def bytes_of(self, rows: Iterable[Cells]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end)
        writer.writerows([as_text(cell) for cell in row] for row in rows)
        return text.getvalue().encode(self.encoding, errors=NEAREST_LETTER)


@dataclass(frozen=True)
class _Writing:
    form: Delimited
    path: Path
    width: int

    def add(self, rows: Iterable[Cells]) -> None:
        with self.path.open("ab") as file:
            file.write(self.form.bytes_of(rows))

    def finish(self) -> None:
        self.add([[""] * self.width] * self.form.blank_rows)
