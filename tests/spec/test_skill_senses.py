"""What a sentence of an advert asks for, and which words only look like a skill.

Each row is a sentence, skills it must be read as asking for, and skills it must not. ``nothing``
means that no skill may be found in it at all. A skill is written as its first name.
"""

import polars as pl
import pytest

from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.mentions import find

ASKS: list[tuple[str, str]] = [
    # As listed, in any case, with marks around it.
    ("Experience of project management is essential.", "project management"),
    ("PROJECT MANAGEMENT", "project management"),
    ("(Project management, risk management)", "project management"),
    ("Knowledge of risk management/assurance", "risk management"),
    ("Strong project-management skills", "project management"),
    ("An understanding of “data protection” law", "data protection"),
    # One or many; doing or to do.
    ("You will manage budgets of up to £2m.", "manage budgets"),
    ("Experience of managing budgets", "manage budgets"),
    ("Responsible for managing a budget", "manage budgets"),
    ("You will supervise staff in two teams.", "supervise staff"),
    ("Supervising staff and volunteers", "supervise staff"),
    ("Ability to solve problems", "solve problems"),
    ("Excellent problem-solving skills", "solve problems"),
    ("Sound decision making under pressure", "make decisions"),
    ("Good time management", "manage time"),
    ("Able to prioritise own workload", "manage time"),
    ("Able to prioritize own workload", "manage time"),
    ("Works well as a team player", "work in teams"),
    ("You will be working as part of a team", "work in teams"),
    # British and American.
    ("Experience of programme management", "project management"),
    ("Experience of program management", "project management"),
    ("Knowledge of orthopaedics", "orthopaedics"),
    ("Knowledge of orthopedics", "orthopaedics"),
    ("Data modeling and SQL", "Data modelling"),
    ("Person-centered care", "person centred care"),
    # Products, acronyms and programming languages.
    ("Proficient in Java and Python", "Java (computer programming)"),
    ("Proficient in Java and Python", "Python (computer programming)"),
    ("Statistical programming in R or SAS", "R"),
    ("Writing SQL queries", "SQL"),
    ("Web pages in JavaScript and CSS", "JavaScript"),
    ("Trained in CBT", "cognitive behavioural therapy"),
    ("Confident with Microsoft Excel", "use spreadsheets software"),
    ("Good knowledge of MS Office", "use microsoft office"),
    # Languages.
    ("Fluent in written and spoken English", "English"),
    ("The ability to speak Welsh is desirable.", "interact verbally in Welsh"),
    ("Welsh language skills at level 3", "Welsh"),
    ("Speaks French and German", "French"),
    # In Welsh.
    ("Mae'r gallu i siarad Cymraeg yn hanfodol.", "Welsh"),
    ("Sgiliau Cymraeg lefel 4", "Welsh"),
    ("Profiad o ddefnyddio JavaScript", "JavaScript"),
    # A word of two senses, where the sentence shows which.
    ("Excellent communication skills", "communication"),
    ("Experience in surgery", "surgery"),
    ("GCSE maths or equivalent", "mathematics"),
    ("Knowledge of IT systems", "computer technology"),
    ("Background in logistics", "logistics"),
    # Denied of another thing, or asked for after all.
    ("Project management is desirable but not essential.", "project management"),
    ("We are looking for not only project management but vision.", "project management"),
    ("No degree required, but project management experience is.", "project management"),
    ("Payroll is not needed; project management is.", "project management"),
]

DOES_NOT_ASK: list[tuple[str, str]] = [
    # False friends of every advert.
    ("Our principles guide everything we do.", "nothing"),
    ("Current terms and conditions apply.", "nothing"),
    ("We have staff networks for everyone.", "nothing"),
    ("Join our networks and see our standards.", "nothing"),
    ("All equipment is provided in line with policies and procedures.", "nothing"),
    ("The board meets at a high standard.", "nothing"),
    ("We go the extra mile.", "nothing"),
    ("Go to our website to apply.", "nothing"),
    ("It is a great place to be.", "computer technology"),
    ("You need to access the site by lift.", "Microsoft Access"),
    ("Grade C or above, see section R.", "R"),
    ("Pick up a scratch card, we have less stress.", "nothing"),
    ("The doctor's surgery is on the High Street.", "surgery"),
    ("The trust has a long history.", "history"),
    ("This role is subject to consultation.", "consultation"),
    ("You will be responsible to the head of unit.", "show responsibility"),
    ("We plan to interview on 4 May.", "nothing"),
    ("Integrity and confidence are our light.", "nothing"),
    # Nations, services and papers, not languages.
    ("You will join the Welsh Government.", "Welsh"),
    ("The Welsh Ambulance Service is recruiting.", "Welsh"),
    ("English Heritage looks after 400 places.", "English"),
    ("Applications may be submitted in Welsh and will be treated alike.", "Welsh"),
    ("A knowledge of English law", "English"),
    # Not needed.
    ("No experience of project management needed.", "project management"),
    ("No previous experience of risk management is required.", "risk management"),
    ("We don't require project management.", "project management"),
    ("We do not expect experience of data protection.", "data protection"),
    ("Project management is not required.", "project management"),
    ("Knowledge of SQL isn’t necessary, as training is given.", "SQL"),
    ("Candidates without project management experience need not worry.", "project management"),
    ("You do not need to speak Welsh for this role.", "Welsh"),
    ("Nid oes angen JavaScript.", "JavaScript"),
    # In Welsh, English words are not English skills.
    ("Byddwch yn gweithio ar plan ac in history.", "nothing"),
    ("Cyflwyno ceisiadau yn Gymraeg neu Cymraeg.", "Welsh"),
    # Letters inside other letters.
    ("The unforecasted goal of scripture", "nothing"),
    ("Sussex and Javanese", "Java (computer programming)"),
]

_WELSH = {
    "Mae'r gallu i siarad Cymraeg yn hanfodol.", "Sgiliau Cymraeg lefel 4",
    "Profiad o ddefnyddio JavaScript", "Nid oes angen JavaScript.",
    "Byddwch yn gweithio ar plan ac in history.", "Cyflwyno ceisiadau yn Gymraeg neu Cymraeg.",
}  # fmt: skip


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """Every sentence of the tables, to the skills found in it."""
    sentences = list(dict.fromkeys(sentence for sentence, _ in ASKS + DOES_NOT_ASK))
    frame = pl.DataFrame(
        {
            "text": sentences,
            "language": ["cy" if one in _WELSH else "en" for one in sentences],
        }
    ).with_row_index("sentence")
    lexicon = shipped()
    labels = lexicon.skills["label"].to_list()
    found: dict[str, set[str]] = {one: set() for one in sentences}
    for sentence, skill in find(frame, lexicon).select("sentence", "skill").iter_rows():
        found[sentences[sentence]].add(labels[skill])
    return found


@pytest.mark.parametrize(("sentence", "skill"), ASKS)
def test_the_sentence_asks_for_the_skill(
    sentence: str, skill: str, read: dict[str, set[str]]
) -> None:
    assert skill in read[sentence]


@pytest.mark.parametrize(("sentence", "skill"), DOES_NOT_ASK)
def test_the_sentence_does_not_ask_for_the_skill(
    sentence: str, skill: str, read: dict[str, set[str]]
) -> None:
    if skill == "nothing":
        assert read[sentence] == set()
    else:
        assert skill not in read[sentence]
