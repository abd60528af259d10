"""Names found in sentences: where, which, how sure; and phrases that no lexicon lists."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.lexicon import Correction, Lexicon, read_lexicon
from muster.services.skills.map.mentions import find, lexical, spans
from muster.services.skills.map.mentions.lexical import MENTIONS, places
from muster.services.skills.map.mentions.marked import outermost, spans_of
from muster.services.skills.map.mentions.scores import agreement, calibration_error
from muster.services.skills.map.mentions.spans import PHRASES, marks, phrases
from muster.services.skills.map.steps import Stopped


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("lexicon") / "ours.csv"
    path.write_text(
        "id,label,kind\nteam,work in teams,skill\nteam,team,\nwork,team work,skill\n"
        "lead,lead a team,skill\nbudget,manage budgets,skill\nsql,SQL,knowledge\n"
        "project,project management,knowledge\nstaff,management of staff,knowledge\n"
        "cy,Welsh,language\nboth,fly kites,skill\ntwo,steer kites,skill\ntwo,kite work,\n"
        "both,kite work,\n",
        encoding="utf-8",
    )
    return read_lexicon(path)


def said(lexicon: Lexicon, *texts: str) -> list[tuple[int, str, str]]:
    frame = pl.DataFrame({"text": list(texts)}).with_row_index("sentence")
    ids = lexicon.skills["id"].to_list()
    found = find(frame, lexicon).select("sentence", "skill", "surface").iter_rows()
    return [(sentence, ids[skill], surface) for sentence, skill, surface in found]


def test_the_table_is_as_agreed_even_when_nothing_is_found(lexicon: Lexicon) -> None:
    for texts in (["Budgets, management of"], ["Manage budgets"], [""]):
        frame = pl.DataFrame({"text": texts}).with_row_index("sentence")
        assert dict(find(frame, lexicon).schema) == MENTIONS
    none = pl.DataFrame(schema={"sentence": pl.UInt32, "text": pl.String})
    assert dict(find(none, lexicon).schema) == MENTIONS


def test_a_longer_word_does_not_hide_a_name_and_a_longer_name_does(lexicon: Lexicon) -> None:
    assert said(lexicon, "Lead a team worker") == [(0, "lead", "Lead a team")]
    assert said(lexicon, "Team working") == []
    assert said(lexicon, "manage budgets daily") == [(0, "budget", "manage budgets")]


def test_names_that_share_a_word_are_both_found(lexicon: Lexicon) -> None:
    assert said(lexicon, "Project management of staff") == [
        (0, "project", "Project management"), (0, "staff", "management of staff"),
    ]  # fmt: skip


def test_a_name_of_two_skills_is_half_as_sure_of_each(lexicon: Lexicon) -> None:
    frame = pl.DataFrame({"text": ["Experience of kite work", "Experience of fly kites"]})
    found = find(frame.with_row_index("sentence"), lexicon)
    shared = found.filter(pl.col("sentence") == 0)
    assert shared.height == 2
    assert shared["probability"].n_unique() == 1
    assert shared["probability"].max() <= 0.5  # type: ignore[operator]


def test_a_skill_named_twice_in_a_sentence_is_one_mention(lexicon: Lexicon) -> None:
    text = pl.DataFrame({"sentence": [7], "text": ["SQL, more SQL and project management"]})
    assert find(text, lexicon)["sentence"].to_list() == [7, 7]
    assert places(text, lexicon).height == 3


def test_what_is_no_skill_text_is_passed_over(lexicon: Lexicon) -> None:
    frame = pl.DataFrame(
        {"sentence": [0, 1], "text": ["Manage budgets"] * 2, "skill_text": [False, True]}
    )
    assert find(frame, lexicon)["sentence"].to_list() == [1]


def test_how_far_the_reading_is_is_told_and_it_can_be_stopped(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "_PIECE", 40)
    frame = pl.DataFrame(
        {"sentence": range(9), "text": ["You manage budgets and lead a team."] * 9}
    )
    told: list[tuple[int, int]] = []
    find(frame, lexicon, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (9, 9)
    assert len(told) > 3
    assert told == sorted(set(told))

    def stop(done: int, of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        find(frame, lexicon, progress=stop)


def test_threads_and_pieces_do_not_change_the_result(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{n} Manage budgets, SQL – 日本 and “project management”" for n in range(500)]
    frame = pl.DataFrame({"text": texts}).with_row_index("sentence")
    whole = find(frame, lexicon, threads=1)
    monkeypatch.setattr("muster.services.skills.map.mentions.lexical._PIECE", 997)
    assert find(frame, lexicon, threads=3).equals(whole)
    assert whole.height == 1500


def test_corrections_are_followed(lexicon: Lexicon) -> None:
    corrected = lexicon.corrected(
        [
            Correction("synonym", "budget", "mind the pennies"),
            Correction("not this", "budget", "managing budgets"),
            Correction("never", "", "Project-Management"),
        ]
    )
    assert said(corrected, "Mind the pennies") == [(0, "budget", "Mind the pennies")]
    assert said(corrected, "Managing budgets, project management") == []
    assert said(corrected, "Manage budgets") == [(0, "budget", "Manage budgets")]


def test_asked_for_in_so_many_words_is_surer_than_in_passing(lexicon: Lexicon) -> None:
    texts = ["Experience and knowledge of SQL", "We offer SQL to our clients, about us"]
    frame = pl.DataFrame({"text": texts}).with_row_index("sentence")
    sure, passing = find(frame, lexicon)["probability"].to_list()
    assert sure > passing


def test_phrases_lie_in_their_sentences_and_are_found_where_adverts_ask() -> None:
    texts = [
        "Knowledge of warehouse robots and sorting machines .", "", "?",
        "The office is closed on Monday .",
    ]  # fmt: skip
    frame = pl.DataFrame({"text": texts}).with_row_index("sentence")
    found = phrases(frame)
    assert dict(found.schema) == PHRASES
    for sentence, start, end, surface in found.select(
        "sentence", "start", "end", "surface"
    ).iter_rows():
        assert texts[sentence][start:end] == surface
    assert found["probability"].is_between(0, 1).all()
    assert any("robots" in one for one in found.filter(pl.col("sentence") == 0)["surface"])
    assert found.filter(pl.col("sentence") > 0).is_empty()


def test_marks_of_names_over_tokens() -> None:
    assert marks([(0, 3), (4, 7), (8, 9)], [(0, 7)]) == [1, 2, 0]


def test_spans_from_tags() -> None:
    assert spans_of(["B", "I", "B", "O", "I", "I"]) == {(0, 2), (2, 3), (4, 6)}
    assert outermost({(0, 4), (1, 2), (3, 6)}) == ((0, 4), (3, 6))


def test_scores_against_a_case_counted_by_hand() -> None:
    told = agreement([[(0, 2), (5, 6)], [(1, 3)]], [[(0, 2), (3, 4)], [(2, 4)]])
    assert told.strict == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert told.half == pytest.approx((1 / 2, 1 / 2, 1 / 2))
    assert told.partial == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    sure = calibration_error(np.array([0.9, 0.9, 0.2]), np.array([True, False, False]))
    assert sure == pytest.approx((0.8 + 0.2) / 3)


def test_nothing_of_the_numbers_that_ship_is_text() -> None:
    with np.load(Path(spans.__file__).parent / "spans.npz") as kept:
        assert {kept[name].dtype.kind for name in kept.files} <= {"i", "f"}
