"""Phrases that adverts ask for and no skill is called: for whoever looks after the names."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.pagekit.downloads import as_csv
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Sort,
    Table,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render
from muster.services.skills.pages.words import source_line
from muster.services.skills.showing import Shown, current_or_none, slug_of

_SIZE = 25
_LONGEST = 100


class PhraseFilter(forms.Form):
    """Words that a phrase holds."""

    q = forms.CharField(
        required=False, max_length=_LONGEST, label=gettext_lazy("Find a phrase"),
        help_text=gettext_lazy("Part of it is enough"),
    )  # fmt: skip


@page("decide skill reports")
@require_safe
def unlisted(request: PageRequest) -> HttpResponse:
    """Show the phrases of the release in force, each beside the skill it may be a name of."""
    shown = current_or_none()
    form = PhraseFilter(request.GET, auto_id="filter_%s")
    sought = form.cleaned_data["q"] if form.is_valid() else ""
    columns = [
        Column(_("Phrase"), sort="phrase"),
        Column(_("Adverts that hold it"), numeric=True, sort="adverts"),
        Column(_("The skill with the likest name")),
    ]
    order = Sort.asked(request, columns, default="-adverts")
    found = _found(shown, sought, order)
    if shown is not None and request.GET.get("as") == "csv":
        source = source_line(shown)
        headings = [_("Phrase"), _("Adverts that hold it"), _("Source")]
        return as_csv(
            f"unlisted-phrases-{shown.number}.csv", headings, [(*row, source) for row in found]
        )
    paging = Paging.asked(request, total=len(found), size=_SIZE)
    rows = found[paging.offset : paging.offset + paging.size]
    context = {
        "form": form,
        "source": source_line(shown) if shown else "",
        "phrases": _table(request, shown, rows, columns, order, _empty(shown, sought)),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "skills/unlisted.html", context)


def _found(shown: Shown | None, sought: str, order: Sort) -> list[tuple[str, int]]:
    """Return the phrases that hold what was sought, with how many adverts hold them, in order."""
    if shown is None:
        return []
    words = " ".join(sought.casefold().split())
    listed = shown.release.unlisted.select("phrase", "adverts").iter_rows()
    rows = sorted((str(phrase), int(count)) for phrase, count in listed if words in phrase)
    at = 1 if order.key == "adverts" else 0
    return sorted(rows, key=lambda row: row[at], reverse=order.descending)


def _empty(shown: Shown | None, sought: str) -> str:
    """Return why nothing is listed."""
    if shown is None:
        return _("No skills map is in force. Its phrases are listed once one was published.")
    if not shown.release.tells_unlisted:
        return _(
            "Nothing is known: this release was made before such phrases were read. "
            "The next one tells them."
        )
    if sought.strip():
        return _("No phrase holds these words. Use other or fewer words, or clear the filters.")
    return _("No phrase stands in five adverts or more without being the name of a skill.")


def _table(
    request: PageRequest, shown: Shown | None, rows: list[tuple[str, int]], columns: list[Column],
    order: Sort, empty: str,
) -> Table:  # fmt: skip
    return table(
        request,
        caption=_("Phrases that no skill is called"),
        columns=columns,
        rows=[
            (
                Cell(phrase, href=f"{reverse('skills:map')}?{urlencode({'q': phrase})}"),
                f"{adverts:,}", _likest(shown, phrase),
            )
            for phrase, adverts in rows
        ],
        sort=order,
        empty=empty,
        downloads=[Download(_("CSV"), query_with(request, **{"as": "csv", "page": None}))]
        if rows else [],
    )  # fmt: skip


def _likest(shown: Shown | None, phrase: str) -> Cell | str:
    """Return the skill whose name is likest, where it leads to a report that is filled in."""
    met = shown.release.search(phrase, limit=1).rows(named=True) if shown else []
    if not met:
        return _("None is like it")
    form = reverse("skills:report-skill", args=[slug_of(met[0]["id"])])
    return Cell(
        met[0]["label"], href=f"{form}?{urlencode({'kind': 'synonym', 'words': phrase})}",
        unseen=_("report “%(phrase)s” as another name for it") % {"phrase": phrase},
    )  # fmt: skip
