"""``muster quality``: how good the feeds of each supplier are, at a terminal."""

import json
from typing import TYPE_CHECKING, Any

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from muster.services.quality.queries import Scorecard


@click.command()
@click.option("--employer", help="Only suppliers of the employer with this key.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each supplier.")
def quality(employer: str | None, as_json: bool) -> None:
    """Show how complete, timely, right and free of conflict the feeds of each supplier are."""
    ready()
    from muster.register.employers.queries import find
    from muster.services.quality.queries import league
    from muster.services.quality.rules import FEWEST_COMPARED

    least = FEWEST_COMPARED + 1
    cards = league(clock=SYSTEM_CLOCK)
    if employer is not None:
        found = find(employer)
        if found is None:
            raise click.ClickException(
                f"No employer has the key {employer}; see `muster employers`"
            )
        cards = tuple(card for card in cards if card.supplier.employer == found[0])
    for card in cards:
        click.echo(json.dumps(_facts(card)) if as_json else _words(card))
    if any(card.uncompared for card in cards) and not as_json:
        click.echo(f"A measure without a trend: too few feeds to compare; {least} are needed")
    if not cards and not as_json:
        click.echo("No system has an agreement to send data yet")


def _facts(card: "Scorecard") -> dict[str, Any]:
    """Return a supplier as an object: shares in per cent, lateness in days, null if not told."""
    from muster.services.quality.queries import notes_of
    from muster.services.quality.rules import meets

    one, measured = card.supplier, card.measured
    latest, (met, told) = measured.latest, measured.met
    return {
        "route": one.route,
        "employer": card.employer,
        "system": one.title,
        "contract": one.contract,
        "latest_feed": latest.as_at.isoformat() if latest else None,
        "rows": latest.sent.rows if latest else 0,
        "waiting": latest.sent.waiting if latest else 0,
        "standards_met": met,
        "measures_told": told,
        "notes": list(notes_of(card)),
        **{
            name: {
                "amount": None if reading.amount is None else round(float(reading.amount), 4),
                "why_not": reading.why or None,
                "meets": meets(name, reading.amount),
                "trend": measured.trends[name] if reading.amount is not None else None,
            }
            for name, reading in measured.readings.items()
        },
    }


def _words(card: "Scorecard") -> str:
    from muster.services.quality.queries import notes_of
    from muster.services.quality.wording import TITLES, TRENDS, Teller, judged, met_words

    one, measured, teller = card.supplier, card.measured, Teller(exact=True)
    when = f"{measured.latest.as_at}" if measured.latest else "never sent"
    lines = [f"{one.route}: {met_words(measured.met)} standards met, latest feed {when}"]
    for name, reading in measured.readings.items():
        trend = measured.trends[name]
        said = [judged(name, reading), *([str(TRENDS[trend])] if trend != "not enough" else [])]
        words = f" ({', '.join(said).lower()})" if reading.amount is not None else ""
        lines.append(f"    {TITLES[name]!s:<20} {teller.amount(name, reading)}{words}")
    lines += [f"    noticed: {note}" for note in notes_of(card)]
    return "\n".join(lines)
