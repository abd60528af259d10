"""The map: a drawing over a table that says the same, can be searched, sorted and taken away."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.pagekit.downloads import as_csv, as_file
from muster.pagekit.notices import take_notice
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
from muster.pagekit.workbooks import CONTENT_TYPE, SheetOut, as_workbook
from muster.services.skills.pages.map_forms import MapFilters
from muster.services.skills.pages.words import (
    TRENDS,
    about_adverts,
    generality_of,
    kind_of,
    percent,
    source_line,
    where_it_lies,
)
from muster.services.skills.showing import Shown, Skill, current, narrowed

_SIZE = 25
_NEAR = 3
_BY = {
    "label": lambda one: one.label.casefold(),
    "cluster": lambda one: one.cluster,
    "adverts": lambda one: one.adverts,
    "organisations": lambda one: one.organisations,
    "specialism": lambda one: one.specialism,
}


@page("see skills map")
@require_safe
def whole_map(request: PageRequest) -> HttpResponse:
    """Show the skills that are asked for, as a map and as a table; or the table as a file."""
    shown = current()
    may = {
        "build": may_ever(request.actor, "build skills map"),
        "decide": may_ever(request.actor, "decide skill reports"),
    }
    if shown is None:
        return render(request, "skills/no_map.html", {"may": may})
    form = MapFilters(request.GET, shown=shown, auto_id="filter_%s")
    columns = _columns()
    words = form.asked("q")
    order = Sort.asked(request, columns, default="best" if words.strip() else "-adverts")
    rows = _chosen(shown, form, order)
    if request.GET.get("as") in ("csv", "xlsx"):
        return _file(request, shown, rows)
    paging = Paging.asked(request, total=len(rows), size=_SIZE)
    page_rows = rows[paging.offset : paging.offset + paging.size]
    context = {
        "may": may,
        "said": take_notice(request),
        "shown": shown,
        "tells_general": bool(generality_of(shown)),
        "form": form,
        "source": source_line(shown),
        "found": _found_words(form, len(rows)),
        "skills": _table(request, shown, page_rows, columns, order),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "lit": _lit(form),
        "sought": words.strip(),
        "legend": _legend(shown),
        "digest": shown.digest,
        "named": _named(shown),
    }
    return render(request, "skills/map.html", context)


def _named(shown: Shown) -> str:
    """Return the first few parts of the map by name, for who does not see it."""
    return ", ".join(one.name for one in shown.clusters[:8])


def _columns() -> list[Column]:
    return [
        Column(_("Skill"), sort="label"),
        Column(_("Part of the map"), sort="cluster"),
        Column(_("Adverts that ask for it"), numeric=True, sort="adverts"),
        Column(_("Organisations told of"), numeric=True, sort="organisations"),
        Column(_("How special"), sort="specialism"),
        Column(_("Over time")),
        Column(_("Nearest skills")),
    ]


def _chosen(shown: Shown, form: MapFilters, order: Sort) -> list[tuple[Skill, str]]:
    """Return the skills asked for in order, each with the other name that was met, if any."""
    words = form.asked("q").strip()
    met = shown.found(words) if words else dict.fromkeys(range(len(shown.skills)), "")
    cluster = form.asked("cluster")
    places = narrowed(
        shown,
        organisation=form.asked("organisation"),
        profession=form.asked("profession"),
        cluster=int(cluster) if cluster else None,
    )
    rows = [(shown.skills[place], other) for place, other in met.items()
            if places is None or place in places]  # fmt: skip
    key = _BY.get(order.key)
    if key is not None:
        rows.sort(key=lambda row: row[0].label.casefold())
        rows.sort(key=lambda row: key(row[0]), reverse=order.descending)
    return rows


def _table(
    request: PageRequest,
    shown: Shown,
    rows: list[tuple[Skill, str]],
    columns: list[Column],
    order: Sort,
) -> Table:
    return table(
        request,
        caption=_("Skills as a table"),
        columns=columns,
        rows=[_row(shown, *row) for row in rows],
        sort=order,
        empty=_("No skill is found. Use other or fewer words, or clear the filters."),
        downloads=[
            Download(_("CSV"), query_with(request, **{"as": "csv", "page": None})),
            Download(_("Excel"), query_with(request, **{"as": "xlsx", "page": None})),
            Download(_("Picture (SVG)"), f"{reverse('skills:picture')}?download"),
        ],
    )


def _row(shown: Shown, skill: Skill, other: str) -> list[Any]:
    cluster = shown.cluster_of.get(skill.cluster)
    words, colour = TRENDS.get(skill.trend, TRENDS["not known"])
    note = _("Also called %(name)s") % {"name": other} if other else ""
    near = ", ".join(one.skill.label for one in shown.near(skill)[:_NEAR])
    return [
        Cell(skill.label, href=reverse("skills:skill", args=[skill.slug]), note=note),
        cluster.name if cluster else _("Between parts"),
        Cell(about_adverts(skill), note=percent(skill.share)),
        skill.organisations,
        where_it_lies(shown, skill).partition(":")[0],
        Cell(str(words), tag=colour) if skill.trend != "not known" else str(words),
        near,
    ]


def _found_words(form: MapFilters, count: int) -> str:
    words = ngettext("%(count)s skill", "%(count)s skills", count) % {"count": f"{count:,}"}
    both = form.asked("organisation") and form.asked("profession")
    if both:
        return _("%(skills)s that both ask for") % {"skills": words}
    who = form.asked("organisation") or form.asked("profession")
    return _("%(skills)s that %(who)s asks for") % {"skills": words, "who": who} if who else words


def _lit(form: MapFilters) -> str:
    """Return where the drawn map asks which skills stay bright; empty if all do."""
    chosen = {name: form.asked(name) for name in ("organisation", "profession", "cluster")}
    query = {name: value for name, value in chosen.items() if value}
    return f"{reverse('skills:asked')}?{urlencode(query)}" if query else ""


def _legend(shown: Shown) -> list[tuple[int, str, int, str]]:
    """Return the parts of the map: colour, name, how many skills, and where their table is."""
    return [
        (one.colour, one.name, one.skills, f"?{urlencode({'cluster': one.number})}#results")
        for one in shown.clusters
    ]


def _file(request: PageRequest, shown: Shown, rows: list[tuple[Skill, str]]) -> HttpResponse:
    """Return the table as a file, with where it comes from in each row's last cells."""
    headings = [
        _("Skill"), _("Identifier"), _("Kind"), _("Part of the map"),
        _("Adverts that ask for it"), _("Share of adverts"), _("Organisations told of"),
        _("Specialism, 0 to 1"), _("Over time"), _("Across"), _("Up"), _("Nearest skills"),
        _("Other names"), _("Source"),
    ]  # fmt: skip
    source = source_line(shown) + " " + _("Skills asked for, not skills that people have.")
    cells = [_cells(shown, skill, source) for skill, _other in rows]
    name = f"skills-map-{shown.number}"
    if request.GET.get("as") == "csv":
        return as_csv(f"{name}.csv", headings, cells)
    content = as_workbook(_("Skills map"), [SheetOut(_("Skills"), headings, cells)])
    return as_file(HttpResponse(content, content_type=CONTENT_TYPE), f"{name}.xlsx")


def _cells(shown: Shown, skill: Skill, source: str) -> list[Any]:
    cluster = shown.cluster_of.get(skill.cluster)
    return [
        skill.label, skill.id, kind_of(skill), cluster.name if cluster else "",
        max(5, round(skill.adverts)), round(skill.share, 6), skill.organisations,
        round(skill.specialism, 3), str(TRENDS.get(skill.trend, TRENDS["not known"])[0]),
        round(skill.x, 4), round(skill.y, 4),
        "; ".join(one.skill.label for one in shown.near(skill)[:5]),
        "; ".join(shown.names.get(skill.place, ())), source,
    ]  # fmt: skip
