"""``python -m tests.attackers``: print what each achieves; with ``write``, into the page.

``python -m tests.attackers elsewhere 5`` attacks five other populations, more cells of each, and
exits 1 if the gate does not hold, or an attacker is blind without it.
"""

import secrets
import sys
from pathlib import Path

from tests.attackers.campaign import broken, campaign, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "disclosure.md"
BEGIN, END = "<!-- attacks: python -m tests.attackers write -->", "<!-- end of attacks -->"


def with_table(page: str, printed: str) -> str:
    """Return the page with this table."""
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{printed}\n\n{END}{after}"


def elsewhere(populations: int) -> int:
    """Attack other populations; return the exit code."""
    failed = 0
    for _ in range(populations):
        seed = secrets.randbelow(2**31)
        wrong = broken(campaign(seed, cells=200))
        sys.stdout.write(
            f"attackers, population {seed}: {'; '.join(wrong) or 'nobody found out'}\n"
        )
        failed |= bool(wrong)
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["elsewhere"]:
        sys.exit(elsewhere(int(sys.argv[2])))
    printed = table(campaign())
    sys.stdout.write(f"{printed}\n")
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), printed), encoding="utf-8")
