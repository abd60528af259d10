"""My department against the service, or any two beside each other: a table first, then the maps."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.gates.access import Actor
from muster.pagekit.downloads import as_csv
from muster.pagekit.tables import Cell, Column, Download, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.employers import queries as employers
from muster.register.employers.rules import read_employer_name
from muster.services.skills.pages.data import the_map
from muster.services.skills.pages.drawing import density, difference
from muster.services.skills.pages.map_forms import Sides
from muster.services.skills.pages.words import KIND_WORDS, percent, source_line, times
from muster.services.skills.showing import Group, Shown, slug_of

_LISTED = 15


@dataclass(frozen=True)
class Beside:
    """A skill of two sides: the share of the first with its interval, and that of the other.

    ``stands`` is "more" or "less" where chance alone would not make the difference, else "alike".
    """

    id: str
    label: str
    share: float
    low: float
    high: float
    other: float
    ratio: float
    stands: str

    @property
    def least(self) -> float:
        """How many times as often at least."""
        return self.low / max(self.other, 1e-9)

    @property
    def most(self) -> float:
        """How many times as often at most."""
        return self.high / max(self.other, 1e-9)


@page("see skills map")
@require_safe
def compare(request: PageRequest) -> HttpResponse:
    """Show what one asks for more and less often than the service, or than another."""
    shown = the_map()
    asked = request.GET.copy()
    own = own_group(shown, request.actor)
    if "one" not in asked and own is not None:
        asked["one"] = f"organisation:{own.name}"
    form = Sides(asked, shown=shown, auto_id="filter_%s")
    form.is_valid()
    one = _group(shown, form.cleaned_data.get("one", ""))
    other = _group(shown, form.cleaned_data.get("other", ""))
    context: dict[str, Any] = {
        "form": form, "one": one, "other": other, "source": source_line(shown),
        "own": own is not None and one == own,
    }  # fmt: skip
    if one is None:
        return render(request, "skills/compare.html", context)
    found = beside(shown, one, other)
    against = other.name if other else _("the whole service")
    if request.GET.get("as") == "csv":
        return _csv(shown, one, against, found)
    # The surest differences first: by the end of the interval that lies nearer to the other.
    more = sorted((each for each in found if each.stands == "more"), key=lambda each: -each.least)
    less = sorted((each for each in found if each.stands == "less"), key=lambda each: each.most)
    context |= {
        "against": against,
        "size": _size(one, other),
        "more": _table(request, one, against, more, more=True),
        "less": _table(request, one, against, less, more=False),
        "alike": sum(each.stands == "alike" for each in found),
        "silent": _silent(request, shown, one) if other is None else None,
        "drawn": _drawn(shown, one, other, against),
    }
    return render(request, "skills/compare.html", context)


def own_group(shown: Shown, actor: Actor) -> Group | None:
    """Return the employer of who asks, where the release tells of it under any of its names."""
    if actor.employer is None:
        return None
    employer = employers.by_id(actor.employer)
    if employer is None:
        return None
    index = employers.name_index()
    return next(
        (one for one in shown.groups.get("organisation", ())
         if read_employer_name(one.name, index).key == employer.key),
        None,
    )  # fmt: skip


def _group(shown: Shown, chosen: str) -> Group | None:
    kind, _colon, name = chosen.partition(":")
    return shown.group(kind, name)


def beside(shown: Shown, one: Group, other: Group | None) -> list[Beside]:
    """Return the skills that can be compared; of two groups, those told of both."""
    if other is None:
        rows = shown.release.over_and_under(one.kind, one.name).filter(pl.col("told"))
        return [
            Beside(row["id"], row["label"], row["share"], row["low"], row["high"], row["service"],
                   row["ratio"], row["stands"])
            for row in rows.iter_rows(named=True)
        ]  # fmt: skip
    of_one = shown.release.asks_for(one.kind, one.name)
    of_other = shown.release.asks_for(other.kind, other.name)
    both = of_one.join(of_other, on="id", suffix="_other", maintain_order="left")
    return [_of_two(row) for row in both.iter_rows(named=True)]


def _of_two(row: dict[str, Any]) -> Beside:
    stands = (
        "more" if row["low"] > row["high_other"]
        else "less" if row["high"] < row["low_other"] else "alike"
    )  # fmt: skip
    ratio = row["share"] / max(row["share_other"], 1e-9)
    return Beside(row["id"], row["label"], row["share"], row["low"], row["high"],
                  row["share_other"], ratio, stands)  # fmt: skip


def _size(one: Group, other: Group | None) -> str:
    words = ngettext("%(name)s: %(count)s advert.", "%(name)s: %(count)s adverts.", one.adverts)
    said = words % {"name": one.name, "count": f"{one.adverts:,}"}
    if other is None:
        return said
    words = ngettext("%(name)s: %(count)s advert.", "%(name)s: %(count)s adverts.", other.adverts)
    return f"{said} {words % {'name': other.name, 'count': f'{other.adverts:,}'}}"


def _table(
    request: PageRequest, one: Group, against: str, rows: list[Beside], *, more: bool
) -> Table:
    words = {"one": one.name, "other": against}
    caption = (
        _("Asked for more by %(one)s than by %(other)s")
        if more
        else _("Asked for less by %(one)s than by %(other)s")
    )
    return table(
        request,
        caption=caption % words,
        columns=[
            Column(_("Skill")), Column(_("As often"), numeric=True),
            Column(_("Share of its adverts"), numeric=True),
            Column(_("Share of the other"), numeric=True),
        ],
        rows=[_row(each) for each in rows[:_LISTED]],
        empty=_("No difference is larger than chance alone would make."),
        downloads=[Download(_("All as CSV"), query_with(request, **{"as": "csv"}))] if rows else [],
    )  # fmt: skip


def _row(each: Beside) -> list[Any]:
    between = {"low": f"{each.least:.1f}", "high": f"{each.most:.1f}"}
    return [
        Cell(each.label, href=reverse("skills:skill", args=[slug_of(each.id)])),
        Cell(times(each.ratio), note=_("%(low)s to %(high)s") % between),
        percent(each.share),
        percent(each.other),
    ]


def _silent(request: PageRequest, shown: Shown, one: Group) -> Table | None:
    """Return skills that many of its adverts would ask for if it were like the service, and of
    which nothing is told: too few do, or a count was kept back."""
    rows = shown.release.over_and_under(one.kind, one.name).filter(~pl.col("told")).head(_LISTED)
    if not rows.height:
        return None
    return table(
        request,
        caption=_("Of these nothing is told, although the service often asks for them"),
        columns=[
            Column(_("Skill")), Column(_("Adverts if it were like the service"), numeric=True),
            Column(_("Share of the service"), numeric=True),
        ],
        rows=[
            (
                Cell(row["label"], href=reverse("skills:skill", args=[slug_of(row["id"])])),
                f"{row['expected']:,.0f}", percent(row["service"]),
            )
            for row in rows.iter_rows(named=True)
        ],
        empty="",
    )  # fmt: skip


def _drawn(shown: Shown, one: Group, other: Group | None, against: str) -> list[tuple[Any, Any]]:
    """Return the two surfaces and their difference, each with its caption."""
    of_one = shown.surface(one.kind, one.name)
    of_other = shown.surface(other.kind, other.name) if other else shown.whole_surface
    if of_one is None or of_other is None:
        return []
    apart = _("Difference: blue where %(one)s asks for more, orange where it asks for less")
    said = apart % {"one": one.name}
    return [
        (density(shown, of_one, title=one.name, name="surface-one"), one.name),
        (density(shown, of_other, title=against, name="surface-other"), against),
        (difference(shown, of_one, of_other, title=said, name="surface-apart"), said),
    ]


def _csv(shown: Shown, one: Group, against: str, found: list[Beside]) -> HttpResponse:
    headings = [
        _("Skill"), _("Identifier"), _("Share of its adverts"), _("Low"), _("High"),
        _("Share of the other"), _("As often"), _("How it stands"), _("One"), _("Other"),
        _("Source"),
    ]  # fmt: skip
    stands = {"more": _("More"), "less": _("Less"), "alike": _("No clear difference")}
    rows = [
        (each.label, each.id, round(each.share, 6), round(each.low, 6), round(each.high, 6),
         round(each.other, 6), round(each.ratio, 3), stands.get(each.stands, each.stands),
         f"{KIND_WORDS[one.kind]}: {one.name}", against, source_line(shown))
        for each in found
    ]  # fmt: skip
    return as_csv("skills-compared.csv", headings, rows)
