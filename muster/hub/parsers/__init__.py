"""How one stated value is read: pure functions from text to value, or a reason in words.

A mapping reads each *distinct* value of a column once and joins the results back, so the same
function serves a file of a million rows and a single message, and gives the same answer for
both. The tables in ``tests/spec/test_parsers.py`` and ``tests/spec/test_excel_damage.py`` are the
documentation for HR people.

``damage`` puts right what is certain and refuses remains of spreadsheets; ``dates``, ``amounts``,
``identifiers`` and ``names`` each read one kind of value; ``parser`` is what a layout declares of a
field; ``reasons`` is what can be said of a value.
"""

from muster.hub.parsers.amounts import (
    read_billionths,
    read_hours,
    read_pence,
    read_percent,
    read_share,
)
from muster.hub.parsers.dates import DATE_FORMS, ORDERS, read_date, serial_day
from muster.hub.parsers.identifiers import read_compact, read_identifier
from muster.hub.parsers.names import read_name_before_capitals, read_surname_in_capitals
from muster.hub.parsers.parser import KINDS, PARSER_WORDS, Parser, parser_said
from muster.hub.parsers.reasons import (
    BILLION,
    FIXED,
    LOST_ZEROS,
    NOTED,
    SWAPPED,
    Damaged,
    Unreadable,
    Value,
    sentence,
)

__all__ = [
    "BILLION",
    "DATE_FORMS",
    "FIXED",
    "KINDS",
    "LOST_ZEROS",
    "NOTED",
    "ORDERS",
    "PARSER_WORDS",
    "SWAPPED",
    "Damaged",
    "Parser",
    "Unreadable",
    "Value",
    "parser_said",
    "read_billionths",
    "read_compact",
    "read_date",
    "read_hours",
    "read_identifier",
    "read_name_before_capitals",
    "read_pence",
    "read_percent",
    "read_share",
    "read_surname_in_capitals",
    "sentence",
    "serial_day",
]
