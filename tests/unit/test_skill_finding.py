"""Skills found by names and by the linker: what was read before a stop is not read again."""

from pathlib import Path

import polars as pl
import pytest

from muster.services.skills.map import finding
from muster.services.skills.map.lexicon import Lexicon, read_lexicon
from muster.services.skills.map.linking.linker import Linker
from muster.services.skills.map.linking.skipping import Skipper, shipped
from muster.services.skills.map.mentions.lexical import MENTIONS
from muster.services.skills.map.steps import HowFar, Kept, Stopped

SENTENCES = pl.DataFrame(
    {"sentence": range(10), "text": [f"You manage budgets, {number}." for number in range(10)]},
    schema_overrides={"sentence": pl.UInt32},
)


class Reader:
    """Stands where the linker stands, says what it was given, and finds one skill in each."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def link(self, sentences: pl.DataFrame, *, progress: HowFar, skipper: Skipper) -> pl.DataFrame:
        assert skipper is shipped()
        if "skill_text" in sentences.columns:
            sentences = sentences.filter("skill_text")
        self.read += sentences["sentence"].to_list()
        progress(sentences.height, sentences.height)
        rows = [(one, 0, 4, 10, "manage", 0.5, "linked") for one in sentences["sentence"]]
        return pl.DataFrame(rows, schema=MENTIONS, orient="row")


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    path = tmp_path / "ours.csv"
    path.write_text("id,label,kind\nbudget,manage budgets,skill\n", encoding="utf-8")
    return read_lexicon(path)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    monkeypatch.setattr(Linker, "load", lambda *_given, **_named: made)
    monkeypatch.setattr(finding, "KEPT_EVERY", 4)
    return made


def found(
    folder: Path, lexicon: Lexicon, heard: HowFar, *, stamp: str = "", hybrid: bool = True
) -> pl.DataFrame:
    kept = Kept(folder, "mentions", stamp)
    return finding.found(
        SENTENCES, lexicon, kept, hybrid=hybrid, vectors=folder / "vectors", heard=heard
    )


def nobody(done: int, of: int) -> None:
    """Hears nothing."""


def stops_at(rows: int) -> HowFar:
    def heard(done: int, of: int) -> None:
        if done >= rows:
            raise Stopped

    return heard


def test_what_was_read_before_it_stopped_is_not_read_again(
    tmp_path: Path, lexicon: Lexicon, reader: Reader
) -> None:
    whole = found(tmp_path / "whole", lexicon, nobody)
    reader.read.clear()
    with pytest.raises(Stopped):
        found(tmp_path / "build", lexicon, stops_at(8))
    assert reader.read == list(range(8))
    again = found(tmp_path / "build", lexicon, nobody)
    assert reader.read == [*range(8), *range(4, 10)], "the part it was stopped in, and the last"
    assert again.equals(whole)
    assert [path.name for path in (tmp_path / "build" / "steps").iterdir()] == ["mentions"]
    assert found(tmp_path / "build", lexicon, stops_at(0)).equals(whole)


def test_parts_made_from_something_else_are_read_again(
    tmp_path: Path, lexicon: Lexicon, reader: Reader
) -> None:
    with pytest.raises(Stopped):
        found(tmp_path, lexicon, stops_at(8), stamp="other adverts")
    reader.read.clear()
    found(tmp_path, lexicon, nobody)
    assert reader.read == list(range(10))


@pytest.mark.parametrize("hybrid", [True, False])
def test_how_far_it_is_never_falls(
    tmp_path: Path, lexicon: Lexicon, reader: Reader, *, hybrid: bool
) -> None:
    told: list[tuple[int, int]] = []
    found(tmp_path, lexicon, lambda done, of: told.append((done, of)), hybrid=hybrid)
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, 10), (10, 10))
    assert len(reader.read) == (10 if hybrid else 0), "a lexical build asks no linker"


@pytest.mark.parametrize("hybrid", [True, False])
@pytest.mark.parametrize(
    "sentences",
    [SENTENCES.clear(), SENTENCES.with_columns(skill_text=pl.lit(False))],
    ids=["no sentences", "none that may ask for a skill"],
)
def test_nothing_to_read_is_no_mentions(
    tmp_path: Path, lexicon: Lexicon, reader: Reader, sentences: pl.DataFrame, *, hybrid: bool
) -> None:
    told: list[tuple[int, int]] = []
    none = finding.found(
        sentences, lexicon, Kept(tmp_path, "mentions", ""), hybrid=hybrid, vectors=tmp_path,
        heard=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert none.is_empty()
    assert none.schema == pl.Schema(MENTIONS)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
