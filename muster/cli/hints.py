"""What is typed at a terminal to do what an error or a stopped feed asks for.

Errors and feeds say what to do in words that pages show too; a page names the field of its form
beside them, a terminal the option or the command that stands here.
"""

from muster.kernel.errors import MusterError

# By what a feed or an error needs; see ``models.Landing`` and ``errors.MusterError``.
TYPED = {
    "as_at": "muster load --as-at DATE",
    "route": "muster load --route ROUTE",
    "layout": "muster map suggest FILE",
    "approval": "muster feeds approve FEED --reason WHY",
}


def hint(needs: str) -> str:
    """Return what to type for what is needed, in brackets after a space; empty for nothing."""
    return f" (`{TYPED[needs]}`)" if needs in TYPED else ""


def said(problem: MusterError) -> str:
    """Return an error as a terminal shows it."""
    return f"{problem}{f' (`{problem.command}`)' if problem.command else hint(problem.needs)}"
