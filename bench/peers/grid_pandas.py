"""pandas on a file of events: ``FILE NAMES``. Runs in the environment of ``bench-grid``.

Prints how long the funnel took, from the file to its cells.
"""

import datetime as dt
import json
import resource
import sys
import time

import pandas as pd

if __name__ == "__main__":
    place, names = sys.argv[1], sys.argv[2].split(",")
    began = time.perf_counter()
    frame = pd.read_parquet(place)
    there = frame[
        (frame["applied"] <= dt.date(2026, 3, 31)) & (frame["applied"] > dt.date(2025, 3, 31))
    ]
    cells = there.groupby(names)["person"].agg(["size", "nunique"])
    took = time.perf_counter() - began
    assert len(cells)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": len(frame), "seconds": took, "megabytes": round(peak, 1)}))
