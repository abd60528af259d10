"""Taking a shipment exactly once: what the receiver has is passed over, what it refuses stands out.

One transaction holds everything: the lock on the inbox row, the rows, what was refused, and how
far the shard got. So it is either all there or not at all, whatever is interrupted; and whoever
hands the same messages over again is told what the first was told.

A shipment is first written whole. Only if the database refuses it is it cut in halves, each behind
a savepoint, until the refused rows stand alone. A message behind a refused one of its subject is
then held back, so that a subject never runs ahead of what is being put right.
"""

from dataclasses import dataclass, field, replace

import polars as pl

from muster.connectors.outlets import RESULTS, Fenced, Receipt, Rehearsed, Shipment
from muster.connectors.sql_table.refusals import Refused, judged
from muster.connectors.sql_table.store import Row, Store


@dataclass
class _Taking:
    """One attempt at a shipment."""

    store: Store
    positions: pl.Series
    subjects: pl.Series
    rows: pl.DataFrame
    careful: bool
    stored: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    blocked: dict[str, int] = field(default_factory=dict)

    def take(self) -> None:
        """Write all rows.

        Raises:
            Refused: if the database refuses one, unless the attempt is a careful one.
        """
        if self.careful:
            self._take(pl.int_range(self.rows.height, eager=True))
        else:
            self.stored = self._write(self.rows)

    def _take(self, places: pl.Series) -> None:
        if self.blocked:
            places = places.filter(~self.subjects.gather(places).is_in(list(self.blocked)))
        if places.is_empty():
            return
        self.store.save()
        try:
            stored = self._write(self.rows[places])
        except Refused as refusal:
            self.store.undo()
            self._refuse(places, refusal)
        else:
            self.store.keep()
            self.stored += stored

    def _write(self, rows: pl.DataFrame) -> int:
        with judged(tuple(rows.columns)):
            return self.store.write(rows)

    def _refuse(self, places: pl.Series, refusal: Refused) -> None:
        if len(places) > 1:
            middle = len(places) // 2
            self._take(places[:middle])
            self._take(places[middle:])
            return
        self.refused[places[0]] = refusal.said
        if self.subjects[places[0]]:
            self.blocked[self.subjects[places[0]]] = places[0]

    def results(self) -> list[Row]:
        """Return what was not taken: position, outcome and what was said."""
        found = {place: ("rejected", said) for place, said in self.refused.items()}
        if self.blocked:
            for place, subject in enumerate(self.subjects):
                first = self.blocked.get(subject, place)
                if first < place:
                    found[place] = ("behind", held_back(self.positions[first]))
        return [(self.positions[place], *found[place]) for place in sorted(found)]


def take(store: Store, shipment: Shipment) -> Receipt:
    """Take a shipment, in one transaction.

    Raises:
        Fenced: if a later fence has been here.
    """
    try:
        return _take_once(store, shipment, store.ready(shipment.data), careful=False)
    except Refused:
        store.roll_back()
        return _take_once(store, shipment, store.ready(shipment.data), careful=True)


def recall(store: Store, shipment: Shipment) -> pl.Series:
    """Tell which messages of a shipment were taken, and turn earlier fences away from here on.

    Raises:
        Fenced: if a later fence has been here.
    """
    positions = shipment.envelopes["position"]
    store.begin()
    inbox = store.lock(shipment.route, shipment.shard)
    if inbox.fence > shipment.fence:
        store.roll_back()
        raise Fenced
    known = inbox.since(shipment.after)
    had = _had(store, shipment) if shipment.again else known.has(positions)
    first, last = int(positions[0]), int(positions[-1])
    refused = store.refusals(shipment.route, shipment.again, first, last)
    if inbox.fence < shipment.fence:
        store.reach(shipment.route, shipment.shard, replace(inbox, fence=shipment.fence))
    store.commit()
    return had & ~positions.is_in([row[0] for row in refused])


