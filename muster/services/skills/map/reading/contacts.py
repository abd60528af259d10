"""Taking out of a text whatever contacts somebody: no sentence that is shown may do that.

Adverts name people: whom to ring, whom to write to, who hires. What stood there is told by a mark
in brackets, so that the sentence still reads. A name is known by its title, or by standing where
adverts put one; a line that holds nothing but names is taken out where adverts say how to apply.
"""

import re

import polars as pl

from muster.services.skills.map.reading.plain import plain

EMAIL, PHONE, LINK, NAME = "[email]", "[phone]", "[link]", "[name]"

_WORD = r"(?:[A-Z][a-zA-Z'\u00c0-\u024f]*(?:-[A-Z][a-zA-Z'\u00c0-\u024f]*)*\.?)"
_OF = r"(?:d[aeiou]|van|von|de[rn]|la|le|ap|ab|ferch|bin|al|y)"
_PERSON = rf"{_WORD}(?: +(?:{_OF} +)*{_WORD}){{0,3}}"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Revd|Cllr)\b\.?"

_ASKED = (
    r"(?:contact(?:\s+(?:name|point|person|details))?|ring|call|phone|telephone|e-?mail(?:ing)?"
    r"|speak(?:ing)?\s+(?:to|with)|talk(?:ing)?\s+to|chat\s+(?:to|with)|ask\s+for|write\s+to"
    r"|liaise\s+with|attention\s+of|enquir(?:ies|e)\s+to|discussions?\s+with"
    r"|visits?\s+(?:with|to\s+see)|reach(?:\s+out\s+to)?|(?:hiring|line|recruiting|vacancy)\s+"
    r"(?:manager|holder|lead)(?:\s+is)?|name|enw|cyswllt"
    r"|(?:cysylltwch|siaradwch|sgwrs(?:\s+anffurfiol)?)\s+(?:\u00e2|ag|gyda)|ffoniwch|e-?bostiwch)"
)

RULES: tuple[tuple[str, str, str], ...] = (
    # (a text that has none of these letters needs no further look, what is taken out, the mark)
    (
        r"(?i)@|\[at\]|\(at\)|\{at\}|\sat\s.*\bdot\b",
        (
            r"(?i)(?:mailto:)?[\w.+'&-]+\s*(?:@|[\[({]\s*at\s*[\])}])\s*"
            r"[\w-]+(?:\s*(?:\.|[\[({]\s*dot\s*[\])}])\s*[\w-]+)*"
            r"|[\w.+-]+\s+at\s+[\w-]+(?:\s+dot\s+[\w-]+)+"
        ),
        EMAIL,
    ),
    (r"@", r"\S*@\S*", EMAIL),
    (
        r"(?i)https?:|www\.|ftp:|\.(?:uk|com|org|net|wales|cymru|scot|eu|io|info|jobs)\b",
        (
            r"(?i)\b(?:https?|ftp)\s*:/?/?\s*\S*|\bwww\s*\.\s*\S+"
            r"|(?-i:(?:[\w-]+\.)+(?:uk|UK|com|COM|org|ORG|wales|cymru|scot|eu|io|info|jobs)"
            r"|\bnhs\.net|(?:[\w-]+\.){2,}net|[\w-]+\.net/)\b(?:[/?#:]\S*)?"
        ),
        LINK,
    ),
    (
        r"\d(?:[\s().\-\u2010-\u2015/]*\d){6}",
        (
            r"(?:\+\s*|\(\s*\+?\s*)*(?:\b|\+)(?:0"
            r"|44)[\s()]*\d(?:[\s().\-\u2010-\u2015]{0,3}\d){7,12}"
            r"|\+\s*\d(?:[\s().\-\u2010-\u2015/]{0,3}\d){6,}|\b0\d{2,4}/\d{3}[ -]?\d{3,4}\b"
            r"|\b\d{7,}\b|\b\d{3,5}[ -]\d{3}[ -]?\d{3,4}\b|\b\d{4} \d{4}\b"
        ),
        PHONE,
    ),
    (
        r"(?i)\b(?:ext|extension|tel|telephone|phone|mobile|mob|fax|call|ring|bleep|pager|ff\u00f4n)\b",
        (
            r"(?i)\b((?:ext|extension|tel|telephone|phone|mobile|mob|fax|call|ring|bleep|pager|ff\u00f4n)\b\.?"
            r"(?:\s*(?:no|number|on))?\b\.?\s*:?\s*)\+?\d[\d\s-]{2,}"
        ),
        "${1}" + PHONE + " ",
    ),
    (
        r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Lord|Lady|Rev|Cllr)",
        rf"\b{_TITLE}\s*(?:{_TITLE}\s*)*{_PERSON}",
        NAME,
    ),
)
"""Tried in this order: (only texts with this are looked at, what is taken out, the mark)."""

