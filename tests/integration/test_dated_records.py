"""A person's record on any day, as known on any day, beside another; and the person's own view."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muster.gates.access import Actor
from muster.kernel.ids import new_ids
from muster.register.employers.queries import ids_by_key
from muster.register.people.models import (
    Assignment,
    Claim,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    PersonName,
    SourceRecord,
    Statement,
)
from tests.integration.test_conflict_pages import text_of
from tests.integration.test_matching import record
from tests.integration.test_people_feeds import MOLE, changed, send
from tests.integration.test_survivorship import Pair, bodies, moved, person_of

__all__ = ["bodies", "moved"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
OWN = "/register/me/"


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Sign in as a caseworker of a body, or as a person."""

    def sign_in(employer: str = "", person: uuid.UUID | None = None) -> Client:
        owner = ids_by_key()[employer] if employer else None
        role = frozenset({"HR caseworker" if owner else "civil servant"})
        actor = Actor("persona:x", "X", role, employer=owner, person=person)  # type: ignore[arg-type]
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def dated(**days: dt.date) -> str:
    parts = [f"{name}_{part}={getattr(one, part)}" for name, one in days.items()
             for part in ("day", "month", "year")]  # fmt: skip
    return "?" + "&".join(parts)


def row_of(text: str, caption: str, first: str) -> str:
    """Return the words of the row of a table that begins with some."""
    found = re.search(rf"(?s)<caption[^>]*>{re.escape(caption)}.*?</table>", text)
    assert found is not None, caption
    rows = [re.sub(r"<[^>]*>", " ", row) for row in re.findall(r"(?s)<tr.*?</tr>", found.group(0))]
    rows = [" ".join(row.split()) for row in rows]
    return next(row for row in rows if row.startswith(first))


def test_any_day_shows_what_counted_then(as_: SignIn) -> None:
    send("08-31", MOLE)
    send("09-30", changed(MOLE, Grade="G6", Name="Martha STOAT"))
    client, page = as_("mill"), f"/register/people/{person_of(record('M/1'))}"
    before, after = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
    text = text_of(client, page + dated(as_at=before))
    assert "Martha MOLE" in row_of(text, "What counts on 1 September 2026", "Legal name")
    assert "Grade 7" in row_of(text, "What counts on 1 September 2026", "Grade")
    text = text_of(client, page + dated(as_at=after))
    assert "Martha STOAT" in row_of(text, "What counts on 1 October 2026", "Legal name")
    assert "30 Sep 2026" in row_of(text, "What counts on 1 October 2026", "Grade")
    post = row_of(text, "What counts on 1 October 2026", "Post")
    assert "2 Sep 2019" in post, "of the terms that changed, the post is what it was"
    text = text_of(client, page + dated(as_at=after, other=before))
    differs = row_of(text, "What differs between the two days", "Grade")
    assert "Grade 7" in differs
    assert "Grade 6" in differs
    assert "Martha MOLE" in row_of(text, "What changed, and when", "30 Sep 2026")
    same = text_of(client, page + dated(as_at=after, other=after))
    assert "Nothing differs" in same
    assert "Nothing is known for this day" in text_of(
        client, page + dated(as_at=dt.date(1999, 1, 1))
    )


def test_what_was_known_is_not_what_is_known(as_: SignIn, moved: Pair) -> None:
    """What was recorded today was not known yesterday, whatever day it speaks of."""
    client, page = as_("mill"), f"/register/people/{person_of(moved[0])}"
    day = dt.date(2026, 9, 1)
    assert "1 March 1980" in text_of(client, page + dated(as_at=day))
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    text = text_of(client, page + dated(as_at=day, known=yesterday))
    assert "Nothing is known for this day" in text
    assert "by what was known on" in text


def test_hr_reads_its_own_word_and_that_another_says_otherwise(as_: SignIn, moved: Pair) -> None:
    page = f"/register/people/{person_of(moved[0])}"
    text = text_of(as_("weir"), page)
    assert "3 January 1980" in text
    assert "1 March 1980" not in text
    assert "Mill" not in text
    assert "Another employer says otherwise." in row_of(text, "What counts on", "Birth date")
    assert "Another employer" not in row_of(text, "What counts on", "Legal name")
    assert as_("lock").get(page).status_code == 404


def test_a_temporary_number_is_called_one(as_: SignIn) -> None:
    send("08-31", changed(MOLE, NI_No="TN010380F"))
    text = text_of(as_("mill"), f"/register/people/{person_of(record('M/1'))}")
    assert "only holds the place" in row_of(text, "What counts on", "National Insurance number")