def _take_once(store: Store, shipment: Shipment, data: pl.DataFrame, *, careful: bool) -> Receipt:
    route, again = shipment.route, shipment.again
    positions, subjects = shipment.envelopes["position"], shipment.envelopes["subject"]
    store.begin()
    inbox = store.lock(route, shipment.shard)
    if inbox.fence > shipment.fence:
        store.roll_back()
        raise Fenced
    if careful:
        store.take_care()
    known = inbox.since(shipment.after)
    had = _had(store, shipment) if again else known.has(positions)
    told, behind = _told(store, shipment, had) if had.any() else ([], [])
    fresh = ~had
    if behind:
        fresh &= ~positions.is_in([row[0] for row in behind])
    new = positions
    if not fresh.all():
        new, subjects, data = positions.filter(fresh), subjects.filter(fresh), data.filter(fresh)
    taking = _Taking(store, new, subjects, data, careful)
    if len(new):
        taking.take()
    refused = [*behind, *taking.results()]
    if refused:
        store.note_refusals(route, again, refused)
    if again:
        untaken = {row[0] for row in refused}
        store.note_again(route, again, [at for at in new if at not in untaken])
    brought = inbox if again else known.and_brought(positions)
    if not again or inbox.fence < shipment.fence:
        store.reach(route, shipment.shard, replace(brought, fence=shipment.fence))
    with judged():
        store.commit()
    results = pl.DataFrame(sorted([*told, *refused]), schema=RESULTS, orient="row")
    said = f"{taking.stored} rows stored, up to message {positions[-1]}"
    return Receipt(results, said, int(had.sum()))


def rehearse(store: Store, shipment: Shipment) -> Rehearsed:
    """Write a shipment as it would be taken, row by row, and undo all of it.

    The inbox tables are made and undone as well where they are missing, so that a right that is
    lacking is seen now. Numbers that the database itself counts may move on.
    """
    data = store.ready(shipment.data)
    store.begin()
    try:
        with judged(tuple(data.columns)):
            for statement in () if store.has_inbox() else store.inbox_tables():
                store.run(statement)
            store.lock(shipment.route, shipment.shard)
        store.take_care()
        envelopes = shipment.envelopes
        taking = _Taking(store, envelopes["position"], envelopes["subject"], data, careful=True)
        taking.take()
        results = pl.DataFrame(taking.results(), schema=RESULTS, orient="row")
    finally:
        store.roll_back()
    said = f"{taking.stored} of {data.height} rows could be stored; all of it was undone"
    return Rehearsed(said, results)


def _told(store: Store, shipment: Shipment, had: pl.Series) -> tuple[list[Row], list[Row]]:
    """Return what was not taken before, and what now comes behind it in its subject."""
    envelopes = shipment.envelopes
    positions = envelopes["position"]
    known = set(positions.filter(had))
    told = [
        row
        for row in store.refusals(shipment.route, shipment.again, positions[0], positions[-1])
        if row[0] in known
    ]
    if not told:
        return [], []
    refused, blocked, behind = {row[0] for row in told}, dict[str, int](), list[Row]()
    for position, subject in envelopes.select("position", "subject").iter_rows():
        if position in refused and subject:
            blocked.setdefault(subject, position)
        elif position not in known and subject in blocked:
            behind.append((position, "behind", held_back(blocked[subject])))
    return told, behind


def held_back(first: int) -> str:
    """Return what is said of a message that waits for an earlier one of its subject."""
    return f"held back behind message {first} of its subject"


def _had(store: Store, shipment: Shipment) -> pl.Series:
    """Return which messages a release or replay brought before, taken or refused."""
    positions = shipment.envelopes["position"]
    route, again = shipment.route, shipment.again
    first, last = int(positions[0]), int(positions[-1])
    before = store.brought_again(route, again, first, last)
    before |= {int(row[0]) for row in store.refusals(route, again, first, last)}
    return positions.is_in(list(before))
