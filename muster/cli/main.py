"""The entry point: groups of commands, and how errors are shown."""

import sys

import click

from muster.cli.agreements import agreements
from muster.cli.audit import audit
from muster.cli.bench import bench
from muster.cli.calendars import calendars
from muster.cli.contracts import contracts
from muster.cli.demo import demo
from muster.cli.feeds import feeds
from muster.cli.forwards import forwards
from muster.cli.hints import said
from muster.cli.inlets import inlets, lookups
from muster.cli.keeping import keeping, subject_access
from muster.cli.keys import keys
from muster.cli.ledger import ledger
from muster.cli.link import link
from muster.cli.load import load
from muster.cli.mapping import mapping
from muster.cli.matching import matching
from muster.cli.messages import hub, messages
from muster.cli.oversight import oversight
from muster.cli.processes import processes
from muster.cli.quality import quality
from muster.cli.quarantine import employers, quarantine
from muster.cli.release import release
from muster.cli.returns import returns
from muster.cli.routes import routes
from muster.cli.serve import carry, serve, work
from muster.cli.skills import skills
from muster.cli.synthetic import synthetic
from muster.cli.systems import systems
from muster.kernel.errors import MusterError


class _Group(click.Group):
    """Shows a ``MusterError`` as one plain sentence instead of a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MusterError as problem:
            click.echo(f"muster: {said(problem)}", err=True)
            sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster")
def main() -> None:
    """Muster lets 180 government employers work as one."""


for _command in (
    load,
    feeds,
    mapping,
    contracts,
    quarantine,
    quality,
    release,
    returns,
    processes,
    skills,
    calendars,
    audit,
    messages,
    systems,
    routes,
    forwards,
    inlets,
    lookups,
    hub,
    employers,
    link,
    matching,
    keeping,
    subject_access,
    ledger,
    oversight,
    serve,
    work,
    carry,
    agreements,
    demo,
    keys,
    bench,
    synthetic,
):
    main.add_command(_command)
