"""Raw Splink on files of people, with the settings that its documentation shows.

Runs in the environment of ``bench-linkage``: ``KIND OUT FILE [FILE]``. Names are put in lower case
and nothing else is prepared. Scored pairs go to OUT, with no threshold but the lowest; whoever
compares may choose one by the labels.
"""

import json
import logging
import resource
import sys
import time
import warnings
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

LEAST, RANDOM_PAIRS, SEED = 0.01, 1e6, 1
_NAMED = "SELECT unique_id, lower(given_name) given_name, lower(surname) surname"
_FEBRL: dict[str, Any] = {
    "select": _NAMED + ", street_number, address_1, suburb, postcode, state, date_of_birth,"
    " soc_sec_id FROM",
    "comparisons": [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison(
            "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
        ),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ],
    "pairs": [
        block_on("given_name", "surname"), block_on("soc_sec_id"), block_on("surname"),
        block_on("date_of_birth"), block_on("postcode", "street_number"), block_on("given_name"),
    ],
    "sure": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
    "recall": 0.9,
    "learned": [block_on("date_of_birth"), block_on("postcode")],
}  # fmt: skip
_FAKE: dict[str, Any] = {
    "select": "SELECT unique_id, first_name, surname, dob, city, email FROM",
    "comparisons": [
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ],
    "pairs": [
        block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email"),
        block_on("city", "substr(surname, 1, 3)"),
    ],
    "sure": [block_on("first_name", "dob"), block_on("surname", "dob"), block_on("email")],
    "recall": 0.7,
    "learned": [block_on("first_name", "surname"), block_on("dob")],
}  # fmt: skip
_PEOPLE: dict[str, Any] = {
    "select": _NAMED + ", date_of_birth, postcode, email, mobile FROM",
    "comparisons": [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
        cl.ExactMatch("postcode"),
        cl.ExactMatch("email"),
        cl.ExactMatch("mobile"),
    ],
    "pairs": [
        block_on("given_name", "surname", "date_of_birth"), block_on("email"), block_on("mobile"),
        block_on("date_of_birth", "surname"), block_on("date_of_birth", "given_name"),
        block_on("given_name", "surname", "postcode"), block_on("surname", "postcode"),
        block_on("date_of_birth", "postcode"),
    ],
    "sure": [block_on("given_name", "surname", "date_of_birth"), block_on("email")],
    "recall": 0.8,
    "learned": [block_on("given_name", "surname"), block_on("date_of_birth")],
}  # fmt: skip
KINDS = {"febrl": _FEBRL, "fake": _FAKE, "people": _PEOPLE}


def run(kind: str, out: str, files: list[str]) -> int:
    """Score pairs of the files' records into ``out``; return how many there are."""
    said, database = KINDS[kind], duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection=database)
    tables = [
        api.register(
            database.sql(f"{said['select']} read_parquet('{file}')").to_arrow_table(),
            table_name=f"records_{at}",
        )
        for at, file in enumerate(files)
    ]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        comparisons=said["comparisons"],
        blocking_rules_to_generate_predictions=said["pairs"],
        retain_matching_columns=False,
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=None)
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    training = linker.training
    training.estimate_probability_two_random_records_match(said["sure"], recall=said["recall"])
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for rule in said["learned"]:
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=LEAST)
    name = found.physical_name
    database.sql(
        f"COPY (SELECT unique_id_l AS l, unique_id_r AS r, match_probability AS probability"
        f" FROM {name}) TO '{out}' (FORMAT parquet)"
    )
    return int(database.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _began = time.perf_counter()
    _count = run(sys.argv[1], sys.argv[2], sys.argv[3:])
    _took = time.perf_counter() - _began
    _peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": _count, "seconds": _took, "megabytes": round(_peak, 1)}))