_NOBODY = (
    r"(?:Cent(?:re|er)s?|Trac(?:ing|er|ers|e)|Lens(?:es)?|Details?|Us|Handl(?:er|ers|ing)|Point"
    r"|Teams?|Management|Manager|Officers?|Agents?|Advis[eo]rs?|Information|Data|Services?|Sports?"
    r"|Hours|The|This|Our|Your|If|For|Please|With|To|On|We|You|It|At|In|And|Or|Is|Of|All"
    r"|Fenced|Binding|Back|Out|Civil|NHS|HR|IT|GP|Band|Human|Recruitment|Customers?)\b"
)
_LOOKED_AT = rf"(?i:\b{_ASKED})\W{{1,4}}(?:(?i:please|directly|either|on|to|me|is)\s+)*[A-Z]"
_NAMED = re.compile(
    rf"\b((?i:{_ASKED})\b\s*(?:[:\u2013-]\s*)?"
    rf"(?:(?i:please|directly|either|on|to|me|is)\b\s*)*(?:[:\u2013-]\s*)?)"
    rf"(?!{_NOBODY}){_PERSON}(?:\s*(?:,|/|&|\bor\b|\band\b)\s*(?!{_NOBODY}){_PERSON})*"
)
_PEOPLE = (
    rf"\b(?:{_TITLE}\s*)?{_WORD}"
    rf"(?: +(?:{_OF} +)*{_WORD}){{1,3}}"
)
_BESIDE = (
    r"(?i:\b(?:report(?:s|ing)?\s+to|(?:managed|led|supervised|mentored)\s+by|work(?:s|ing)?\s+"
    r"(?:with|for|alongside)|alongside|support(?:s|ing)?|assist(?:s|ing)?|deputi[sz](?:e|es|ing)"
    r"\s+for|ffoniwch|siaradwch|gydag?|gan|\u00e2|ag|adrodd\s+i|atebol\s+i|cefnogi|cynorthwyo)\s+)"
    + _PEOPLE
)
# "Mae Python yn" names nobody: a word that begins a sentence of Welsh is not of a name.
_OPENS = (
    r"^(?:Mae|Bydd|Dyma|Roedd|Rhaid|Gall|Profiad|Sgiliau|Gwybodaeth|Dealltwriaeth|Defnyddio|Dysgu"
    r"|Siarad|Ysgrifennu)\s+"
)
_BEGINS = (
    rf"^{_PEOPLE}\s*(?:\(|,?\s+(?:says|said|is|leads|who|has|will"
    r"|yw|ydy|ydi|sydd|sy|fydd|oedd|yn)\b)"
)
_IS = rf"^(?:Mae|Bydd|Dyma|Roedd)\s+{_PEOPLE}"
_NUMBER = r"\(0\d{2,}\)|\b\d{5,}\b|(?i)\b(?:bleep|ex|ext|x)\b\.? ?\d{3,}"
_REACHED = rf"\b{_WORD}(\s*[:,(\u2013-]?\s*(?:on|at|via|by)?:?\s*\[(?:phone|email)\])"


def uncontactable(texts: pl.Series) -> pl.Series:
    """Return texts without e-mail addresses, telephone numbers, links and names to ask for."""
    frame = pl.DataFrame({"text": texts})
    for where, what, mark in RULES:
        found = frame["text"].str.contains(where).fill_null(False)
        if found.any():
            touched = frame.with_row_index("at").filter(found)
            touched = touched.with_columns(pl.col("text").str.replace_all(what, mark))
            rest = frame.with_row_index("at").filter(~found)
            frame = pl.concat([rest, touched]).sort("at").drop("at")
    return _unnamed(frame["text"]).rename(texts.name)


def _unnamed(texts: pl.Series) -> pl.Series:
    """Return texts without the names that stand where adverts say whom to ask."""
    places = texts.str.contains(_LOOKED_AT).fill_null(False).arg_true()
    if not len(places):
        return texts
    made = texts.to_list()
    for place in places:
        made[place] = _NAMED.sub(rf"\1{NAME}", made[place])
    return pl.Series(texts.name, made, dtype=pl.String)


def nameless(texts: pl.Series) -> pl.Series:
    """Return sentences of how to apply, where nothing that is written as a name is left.

    What is lost besides, such as the names of teams, says nothing of skills.
    """
    quiet = texts.str.replace_all(_PEOPLE, NAME).str.replace_all(_REACHED, NAME + "${1}")
    return quiet.str.replace_all(_NUMBER, PHONE)


def names_somebody(texts: pl.Series) -> pl.Series:
    """Tell which sentences may name a person whom they do not ask anybody to contact.

    "You will report to ..." is skill text, and is read; it is not shown. A sentence more that is
    not shown costs nothing.
    """
    found = texts.str.contains(_BESIDE) | texts.str.contains(_IS)
    found |= texts.str.replace(_OPENS, "").str.contains(_BEGINS)
    return found.fill_null(value=False).rename("named")


def written_as_names(texts: pl.Series) -> pl.Series:
    """Tell which sentences of Welsh hold words that are written as a name, wherever they stand.

    Welsh says in many ways that somebody leads or teaches, and writes few other words so.
    """
    bare = texts.str.replace(_OPENS, "")
    return bare.str.contains(_PEOPLE).fill_null(value=False).rename("named")


def without_contacts(texts: pl.Series) -> pl.Series:
    """Return whole texts of adverts on plain lines, without contacts, for keeping."""
    return uncontactable(plain(texts)).rename(texts.name)
