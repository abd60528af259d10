"""What a figure is, and how it is measured beside its peer.

A machine does other work too, and fast and slow minutes come and go. So subject and peer take
turns, round by round, and the ratio is the median over rounds of the two rates of one round. The
peer is the base: where its rate varied by more than a quarter across the rounds, the machine was
not steady enough to say anything, and the figure is void. Rounds are repeated until the last five
were steady, up to a limit; they are chosen by the base alone, never by the ratio.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5
MOST_ROUNDS = 20
WIDEST_SPREAD = 0.25

# Prepares one round, untimed, and returns the work: which is timed, and says how many units it did.
Work = Callable[[], Callable[[], int]]


@dataclass(frozen=True)
class Figure:
    """One line of a benchmark's output; None where there is no peer, no bar, or no valid value.

    ``ratio`` is value over peer value, ``bar`` the least ratio asked for, ``met`` whether it was.
    """

    figure: str
    value: float | None
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None
    bar: float | None = None
    met: bool | None = None


@dataclass(frozen=True)
class Round:
    """The rates of one round, in units a second."""

    subject: float
    peer: float


def rate(work: Work) -> float:
    """Return the units a second at which one round of ``work`` was done."""
    do = work()
    gc.collect()
    began = time.perf_counter()
    count = do()
    return count / (time.perf_counter() - began)


def spread(rounds: list[Round]) -> float:
    """Return by how much the base varied: the widest difference over the median."""
    rates = [one.peer for one in rounds]
    return (max(rates) - min(rates)) / median(rates)


def take_rounds(subject: Work, peer: Work) -> list[Round]:
    """Return the rounds to judge by: the last five once the base is steady, else the last five.

    The first round warms both up and is not counted. Who begins changes from round to round.
    """
    rate(peer), rate(subject)
    rounds: list[Round] = []
    while len(rounds) < MOST_ROUNDS:
        if len(rounds) % 2:
            first = rate(subject)
            rounds.append(Round(first, rate(peer)))
        else:
            first = rate(peer)
            rounds.append(Round(rate(subject), first))
        if len(rounds) >= ROUNDS and spread(rounds[-ROUNDS:]) <= WIDEST_SPREAD:
            break
    return rounds[-ROUNDS:]


def beside_peer(
    figure: str,
    unit: str,
    subject: Work,
    *,
    peer: str,
    peer_work: Work,
    bar: float | None = None,
) -> list[Figure]:
    """Measure a rate beside its peer; return its figure and the spread of its base."""
    rounds = take_rounds(subject, peer_work)
    varied = spread(rounds)
    said = Figure(f"{figure}: spread of the base", round(100 * varied, 1), "%")
    if varied > WIDEST_SPREAD:
        void = f"{figure} (void: the base varied over {WIDEST_SPREAD:.0%})"
        return [Figure(void, None, unit, peer, bar=bar), said]
    ratio = median(one.subject / one.peer for one in rounds)
    return [
        Figure(
            figure,
            round(median(one.subject for one in rounds), 1),
            unit,
            peer,
            round(median(one.peer for one in rounds), 1),
            round(ratio, 3),
            bar,
            None if bar is None else ratio >= bar,
        ),
        said,
    ]


def alone(figure: str, unit: str, subject: Work) -> Figure:
    """Measure a rate that has no peer, as the median of five rounds."""
    return Figure(figure, round(median(rate(subject) for _ in range(ROUNDS)), 1), unit)


def milliseconds_each(figure: str, subject: Work) -> Figure:
    """Measure how long one unit of work takes, as the median of five rounds."""
    each = median(1000 / rate(subject) for _ in range(ROUNDS))
    return Figure(figure, round(each, 3), "ms")