def test_the_person_sees_each_fact_with_its_source_and_a_way_to_say_it_is_wrong(
    as_: SignIn, moved: Pair
) -> None:
    client = as_("", person_of(moved[0]))
    text = text_of(client, OWN)
    line = row_of(text, "What counts on", "Birth date")
    assert "1 March 1980" in line
    assert "Weir (HR system) says 3 January 1980: not settled." in line
    assert "This is wrong" in line
    wrong = re.findall(r"/myself/corrections/new\?fact=([0-9a-f-]{36})", text)
    assert wrong
    assert 'href="/rights/"' in text
    origins = re.findall(rf'href="{OWN}facts/([0-9a-f-]{{36}})"', text)
    assert set(wrong) <= set(origins), "each fact has a page that says where it came from"
    assert client.get(f"{OWN}facts/{wrong[0]}").status_code == 200
    assert "Somebody compared both records" in text
    assert "W/9" in row_of(text, "Records that were matched to you", "Weir")


def test_who_looked_is_paged_by_date_with_roles_in_words(as_: SignIn, moved: Pair) -> None:
    person = person_of(moved[0])
    for _turn in range(3):
        text_of(as_("weir"), f"/register/people/{person}")
    client = as_("", person)
    today = dt.datetime.now(dt.UTC).date()
    text = text_of(client, f"{OWN}looks")
    assert text.count("HR caseworker") == 3
    week_ago = today - dt.timedelta(days=7)
    assert "Nobody has looked" in text_of(client, f"{OWN}looks" + dated(looked_to=week_ago))
    text = text_of(client, f"{OWN}looks" + dated(looked_from=week_ago))
    assert text.count("HR caseworker") == 3
    assert as_("weir").get(f"{OWN}looks").status_code in (403, 404)


def long_standing(records: int) -> uuid.UUID:
    """Store a person of many records in three bodies, to whom something happened for 20 years."""
    person, owners = Person.objects.create(), ids_by_key()
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number, fresh in enumerate(new_ids(records)):
        body = ("mill", "weir", "lock")[number % 3]
        system = f"hr:{body}"
        held = SourceRecord.objects.create(
            system=system, employer_id=owners[body], staff_number=f"T/{records}/{number}"
        )
        Crosswalk.objects.create(record=held, person=person, rule="test", by="x", recorded_from=at)
        said = Statement.objects.create(
            landing=fresh, part=0, employer_id=owners[body], system=system,
            as_at=dt.date(2006, 1, 1), full=False, recorded_from=at,
        )  # fmt: skip
        believed = {"person": person, "record": held, "statement": said, "row": 2,
                    "recorded_from": at}  # fmt: skip
        born = dt.date(1970, 1, 1 + number % 2)
        Claim.objects.create(
            statement=said, row=2, record=held, surname="A", birth_date=born,
            start=dt.date(2006, 1, 1), engagement="loan_in", fte=10**9,
        )  # fmt: skip
        Identifier.objects.create(
            kind="birth_date", value=born.isoformat(), valid_from=dt.date(2006, 1, 1), **believed
        )
        Employment.objects.create(
            employment=fresh, employer_id=owners[body], number=1, engagement="loan_in",
            substantive=False, valid_from=dt.date(2006, 1, 1), **believed,
        )  # fmt: skip
        terms = [
            Assignment(
                employment=fresh, engagement_as_stated="loan_in", grade=f"G{year}", fte=10**9,
                valid_from=dt.date(year, 1, 1), valid_to=dt.date(year + 1, 1, 1), statement=said,
                row=2, recorded_from=at,
            )
            for year in range(2006, 2026)
        ]  # fmt: skip
        names = [
            PersonName(
                surname=f"Name{year}", searched=f"name{year}", valid_from=dt.date(year, 1, 1),
                valid_to=dt.date(year + 5, 1, 1), **believed,
            )
            for year in range(2006, 2026, 5)
        ]  # fmt: skip
        Assignment.objects.bulk_create(terms)
        PersonName.objects.bulk_create(names)
    return person.id


def test_a_long_record_takes_as_many_questions_as_a_short_one(as_: SignIn) -> None:
    def asked(page: str, client: Client) -> int:
        text_of(client, page)  # what is asked once in a process is asked here
        with CaptureQueriesContext(connection) as captured:
            text_of(client, page)
        return len(captured)

    short, long = long_standing(3), long_standing(30)
    counts = [asked(f"/register/people/{one}", as_("mill")) for one in (short, long)]
    assert counts[0] == counts[1] <= 35
    counts = [asked(OWN, as_("", one)) for one in (short, long)]
    assert counts[0] == counts[1] <= 40
