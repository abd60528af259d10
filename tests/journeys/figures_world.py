"""Writes the tokens of two systems into a folder: an employer's HR system, and a central one.

``python -m tests.journeys.figures_world FOLDER`` uses the database that Django's settings name.
"""

import sys
from pathlib import Path

import django

BY = "operator:test"


def write_tokens(folder: Path) -> None:
    """Make both tokens."""
    from muster.hub.actions import open_system
    from muster.hub.models import System
    from muster.hub.tokens import make_token
    from muster.kernel.clock import SYSTEM_CLOCK

    own = System.objects.get(code="hr:harbours-and-lighthouses")
    open_system(
        code="notebooks:centre", title="Notebooks of the centre", kind="http_json", employer=None
    )
    for name, code in (("employer", own.code), ("central", "notebooks:centre")):
        token = make_token(system=code, title="figures", by=BY, clock=SYSTEM_CLOCK)
        (folder / name).write_text(token)


if __name__ == "__main__":
    django.setup()
    write_tokens(Path(sys.argv[1]))
