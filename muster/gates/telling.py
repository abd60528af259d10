"""Telling a whole table at once: the rule of ``gates.disclosure`` over columns.

A protected table holds every cell of its domain, also those nobody is in: a cell left out would
say "zero" where only "0 to 7" may be said.

Figures by a characteristic are steady. Whoever knows that one person alone joined a unit since
last month would read that person's answer from the one figure that moved. So of a group (the cells
that differ in characteristics alone) the figures of an earlier month stand, all of them, until one
of them, or their sum, has moved by more than seven. What is told is then never further than that
from what is so on the day, and a change of up to seven people is not told, as a count of them is
not. What was told of a date from earlier data stands in the same way (``gates.stood``): whoever
knows that one row came since would read it from the figure that moved. Each of these figures
carries a small error besides (``gates.perturbing``).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from decimal import Decimal

import polars as pl

from muster.gates.disclosure import (
    BAND_SHOWN,
    BAND_TOP,
    ROUNDED_TO,
    tellable,
    told,
    write_number,
)
from muster.gates.perturbing import errors
from muster.kernel.metrics import NOT_MAPPED, Metric, RawCell, Reader, SerialReader

_EXACT = ("people", "value", "first", "second")
# As stored: key, labels, kind, value, shown.
Stored = list[object]


def told_cells(
    metric: Metric,
    reader: Reader,
    dimensions: tuple[str, ...],
    as_at: dt.date,
    *,
    secret: bytes,
) -> list[Stored]:
    """Return the cells of a table as they may be told, in the order of its domains.

    Args:
        metric: whose figures they are.
        reader: answers with exact ones.
        dimensions: what they are broken down by.
        as_at: the date.
        secret: of the errors that figures by a characteristic carry.
    """
    return told_over(metric, reader, dimensions, [as_at], secret=secret)[as_at]


def told_over(
    metric: Metric,
    reader: Reader,
    dimensions: tuple[str, ...],
    dates: Sequence[dt.date],
    *,
    secret: bytes,
    stood: MutableMapping[dt.date, pl.DataFrame] | None = None,
) -> dict[dt.date, list[Stored]]:
    """Return the cells of a table at each of several dates, as ``told_cells`` does for one.

    Args:
        metric: whose figures they are.
        reader: answers with exact ones.
        dimensions: what they are broken down by.
        dates: in order.
        secret: of the errors that figures by a characteristic carry.
        stood: what stood when figures of a date were told last, from data as they were then; what
            stands now is put in its place. Otherwise whoever knows of one row that came since would
            read it from the figure that moved.
    """
    stood = {} if stood is None else stood
    grouped = _grouped_by(metric, dimensions)
    needed = list(dates)
    if grouped is not None:
        needed = [one for one in tellable(metric, reader.dates()) if one <= dates[-1]]
        needed = sorted({*needed, *dates})
    exact = _exact_over(reader, dimensions, needed)
    domains = {date: [reader.domain(name, date) for name in dimensions] for date in needed}
    # A code that made no return for a month stays what it was: it is looked at in every month.
    ever = [_merged(domains[date][at] for date in needed) for at in range(len(dimensions))]
    found: dict[dt.date, list[Stored]] = {}
    stands: pl.DataFrame | None = None
    for date in needed:
        labels = [_labels(metric, *pair) for pair in zip(dimensions, domains[date], strict=True)]
        if metric.profile != "protected":
            found[date] = _public(metric, exact[date], domains[date], labels)
        elif grouped is None:
            found[date] = _stored(_told(metric, _whole(domains[date], exact[date])), labels)
        else:
            now = _whole(ever, exact[date])
            scale = 0 if metric.pay else metric.scale
            before = _as_now(stood[date], now) if date in stood else stands
            stands = now if before is None else steady([before, now], grouped, scale=scale)
            if date in dates:
                stood[date] = stands
                told_ = _perturbed(metric, dimensions, _within(domains[date], stands), secret)
                found[date] = _stored(_told(metric, told_), labels)
    return found


def _merged(domains: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {code: label for domain in domains for code, label in domain.items()}


def _as_now(stood: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return what stood of the cells there are now; a cell that is new stands as it is."""
    key = [name for name in now.columns if name not in _EXACT]
    if not key:
        return stood
    known = now.select(key).join(stood, on=key, how="left", maintain_order="left")
    new = known["people"].is_null()
    return now.with_columns(
        pl.when(new).then(pl.col(name)).otherwise(known[name]).alias(name) for name in _EXACT
    )


