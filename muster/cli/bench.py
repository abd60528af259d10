"""``muster bench``: measure beside a peer in the same run."""

import sys

import click


@click.command()
@click.argument("name", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each figure.")
@click.option("--full", is_flag=True, help="The whole instead of the stated sample.")
def bench(name: str, as_json: bool, full: bool) -> None:
    """Run one benchmark, such as ledger, load or grid; or all of them."""
    from bench.run import names, run

    for each in [name] if name else names():
        run(each, as_json=as_json, full=full, out=sys.stdout)
