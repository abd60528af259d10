"""Files that somebody gives are kept whole, or are refused by their names and not at all."""

import os
import shutil
from pathlib import Path

import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.given_files import keep

NEED = "You will trim lanterns on the quay."


@pytest.mark.parametrize(
    ("given", "called"), [("adverts", "adverts/b.txt"), ("adverts/b.txt", "adverts/b.txt")]
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_kept(
    given: str, called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "adverts").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "adverts" / name).write_text(NEED)
    copied = shutil.copyfile

    def breaks_off(source: Path, target: Path) -> Path:
        copied(source, target)
        if source.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return target

    monkeypatch.setattr(shutil, "copyfile", breaks_off)
    kept = tmp_path / "kept"
    kept.mkdir()
    with pytest.raises(BadInput, match="cannot be read") as problem:
        keep(tmp_path / given, kept / "000-given", called=given)
    assert problem.value.where.file == called
    assert list(kept.iterdir()) == []


def test_names_that_no_letters_spell_are_kept_apart(tmp_path: Path) -> None:
    names = [b"\xe9" * 251 + b".txt", b"\xe8" * 251 + b".txt", b"caf\xe9", b"cafe.txt"]
    (tmp_path / "adverts").mkdir()
    for name in names:
        (tmp_path / "adverts" / os.fsdecode(name)).write_bytes(name)
    keep(tmp_path / "adverts", tmp_path / "000-adverts", called="adverts")
    kept = sorted((tmp_path / "000-adverts" / "000-adverts").iterdir())
    assert sorted(one.read_bytes() for one in kept) == sorted(names)
    assert sorted(one.suffix for one in kept) == ["", ".txt", ".txt", ".txt"]
    assert all(one.name.encode() for one in kept), "in letters"
    assert "cafe.txt" in {one.name for one in kept}
