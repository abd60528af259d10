"""Between tests that commit the database is emptied: nothing stays of one, no guard is lost."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from muster.register.posts.models import PostFact
from tests.emptying import empty
from tests.integration.loads import file_of, junior, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
DAY = dt.date(2026, 9, 30)


def rows() -> dict[str, int]:
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
    }


def guards() -> set[tuple[object, ...]]:
    """Return the triggers there are, with what they say."""
    ask = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        ask = "SELECT tgname, tgrelid::regclass::text, tgenabled::text FROM pg_trigger"
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return set(cursor.fetchall())


def test_it_leaves_what_the_framework_would_leave() -> None:
    load({"a.csv": file_of(junior("1"), junior("none")), "b.csv": file_of(junior("2"))}, as_at=DAY)
    before, filled = guards(), {table for table, count in rows().items() if count}
    assert len(filled) > 10
    assert empty(connection) == filled
    assert not any(rows().values())
    assert guards() == before
    call_command("flush", interactive=False, verbosity=0)
    assert {guard[:2] for guard in guards()} == {guard[:2] for guard in before}
    assert empty(connection) == set()


def test_what_must_not_change_still_cannot() -> None:
    load({"a.csv": file_of(junior())}, as_at=DAY)
    empty(connection)
    load({"a.csv": file_of(junior())}, as_at=DAY)
    assert PostFact.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFact.objects.update(fte=0)
