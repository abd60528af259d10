"""What the code offers is documented: a change that is not in the pages fails here."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest
from django.apps import apps
from django.urls import resolve

from muster.cli import main
from muster.gates.metrics import declared
from muster.hub.intakes import declared_layouts
from muster.kernel.settings import DOCUMENTED
from muster.register.people.constraints import CONSTRAINTS
from tests.repo.repository import ROOT, folders_of, kept_files, text_of
from tools.reference import FOLDER, PAGES

_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"`(muster(?: [a-z][a-z-]*)+)")


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_says_what_the_code_says(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `python -m tools.reference write`"


def test_every_setting_contract_layout_metric_and_connector_stands_in_its_page() -> None:
    offered = {
        "settings.md": [setting.name for setting in DOCUMENTED],
        "contracts.md": [n for one in declared_layouts() for n in (one.name, one.contract)],
        "metrics.md": list(declared()),
        "connectors.md": sorted(folders_of(ROOT / "muster" / "connectors")),
        "cli.md": [f"muster {name}" for name in main.commands],
    }
    for page, names in offered.items():
        assert names, page
        written = (FOLDER / page).read_text(encoding="utf-8")
        assert [name for name in names if f"`{name}`" not in written] == [], page


def test_commands_in_the_documents_exist() -> None:
    for path in documents():
        for spoken in _COMMAND.findall(text_of(path)):
            found: click.Command = main
            for word in spoken.split()[1:]:
                if not isinstance(found, click.Group):
                    break
                assert word in found.commands, f"{path.name} speaks of `{spoken}`"
                found = found.commands[word]


def test_pages_the_readme_sends_people_to_exist() -> None:
    named = re.findall(r"`(/[a-z/]*)`", text_of(ROOT / "README.md"))
    assert len(named) > 5
    for address in named:
        assert resolve(address).func is not None


def test_links_in_the_documents_lead_to_files() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in _LINK.findall(text_of(path))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    waiting, reached = [ROOT / "README.md"], set()
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md" or not path.exists():
            continue
        reached.add(path)
        for target in _LINK.findall(text_of(path)):
            if "://" not in target:
                waiting.append((path.parent / target).resolve())
    below = [path for path in documents() if ROOT / "docs" in path.parents]
    assert [str(path.relative_to(ROOT)) for path in below if path not in reached] == []


def test_constraints_in_the_architecture_exist() -> None:
    written = text_of(ROOT / "ARCHITECTURE.md").partition("## Where truth is constrained")[2]
    named = re.findall(r"`(\w+)`", written.partition("What Django's")[0])
    there = {rule.name for model in apps.get_models() for rule in model._meta.constraints}
    there |= {rule.name for rule in CONSTRAINTS}
    assert len(named) > 10
    assert [name for name in named if name not in there] == []


def test_names_of_code_in_the_architecture_exist() -> None:
    rooms = "|".join(sorted(folders_of(ROOT / "muster")))
    named = re.findall(rf"`((?:{rooms})\.[\w.]+)`", text_of(ROOT / "ARCHITECTURE.md"))
    named = [name for name in named if not name.endswith(".py")]
    assert len(named) > 20, named
    assert [name for name in named if found_in_code(f"muster.{name}") is None] == []


def found_in_code(dotted: str) -> object | None:
    """Return the module, class or function that a dotted name leads to."""
    first, *words = dotted.split(".")
    found: object = import_module(first)
    for number, word in enumerate(words, start=1):
        if not hasattr(found, word):
            try:
                import_module(".".join([first, *words[:number]]))
            except ModuleNotFoundError:
                return None
        found = getattr(found, word)
    return found


def test_the_changelog_speaks_of_this_version() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert f"\n## {project['version']}" in text_of(ROOT / "CHANGELOG.md")


def documents() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".md"]
