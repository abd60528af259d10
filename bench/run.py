"""Runs one benchmark by name and writes its figures as they come."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO, cast

from bench.figures import Figure
from muster.kernel.errors import NotFound, Where

_FRAMEWORK = {
    "__init__", "apart", "exchange", "extracts", "figures", "grid_many", "grid_page", "previews",
    "run", "skills_layout", "skills_linking", "skills_mentions", "skills_page", "skills_regions",
    "skills_skipping", "skills_speed", "transfer_lives", "transfers_month", "transfers_payrolls",
    "transfers_people", "transfers_world", "truth", "waiting", "workers",
}  # fmt: skip


def names() -> list[str]:
    """Return the benchmarks there are, by name."""
    return sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - _FRAMEWORK)


def run(name: str, *, as_json: bool, full: bool, out: TextIO) -> None:
    """Run a benchmark and write one line for each figure.

    Args:
        name: the benchmark, such as ``ledger``.
        as_json: one JSON object a line, else a sentence a line.
        full: measure the whole, not a sample.
        out: where lines go.

    Raises:
        NotFound: if there is no such benchmark.
    """
    if name not in names():
        raise NotFound(
            "No such benchmark", where=Where(thing=name), fix=f"Use one of {', '.join(names())}"
        )
    measure = cast(
        Callable[..., Iterator[Figure]], importlib.import_module(f"bench.{name}").measure
    )
    for figure in measure(full=full):
        out.write((json.dumps(asdict(figure)) if as_json else sentence(figure)) + "\n")
        out.flush()


def sentence(figure: Figure) -> str:
    """Return a figure as a person reads it."""
    said = f"{figure.figure}: {'no value' if figure.value is None else f'{figure.value:,}'}"
    said += f" {figure.unit}"
    if figure.peer is not None:
        said += f"; {figure.peer}"
    if figure.peer_value is not None:
        said += f" {figure.peer_value:,}, ratio {figure.ratio}"
    if figure.bar is not None:
        verdict = {True: "met", False: "not met", None: "not measured"}[figure.met]
        said += f"; bar {figure.bar} {verdict}"
    return said
