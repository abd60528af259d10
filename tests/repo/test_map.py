"""The two maps of the code name every room, in the order data flows, and nothing else."""

import tomllib

import pytest

import muster
from tests.repo.repository import ROOT, block_after, folders_of, mapped

# Rooms that hold rooms; the others are opened by reading their own first lines.
HOUSES = ("connectors", "register", "services")


def maps() -> dict[str, dict[str, set[str]]]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return {
        "muster/__init__.py": mapped(muster.__doc__ or ""),
        "README.md": mapped(block_after("Map of the code", readme)),
    }


@pytest.mark.parametrize("place", ["muster/__init__.py", "README.md"])
def test_every_room_is_named_and_nothing_else(place: str) -> None:
    named = maps()[place]
    beside = folders_of(ROOT) | {"docs", "samples", "muster"} if place == "README.md" else set()
    assert set(named) == folders_of(ROOT / "muster") | beside


@pytest.mark.parametrize("place", ["muster/__init__.py", "README.md"])
@pytest.mark.parametrize("house", HOUSES)
def test_every_room_in_a_house_is_named(place: str, house: str) -> None:
    assert maps()[place][house] == folders_of(ROOT / "muster" / house)


@pytest.mark.parametrize("place", ["muster/__init__.py", "README.md"])
def test_rooms_stand_in_the_order_of_the_layers(place: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    depth = {
        room: number
        for number, layer in enumerate(reversed(contract["layers"]))
        for room in layer.split(" | ")
    }
    order = [depth[room] for room in maps()[place] if room in depth]
    assert order == sorted(order)
