"""Draws how records become people, for ``docs/explanation/one-truth.md``.

    python -m tools.picture_of_truth

Two pretend systems hold some thousands of made-up people, and the few records below among them.
They are linked as any two files are; what is drawn is what came out.
"""

from html import escape
from pathlib import Path

import polars as pl

from muster.register.linkage.explaining import Reason, explained
from muster.register.linkage.linking import Linked, link
from muster.register.linkage.preparing import RECORD, ROW
from muster.register.linkage.roles import Declared, Roles
from synthetic.two_sources import two_sources

PLACE = Path(__file__).parent.parent / "docs" / "images" / "one-truth.svg"
FIELDS = ("given_name", "surname", "date_of_birth", "postcode", "email", "mobile")
# Nobody has these numbers and addresses: they are set aside for stories.
HR = (
    ("Nia", "Bowen", "1986-03-04", "LL77 7TW", "nia.bowen@example.com", "07700900101"),
    ("Mia", "Bowen", "1986-03-04", "LL77 7TW", None, "07700900102"),
    ("Mohammed", "Akhtar", "1979-11-02", "B15 2TT", None, "07700900103"),
    ("Owain", "Price", "1961-05-30", "SA1 3QR", "owain.price@example.com", None),
)
PENSIONS = (
    ("Nia", "Hughes", "1986-03-04", "LL77 7TW", "nia.bowen@example.com", None),
    ("Mia", "Bowen", "1986-03-04", "CF10 1AA", None, "07700900102"),
    ("Muhammad", "Akhtar", "1979-02-11", "B15 2TT", None, "07700900103"),
    ("Owain", "Price", "1990-08-12", "SA1 3QR", "owain.price2@example.com", None),
)
WHY = (
    "married, same email", "twin of the first, moved", "spelled otherwise; day, month swapped",
    "father and son at one address",
)  # fmt: skip
_PEOPLE, _SEED = 4000, 3
_WIDTH, _TOP, _ROW, _BOX = 1090, 50, 104, 84
_LEFT, _RIGHT, _LAST, _WIDE = 10, 430, 840, 220


def linked() -> Linked:
    """Return what linking found in both tables."""
    tables = []
    for source, some, name in zip(
        two_sources(_PEOPLE, seed=_SEED), (HR, PENSIONS), "HP", strict=True
    ):
        rows = [{"record": f"{name}{at}", **dict(zip(FIELDS, row, strict=True))}
                for at, row in enumerate(some, start=1)]  # fmt: skip
        own = pl.DataFrame(rows, schema={"record": pl.String, **dict.fromkeys(FIELDS, pl.String)})
        tables.append(pl.concat([source.select(own.columns).cast(pl.String), own]))
    named = {**{field: (field,) for field in ("record", *FIELDS[:-1])}, "phone": ("mobile",)}
    return link(tables, Declared(Roles(named), Roles(named), each_once=True))


def reasons(found: Linked) -> list[tuple[Reason, ...]]:
    """Return why each record of the first table is, or is not, the one beside it."""
    assert found.scored is not None
    first, second = found.tables
    pairs = pl.DataFrame(
        [(_row(first, f"H{at}"), _row(second, f"P{at}")) for at in range(1, len(HR) + 1)],
        schema={"a": first.schema[ROW], "b": second.schema[ROW]},
        orient="row",
    )
    return explained(found.scored, found.tables, pairs)


def _row(table: pl.DataFrame, record: str) -> int:
    return int(table.filter(pl.col(RECORD) == record)[ROW][0])


