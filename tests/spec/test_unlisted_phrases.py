"""Which phrases are told to whoever looks after the names of skills, and which never are.

Each row is what was read in the sentences of five adverts as something asked for, and what is told
of it; ``None`` where it is left out.
"""

import polars as pl
import pytest

from muster.services.skills.map.mentions import unlisted as module
from muster.services.skills.map.mentions.spans import PHRASES
from muster.services.skills.map.mentions.unlisted import unlisted
from muster.services.skills.map.reading.corpus import ADVERTS, SENTENCES, USES, Corpus

ADVERTS_OF_IT = 5
TOLD: list[tuple[str, str | None]] = [
    # As it stands, in small letters, with single spaces.
    ("attention to detail", "attention to detail"),
    ("Attention  to detail", "attention to detail"),
    ("person-centred practice", "person centred practice"),
    ("the patient's needs", "patient's needs"),
    ("C++ or Rust", "c++ or rust"),
    ("health & safety", "health & safety"),
    # Without small words and marks at its ends; those inside stay.
    ("a keen eye for detail,", "keen eye for detail"),
    ("and the ability to listen to", "ability to listen"),
    ("your caseload of the week within", "caseload of the week"),
    # Two to six words.
    ("diligence", None),
    ("the diligence", None),
    ("write clear and plain English letters", "write clear and plain english letters"),
    ("write clear and plain English letters daily", None),
    # One thing: no figures, no list, no address.
    ("at least 3 years", None),
    ("Windows 11 support", None),
    ("numeracy, literacy", None),
    ("write to jobs@example.com", None),
    ("see www.example.com first", None),
    ("apply at example.co.uk today", None),
    ("ring 020 7946 0018 first", None),
    # Nobody's name: by title, where adverts put one, or written as one.
    ("Dr Smith and team", None),
    ("speak to Mrs Jones", None),
    ("contact Jane Example", None),
    ("ring Jane for details", None),
    ("report to Jane Example", None),
    ("work with Jane Example", None),
    ("Jane Example", None),
    ("Jane van Example", None),
    ("help from [name] daily", None),
    ("send it to [email]", None),
    # What is written like a name is left out with it, and counts where it is written plainly.
    ("Case Conferencing", None),
    ("case conferencing", "case conferencing"),
]


def corpus_of(text: str, *, part: str = "skills", skill_text: bool = True) -> Corpus:
    adverts = pl.DataFrame({"advert": range(ADVERTS_OF_IT)}).cast({"advert": pl.UInt32})
    sentences = pl.DataFrame(
        [(0, text, part, skill_text, "en")], schema=SENTENCES, orient="row"
    )  # fmt: skip
    uses = pl.DataFrame([(row, 0) for row in range(ADVERTS_OF_IT)], schema=USES, orient="row")
    blank = [pl.lit(None, dtype=kind).alias(name) for name, kind in ADVERTS.items()][1:]
    return Corpus(adverts.with_columns(blank), sentences, uses)


def whole_sentences(sentences: pl.DataFrame, *, named: pl.DataFrame | None = None) -> pl.DataFrame:
    """Read each sentence as one phrase."""
    del named
    rows = [(one, 0, len(text), text, 0.9) for one, text in sentences.iter_rows()]
    return pl.DataFrame(rows, schema=PHRASES, orient="row")


NONE = pl.DataFrame(schema={"sentence": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32})


@pytest.mark.parametrize(("read", "told"), TOLD, ids=[read for read, _told in TOLD])
def test_what_is_told_of_a_phrase(
    read: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "phrases", whole_sentences)
    assert unlisted(corpus_of(read), NONE).rows() == ([(told, ADVERTS_OF_IT)] if told else [])


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(0, 9, False), (9, 12, False), (18, 30, False), (19, 30, True)],
    ids=["at its beginning", "inside", "by its last letter", "only after it"],
)
def test_a_phrase_that_touches_a_skill_is_called_by_it(
    start: int, end: int, *, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "phrases", whole_sentences)
    named = pl.DataFrame([(0, start, end), (1, 0, 19)], schema=NONE.schema, orient="row")
    assert bool(unlisted(corpus_of("attention to detail"), named).height) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Alongside others you keep tidy records", True),
        ("Alongside Jane Example you keep tidy records", False),
        ("Jane Example (manager): keep tidy records", False),
    ],
)
def test_no_sentence_is_read_that_names_somebody(
    sentence: str, *, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pl.DataFrame([(0, 0, 0, "keep tidy records", 0.9)], schema=PHRASES, orient="row")

    def ends_alone(sentences: pl.DataFrame, *, named: pl.DataFrame) -> pl.DataFrame:
        del named
        return found.join(sentences, on="sentence", how="semi")

    monkeypatch.setattr(module, "phrases", ends_alone)
    assert bool(unlisted(corpus_of(sentence), NONE).height) == told


def test_only_text_that_may_name_skills_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "phrases", whole_sentences)
    corpus = corpus_of("attention to detail", part="about us", skill_text=False)
    assert unlisted(corpus, NONE).rows() == []
