"""What is installed is pinned by hash, and no lock file says from where."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.repo.repository import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==[^\s;]+( ; [^\\]+)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_python_packages_are_pinned_by_hash_and_name_no_host(lock: Path) -> None:
    strange, pinned, hashed = [], 0, True
    for line in lock.read_text(encoding="utf-8").splitlines():
        if _PINNED.match(line):
            assert hashed, f"no hash before {line}"
            pinned, hashed = pinned + 1, False
        elif _HASH.match(line):
            hashed = True
        else:
            strange.append(line)
    assert strange == []
    assert pinned > 0
    assert hashed


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return {plain(line) for line in lines if not line.startswith(" ")}


def plain(requirement: str) -> str:
    name = re.split(r"[\[=<>;\s]", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {plain(requirement) for requirement in project["dependencies"]}
    assert wanted <= locked("app.txt")
    tools = {plain(requirement) for requirement in project["optional-dependencies"]["dev"]}
    assert wanted | tools <= locked("dev.txt")


def test_front_end_packages_are_locked_by_hash_and_name_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = {name: said for name, said in lock["packages"].items() if name}
    assert [name for name, said in packages.items() if "resolved" in said] == []
    assert [name for name, said in packages.items() if "integrity" not in said] == []
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_npm_is_told_to_leave_hosts_out() -> None:
    said = (ROOT / ".npmrc").read_text(encoding="utf-8")
    assert "omit-lockfile-registry-resolved=true" in said
    assert "//" not in said
