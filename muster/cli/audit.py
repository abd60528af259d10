"""``muster audit``: what could be worked out from what was released."""

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK


@click.group()
def audit() -> None:
    """What could be worked out from released tables, read together."""


@audit.command()
@click.option(
    "--seconds", default=20.0, show_default=True, help="So long is looked at one table at most."
)
def releases(seconds: float) -> None:
    """Audit the protected tables that nobody has audited; hold those that tell too much.

    What is held waits for an information-governance officer. Nobody is named here.
    """
    ready()
    from muster.gates.audit.auditing import audit as look
    from muster.gates.audit.deciding import count_held

    done, held = look(clock=SYSTEM_CLOCK, seconds=seconds)
    click.echo(
        f"{done:,} tables audited, {held:,} of them held; {count_held():,} wait for a person"
    )
