"""The quickstart of the exchange does what its page says: the script is run, and compared."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.migrated import copied_to
from tests.repo.repository import ROOT

FOLDER = ROOT / "docs" / "quickstart"
# What differs from run to run; everything else must be as it is written.
VARIES = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}", "+KEY"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC|Z)", "TIME"),
    (r"\b\d+(\.\d+)? s\b", "SECONDS"),
)
PAID = [
    ("000000M1", "SAMPLE, ANN", "30", "20200302", "29500.00", 1),
    ("000000M2", "TESTCASE, BOB", "70", "20180615", "58250.00", 1),
    ("000000M3", "FIXTURE, CHO", "70", "20210901", "57000.00", 2),
    ("000000M4", "EXAMPLE, DEE", "30", "20260401", "28900.00", 1),
    ("000000M5", "PLACEHOLDER, EVE", "20", "20261102", "24350.00", 1),
]


def test_the_script_does_what_the_page_says(tmp_path: Path) -> None:
    """In one go: the script takes half a minute, most of it starting commands."""
    copied_to(tmp_path / "home" / "muster.sqlite3")
    said = printed(tmp_path)
    with sqlite3.connect(tmp_path / "payroll.sqlite3") as payroll:
        found = payroll.execute(
            "SELECT *, (SELECT count(*) FROM WRITTEN WHERE WRITTEN.EMP_NO = PAYEE.EMP_NO)"
            " FROM PAYEE ORDER BY EMP_NO"
        ).fetchall()
        everything = "\n".join(payroll.iterdump())
    assert found == PAID
    assert "01632" not in everything, "mobile numbers are not agreed"
    assert said.count("the entry at position 8 is not under the") == 2
    assert b"Placeholder" not in (tmp_path / "withheld.json").read_bytes()
    assert steady(shown()) == steady(said)


def printed(work: Path) -> str:
    """Run the script in a folder; return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    programs = {"MUSTER": str(Path(sys.executable).with_name("muster")), "PYTHON": sys.executable}
    done = subprocess.run(
        ["bash", FOLDER / "exchange.sh", work],
        env=kept | programs, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def shown() -> str:
    """Return what the page says that the script prints."""
    page = (FOLDER / "exchange.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^## (\d+\. .*?)\n.*?^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return "".join(f"== {title}\n{text}" for title, text in blocks)


def steady(text: str) -> list[str]:
    """Return the lines of a text with what varies taken out."""
    for form, word in VARIES:
        text = re.sub(form, word, text)
    return [line for line in text.splitlines() if line]
