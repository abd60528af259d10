"""The house keeps its shape: rooms say what they are for, files stay small, arrows point down."""

import ast
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from tests.repo.repository import CODE, ROOT, first_cells, folders_of, functions, modules, text_of

LONGEST_FILE = 400
LONGEST_BODY = 40
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
ROOMS = sorted(
    path
    for house in ("register", "services")
    for path in (ROOT / "muster" / house).glob("*/")
    if path.name != "__pycache__"
)


def packages() -> list[Path]:
    found = (path.parent for top in CODE for path in (ROOT / top).rglob("__init__.py"))
    return sorted(path for path in found if path.name != "migrations")


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_room_says_what_it_is_for(folder: Path) -> None:
    said = ast.get_docstring(ast.parse(text_of(folder / "__init__.py")))
    assert said is not None
    assert len(said) > 40


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(text_of(path).splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    """Counted from the first statement after the docstring: explaining costs nothing."""
    long = {}
    for path, function in functions():
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        lines = (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
        if lines > LONGEST_BODY:
            long[f"{path.relative_to(ROOT)}:{function.name}"] = lines
    assert long == {}


def depth_of(model: type[Model]) -> int | None:
    """Return how high a model's room lies, by the layers that imports keep to."""
    room = apps.get_app_config(model._meta.app_label).name.split(".")
    if room[0] != "muster":
        return None
    layers = {contract["containers"][0]: contract["layers"] for contract in CONTRACTS
              if "containers" in contract}  # fmt: skip
    inside = layers.get(".".join(room[:2]), [])
    outer = [room[1] in layer.split(" | ") for layer in reversed(layers["muster"])].index(True)
    rooms = [layer.split(" | ") for layer in reversed(inside)]
    inner = [room[2] in layer for layer in rooms].index(True) if len(room) > 2 and inside else 0
    return 100 * outer + inner


def test_foreign_keys_point_down() -> None:
    keys, wrong = 0, []
    for model in apps.get_models(include_auto_created=True):
        own = depth_of(model)
        for field in model._meta.get_fields() if own is not None else ():
            if field.concrete and field.is_relation and isinstance(field.related_model, type):
                keys += 1
                other = depth_of(field.related_model)
                if other is None or own is None or other > own:
                    wrong.append(f"{model._meta.label}.{field.name}")
    assert keys > 10
    assert wrong == []


def test_services_keep_no_keys_to_each_other() -> None:
    labels = {f"services_{name}" for name in folders_of(ROOT / "muster" / "services")}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if model._meta.app_label in labels and isinstance(target, type):
                assert target._meta.app_label not in labels - {model._meta.app_label}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT / "muster")))
def test_room_holds_only_files_whose_names_are_explained(room: Path) -> None:
    written = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    everywhere = first_cells("What each file name means", written)
    own = first_cells("Files that one room alone has", written)
    here = room.relative_to(ROOT / "muster")
    known = {*everywhere, *(name.removeprefix(f"{here}/") for name in own)}
    found = {f"{path.name}{'/' if path.is_dir() else ''}" for path in room.glob("*")}
    assert found - {"__pycache__/"} <= known


def test_every_file_that_is_explained_exists() -> None:
    written = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    own = first_cells("Files that one room alone has", written)
    assert [name for name in own if not (ROOT / "muster" / name).exists()] == []
    for name in first_cells("What each file name means", written):
        assert [room for room in ROOMS if (room / name).exists()] != [], name


def test_import_contracts_are_sentences_without_exceptions() -> None:
    assert len(CONTRACTS) >= 8
    for contract in CONTRACTS:
        assert contract["name"].endswith(".")
        assert " " in contract["name"]
        assert not {word for word in contract if word.startswith(("ignore", "unmatched"))}
        assert contract["type"] != "layers" or contract["exhaustive"] is True
