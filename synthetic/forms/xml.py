"""Repeated elements, within a root that may say of itself what it holds.

The header stands before records that are not written yet, so its count is written last, over nine
noughts that keep the place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr  # writes only

from synthetic.forms.form import About, Cells, Tally, as_text

_PLACE = "0" * 9


@dataclass(frozen=True)
class Xml:
    """`opens`, `closes` and `record` are what stands around the records, and their element.

    `opens` and `closes` may hold {owner}, {as_at}, {count} (in `opens` only) and {total}, the sum
    of the column `adds`. Columns are paths within the record: `NAME/LAST_NAME` stands in an
    element of its own, `Location/@Descriptor` is an attribute. Columns of one parent stand
    together. `prefix` is written before every name.
    """

    opens: str
    closes: str
    record: str
    adds: str = ""
    prefix: str = ""
    suffix: str = ".xml"
    first: int = 1

    def begin(self, path: Path, header: Sequence[str], about: About) -> "_Writing":
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = self.opens.format(owner=escape(about.owner), as_at=about.as_at, count=_PLACE)
        path.write_bytes(opened.encode())
        adds = header.index(self.adds) if self.adds else None
        place = opened.encode().find(_PLACE.encode()) if "{count}" in self.opens else None
        return _Writing(self, path, tuple(header), about, place, Tally(adds))

    def element(self, header: Sequence[str], row: Cells) -> str:
        return "".join(self._lines(header, row))

    def _lines(self, header: Sequence[str], row: Cells) -> Iterator[str]:
        name, inside = f"{self.prefix}{self.record}", ""
        yield f"  <{name}>\n"
        for path, cell in zip(header, row, strict=True):
            parent, _, leaf = path.rpartition("/")
            text, attribute = as_text(cell), leaf.startswith("@")
            around = "" if attribute else parent
            if around != inside:
                yield f"    </{self.prefix}{inside}>\n" if inside else ""
                yield f"    <{self.prefix}{around}>\n" if around else ""
                inside = around
            if attribute:
                said = f" {self.prefix}{leaf[1:]}={quoteattr(text)}" if text else ""
                yield f"    <{self.prefix}{parent}{said}/>\n"
                continue
            indent, tag = "      " if inside else "    ", f"{self.prefix}{leaf}"
            yield f"{indent}<{tag}>{escape(text)}</{tag}>\n" if text else f"{indent}<{tag}/>\n"
        yield f"    </{self.prefix}{inside}>\n" if inside else ""
        yield f"  </{name}>\n"


@dataclass
class _Writing:
    form: Xml
    path: Path
    header: tuple[str, ...]
    about: About
    place: int | None
    tally: Tally = field(repr=False)

    def add(self, rows: Iterable[Cells]) -> None:
        with self.path.open("ab") as file:
            for row in rows:
                self.tally.of(row)
                file.write(self.form.element(self.header, row).encode())

    def finish(self) -> None:
        total = self.tally.total + self.about.misadded
        closed = self.form.closes.format(total=f"{total:.2f}")
        with self.path.open("r+b") as file:
            file.seek(0, 2)
            file.write(closed.encode())
            if self.place is not None:
                file.seek(self.place)
                file.write(f"{self.tally.count + self.about.miscounted:09d}".encode())
