"""Tables by a dimension that divides another one further, as an attacker reads them.

Who knows that each town lies in one region adds towns up and subtracts them from regions. So a
table by town is read as one by region and town in which a town is nobody's anywhere else. A table
is lifted only where another one is by the wider dimension: else that adds nothing but size.
"""

from collections.abc import Sequence
from typing import Any

from muster.kernel.metrics import NOT_MAPPED, Metric

Stored = tuple[tuple[str, ...], Sequence[Any]]
_NOBODY = ("", "exact", "0", "0")


def lifted(metric: Metric, tables: Sequence[Stored]) -> list[Stored]:
    """Return tables with the wider dimension before each that is within it.

    Args:
        metric: whose dimensions say what is within what.
        tables: dimensions, and cells as stored: key, labels, kind, value, shown.
    """
    found = list(tables)
    for one in metric.dimensions:
        asked = {name for dimensions, _cells in tables for name in dimensions}
        if one.within and one.within in asked and one.name in asked:
            found = [_lifted(table, one.name, one.within) for table in found]
    return found


def wider(code: str) -> str:
    """Return the code of the wider dimension within which a code is."""
    return code.partition("/")[0] if code != NOT_MAPPED else NOT_MAPPED


def _lifted(table: Stored, name: str, within: str) -> Stored:
    dimensions, cells = table
    if name not in dimensions:
        return table
    at = dimensions.index(name)
    if within in dimensions:
        beside = dimensions.index(within)
        return dimensions, [
            cell if cell[0][beside] == wider(cell[0][at]) else _nobody(cell[0]) for cell in cells
        ]
    codes = list(dict.fromkeys(wider(cell[0][at]) for cell in cells))
    told = []
    for key, *rest in cells:
        for code in codes:
            whole = [*key[:at], code, *key[at:]]
            told.append([whole, *rest] if code == wider(key[at]) else _nobody(whole))
    return (*dimensions[:at], within, *dimensions[at:]), told


def _nobody(key: Sequence[str]) -> list[Any]:
    return [list(key), *_NOBODY]
