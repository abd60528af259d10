"""Whom messages are about, as questions leave some of them out.

A subject names its kind and then the record as its system knows it (``employment:hr:mill:1234``).
What stands after the first colon is its *end*: one record's, whatever the message tells of it.
"""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex, Substr

_Found = TypeVar("_Found", bound="QuerySet[Any, Any]")


def end_of(subject: str) -> str:
    """Return what a subject says after its kind: system and number of a record."""
    return subject.partition(":")[2]


def not_about(found: _Found, ends: Collection[str]) -> _Found:
    """Return rows with a ``subject``, without those whose subject has one of these ends."""
    left: _Found = _with_end(found).exclude(end_of_subject__in=list(ends)) if ends else found
    return left


def about(found: _Found, ends: Collection[str]) -> _Found:
    """Return rows with a ``subject`` that has one of these ends."""
    kept: _Found = _with_end(found).filter(end_of_subject__in=list(ends))
    return kept


def _with_end(found: _Found) -> _Found:
    end = Substr("subject", StrIndex("subject", Value(":")) + 1)
    ended: _Found = found.alias(end_of_subject=end)
    return ended
