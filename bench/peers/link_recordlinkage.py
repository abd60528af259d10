"""``recordlinkage`` with its classifier ECM, which learns without labels, on the FEBRL files.

Runs in the environment of ``bench-linkage``: ``OUT FILE [FILE]``. The comparisons are those of its
documentation's examples; pairs are those that agree in one of several fields, as its documentation
advises where one field would miss too many. The pairs that it links go to OUT.
"""

import json
import sys
import time
import warnings
from typing import Any

import pandas as pd
import recordlinkage

BLOCKED = ("given_name", "surname", "date_of_birth", "soc_sec_id")
EXACT = ("date_of_birth", "soc_sec_id", "suburb", "state", "postcode")
ALIKE = {"given_name": 0.85, "surname": 0.85, "address_1": 0.85}


def run(out: str, files: list[str]) -> int:
    """Write the pairs that ECM links to ``out``; return how many there are."""
    frames = [pd.read_parquet(file).set_index("unique_id") for file in files]
    indexer: Any = recordlinkage.Index()
    for field in BLOCKED:
        indexer.block(field)
    pairs = indexer.index(*frames)
    compare: Any = recordlinkage.Compare()
    for field in EXACT:
        compare.exact(field, field, label=field)
    for field, least in ALIKE.items():
        compare.string(field, field, method="jarowinkler", threshold=least, label=field)
    vectors = compare.compute(pairs, *frames)
    links = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(vectors)
    found = pd.DataFrame({"l": links.get_level_values(0), "r": links.get_level_values(1)})
    found.to_parquet(out, index=False)
    return len(found)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _began = time.perf_counter()
    _count = run(sys.argv[1], sys.argv[2:])
    print(json.dumps({"count": _count, "seconds": time.perf_counter() - _began}))
