"""What is read of adverts in Welsh: Welsh names, products and acronyms, and nothing else.

Each row is a line of an advert in Welsh, and the skills that the whole of reading and finding gets
from it. Common words of Welsh that spell an English name are no skills.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.mentions import find
from muster.services.skills.map.reading import Corpus, read
from muster.services.skills.map.reading.contacts import names_somebody
from muster.services.skills.map.reading.corpus import SKILL_PARTS
from muster.services.skills.map.releasing.composing import evidence

AROUND = """Mae'r swydd yn gyfle i weithio yng Nghaerdydd gyda'r tîm ac i ddysgu gan eraill.
Bydd deiliad y swydd yn gyfrifol am waith yr harbwr ac am y cychod sydd yn y porthladd."""

ASKS: tuple[tuple[str, str], ...] = (
    ("Profiad o ddefnyddio JavaScript", "JavaScript"),
    ("Y gallu i siarad Cymraeg", "Welsh"),
    ("Mae sgiliau Cymraeg yn hanfodol ar gyfer y swydd hon.", "Welsh"),
    ("Profiad o ysgrifennu SQL ac o weithio gyda data", "SQL"),
    ("Byddwch yn defnyddio Python bob dydd.", "Python (computer programming)"),
    ("Gwybodaeth o PRINCE2 yn ddymunol", "Prince2 project management"),
    ("Rydym yn chwilio am rywun sy'n rhugl yn y Gymraeg ac yn gallu siarad Cymraeg.", "Welsh"),
)

NOTHING: tuple[str, ...] = (
    "Byddwch yn gyfrifol am reoli prosiectau gyda phobl o bob rhan o'r wlad.",
    "Mae profiad o weithio mewn tîm yn hanfodol.",
    "Sgiliau cyfathrebu da, yn ysgrifenedig ac ar lafar",
    "Y gallu i weithio dan bwysau ac i gwrdd â therfynau amser",
    "Mae angen gradd neu gymhwyster cyfatebol arnoch chi.",
    "Dylech fod yn hyderus wrth ddatrys problemau a gwneud penderfyniadau.",
    "Rydym yn cynnig pensiwn, gwyliau blynyddol a gweithio hyblyg.",
    "Bydd y gwaith yn cynnwys dadansoddi data a llunio adroddiadau.",
    "Trwydded yrru lawn a'r gallu i deithio ledled Cymru",
    "Mae'r swydd hon yn amodol ar wiriad gan y GDG ac ar eirda.",
    "Rhoi cyngor ac arweiniad i staff y GIG a'r awdurdodau lleol",
    "Cefnogi'r rheolwr AD a'r tîm TG gyda'r gwaith o ddydd i ddydd",
    "Bydd gan yr ymgeisydd llwyddiannus brofiad o gadw cofnodion a chyllid.",
    "Mae'n bolisi gan y DU a Llywodraeth Cymru i roi'r claf yn gyntaf.",
    "SGILIAU A GWYBODAETH AR GYFER Y SWYDD HON",
    "RHAID I CHI FOD YN BAROD I WEITHIO DAN HER AC AR Y SAIL HON",
    "Byddwch yn cynllunio, yn trefnu ac yn cadeirio cyfarfodydd gyda phartneriaid.",
    "Sail y gwaith yw gofal da, ac mae her ym mhob man.",
    "Mae ein gwerthoedd yn bwysig: parch, gonestrwydd a dewrder i bawb.",
    "Nid oes angen profiad o JavaScript na SQL ar gyfer y swydd.",
    "Dan arweiniad y Pennaeth bydd y swyddog yn llunio plan a model o'r map.",
    "Mae llety ar y safle, ac mae bws i'r dref ac i'r orsaf bob awr.",
)

BARE = "Python"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """One advert for each line, and the bare line in more Welsh adverts than English ones."""
    english = "You will write reports about the harbour for the board, and mend nets.\nPython"
    lines = [*(line for line, _ in ASKS), *NOTHING, *(f"{BARE}\nCwch {n}" for n in range(3))]
    texts = [english, *(f"{AROUND}\nManyleb person\n{line}" for line in lines)]
    place = tmp_path_factory.mktemp("welsh") / "a.parquet"
    # Adverts of one title that differ in a line would be taken for one advert sent twice.
    titles = ["Keeper", *lines]
    pl.DataFrame({"title": titles, "description": texts}).write_parquet(place)
    return read([place])


@pytest.fixture(scope="module")
def found(corpus: Corpus) -> dict[str, set[str]]:
    """Every text, to the skills found in it."""
    labels = shipped().skills["label"].to_list()
    made: dict[str, set[str]] = {text: set() for text in corpus.sentences["text"]}
    of = dict(corpus.sentences.select("sentence", "text").iter_rows())
    mentions = find(corpus.sentences, shipped())
    for sentence, skill in mentions.select("sentence", "skill").iter_rows():
        made[of[sentence]].add(labels[skill])
    return made


def of_line(found: dict[str, set[str]], line: str) -> set[str]:
    return set().union(*_held(found, line))


def _held(found: dict[str, set[str]], line: str) -> Iterable[set[str]]:
    held = [skills for text, skills in found.items() if text in line]
    assert held, line
    return held


@pytest.mark.parametrize(("line", "skill"), ASKS)
def test_what_a_welsh_line_asks_for(line: str, skill: str, found: dict[str, set[str]]) -> None:
    assert skill in of_line(found, line)


@pytest.mark.parametrize("line", [*NOTHING, *AROUND.split("\n")])
def test_a_welsh_line_that_names_no_skill(line: str, found: dict[str, set[str]]) -> None:
    assert of_line(found, line) == set()


def test_welsh_is_told_from_english_and_is_read(corpus: Corpus) -> None:
    of = dict(corpus.sentences.select("text", "language").iter_rows())
    welsh = corpus.sentences.filter(pl.col("language") == "cy")
    assert welsh.height >= len(NOTHING) + len(ASKS)
    assert (welsh["skill_text"] == welsh["part"].is_in(SKILL_PARTS)).all()
    assert {of[text] for text in AROUND.split("\n")} == {"cy"}


def test_a_bare_line_is_read_as_english_wherever_it_stands(corpus: Corpus) -> None:
    (language,) = corpus.sentences.filter(pl.col("text") == BARE)["language"]
    assert language == "en"


WORDS: tuple[tuple[str, str], ...] = (
    # (a line without small words, in an advert in Welsh; its language)
    ("Rheoli prosiectau", "cy"),
    ("Dadansoddi data", "cy"),
    ("Cyfathrebu", "cy"),
    ("Gweithgareddau", "cy"),
    ("Uwch Swyddog Polisi", "cy"),
    ("Datblygu polisïau", "cy"),
    ("Addysg", "cy"),
    ("Tîm cyllid", "cy"),
    ("Project management", "en"),
    ("Microsoft Excel", "en"),
    ("Tableau, Power BI", "en"),
    ("Additional responsibilities", "en"),
    ("Law, audit, risk", "en"),
    ("Lawyer", "en"),
    ("Budget holder", "en"),
)


@pytest.mark.parametrize(("line", "language"), WORDS)
def test_lines_of_few_words(line: str, language: str, tmp_path: Path) -> None:
    pl.DataFrame({"description": [f"{AROUND}\n{line}"]}).write_parquet(tmp_path / "a.parquet")
    read_so = read([tmp_path / "a.parquet"]).sentences
    assert read_so.filter(pl.col("text") == line)["language"].to_list() == [language]


NAMES: tuple[tuple[str, bool], ...] = (
    ("Byddwch yn adrodd i Siân Fairweather.", True),
    ("Byddwch yn gweithio gyda Jane Fairweather bob dydd.", True),
    ("Rheolir y tîm gan Rhys Fairweather.", True),
    ("Gwen Fairweather yw rheolwr y tîm Excel a SQL yn y swydd.", True),
    ("Gwen Fairweather sy'n gyfrifol am SQL yn y swydd.", True),
    ("Huw ap Fairweather fydd yn gyfrifol am SQL yn y swydd.", True),
    ("Mae Gwen Fairweather yn arwain gwaith JavaScript y swydd.", True),
    ("Bydd Huw Fairweather yn eich hyfforddi yn y gwaith JavaScript.", True),
    ("Profiad o ddefnyddio JavaScript", False),
    ("Byddwch yn gweithio gyda phobl o bob oed.", False),
    ("Mae Python yn hanfodol ar gyfer y swydd.", False),
)


@pytest.mark.parametrize(("sentence", "named"), NAMES)
def test_a_welsh_sentence_that_may_name_somebody_is_not_shown(sentence: str, named: bool) -> None:
    assert names_somebody(pl.Series([sentence])).to_list() == [named]


SHOWN: tuple[tuple[str, bool], ...] = (
    *((sentence, not named) for sentence, named in NAMES),
    *((line, True) for line, _ in ASKS),
    ("Rheolwr y tîm SQL yn y swydd yw Gwen Fairweather.", False),
    ("Yn y swydd bydd Huw ap Fairweather yn eich hyfforddi yn SQL.", False),
)


@pytest.mark.parametrize(("sentence", "shown"), SHOWN)
def test_which_welsh_sentences_are_shown(sentence: str, shown: bool) -> None:
    text = pl.DataFrame({"sentence": [0], "text": [sentence], "language": ["cy"]})
    mentions = pl.DataFrame({"sentence": [0], "skill": [0], "surface": "s", "probability": [0.9]})
    adverts = pl.DataFrame({"advert": [0], "organisation": ["A"], "posted": [None]})
    uses, ids = pl.DataFrame({"advert": [0], "sentence": [0]}), pl.DataFrame({"skill": [0]})
    found = evidence(mentions, text, uses, adverts, ids.with_columns(id=pl.lit("esco:1")))
    assert bool(found.height) == shown