def _perturbed(
    metric: Metric, dimensions: Sequence[str], cells: pl.DataFrame, secret: bytes
) -> pl.DataFrame:
    """Return cells with the errors that figures by a characteristic carry; pay carries none."""
    if metric.pay:
        return cells
    off = errors(metric.name, dimensions, _keys(cells, len(dimensions)), secret)
    return cells.with_columns(pl.Series("off", off, pl.Int64))


def _exact_over(
    reader: Reader, dimensions: Sequence[str], dates: Sequence[dt.date]
) -> Mapping[dt.date, Sequence[RawCell]]:
    if len(dates) > 1 and isinstance(reader, SerialReader):
        return reader.over(dimensions, dates)
    return {date: reader.cells(dimensions, date) for date in dates}


def told_columns(scale: int, cells: pl.DataFrame) -> pl.DataFrame:
    """Return ``kind`` and ``told`` for exact counts; null for a band.

    Args:
        scale: the stored whole number that means one unit.
        cells: with ``people`` and ``value``, whole numbers; and ``off``, by how many each is moved,
            where they are by a characteristic.
    """
    banded, kind = pl.col("people") <= BAND_TOP, "rounded"
    value = pl.col("value")
    if "off" in cells.columns:
        value, kind = value + pl.col("off") * scale, "perturbed"
        banded = banded | (value <= BAND_TOP * scale)
    step = ROUNDED_TO * scale
    steps, over = value // step, value % step
    up = (2 * over > step) | ((2 * over == step) & (steps % 2 == 1))
    return cells.with_columns(
        kind=pl.when(banded).then(pl.lit("band")).otherwise(pl.lit(kind)),
        told=pl.when(~banded).then((steps + up.cast(pl.Int64)) * ROUNDED_TO),
    )


def steady(dates: Sequence[pl.DataFrame], group: Sequence[str], *, scale: int = 1) -> pl.DataFrame:
    """Return the figures that stand on the last of several dates.

    Args:
        dates: the same cells in the same order at each date, the earliest first, with ``people``
            and ``value``.
        group: the columns within which figures move together.
        scale: the stored whole number that means one unit; 0 where people alone are looked at.
    """
    stands = dates[0]
    measures = {"people": 1, "value": scale} if scale else {"people": 1}
    for now in dates[1:]:
        off = now.select(
            *group,
            *((pl.col(name) - stands[name]).alias(f"_{name}") for name in measures),
        )
        far = pl.lit(False)
        for name, unit in measures.items():
            moved, most = pl.col(f"_{name}"), BAND_TOP * unit
            far = far | (moved.abs() > most).any() | (moved.sum().abs() > most)
        renewed = off.select((far.over(group) if group else far).alias("renewed"))
        if renewed.height != now.height:
            renewed = pl.DataFrame({"renewed": [renewed.item()] * now.height})
        stands = now.with_columns(
            pl.when(renewed["renewed"]).then(pl.col(name)).otherwise(stands[name]).alias(name)
            for name in _EXACT
        )
    return stands


def is_perturbed(metric: Metric, dimensions: Sequence[str]) -> bool:
    """Tell whether figures of a table carry an error, and may be those of an earlier month."""
    return not metric.pay and is_steady(metric, dimensions)


def is_steady(metric: Metric, dimensions: Sequence[str]) -> bool:
    """Tell whether figures of a table may be those of an earlier month, or of earlier data."""
    return _grouped_by(metric, dimensions) is not None


def _grouped_by(metric: Metric, dimensions: Sequence[str]) -> list[str] | None:
    """Return the columns that are no characteristic; None if there is no characteristic."""
    declared = [metric.dimension(name) for name in dimensions]
    plain = [f"c{at}" for at, one in enumerate(declared) if not (one and one.characteristic)]
    steady_here = metric.profile == "protected" and len(plain) < len(dimensions)
    return plain if steady_here else None


