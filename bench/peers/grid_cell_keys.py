"""``cell-key-perturbation`` on a file of people: ``time|share FILE TABLES``.

Runs in the environment of ``bench-grid``. Its table of perturbations is the one that ships with it,
with the threshold of 10. ``time`` prints how long the tables take a few times over, ``share`` the
share of people in cells whose count is told.
"""

import json
import resource
import sys
import time
from importlib.metadata import files

import pandas as pd
from cell_key_perturbation import create_perturbed_table

TURNS = 5


def ptable() -> pd.DataFrame:
    """Return the table of perturbations that ships with the package."""
    [place] = [f for f in files("cell-key-perturbation") if f.name == "ptable_10_5_rule.csv"]
    return pd.read_csv(place.locate())


def table(people: pd.DataFrame, names: list[str], perturbations: pd.DataFrame) -> pd.DataFrame:
    """Return one protected table."""
    made = getattr(create_perturbed_table, "create_perturbed_table", create_perturbed_table)
    return made(data=people, ptable=perturbations, geog=names[:1], tab_vars=names[1:],
                record_key="record_key")  # fmt: skip


if __name__ == "__main__":
    what, place, tables = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    people, perturbations = pd.read_parquet(place), ptable()
    if what == "share":
        within = 0
        for names in tables:
            told = table(people, names, perturbations)
            within += int(told.loc[told["count"].notna(), "pre_sdc_count"].sum())
        print(json.dumps({"share": within / (len(people) * len(tables))}))
    else:
        table(people, tables[0], perturbations)
        began = time.perf_counter()
        for _ in range(TURNS):
            for names in tables:
                table(people, names, perturbations)
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        count = TURNS * len(tables) * len(people)
        print(json.dumps({"count": count, "seconds": took, "megabytes": round(peak, 1)}))
