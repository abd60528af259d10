"""The usual way to read a large workbook: openpyxl in read-only mode, row by row."""

import json
import resource
import sys
import time

import openpyxl


def main() -> None:
    """Read every row of the first sheet and print what it took."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(sys.argv[1], read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": len(rows), "seconds": took, "megabytes": round(peak, 1)}))


if __name__ == "__main__":
    main()