def drawn() -> str:
    """Return the picture."""
    found = linked()
    made = found.pairs.filter(pl.col("record_a").str.starts_with("H"))
    columns = made.select("record_a", "record_b", "probability", "decision")
    decided = {one: tuple(rest) for one, *rest in columns.iter_rows()}
    parts = [_text(_LEFT, 30, "What an HR system holds", "head"),
             _text(_RIGHT, 30, "What a pension system holds", "head"),
             _text(_LAST, 30, "Who they are", "head")]  # fmt: skip
    for at, why in enumerate(reasons(found)):
        top = _TOP + at * _ROW
        parts += [_record(_LEFT, top, HR[at]), _record(_RIGHT, top, PENSIONS[at])]
        other, share, how = decided.get(f"H{at + 1}", ("", 0.0, ""))
        together = other == f"P{at + 1}"
        weight = sum(reason.bits for reason in why)
        parts.append(
            _between(top, together=together, sure=how == "automatic", weight=weight, why=why[:2])
        )
        parts.append(_person(top, together=together, how=how, share=share, why=WHY[at]))
    height = _TOP + len(HR) * _ROW + 6
    return _SVG.format(width=_WIDTH, height=height, content="\n".join(parts))


def _record(left: int, top: int, row: tuple[str | None, ...]) -> str:
    given, surname, born, postcode, email, mobile = row
    lines = [f"{given} {surname}", f"born {born}, {postcode}", email or "no email",
             mobile or "no mobile"]  # fmt: skip
    box = f'<rect x="{left}" y="{top}" width="{_WIDE}" height="{_BOX}" class="record"/>'
    return box + "".join(
        _text(left + 12, top + 20 + 19 * at, line, "name" if at == 0 else "")
        for at, line in enumerate(lines)
    )


def _between(
    top: int, *, together: bool, sure: bool, weight: float, why: tuple[Reason, ...]
) -> str:
    start, end, middle = _LEFT + _WIDE, _RIGHT, top + _BOX // 2
    kind = ("same" if sure else "asked") if together else "apart"
    line = f'<line x1="{start}" y1="{middle}" x2="{end}" y2="{middle}" class="{kind}"/>'
    center = (start + end) // 2
    said = _text(center, middle - 10, f"{weight:+.0f} bits", "middle name")
    for at, reason in enumerate(why):
        said += _text(center, middle + 18 + 16 * at, str(reason), "middle small")
    return line + said


def _person(top: int, *, together: bool, how: str, share: float, why: str) -> str:
    middle, start = top + _BOX // 2, _RIGHT + _WIDE
    kind = ("asked" if how == "look" else "same") if together else "apart"
    said = {"automatic": "One person, linked at once", "look": "Somebody has to look"}
    title = said.get(how, "") if together else "Two people"
    sure = f"{share:.1%} likely one" if share < 0.9995 else "over 99.9% likely one"
    return (
        f'<line x1="{start}" y1="{middle}" x2="{_LAST}" y2="{middle}" class="{kind}"/>'
        f'<rect x="{_LAST}" y="{top}" width="{_WIDE + 20}" height="{_BOX}" class="person {kind}"/>'
        + _text(_LAST + 12, top + 26, title, "name")
        + _text(_LAST + 12, top + 47, sure if together else "")
        + _text(_LAST + 12, top + 68, why, "small")
    )


def _text(x: int, y: int, said: str, kind: str = "") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(said)}</text>'


_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 aria-labelledby="title">
<title id="title">Records of two pretend systems, what speaks for and against each pair, and who
they are</title>
<style>
text {{ font: 14px Arial, sans-serif; fill: #0b0c0c }}
.head {{ font-size: 18px; font-weight: bold }} .name {{ font-weight: bold }}
.small {{ font-size: 11.5px }} .middle {{ text-anchor: middle }}
rect {{ fill: #fff; stroke: #505a5f; stroke-width: 1.5 }}
.person.same {{ fill: #cce2d8; stroke: #005a30 }} .person.apart {{ fill: #f6d7d2; stroke: #942514 }}
.person.asked {{ fill: #fff7bf; stroke: #594d00 }}
line.asked {{ stroke: #594d00; stroke-width: 3; stroke-dasharray: 10 4 }}
line.same {{ stroke: #005a30; stroke-width: 3 }}
line.apart {{ stroke: #942514; stroke-width: 2; stroke-dasharray: 6 5 }}
</style>
<rect width="{width}" height="{height}" style="stroke: none"/>
{content}
</svg>
"""


if __name__ == "__main__":
    PLACE.write_text(drawn())
