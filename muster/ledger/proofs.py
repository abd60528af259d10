"""Proof files: one entry that anybody can check without access to Muster.

The file is JSON and holds the disclosed entry, its path to the root, the signed checkpoint and
the public key. It proves that this entry, unaltered, stood at this position of this log when the
checkpoint was signed. Compare the public key with the one published by the operator.
"""

import base64
import json
import struct
from typing import Any

from muster.kernel.errors import EvidenceBroken, Where
from muster.kernel.keys import Keyring
from muster.ledger import merkle
from muster.ledger.checkpoints import read_note, signature_holds
from muster.ledger.logs import Disclosed
from muster.ledger.port import LOG_NAMES, position_of
from muster.ledger.sealing import SALT_BYTES, leaf_data

_FORM = "muster-inclusion-proof-1"


def write_proof(disclosed: Disclosed, *, keys: Keyring) -> str:
    """Return the proof file of a disclosed entry."""
    row = disclosed.row
    public = [keys.public_key(key.id) for key in keys.all() if key.purpose == "signing"]
    return json.dumps(
        {
            "form": _FORM,
            "log": disclosed.checkpoint.log,
            "position": position_of(row.address),
            "recorded": row.recorded,
            "type": row.type,
            "subject": row.subject,
            "salt": merkle.shown(disclosed.salted[:SALT_BYTES]),
            "body": merkle.shown(disclosed.salted[SALT_BYTES:]),
            "path": [merkle.shown(node) for node in disclosed.path],
            "checkpoint": disclosed.checkpoint.note,
            "public_keys": [merkle.shown(key) for key in public],
        },
        indent=1,
    )


def check_proof(text: str, *, trusted: list[bytes] | None = None) -> dict[str, Any]:
    """Check a proof file and return its content.

    Args:
        text: the file.
        trusted: the public keys to accept; those in the file when None, which proves only that
            the file agrees with itself.

    Raises:
        EvidenceBroken: if anything does not hold, saying what.
    """
    try:
        proof = json.loads(text)
        if proof["form"] != _FORM or proof["log"] not in LOG_NAMES:
            raise ValueError(proof["form"])
        salted = base64.b64decode(proof["salt"]) + base64.b64decode(proof["body"])
        path = [base64.b64decode(node) for node in proof["path"]]
        public_keys = trusted or [base64.b64decode(key) for key in proof["public_keys"]]
        data = leaf_data(
            proof["log"],
            int(proof["position"]),
            int(proof["recorded"]),
            proof["type"],
            proof["subject"],
            salted,
        )
        checkpoint = read_note(proof["checkpoint"])
    except (KeyError, TypeError, ValueError, AttributeError, struct.error):
        raise _broken("the file is not a proof, or is damaged") from None
    if not signature_holds(checkpoint.note, public_keys=public_keys):
        raise _broken("no trusted key signed its checkpoint")
    if checkpoint.log != proof["log"]:
        raise _broken("its checkpoint is of another log")
    leaf, position = merkle.leaf_hash(data), int(proof["position"])
    if not merkle.inclusion_holds(leaf, position, checkpoint.size, path, checkpoint.root):
        raise _broken("the entry is not under the signed root")
    return dict(proof)


def _broken(what: str) -> EvidenceBroken:
    return EvidenceBroken(
        f"The proof does not hold: {what}",
        where=Where(thing="proof file"),
        fix="Ask for the proof again from the operator of the log",
    )
