"""The record is released signed, differences are settled, and both employers sign the day.

A released record is exact bytes with a digest and a signature. Released again, or a day moved, what
was signed before no longer stands: signatures are on one digest and one first day.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal, Unpack, cast

from django.db.models import QuerySet

from muster.kernel.errors import BadInput, Conflict, EvidenceBroken, NotFound, Where
from muster.kernel.running import keyring
from muster.services.transfers.knowing import NEW, differing
from muster.services.transfers.models import Difference, Signature, Snapshot, Stated, Transfer
from muster.services.transfers.record.checking import check
from muster.services.transfers.record.snapshots import from_text, opened, sign, snapshot
from muster.services.transfers.rules import Facts, Kind, Side, service_goes_on
from muster.services.transfers.sealing import Record, seal_bytes, unseal_bytes
from muster.services.transfers.verbs.handing import hand_over_by_step
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, taking, void_signatures

Choice = Literal["stated", "known", "other"]
_OF_THE_PERSON = ("adjustments", "adjustments_shared")


def release(*, record: Record, side: Side = "exporter", **asked: Unpack[Asked]) -> Moved:
    """Release the person's record, signed; released again, it takes the earlier one's place.

    Args:
        record: the fields the exporter states; see ``record/fields.toml``.
        side: ``system`` where the exporter has such records released by themselves.
        asked: as of every verb.

    Raises:
        BadInput: naming the first field that is wrong or missing, and how many more there are.
    """
    with taking("release", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        one.leads_to()
        _refuse_wrong(record, one)
        since = service_goes_on(row.continuous_from, _day(record, "continuous_service_from"))
        number = _retire(row, one.at)
        made = snapshot(record, transfer=row.id, version=number)
        signed = sign(made, by=one.by, employer=row.exporter_id, clock=one.clock)
        Snapshot.objects.create(
            transfer_id=row.id, number=number, schema=made.schema, digest=made.digest,
            sealed=_sealed(row, signed.as_text()),
            signature=signed.signature, signed_by=one.by, recorded_from=one.at,
        )  # fmt: skip
        if number > 1:
            void_signatures(one)
        _compare(row, record, at=one.at, earlier=number > 1)
        hand_over_by_step(one, "release", evidence=f"sha256:{made.digest}")
        return one.go(
            note={"digest": made.digest, "schema": made.schema}, released_by=one.by,
            continuous_from=since,
        )  # fmt: skip


def settle_difference(
    *, field: str, chosen: Choice, why: str = "", **asked: Unpack[Asked]
) -> Moved:
    """Settle a field in which two statements differ.

    Args:
        field: which.
        chosen: ``stated`` (what was released or stated holds), ``known`` (what was known), or
            ``other``. Only the first settles by itself; else it is put right by a new release.
        why: why.
        asked: as of every verb.

    Raises:
        NotFound: if the field does not differ.
        BadInput: for another National Insurance number than the register's: that is put right by
            a new release, never waved through.
    """
    with taking("settle_difference", "importer", **asked) as one:
        if one.again:
            return one.again
        if field == "nino":
            raise BadInput(
                "Another National Insurance number may be another person's",
                where=Where(field="nino"), fix="Have the record released with the right one",
            )  # fmt: skip
        found = Difference.objects.filter(
            transfer=one.row.id, field=field, recorded_to__isnull=True, settled_at__isnull=True
        )
        if not found.update(settled_at=one.at, settled_by=one.by, chosen=chosen, why=why):
            raise NotFound(
                "Nothing differs here that is open", where=Where(field=field),
                fix="Load the page again",
            )  # fmt: skip
        return one.go(note={"field": field, "chosen": chosen})


def sign_date(*, side: Side, first_day: dt.date, **asked: Unpack[Asked]) -> Moved:
    """Sign a first day for one employer; with the second signature the transfer is agreed.

    Args:
        side: ``exporter`` or ``importer``.
        first_day: the day that is signed; it must be the transfer's.
        asked: as of every verb.

    Raises:
        Conflict: if it is another day than the transfer's, or the side signed already.
        NotPermitted: if the same person signed for the other.
    """
    with taking("sign_date", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if first_day != row.first_day:
            raise Conflict(
                "This transfer has another first day by now", where=Where(field="first day"),
                fix="Load the page again",
            )  # fmt: skip
        standing = cast(list[Side], list(_signatures(row, "date").values_list("side", flat=True)))
        if side in standing:
            raise Conflict(
                "Your side has signed already", where=Where(thing="sign date"),
                fix="Wait for the other employer",
            )  # fmt: skip
        said = set(_standing(Stated, row).values_list("side", flat=True))
        signed: frozenset[Side] = frozenset([*standing, side])
        facts = Facts(
            details="person" in said, terms="importer" in said, signed=signed,
            differences=_open_differences(row),
        )  # fmt: skip
        one.leads_to(facts)
        Signature.objects.create(
            transfer_id=row.id, purpose="date", side=side, first_day=first_day,
            digest=_standing(Snapshot, row).values_list("digest", flat=True).get(), by=one.by,
            recorded_from=one.at,
        )  # fmt: skip
        return one.go(facts, note={"side": side})


def verified(row: Transfer) -> dict[str, Any]:
    """Return the record that stands, once its signature, digest and those who signed it agree.

    Raises:
        EvidenceBroken: if it was changed since it was released, or others signed another.
    """
    held = _standing(Snapshot, row).get()
    signed = from_text(_unsealed(row, held.sealed))
    record = opened(signed, transfer=row.id).record
    # A day that was corrected after effect has another reason than what was signed.
    agreed = {
        (digest, row.first_day if row.effected_at else day)
        for digest, day in _signatures(row, "date").values_list("digest", "first_day")
    }
    changed = (signed.digest, signed.signature) != (held.digest, held.signature)
    if changed or agreed - {(held.digest, row.first_day)}:
        raise EvidenceBroken(
            "What was signed is not the record that stands",
            where=Where(thing=f"transfer {row.id}"), fix="Have it released and signed again",
        )  # fmt: skip
    return record


def signed_sides(row: Transfer) -> frozenset[Side]:
    """Return the sides whose signature under the first day stands."""
    found = _signatures(row, "date").filter(first_day=row.first_day)
    return frozenset(found.values_list("side", flat=True))  # type: ignore[arg-type]


def _signatures(row: Transfer, purpose: str) -> QuerySet[Signature]:
    return Signature.objects.filter(transfer=row.id, purpose=purpose, recorded_to__isnull=True)


def _standing(model: Any, row: Transfer) -> Any:
    return model.objects.filter(transfer=row.id, recorded_to__isnull=True)


def _open_differences(row: Transfer) -> int:
    open_ones = _standing(Difference, row).filter(matters=True, settled_at__isnull=True)
    return int(open_ones.count())


def _refuse_wrong(record: Record, one: Taken) -> None:
    row = one.row
    for field in _OF_THE_PERSON:
        if record.get(field):
            raise BadInput("This is for the person alone to state", where=Where(field=field),
                           fix="Leave it out of the record")  # fmt: skip
    kind: Kind = row.kind  # type: ignore[assignment]  # a constraint keeps it so
    said = check(record, kind=kind, on=row.first_day, today=one.today)
    found = [problem for problem in said if problem.blocks]
    if found:
        more = f"; {len(found) - 1} more things are wrong" if len(found) > 1 else ""
        raise BadInput(
            f"{found[0].words}{more}", where=Where(field=found[0].field), fix=found[0].fix
        )


def _sealed(row: Transfer, text: str) -> str:
    return seal_bytes(
        keyring(), text.encode(), person=row.person_id, transfer=row.id, what="record"
    )


def _unsealed(row: Transfer, sealed: str) -> str:
    return unseal_bytes(
        keyring(), sealed, person=row.person_id, transfer=row.id, what="record"
    ).decode()


def _retire(row: Transfer, at: dt.datetime) -> int:
    """Close the record that stands, if there is one; return the next number."""
    earlier = Snapshot.objects.filter(transfer=row.id)
    number = earlier.count() + 1 if row.released_by else 1
    if number > 1:
        earlier.filter(recorded_to__isnull=True).update(recorded_to=at)
    return number


def _compare(row: Transfer, record: Record, *, at: dt.datetime, earlier: bool) -> None:
    """Keep in which fields the released record differs from what is known."""
    if earlier:
        standing = Difference.objects.filter(transfer=row.id, recorded_to__isnull=True)
        standing.exclude(field__startswith=NEW).update(recorded_to=at)
    _keep_differences(row, differing(row, record).items(), at)


def _keep_differences(row: Transfer, found: Iterable[tuple[str, bool]], at: dt.datetime) -> None:
    made = [
        Difference(transfer_id=row.id, field=field, matters=matters, recorded_from=at)
        for field, matters in found
    ]
    if made:
        Difference.objects.bulk_create(made)


def _day(record: Record, field: str) -> dt.date | None:
    said = str(record.get(field, ""))
    return dt.date.fromisoformat(said) if said else None
