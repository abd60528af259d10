"""Checking a proof at a terminal: what is wrong is said in a sentence, whatever was given."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.main import main


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe\x00 not text", b"{}"])
def test_a_file_that_is_no_proof_is_told(tmp_path: Path, content: bytes) -> None:
    proof = tmp_path / "proof.json"
    proof.write_bytes(content)
    answer = CliRunner().invoke(main, ["ledger", "verify", "--proof", str(proof)])
    assert answer.exit_code == 1
    assert "the file is not a proof, or is damaged" in answer.output


@pytest.mark.parametrize("key", ["", "xx", "AAAA", "nót base64"])
def test_a_key_that_is_no_key_is_told(tmp_path: Path, key: str) -> None:
    proof = tmp_path / "proof.json"
    proof.write_text("{}")
    answer = CliRunner().invoke(main, ["ledger", "verify", "--proof", str(proof), "--key", key])
    assert answer.exit_code == 2
    assert "not a public key; copy it from `muster keys list`" in answer.output
