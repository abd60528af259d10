"""Whatever ships and was made by others is named in NOTICE, with its licence."""

import json
import tomllib
from pathlib import Path

from tests.repo.repository import ROOT, kept_files

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
DATA = {".csv", ".tsv", ".parquet", ".xlsx", ".ods", ".db", ".zip", ".gz", ".xml"}


def test_every_data_file_lies_where_notice_says_what_it_is() -> None:
    data = [path.relative_to(ROOT) for path in kept_files() if path.suffix in DATA]
    shipped = [path for path in data if path.parts[0] != "tests"]
    assert len(shipped) > 10
    assert [str(path) for path in shipped if not named(path)] == []


def named(path: Path) -> bool:
    return any(f"{folder}/" in NOTICE for folder in path.parents if len(folder.parts) > 1) or (
        f"{path.parent}/" in NOTICE
    )


def test_open_government_licence_is_attributed() -> None:
    assert "Contains public sector information licensed under the Open Government Licence v3.0" in (
        " ".join(NOTICE.split())
    )


def test_every_front_end_package_is_named_with_its_licence() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in (*wanted["dependencies"], *wanted["devDependencies"]):
        line = next((line for line in NOTICE.splitlines() if line.startswith(f"{name} ")), "")
        assert lock[f"node_modules/{name}"]["license"] in line, name


def test_project_licence_ships() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license-files"] == ["LICENSE", "NOTICE"]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
