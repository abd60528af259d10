"""Which revision of each contract is in force: those that ship with a room, and those accepted.

A contract's name carries its major version; within it, revisions may only be compatible. A room
that receives a contract ships its first revision (``intakes``); others are drafted and accepted by
people.
"""

from functools import lru_cache

from muster.hub.contracts import Contract, load_contract
from muster.hub.intakes import registered_contracts
from muster.hub.models import ContractRevision


def live_contract(name: str) -> Contract | None:
    """Return the contract of this name that messages are checked against; None if none is."""
    accepted = ContractRevision.objects.filter(
        name=name, accepted_at__isnull=False, retired_at__isnull=True
    )
    schema = accepted.order_by("-revision").values_list("schema", flat=True).first()
    return registered_contracts().get(name) if schema is None else _loaded(schema)


@lru_cache(maxsize=256)
def _loaded(schema: str) -> Contract:
    return load_contract(schema)
