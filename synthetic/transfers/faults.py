"""What goes wrong with moves: the register of faults, their rates, and which moves have which.

A fault spoils what people state, or when they state it; what is true stays. Each is named, says
what happens and who says that it does, whether it makes the first pay wrong if nobody notices,
and whether it can arise only where people copy by hand.

Rates are per 10,000 moves and were chosen so that today's process, as `spreadsheet` models it, pays
7 % of first payments wrongly: the published share of moves "not completed in full or sufficiently
promptly" (420,000 working days for some 25,000 moves a year; publictechnology.net, 18 July 2023).
How the wrong ones divide follows the Irish Comptroller and Auditor General's sample of civil
service overpayments: 44 % late notice of a change, 20 % delays and errors in processing. The rest
is divided by what an injection of 21 faults into a full payment submission showed: syntax is the
smaller part, rules between fields and comparison with what the employer left knows the larger.
The division is an assumption, and an input of every figure that is measured with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from synthetic.chance import Chance
from synthetic.transfers.transfer import Papers, PretendTransfer

CLASSES = (
    "syntax", "cross-field", "mismatch", "lateness", "keying", "duplicate", "post-effect",
)  # fmt: skip
Others = Sequence[PretendTransfer]
Spoils = Callable[[PretendTransfer, Chance, Others], Papers | None]
# How often whoever keys a form by hand sees that something is wrong with it, and asks in time.
NOTICED = {
    "syntax": 0.6, "cross-field": 0.3, "mismatch": 0.1, "lateness": 0.2, "keying": 0.15,
    "duplicate": 0.5, "post-effect": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Args:
        name: of the fault.
        of: its class, one of `CLASSES`.
        words: what happens.
        source: who says so, or why it is here.
        rate: moves in 10,000 that have it.
        harms: whether the first pay is wrong if nobody notices.
        by_hand: whether it arises only where people copy from one system into another.
        spoils: gives the papers with the fault; None if it cannot happen to this move.
    """

    name: str
    of: str
    words: str
    source: str
    rate: float
    harms: bool
    by_hand: bool
    spoils: Spoils


FAULTS: dict[str, Fault] = {}


def fault(
    of: str, rate: float, source: str, *, harms: bool = True, by_hand: bool = False
) -> Callable[[Spoils], Spoils]:
    """Enter a function into the register, under its name and the words of its docstring."""

    def enter(spoils: Spoils) -> Spoils:
        words = " ".join((spoils.__doc__ or "").split())
        name = getattr(spoils, "__name__", "")
        FAULTS[name] = Fault(name, of, words, source, rate, harms, by_hand, spoils)
        return spoils

    return enter


def counts(count: int) -> dict[str, int]:
    """How many of so many moves have each fault: its rate, and at least one of each."""
    return {name: max(1, round(each.rate * count / 10_000)) for name, each in FAULTS.items()}


def deal(transfers: list[PretendTransfer], chance: Chance) -> list[PretendTransfer]:
    """Spoil the papers of some moves: each fault as often as its rate says, no move twice.

    A fault looks for a move that it can happen to; where few can have it, it may go without.
    """
    dealt, kept = list(transfers), set[str]()
    for name, wanted in counts(len(transfers)).items():
        done = 0
        for _ in range(400 + 60 * wanted if dealt else 0):
            if done == wanted:
                break
            at = chance.below(len(dealt))
            move = dealt[at]
            if move.fault or move.odd or move.terms["new_staff_number"] in kept:
                continue
            papers = FAULTS[name].spoils(move, chance, dealt)
            if papers is not None and papers != move.papers:
                dealt[at] = replace(move, fault=name, spoilt=papers)
                kept.add(papers.terms["new_staff_number"])  # whose number it is stays as it is
                done += 1
    return dealt


# What the register holds is written in these two; each enters its own.
from synthetic.transfers import faults_of_papers, faults_of_time  # noqa: E402, F401
