"""How long a dashboard takes over ten million events: just after new data came, and after that.

A pretend civil service is built as for a demonstration; its snapshot of recruitment stages is then
blown up to ten million rows. Pages are asked through the whole of the web layer, signed in as a
leader. ``python -m bench.grid_page`` measures in a home of its own and prints one JSON object.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django
import numpy as np
import polars as pl

from bench.apart import one_round
from bench.figures import Figure

EVENTS = 10_000_000
COLD, WARM = 10, 40
MOST_COLD, MOST_WARM = 1_000, 200
_LATE = 0.95
_TILES = (("", "number"), ("reached", "bar"), ("employer", "bar"), ("grade", "table"))


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the two figures, and two without a bar.

    Cold is a page just after new data came. The first page of a process, which also reads the code
    of pages and libraries, is told apart; so is one with answers of a characteristic.
    """
    found = one_round(["-m", "bench.grid_page"])
    for name, bar in (("cold", MOST_COLD), ("warm", MOST_WARM)):
        value = found[name]
        yield Figure(
            f"dashboard over {EVENTS:,} events, {name}, p95, at most {bar:,} ms", value, "ms",
            met=value <= bar,
        )  # fmt: skip
    yield Figure(
        f"dashboard over {EVENTS:,} events, cold, the first page of a process", found["first"], "ms"
    )
    yield Figure(
        f"dashboard over {EVENTS:,} events by a characteristic, cold, p95",
        found["characteristic"], "ms",
    )  # fmt: skip


def _late(seconds: list[float]) -> float:
    return round(1000 * float(np.quantile(seconds, _LATE)), 1)


def _round() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    program = str(Path(sys.executable).with_name("muster"))
    subprocess.run(
        [program, "demo", "--employers=12", "--people=4000", "--no-serve"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    django.setup()
    from django.test import Client

    place = _blown_up()
    client = Client()
    client.post("/sign-in/as/leader")
    plain, answers = _board(_TILES), _board((("ethnicity", "bar"),))
    told = {
        "first": round(1000 * _cold(client, plain, place), 1),
        "cold": _late([_cold(client, plain, place) for _ in range(COLD)]),
        "warm": _late([_asked(client, plain) for _ in range(WARM)]),
        "characteristic": _late([_cold(client, answers, place) for _ in range(3)]),
    }
    print(json.dumps(told))


def _blown_up() -> Path:
    """Return a file with ten million stages of applications, made of those there are."""
    from muster.gates.facts.snapshots import snapshot_of
    from muster.register.recruitment.facts import Stages

    small = pl.read_parquet(snapshot_of(Stages()))
    lot = np.random.default_rng(1)
    many = small[lot.integers(0, small.height, EVENTS)].with_columns(
        person=pl.Series(lot.integers(0, EVENTS // 8, EVENTS)),
        application=pl.Series(np.arange(EVENTS)),
    )
    place = snapshot_of(Stages()).with_name("many.parquet.kept")
    many.sort("applied").write_parquet(place, compression="lz4")
    return place


def _cold(client: object, address: str, place: Path) -> float:
    """Let something be written into the exchange log, as new data would be, and ask for a page."""
    from muster.gates.facts.snapshots import snapshot_of
    from muster.kernel.ids import new_id
    from muster.ledger.current import ledger
    from muster.register.recruitment.facts import Stages

    subject = f"bench:grid:{new_id()}"
    ledger().append_one("exchange", "muster.bench.data.came.v1", subject, {})
    made = snapshot_of(Stages())
    made.unlink()
    os.link(place, made)
    return _asked(client, address)


def _board(tiles: tuple[tuple[str, str], ...]) -> str:
    """Make a shared dashboard of the recruitment funnel; return its address."""
    from muster.gates.personas import BUILT_IN
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.services.dashboards import actions
    from muster.services.dashboards.examples import AUDIENCE
    from muster.services.dashboards.showing import Question

    by = next(one.actor for one in BUILT_IN if one.slug == "analyst")
    board = actions.make_dashboard(
        title="The funnel", purpose="Measured.", as_at=None, by=by, clock=SYSTEM_CLOCK
    )
    for name, form in tiles:
        question = Question("recruitment_funnel", name, (), form)  # type: ignore[arg-type]
        actions.add_tile(dashboard=board, question=question, words=actions.Words(""), by=by,
                         clock=SYSTEM_CLOCK)  # fmt: skip
    actions.share_dashboard(dashboard=board, audience=AUDIENCE, by=by, clock=SYSTEM_CLOCK)
    return f"/dashboards/{board}"


def _asked(client: object, address: str) -> float:
    """Return how many seconds a page took."""
    began = time.perf_counter()
    answer = client.get(address)  # type: ignore[attr-defined]
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.content[:2000]
    return took


if __name__ == "__main__":
    _round()
