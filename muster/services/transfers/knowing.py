"""What is known of somebody beside the record that is released, and how the two are compared.

Most wrong first payments are right in form and another's in fact: a tax code of last year, two
digits changed about. Only comparison finds them: with what the exporter's own systems hold, what
the register believes, what the person states, and, for the new post, with what was offered.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Unpack

from muster.kernel.errors import BadInput, Where
from muster.kernel.running import keyring
from muster.register.people.movers import terms_stated, unlike
from muster.services.transfers.models import Difference, Transfer
from muster.services.transfers.payrolls.rules import pounds
from muster.services.transfers.record.checking import check, differences
from muster.services.transfers.rules import FULL_TIME, Kind
from muster.services.transfers.sealing import Record
from muster.services.transfers.verbs.stating import OFFER, keep_statement, said_by
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, taking

NEW = "new_"
_SIDES = ("exporter", "person")
_OFFERED = ("salary", "fte", "grade", "allowances", "weekly_hours")


def state_known(*, record: Record, **asked: Unpack[Asked]) -> Moved:
    """Keep what the exporter's own systems hold of the person; a released record is held to it.

    Args:
        record: the fields they hold; see ``record/fields.toml``.
        asked: as of every verb.
    """
    with taking("state_known", "exporter", **asked) as one:
        if one.again:
            return one.again
        keep_statement(one, "exporter", record)
        return one.go()


def differing(row: Transfer, record: Record) -> dict[str, bool]:
    """Return in which fields a record differs from what is known, and whether each matters."""
    found: dict[str, bool] = {}
    for known in (_believed(row), *(said_by(row, side) for side in _SIDES)):
        for one in differences(record, known):
            found[one.field] = found.get(one.field, False) or one.matters
    for field in unlike(keyring(), row.person_id, nino=str(record.get("nino", "")),
                        birth_date=str(record.get("birth_date", ""))):  # fmt: skip
        found[field] = True
    return found


def compare_again(row: Transfer, record: Record, *, at: dt.datetime) -> None:
    """Compare a record that was released with what is known by now; what was settled stays so."""
    standing = Difference.objects.filter(transfer=row.id, recorded_to__isnull=True)
    held = dict(standing.exclude(field__startswith=NEW).values_list("field", "id"))
    found = differing(row, record)
    gone = [id_ for field, id_ in held.items() if field not in found]
    standing.filter(id__in=gone, settled_at__isnull=True).update(recorded_to=at)
    Difference.objects.bulk_create(
        Difference(transfer_id=row.id, field=field, matters=matters, recorded_from=at)
        for field, matters in found.items()
        if field not in held
    )


def known_of(row: Transfer) -> dict[str, Any]:
    """Return what is known of a person before their record is released, to begin the record with.

    What the exporter's systems hold counts before what the register believes; what the person
    states of themselves counts before both.
    """
    found: dict[str, Any] = {**_believed(row)}
    for side in _SIDES:
        found |= {name: value for name, value in said_by(row, side).items() if value}
    return found


def refuse_terms(
    terms: Record, *, kind: Kind, first_day: dt.date, post: str, today: dt.date
) -> None:
    """Refuse terms of the new post that cannot be right.

    Raises:
        BadInput: naming the first field, and how many more are wrong.
    """
    said = {name if name == "first_day" else f"{NEW}{name}": value for name, value in terms.items()}
    said = {"first_day": first_day.isoformat(), f"{NEW}post": post, **said}
    problems = check(said, kind=kind, on=first_day, today=today, parts=("importer",))
    wrong = [one for one in problems if one.blocks]
    if wrong:
        more = f"; {len(wrong) - 1} more things are wrong" if len(wrong) > 1 else ""
        raise BadInput(f"{wrong[0].words}{more}", where=Where(field=wrong[0].field),
                       fix=wrong[0].fix)  # fmt: skip


def compare_terms(one: Taken, terms: Record) -> None:
    """Keep in which fields the terms differ from what was offered; the earlier ones are closed."""
    row = one.row
    Difference.objects.filter(
        transfer=row.id, field__startswith=NEW, recorded_to__isnull=True
    ).update(recorded_to=one.at)
    offered = _as_new(said_by(row, OFFER))
    found = differences(_as_new(terms), offered)
    Difference.objects.bulk_create(
        Difference(transfer_id=row.id, field=each.field, matters=True, recorded_from=one.at)
        for each in found
    )


def _as_new(said: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{NEW}{name}": said[name] for name in _OFFERED if said.get(name) not in (None, "")}


def _believed(row: Transfer) -> dict[str, Any]:
    """Return what the register believes of the employment that is left."""
    if row.employment is None:
        return {}
    held = terms_stated(row.employment, row.first_day)
    if held is None:
        return {}
    found: dict[str, Any] = {"fte": _share(held.fte)}
    if held.salary is not None:
        found["salary"] = pounds(held.salary)
    if held.grade:
        found["grade"] = held.grade
    return found


def _share(fte: int) -> str:
    whole, rest = divmod(fte, FULL_TIME)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")
