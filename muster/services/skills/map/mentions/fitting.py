"""Fits the numbers in ``calibration.toml`` from sentences that people marked, and tells the error.

    .venv/bin/python -m muster.services.skills.map.mentions.fitting ../shared/data/skill_benchmarks

Fitted on SkillSpan train and dev (do the words lie in a marked span?) and on the validation sets of
TECH and HOUSE (is it the skill that was meant?); no test set is read here.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize

from muster.services.skills.map.lexicon import Lexicon, shipped
from muster.services.skills.map.mentions.calibration import described, features
from muster.services.skills.map.mentions.lexical import read_places
from muster.services.skills.map.mentions.marked import Marked, labelled, skillspan

# Of a label's kind: how strongly few cases are drawn to all.
_DRAWN = 20
# How strongly a weight is held near nothing.
_HELD = 1.0


def sentences_of(texts: Sequence[str]) -> pl.DataFrame:
    """Return texts as sentences."""
    return pl.DataFrame({"text": list(texts)}).with_row_index("sentence")


def within(read: pl.DataFrame, marked: Sequence[Marked]) -> NDArray[np.bool_]:
    """Return whether each name found lies at least half within a marked span."""
    spans = []
    for one in marked:
        places = one.places()
        spans.append([(places[a][0], places[b - 1][1]) for a, b in one.spans])
    return np.array(
        [
            any(2 * (min(end, b) - max(start, a)) >= end - start for a, b in spans[row])
            for row, start, end in read.select("row", "start", "end").iter_rows()
        ],
        dtype=np.bool_,
    )


def meant(
    read: pl.DataFrame, lexicon: Lexicon, gold: Sequence[Sequence[tuple[str, str]]]
) -> pl.DataFrame:
    """Return the names found within labelled spans, with ``right``: the skill is the one meant."""
    labels = lexicon.skills["label"].to_list()
    rows = []
    for row, surface, skill, rank in read.select("row", "surface", "skill", "rank").iter_rows():
        around = [label for span, label in gold[row] if surface.lower() in span.lower()]
        known = [
            one.lower() for one in around if one not in ("LABEL NOT PRESENT", "UNDERSPECIFIED")
        ]
        if known:
            rows.append((rank, labels[skill].lower() in known))
    return pl.DataFrame(rows, schema={"rank": pl.UInt8, "right": pl.Boolean}, orient="row")


def logistic(table: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return intercept and weights of a logistic, its weights held near nothing."""
    full = np.column_stack([np.ones(len(table)), table])
    signs = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (full @ weights)
        held = np.concatenate(([0.0], _HELD * weights[1:]))
        slope = -(full.T @ (signs / (1 + np.exp(margins)))) + held
        return float(np.logaddexp(0, -margins).sum() + (held @ weights) / 2), slope

    return np.asarray(minimize(loss, np.zeros(full.shape[1]), jac=True, method="L-BFGS-B").x)


def fit(data: Path) -> str:
    """Return the text of ``calibration.toml``."""
    lexicon = shipped()
    marked = [*skillspan(data / "skillspan_train.json"), *skillspan(data / "skillspan_dev.json")]
    read = read_places(sentences_of([one.text for one in marked]), lexicon)
    true = within(read, marked)
    told = logistic(described(read), true)
    gold: dict[str, list[tuple[str, str]]] = {}
    for name in ("tech", "house"):
        gold |= labelled(data / f"{name}_validation_annotations.csv")
    found = meant(read_places(sentences_of(list(gold)), lexicon), lexicon, list(gold.values()))
    weights = zip(features(), told[1:], strict=True)
    lines = [
        "# Fitted by fitting.py on SkillSpan train and dev (within what is asked for) and the",
        "# validation sets of TECH and HOUSE (the skill meant). Numbers; no sentence ships.",
        f"# {read.height:,} names found, {true.mean():.3f} within; {found.height} labelled.",
        f"intercept = {told[0]:.4f}",
        "",
        "[weights]",
        *(f'"{name}" = {weight:.4f}' for name, weight in weights),
        "",
        "[right]",
    ]
    every = float(found["right"].cast(pl.Float64).sum()) / max(found.height, 1)
    for name, ranks in (("first", (0, 1)), ("second", (2,)), ("other", (3, 4))):
        these = found.filter(pl.col("rank").is_in(list(ranks)))["right"]
        right = float(these.cast(pl.Float64).sum()) + _DRAWN * every
        lines.append(f"{name} = {right / (these.len() + _DRAWN):.4f}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    told = fit(Path(sys.argv[1]))
    (Path(__file__).parent / "calibration.toml").write_text(told, encoding="utf-8")
