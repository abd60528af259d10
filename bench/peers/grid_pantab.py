"""``pantab`` on a Parquet file: ``FILE COUNT``. Runs in the environment of ``bench-grid``.

Prints how long an extract took from file to file, and how many rows the extract holds.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pantab
import pyarrow.parquet as pq

if __name__ == "__main__":
    place = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "figures.hyper"
        log = {"log_dir": folder}
        began = time.perf_counter()
        pantab.frame_to_hyper(pq.read_table(place), made, table="Figures", process_params=log)
        took = time.perf_counter() - began
        held = pantab.frame_from_hyper_query(
            made, 'SELECT COUNT(*) AS n FROM "Figures"', return_type="pyarrow",
            process_params=log,
        )  # fmt: skip
    count = held.column("n")[0].as_py()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": count, "seconds": took, "megabytes": round(peak, 1)}))
