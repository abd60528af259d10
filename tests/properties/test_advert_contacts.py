"""Nothing that contacts somebody is left in any sentence, however an advert writes it."""

import re
import string
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.services.skills.map.reading import read
from muster.services.skills.map.reading.contacts import uncontactable

FORENAMES = ("Jane", "Siân", "Jean-Luc", "Mohammed", "Aoife", "Zoë", "Bartholomew")
SURNAMES = ("Fairweather", "O'Dowd", "Smythe-Jones", "McTavish", "ap Rhys", "van der Berg")
names = st.tuples(st.sampled_from(FORENAMES), st.sampled_from(SURNAMES))
domains = st.sampled_from(
    ("harbour.gov.uk", "nhs.net", "example.co.uk", "mail.harbour.ac.uk", "post.example.org")
)
digits = st.text(string.digits, min_size=9, max_size=9)


@st.composite
def emails(draw: st.DrawFn) -> str:
    forename, surname = draw(names)
    plain = re.sub(r"[^a-z]", "", surname.lower()) or "x"
    local = draw(st.sampled_from((f"{forename[0].lower()}.{plain}", f"{plain}99", f"jobs+{plain}")))
    at = draw(st.sampled_from(("@", " @ ", " (at) ", "[at]", " [at] ")))
    domain = draw(domains)
    if "at" in at and draw(st.booleans()):
        domain = domain.replace(".", " [dot] ")
    return f"{local}{at}{domain}"


@st.composite
def phones(draw: st.DrawFn) -> str:
    held = draw(digits)
    start = draw(st.sampled_from(("0", "+44 ", "+44 (0)", "+44(0) ", "(0", "0044 ")))
    space = draw(st.sampled_from((" ", "", "-", ".", "  ")))
    closing = ")" if start == "(0" else ""
    return f"{start}{held[0]}{held[1:4]}{closing}{space}{held[4:7]}{space}{held[7:]}{held[:1]}"


@st.composite
def links(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(("https:" + "//", "http:" + "//", "")))
    start = scheme + draw(st.sampled_from(("www.", "")))
    end = draw(st.sampled_from(("", "/jobs/apply?id=7", "/people#team", ":8080/x")))
    return f"{start}{draw(domains)}{end}"


FRAMES = (
    "For an informal chat please contact {name} on {phone} or {email}.",
    "Contact: {name}, Head of Service, {email}",
    "Please call {name} ({phone}) to arrange a visit",
    "If you have questions, email {name} at {email}.",
    "Hiring manager: {name}. Telephone: {phone}. See {link}",
    "Contact name\n{name}\n{phone}\n{email}\n{link}",
    "Job contact :\nName : {name}\nEmail : {email}\nTelephone : {phone}",
    "Speak to Dr {name} via {email}; more at {link}.",
    "Apply at {link}\nContact details:\n{name} - {phone}",
    "{name} on {phone} would be glad to hear from you; see {link}",
    "<p>Contact <b>{name}</b> <a href='mailto:{email}'>{email}</a></p><p>{phone}</p>",
)
AROUND = "You will use Python 3.11 to plan 25,000 voyages from 2026 to 2030."


@st.composite
def adverts(draw: st.DrawFn) -> tuple[str, tuple[str, str]]:
    """Draw the text of an advert, and the name that it says whom to ask by."""
    name = draw(names)
    said = draw(st.sampled_from(FRAMES)).format(
        name=" ".join(name), email=draw(emails()), phone=draw(phones()), link=draw(links())
    )
    text = f"{AROUND}\n{said}" if draw(st.booleans()) else f"{said}\n{AROUND}"
    return text, name


@given(st.lists(adverts(), min_size=1, max_size=12))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_contact_survives(tmp_path: Path, drawn: list[tuple[str, tuple[str, str]]]) -> None:
    place = tmp_path / "a.parquet"
    texts = [text for text, _ in drawn]
    pl.DataFrame({"title": "Pilot", "description": texts}).write_parquet(place)
    words = "\n".join(read([place]).sentences["text"])
    assert AROUND in words
    rest = words.replace(AROUND, "")
    assert not re.search(r"\d{5}|\d{3}\D{1,2}\d{3}", rest), rest
    assert "@" not in rest
    assert not re.search(r"(?i)\.(?:uk|net|org)\b|www|http|dot\]", rest), rest
    for _, name in drawn:
        for one in name:
            assert one.split()[-1] not in rest, rest


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_passes_through(text: str) -> None:
    out = uncontactable(pl.Series([text]))[0]
    assert "@" not in out
    assert uncontactable(pl.Series([out]))[0].count("@") == 0


KEPT = (
    "Experience of contact centre work is essential.",
    "You will handle 2,500 calls from 2024 to 2026.",
    "Contact Centre Manager with knowledge of Genesys.",
    "Python 3.11, ISO 27001, PRINCE2 and ITIL v4 are used.",
    "Pay is 25,000 to 31,500 pounds, 37.5 hours a week.",
    "Closing date 12/03/2026 - 14/03/2026.",
    "Use of ASP.NET, Node.js, C# and .NET Core.",
    "Support Contact Tracing in Public Health Wales.",
)


def test_what_contacts_nobody_is_left_alone() -> None:
    assert uncontactable(pl.Series(KEPT)).to_list() == list(KEPT)
