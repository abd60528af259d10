"""The certificate of a run: what was erased, by which line, when, by whom; signed.

It is a signed note of the service's own key (C2SP signed-note, as checkpoints are), and the same
text is one entry of the decisions log: `muster ledger verify` finds it changed or gone, and
`muster ledger prove decisions POSITION` writes a file that anybody can check. It names nobody.
"""

import base64
import datetime as dt
import uuid
from collections import Counter

from muster.kernel.errors import NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.ledger.notes import SIGNED, VerifierKey, read_signature, split_note
from muster.ledger.port import LOG_NAMES
from muster.register.employers.queries import titles
from muster.register.keeping.models import Certificate, Run, RunItem
from muster.register.keeping.schedule import line_of

_NAME = "muster/retention"
_KIND = "muster.keeping.certificate.issued.v1"


def issue(run: Run, *, at: dt.datetime) -> Certificate:
    """Sign and keep the certificate of a run that is done. Call inside its transaction."""
    keys = keyring()
    text = "\n".join(_lines(run, at)) + "\n"
    key_id, signature = keys.sign(text.encode())
    key = VerifierKey(_NAME, SIGNED, keys.public_key(key_id))
    blob = base64.b64encode(key.hash + signature).decode()
    note = f"{text}\n\u2014 {_NAME} {blob}\n"
    position = ledger().append_one(
        "decisions", _KIND, f"run:keeping:{run.id}", {"note": note}, scope=f"certificate:{run.id}"
    )
    return Certificate.objects.create(run=run, note=note, position=position, issued_at=at)


def certificate(run: uuid.UUID) -> Certificate:
    """Return the certificate of a run; ``NotFound`` if it has none yet."""
    found = Certificate.objects.filter(run=run).first()
    if found is None:
        raise NotFound(
            "This run has no certificate yet", where=Where(thing=str(run)),
            fix="Look again once it is done",
        )  # fmt: skip
    return found


def holds(note: str) -> bool:
    """Tell whether a certificate is as one of this service's keys signed it."""
    try:
        text, lines = split_note(note)
    except ValueError:
        return False
    keys = [VerifierKey(_NAME, SIGNED, public) for public in ledger().public_keys()]
    return any(read_signature(text, line, key) for line in lines for key in keys)


def _lines(run: Run, at: dt.datetime) -> list[str]:
    items = RunItem.objects.filter(run=run)
    named = titles([one for one in items.values_list("employer", flat=True).distinct() if one])
    lines = [_NAME, f"Run {run.id}, as at {run.as_at}"]
    for did, by, when, why in (
        ("Proposed", run.proposed_by, run.proposed_at, run.proposed_because),
        ("Approved", run.decided_by, run.decided_at, run.decided_because),
    ):
        lines.append(f"{did} by {by} on {when:%Y-%m-%d %H:%M} UTC: {_one_line(why)}")
    lines.append(f"Run by {run.run_by}, done on {at:%Y-%m-%d %H:%M} UTC")
    rows: dict[tuple[str, str], Counter[str]] = {}
    many: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, str]] = Counter()
    for one in items.order_by("line", "employer", "id"):
        key = (one.line, named.get(one.employer, "") if one.employer else "")
        if one.state == "erased":
            many[key] += 1
            rows.setdefault(key, Counter()).update(one.counts)
        else:
            kept[one.line, one.because] += 1
    for (code, employer), count in many.items():
        line = line_of(code)
        of = f", {employer}" if employer else ""
        lines.append(f"{line.does.capitalize()}: {count:,} under {line.title}{of} ({line.legal})")
        what = rows[code, employer].items()
        lines += [f"  {table}: {number:,}" for table, number in sorted(what)]
    lines += [
        f"Kept after all: {count:,} under {line_of(code).title}: {_one_line(why)}"
        for (code, why), count in sorted(kept.items())
    ]
    lines += [f"The {log} log had {ledger().size(log):,} entries then" for log in LOG_NAMES]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
