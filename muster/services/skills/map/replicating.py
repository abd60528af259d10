"""The map drawn again from other adverts of the same kind, several at a time.

A replicate depends on the seed and its own number only, so it is the same in whichever process, and
beside however many others, it is drawn.
"""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, get_context

import numpy as np
import numpy.typing as npt

from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association import associate
from muster.services.skills.map.generality import specialism
from muster.services.skills.map.layout import lay_out
from muster.services.skills.map.regions import drawn_adverts, laid_on

Floats = npt.NDArray[np.float64]
PROCESSES = 2


@dataclass(frozen=True)
class Drawn:
    """What a replicate is drawn from.

    Args:
        asked: which advert asks for which skill.
        names: what each skill is called.
        families: kind of job of each advert.
        organisations: of each advert.
        professions: of each advert, where it states one.
        xy: where skills lie on the map itself.
        seed: of chance.
    """

    asked: Asked
    names: list[str]
    families: npt.NDArray[np.uint32]
    organisations: list[str]
    professions: list[str | None]
    xy: Floats
    seed: int


def drawn_again(drawn: Drawn, replicates: int, heard: Callable[[int, int], None]) -> Floats:
    """Return where skills lie in each replicate, laid on the map: replicates x skills x 2.

    A skill that no drawn advert asks for is not a number there.
    """
    one = partial(replicate, drawn)
    _start_deaf()
    found: list[Floats] = []
    context = get_context("forkserver")
    with ProcessPoolExecutor(min(PROCESSES, replicates), mp_context=context) as pool:
        try:
            for places in pool.map(one, range(replicates)):
                found.append(places)
                heard(len(found), replicates)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return np.stack(found)


def _start_deaf() -> None:
    """Start what starts the helpers so that a key pressed to stop is for whoever leads alone."""
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


def replicate(drawn: Drawn, number: int) -> Floats:
    """Return where skills lie once adverts are drawn anew, laid on the map."""
    weights = drawn_adverts(drawn.asked.adverts, drawn.seed, number).astype(np.float64)
    association = associate(drawn.asked, weights=weights, names=drawn.names)
    special = specialism(
        drawn.asked, drawn.families, drawn.organisations, association,
        professions=drawn.professions, weights=weights,
    )  # fmt: skip
    laid = lay_out(association, special, start=drawn.xy, seed=number, measured=False).xy
    places = np.where((association.expected > 0)[:, None], laid, np.nan)
    return laid_on(places, drawn.xy, association.expected)
