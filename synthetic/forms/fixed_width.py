"""Text in which every value has its place: a header record, detail records and a trailer record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synthetic.forms.delimited import NEAREST_LETTER
from synthetic.forms.form import About, Cells, Tally, as_text

_OWNER = 60  # characters


@dataclass(frozen=True)
class FixedWidth:
    """`widths` are the characters of each column, `right` those that are set to the right.

    The header record is `opens`, the owner and the date as YYYYMMDD; each detail record begins with
    D; the trailer record is `closes`, the number of details in nine digits and the total of the
    column `adds`, with two decimals, in fifteen characters.
    """

    widths: Sequence[int]
    right: frozenset[str]
    opens: str
    closes: str
    adds: str
    encoding: str = "cp1252"
    suffix: str = ".txt"
    first: int = 2

    def begin(self, path: Path, header: Sequence[str], about: About) -> "_Writing":
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = f"{self.opens}{about.owner[:_OWNER]:<{_OWNER}}{about.as_at:%Y%m%d}"
        writing = _Writing(self, path, tuple(header), about, Tally(header.index(self.adds)))
        path.write_bytes(b"")
        writing.lines([opened])
        return writing

    def record(self, header: Sequence[str], row: Cells) -> str:
        """One detail record. ValueError if a value is longer than its place."""
        placed = []
        for name, width, cell in zip(header, self.widths, row, strict=True):
            text = as_text(cell)
            if len(text) > width:
                raise ValueError(f"{name}: {len(text)} characters in a place of {width}")
            placed.append(f"{text:>{width}}" if name in self.right else f"{text:<{width}}")
        return "D" + "".join(placed)


@dataclass
class _Writing:
    form: FixedWidth
    path: Path
    header: tuple[str, ...]
    about: About
    tally: Tally = field(repr=False)

    def add(self, rows: Iterable[Cells]) -> None:
        records = []
        for row in rows:
            self.tally.of(row)
            records.append(self.form.record(self.header, row))
        self.lines(records)

    def finish(self) -> None:
        count = self.tally.count + self.about.miscounted
        total = self.tally.total + self.about.misadded
        self.lines([f"{self.form.closes}{count:09d}{total:015.2f}"])

    def lines(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\r\n" for line in lines)
        with self.path.open("ab") as file:
            file.write(text.encode(self.form.encoding, errors=NEAREST_LETTER))
