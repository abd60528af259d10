"""Reads rows from a table or view: the new ones by a column that rises, or all that changed.

Two ways, because systems differ in what they keep:

* ``rising``: a column whose values only rise (a number from a sequence, a moment of change). See
  ``rising.py`` for why no row is missed that is committed late.
* ``snapshot``: the table is read whole and compared with what it was. For tables without such a
  column, and where rows vanish. See ``snapshot.py``.

What was read is said by ``after``, a text to be kept once the rows are safe and to be handed back.
It holds the keys of rows, which name people: keep it as carefully as rows.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager

from muster.connectors.contract import Health
from muster.connectors.outlets import OutletDescription, Setting, Unreachable
from muster.connectors.sql_table.pulled import Pulled
from muster.connectors.sql_table.refusals import FAILURES, Refused, judge
from muster.connectors.sql_table.rising import pull_rising
from muster.connectors.sql_table.snapshot import pull_snapshot
from muster.connectors.sql_table.source import Source, read_source

KIND = "sql_table"
SETTINGS = (
    Setting(
        "url",
        "Address of the database",
        "postgresql://user:password@host/database, or sqlite:////path/to/file",
        secret=True,
    ),
    Setting("table", "Table or view", "As the database spells it: table, or schema.table"),
    Setting("keys", "Key columns", "That name one row: staff_number, start"),
    Setting(
        "rising",
        "Column that only rises",
        "Without one the table is read whole and compared with what it was",
        required=False,
    ),
    Setting(
        "overlap",
        "Rows read again each time",
        "1000 unless told; more where programs write values of their own clock",
        required=False,
    ),
)


class TableInlet:
    """One table as a sender.

    Args:
        settings: see ``SETTINGS``.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._source = read_source(settings)

    def describe(self) -> OutletDescription:
        """Say what this inlet is and what it must be told."""
        return OutletDescription(KIND, "A table that is read", "transactional", SETTINGS)

    def health(self) -> Health:
        """Say whether the table can be read. Never raises."""
        try:
            with _opened(self._source) as source:
                source.look()
        except Unreachable as error:
            return Health(False, error.said)
        except Exception as error:  # whatever a driver thinks of, the page must be shown
            return Health(False, f"the table could not be read ({type(error).__name__})")
        return Health(True, "the table can be read")

    def pull(self, after: str) -> Generator[Pulled, None, None]:
        """Yield what is new since ``after``, which is empty at first, in the table's order.

        Each is to be kept before the next is asked for. No transaction is open meanwhile.

        Raises:
            Unreachable: if the table cannot be read now; what was yielded stands.
            BadInput: if ``after`` is none of this inlet's, a row cannot be placed because its
                rising column is empty, or two rows have one key. All others were yielded.
        """
        with _opened(self._source) as source:
            if source.rising:
                yield from pull_rising(source, after)
            else:
                yield from pull_snapshot(source, after)


@contextmanager
def _opened(source: Source) -> Iterator[Source]:
    try:
        source.open()
        yield source
    except FAILURES as error:
        meant = judge(error)
        # Nothing is written here, so no row can have been refused.
        raise (Unreachable(meant.said) if isinstance(meant, Refused) else meant) from None
    finally:
        source.close()


__all__ = ["Pulled", "TableInlet"]
