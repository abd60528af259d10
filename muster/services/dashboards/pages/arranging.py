"""A list of tiles or figures as their owner puts them in order: what the pages of both draw."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from muster.gates.metrics import declared
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, render
from muster.services.dashboards.showing import Question, latest_complete, part_words
from muster.services.dashboards.wording import question_words


@dataclass(frozen=True)
class Item:
    """A tile or figure in the list: its heading, in words what it shows, and whether its figure is
    still declared, so that it can be changed."""

    id: uuid.UUID
    heading: str
    words: str
    known: bool


def item(one: uuid.UUID, question: Question, heading: str, how: str) -> Item:
    """Return a tile or figure as the list says it; a figure that is no more by its name."""
    found = declared().get(question.metric)
    title, parts = question_words(question, found), question.parts
    words = [how, part_words(found, parts, latest_complete(found)) if found and parts else ""]
    if heading and heading != title:
        words.insert(0, title)
    said = ", ".join(word for word in words if word)
    return Item(one, heading or title, said, found is not None)


def arrange(request: PageRequest, words: dict[str, Any]) -> HttpResponse:
    """Show the list with its buttons.

    ``words`` hold ``about``, ``title``, ``kind`` (the word in the addresses), ``items``,
    ``removed``, ``add`` and ``back`` (words and address).
    """
    return render(request, "dashboards/arrange.html", {"said": take_notice(request), **words})


def moved_on(request: PageRequest, name: str, thing: uuid.UUID, heading: str, *, up: bool) -> Any:
    """Say that something was moved, and go back to the list."""
    words = _("“%(heading)s” moved up.") if up else _("“%(heading)s” moved down.")
    leave_notice(request, words % {"heading": heading})
    return redirect(f"dashboards:{name}", thing)
