"""What the drawn map fetches: its points once for each release, who asks, and names as one types.

The points are the same for everybody, so a browser keeps them under the digest of the release.
"""

import gzip
import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.kernel.errors import NotFound
from muster.pagekit.downloads import as_file
from muster.pagekit.views import PageRequest, page
from muster.services.skills import showing
from muster.services.skills.pages.drawing import picture_of
from muster.services.skills.pages.words import source_line
from muster.services.skills.showing import Shown, current

_NEIGHBOURS = 6
_SUGGESTED = 8
# Places are sent as whole numbers of so many parts.
_PARTS = 10_000
_YEAR = 31_536_000


def the_map() -> Shown:
    """Return the release in force.

    Raises:
        NotFound: while none was published.
    """
    shown = current()
    if shown is None:
        raise NotFound(
            _("No skills map was published yet"),
            fix=_("Ask an analyst to build one from job adverts"),
        )
    return shown


@page("see skills map")
@require_safe
def points(request: PageRequest) -> HttpResponse:
    """Return all points of the map, kept by browsers for as long as the release stands."""
    shown = the_map()
    return _kept(request, shown.digest, _points(shown.digest), "application/json")


@page("see skills map")
@require_safe
def picture(request: PageRequest) -> HttpResponse:
    """Return the map as a drawing that needs no script, for readers without one and for print."""
    shown = the_map()
    title = _("Skills map")
    drawn = _picture(shown.digest, title, source_line(shown)).encode()
    digest = f"{shown.digest}-{get_language()}"
    answer = _kept(request, digest, gzip.compress(drawn, mtime=0), "image/svg+xml")
    return as_file(answer, "skills-map.svg") if "download" in request.GET else answer


@page("see skills map")
@require_safe
def asked(request: PageRequest) -> HttpResponse:
    """Return which skills the chosen organisation, profession and part of the map have."""
    shown = the_map()
    cluster = request.GET.get("cluster", "")
    places = showing.narrowed(
        shown,
        organisation=request.GET.get("organisation", ""),
        profession=request.GET.get("profession", ""),
        cluster=int(cluster) if cluster.isdecimal() and len(cluster) < 7 else None,
    )
    lit = None if places is None else sorted(places)
    return JsonResponse({"release": shown.digest, "lit": lit})


@page("see skills map")
@require_safe
def found(request: PageRequest) -> HttpResponse:
    """Return a few skills that words find, also by other names, for whoever is typing."""
    shown = the_map()
    words = request.GET.get("q", "")[:100]
    met = list(shown.found(words).items())[:_SUGGESTED]
    listed = [
        {"place": place, "name": shown.skills[place].label, "other": other,
         "slug": shown.skills[place].slug}
        for place, other in met
    ]  # fmt: skip
    return JsonResponse({"release": shown.digest, "found": listed})


def _kept(request: HttpRequest, digest: str, packed: bytes, kind: str) -> HttpResponse:
    """Return content that was compressed, or say that the browser has it already."""
    tag = f'"{digest}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(packed, content_type=kind, headers={"Content-Encoding": "gzip"})
    else:
        answer = HttpResponse(gzip.decompress(packed), content_type=kind)
    answer.headers["ETag"] = tag
    named = request.GET.get("v") == digest
    # Under its digest an answer never changes; without it the browser asks whether it has.
    answer.headers["Cache-Control"] = (
        f"private, max-age={_YEAR}, immutable" if named else "private, no-cache"
    )
    patch_vary_headers(answer, ("Accept-Encoding", "Cookie"))
    return answer


@lru_cache(maxsize=3)
def _points(digest: str) -> bytes:
    """Return the points of a release, compressed: the digest names all there is in them."""
    told = points_of(the_map())
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 6, mtime=0)


@lru_cache(maxsize=4)
def _picture(digest: str, title: str, source: str) -> str:
    return picture_of(the_map(), title=title, source=source)


def points_of(shown: Shown) -> dict[str, Any]:
    """Return the map as columns of numbers, one entry for each skill; what JavaScript draws."""
    skills, clusters = shown.skills, shown.clusters
    row_of = {cluster.number: row for row, cluster in enumerate(clusters)}
    trends = ("not known", "falling", "steady", "rising")
    near: list[int] = []
    together: list[int] = []
    for one in skills:
        close = shown.near(one)[:_NEIGHBOURS]
        blank = [-1] * (_NEIGHBOURS - len(close))
        near += [*(other.skill.place for other in close), *blank]
        together += [*(other.together or 0 for other in close), *(0 for _blank in blank)]
    return {
        "release": shown.digest,
        "number": shown.number,
        "skills": {
            "slug": [one.slug for one in skills],
            "name": [one.label for one in skills],
            "x": [round(one.x * _PARTS) for one in skills],
            "y": [round(one.y * _PARTS) for one in skills],
            "a": [round(one.a * _PARTS) for one in skills],
            "b": [round(one.b * _PARTS) for one in skills],
            "angle": [round(one.angle * 1000) for one in skills],
            "adverts": [max(5, round(one.adverts)) for one in skills],
            "organisations": [one.organisations for one in skills],
            "specialism": [round(one.specialism * 100) for one in skills],
            "trend": [trends.index(one.trend) if one.trend in trends else 0 for one in skills],
            "cluster": [row_of.get(one.cluster, -1) for one in skills],
        },
        "near": {"each": _NEIGHBOURS, "to": near, "together": together},
        "clusters": [
            {"name": one.name, "x": round(one.x * _PARTS), "y": round(one.y * _PARTS),
             "colour": one.colour, "skills": one.skills}
            for one in clusters
        ],
    }  # fmt: skip
