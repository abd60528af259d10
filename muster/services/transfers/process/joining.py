"""What the joining employer's HR system is told of somebody who joins."""

from collections.abc import Mapping
from typing import Any

from muster.services.transfers.queries import TransferView

_OF_THE_PERSON = ("nino", "surname", "forenames", "known_as", "birth_date", "sex")
_OF_THE_TERMS = ("grade", "weekly_hours", "cost_centre")


def joiner(
    one: TransferView, record: Mapping[str, Any], terms: Mapping[str, Any], *, salary: str
) -> dict[str, str]:
    """Return what an HR system is told of a joiner, by the fields of its contract.

    Args:
        one: the transfer.
        record: what the exporter released.
        terms: what the importer states.
        salary: for full time, in pounds.
    """
    return {
        **{name: str(record.get(name) or "") for name in _OF_THE_PERSON},
        **{name: str(terms.get(name) or "") for name in _OF_THE_TERMS},
        "salary": salary, "fte": str(terms.get("fte") or "1"), "post": one.post,
        "from_employer": one.exporter_title,
        "service_from": str(record.get("continuous_service_from") or ""),
    }  # fmt: skip
