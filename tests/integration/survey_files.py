"""Files of survey scores for tests: small ones in the layouts of the published ones.

The numbers in them are made up.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

from muster.cli.standing import ensure_standing_data
from muster.connectors.contract import Connector
from muster.connectors.drop.fake import FakeDrop
from muster.hub.actions import Taken, open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.hub.queries import route_exists
from muster.hub.reading import ENDINGS
from tests.integration.loads import BY, load
from tests.remembered import remembered
from tests.workbooks import ods_of

ROUTE, SCORES = "people-survey", "muster.statistics.survey_score.v1"
COLUMNS = (
    "obj", "obj_data", "obj_year", "dept_group", "organisation", "org_code", "question_measure",
    "value",
)  # fmt: skip
NAMES = {
    2013: ("Response rate", "Employee engagement index", "My work theme score (B01-B05)",
           "B01. I am interested in my work (% strongly agree or agree)"),
    2024: ("Survey response rate (%)", "EES\nEmployee engagement index (B47 to B51)",
           "mw_ts\nMy work theme score (% positive, B01 to B05)",
           "B01\nI am interested in my work\n(% selecting 'Strongly agree' or 'Agree')"),
}  # fmt: skip
Line = tuple[int, str, Sequence[object]]
LINES: tuple[Line, ...] = (
    (2013, "Civil Service benchmark", (61, 58, 75, 90)),
    (2013, "HM Treasury (excluding agencies)", (71, 68, 81, 92)),
    (2013, "Companies House", (66, 60, 70, 86)),
    (2024, "Civil Service Benchmark (median)", ("74.116", "64.076", "77.349", "89.1")),
    (2024, "All civil servants (mean score)", ("61", "61.246", "75.2", "88.2")),
    (2024, "HM Treasury", ("80.5", "70.125", "82.001", "93.333")),
    (2024, "Companies House", ("77", "[c]", "79.5", "91")),
    (2024, "Home Office", ("103.398", "60", "0", "100")),
    (2024, "Ministry of Justice group (including agencies)", ("44.394", "61.223", "70", "80")),
    (2024, "Nobody at all", ("50", "51", "52", "53")),
)


def by_year(*lines: Line) -> bytes:
    """Return a file of scores by organisation and year."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for year, organisation, values in lines or LINES:
        for measure, value in zip(NAMES[year], values, strict=False):
            rows.writerow(
                [f"df_{year}_org", "organisation", year, "Any", organisation, "", measure, value]
            )
    return out.getvalue().encode()


def load_scores(files: Mapping[str, bytes] | Connector) -> Taken:
    """Take files of survey scores in as the command line does, by a route of their own."""
    remembered("standing data", ensure_standing_data)
    if not route_exists(ROUTE):
        _open_route()
    if not isinstance(files, Mapping):
        return load(files)
    return load(FakeDrop(files, kind="drop", title="Files", endings=ENDINGS, what="a known file"))


def _open_route() -> None:
    sender = f"open-data:{ROUTE}"
    open_system(code=sender, title="People Survey", kind="workbook", employer=None)
    fields = frozenset(field.name for field in intake_for(SCORES).contract.fields)
    open_route(
        code=ROUTE,
        terms=AgreementTerms(
            code="open-data-people-survey",
            contract=SCORES,
            sender=sender,
            receiver="register",
            fields=fields,
            starts=dt.date(2010, 6, 1),
            ends=None,
            suspended=False,
        ),
        title="People Survey",
        purpose="Use of published survey scores",
        lawful_basis="Public task",
        retention="Kept as long as it is of use",
        by=BY,
    )


TABLE_3 = "scores 2024.ods"
Row = Sequence[str | float | None]


def table_3(*rows: Row) -> bytes:
    """Return a workbook of one year: titles, a header of two lines in each cell, organisations.

    Each row is code, name, group and notes of an organisation, its rate, index and theme.
    """
    head = ("Organisation", "Organisation name", "Department group", "Organisation notes",
            *NAMES[2024][:3])  # fmt: skip
    above = (("Table 3: Mean scores by organisation",), ("This worksheet contains 1 table.",))
    return ods_of([*above, head, *rows], name="Table_3")


def table_1(*rows: Row) -> bytes:
    """Return a workbook of benchmarks: measure, label, section, notes, and 2009 and 2010."""
    head = ("Measure", "Label", "Section", "Measure notes", "2009", "2010")
    return ods_of([("Table 1: Median benchmark scores",), head, *rows], name="Table_1")
