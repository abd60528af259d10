"""The record of the algorithm that matches records: what it is for, how it works, where it fails.

For the page that everybody may read, and for ``docs/reference/matching-record.md``, which says the
same in a file. It follows the fields of the Algorithmic Transparency Recording Standard of the
United Kingdom: owner, purpose, how it works, data, human decisions, performance, risks.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

RECORD = (
    (_("What it is for"), (
        _(
            "Every employer's system holds its own record of a person. Muster says which of "
            "these records are of one person, and why."
        ),
        _(
            "Without it people are counted twice, and whoever moves from one employer to "
            "another is entered again by hand. It decides nothing else about anybody."
        ),
    )),
    (_("Who answers for it"), (
        _(
            "The organisation that runs Muster owns it; its information-governance officers "
            "accept or refuse what a run would change. It is part of Muster's open code and "
            "has no supplier of its own."
        ),
    )),
    (_("What it does"), (
        _(
            "Records with the same National Insurance number, birth date and surname are of "
            "one person. That is certain enough for nobody to be asked."
        ),
        _(
            "All other records that share something are compared. A statistical model learns "
            "from the records themselves what an agreement or a difference in each field "
            "tells; a rare surname tells more than a common one."
        ),
        _(
            "Only on strong evidence are two records linked without asking, and never if "
            "their National Insurance numbers differ, if one system holds both at the same "
            "time, or if somebody decided that they are two persons."
        ),
        _(
            "Nor are they, unless they state the same number, if their first forenames or "
            "birth dates differ, if their surnames are unlike, or if both are born on 1 "
            "January."
        ),
        _(
            "A record that comes or changes is looked at within a second, by the last "
            "accepted model. Each night all records are weighed anew; what that would change "
            "beyond what is usual waits for a person."
        ),
    )),
    (_("People decide"), (
        _(
            "Where it is likely but not so sure, a person looks at both records and decides. "
            "Where pay hangs on it, a second person confirms it."
        ),
        _(
            "A decision of a person stands above any later run, and every link can be undone:"
            " then all is as if it had never been."
        ),
        _(
            "Whoever finds that their records are mixed up with another person's tells their "
            "HR team, who undo the link. Everybody sees in their own record which systems' "
            "records it is made of."
        ),
    )),
    (_("On what"), (
        _(
            "On what the latest files of HR systems state: forenames, surname, birth date, "
            "and a keyed hash of the National Insurance number, which says whether two "
            "numbers are the same and nothing else. Not on sex, ethnicity, health, pay, "
            "grade, place or work email, which is made of the name."
        ),
        _(
            "The model is fitted to these same records each night, without labels, by "
            "expectation maximisation (Fellegi and Sunter's model, with Splink). It learns "
            "nothing from other organisations or from the internet, and is named by a "
            "fingerprint that every link keeps."
        ),
    )),
    (_("Where it fails"), (
        _(
            "Twins, and parent and child of one name, look alike. A differing birth date or "
            "number keeps them apart; where neither is stated, a person has to."
        ),
        _(
            "Whoever changed their name and has no National Insurance number in one of the "
            "records is seldom found."
        ),
        _(
            "The model knows common short forms and spellings of forenames, and asks about "
            "them. People whose names are often transliterated are asked about more often "
            "than others, and may be missed if both names are written otherwise."
        ),
        _(
            "Of few records little can be learned. The estimates of a small service are worth"
            " less."
        ),
        _(
            "A wrong link could show one person's record to another. That is why strong "
            "evidence, a second pair of eyes, an undo that restores everything, and a report "
            "before any large change stand against it."
        ),
    )),
    (_("How well, where the truth is known"), (
        _(
            "The same method was tried on two files of half a million pretend people without a "
            "common number. F1, the balance of what it finds and what is right in it, was 0.98. "
            "Nine in ten of the true pairs were linked without asking, and fewer than 1 in "
            "10,000 of these links were wrong, as the model itself had expected. The benchmark of "
            "linkage measures it again."
        ),
    )),
    (_("Changes"), (
        _(
            "Each run keeps its model, its thresholds and what tells more or less than "
            "before. Changes of the method stand in the list of changes of each release."
        ),
    )),
)  # fmt: skip
"""Sections, each with its sentences. What a run measured stands beside them on the page."""


def as_markdown() -> str:
    """Return the record as the page of the documentation that is kept in English."""
    lines = ["# How records are matched: the record of the algorithm", ""]
    with override("en"):
        for heading, sentences in RECORD:
            lines += [f"## {heading}", "", *(f"* {sentence}" for sentence in sentences), ""]
    return "\n".join(lines)
