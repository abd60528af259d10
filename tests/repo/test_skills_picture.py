"""The pictures of the skills map are of the map as it is drawn now, and of pretend adverts."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from muster.services.skills.map.lexicon import shipped
from tests.repo.repository import ROOT
from tools.picture_of_skills import NAMED, REGIONS, WHOLE, digest

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=(WHOLE, REGIONS), ids=lambda path: path.stem)
def picture(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_picture_is_drawn_with_the_code_as_it_is(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    assert root.get("data-drawn-with") == digest(), "run `python -m tools.picture_of_skills`"


def test_explanation_shows_every_picture(picture: Path) -> None:
    text = (ROOT / "docs" / "explanation" / "skills-map.md").read_text(encoding="utf-8")
    assert f"](../images/{picture.name})" in text


def test_picture_says_that_its_adverts_are_made_up(picture: Path) -> None:
    words = " ".join(ElementTree.parse(picture).getroot().itertext())
    assert "made-up adverts" in words.lower()


def test_every_dot_of_the_whole_map_is_a_skill_of_the_lists() -> None:
    dots = ElementTree.parse(WHOLE).getroot().iter(f"{_SVG}circle")
    drawn = {said.text for dot in dots if (said := dot.find(f"{_SVG}title")) is not None}
    assert len(drawn) > 50
    assert drawn <= set(shipped().skills["label"])


def test_some_skills_have_their_regions() -> None:
    regions = list(ElementTree.parse(REGIONS).getroot().iter(f"{_SVG}ellipse"))
    assert NAMED - 2 <= len(regions) <= NAMED