def _whole(domains: Sequence[Mapping[str, str]], exact: Sequence[RawCell]) -> pl.DataFrame:
    """Return every cell of the domains in order, with zero where nobody is."""
    names = [f"c{at}" for at in range(len(domains))]
    schema = {**dict.fromkeys(names, pl.String), **dict.fromkeys(_EXACT, pl.Int64)}
    if not names and not exact:
        return pl.DataFrame([(0, 0, None, None)], schema, orient="row")
    keys, values, people, largest = zip(*exact, strict=True) if exact else ((), (), (), ())
    codes = zip(*keys, strict=True) if keys else [()] * len(names)
    pays = [one or (None, None) for one in largest]
    columns = (people, values, *(zip(*pays, strict=True) if pays else ((), ())))
    told_ = dict(zip(schema, (*(codes if names else ()), *columns), strict=True))
    known = pl.DataFrame(told_, schema=schema)
    if not names:
        return known
    return _within(domains, known).with_columns(pl.col("people", "value").fill_null(0))


def _within(domains: Sequence[Mapping[str, str]], known: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of the domains in order, with what is known of each."""
    names = [f"c{at}" for at in range(len(domains))]
    if not names:
        return known
    cells = pl.DataFrame({names[0]: list(domains[0])}, schema={names[0]: pl.String})
    for name, domain in zip(names[1:], domains[1:], strict=True):
        codes = pl.DataFrame({name: list(domain)}, schema={name: pl.String})
        cells = cells.join(codes, how="cross", maintain_order="left_right")
    return cells.join(known, on=names, how="left", maintain_order="left")


def _told(metric: Metric, cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells with ``kind``, ``told`` and ``shown``."""
    if metric.pay:
        each = [
            told(metric, RawCell((), value, people, None if first is None else (first, second)))
            for people, value, first, second in cells.select(_EXACT).iter_rows()
        ]
        said = [(one.kind, None if one.value is None else int(one.value)) for one in each]
        more = pl.DataFrame(said, {"kind": pl.String, "told": pl.Int64}, orient="row")
        shown = pl.Series("shown", [one.shown for one in each], pl.String)
        return cells.hstack(more).with_columns(shown)
    columns = told_columns(metric.scale, cells)
    values = columns["told"].drop_nulls().unique().to_list()
    written = {value: write_number(Decimal(value)) for value in values}
    shown = pl.Series("shown", [written.get(v, BAND_SHOWN) for v in columns["told"]], pl.String)
    return columns.with_columns(shown)


def _stored(cells: pl.DataFrame, labels: Sequence[Mapping[str, str]]) -> list[Stored]:
    codes = [cells[f"c{at}"].to_list() for at in range(len(labels))]
    named = [[words[code] for code in each] for words, each in zip(labels, codes, strict=True)]
    keys = zip(*codes, strict=True) if codes else [()]
    words = zip(*named, strict=True) if named else [()]
    rest = (cells[name].to_list() for name in ("kind", "told", "shown"))
    return [
        [key, said, kind, None if value is None else str(value), shown]
        for key, said, kind, value, shown in zip(keys, words, *rest, strict=True)
    ]


def _keys(cells: pl.DataFrame, dimensions: int) -> list[tuple[str, ...]]:
    return cells.select(f"c{at}" for at in range(dimensions)).rows() if dimensions else [()]


def _public(
    metric: Metric,
    exact: Sequence[RawCell],
    domains: Sequence[Mapping[str, str]],
    labels: Sequence[Mapping[str, str]],
) -> list[Stored]:
    """Return the cells that are published, in the order of their domains."""
    order = [{code: place for place, code in enumerate(domain)} for domain in domains]
    stored: list[Stored] = []
    for cell in sorted(
        exact,
        key=lambda cell: [o.get(c, len(o)) for o, c in zip(order, cell.key, strict=True)],
    ):
        said = told(metric, cell)
        words = [names.get(code, code) for names, code in zip(labels, cell.key, strict=True)]
        value = None if said.value is None else str(said.value)
        stored.append([list(cell.key), words, said.kind, value, said.shown])
    return stored


def _labels(metric: Metric, dimension: str, domain: Mapping[str, str]) -> dict[str, str]:
    """Return what each code is called; a code without words, and the code of none, as declared."""
    declared = metric.dimension(dimension)
    none = declared.not_mapped if declared else NOT_MAPPED
    words = {
        code: label or (none if code == NOT_MAPPED else code) for code, label in domain.items()
    }
    return {NOT_MAPPED: none} | words
