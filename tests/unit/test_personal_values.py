"""The search of the logs of a run sees what it is for: otherwise it would find nothing for ever."""

import logging
from pathlib import Path

import pytest

from tests.personal_values import FOLDER, keep_logs, personal_in, told_in


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("DETAIL: Key (surname)=(Llewellyn) already exists", "a name"),
        ("row 7: AB 12 34 56 C is not", "a National Insurance number"),
        ("AB123456C", "a National Insurance number"),
        ("sent to someone@example.org", "an email address"),
        ("moved to LL77 7TW", "a postcode"),
        ("account 12-34-56", "a sort code"),
        ("landing 0192 of hr:orchards, 17 rows on 2026-11-22", ""),
        ("GET /register/people/ 200", ""),
    ],
)
def test_what_is_personal_in_a_line(said: str, kind: str) -> None:
    assert personal_in(said) == kind


def test_what_a_process_logs_is_kept_and_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    keep_logs()
    [handler] = logging.getLogger().handlers
    logging.getLogger("muster.hub").warning("Llewellyn waits")
    handler.close()
    assert len(told_in(tmp_path)) == 1
    assert "Llewellyn" not in told_in(tmp_path)[0]
