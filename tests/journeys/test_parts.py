"""Every part of a page on one page, in a browser: accessible, usable by keyboard and in print."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from playwright.sync_api import Page, Route, expect

from muster.gates.access import Actor
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.fields import DateParts
from muster.pagekit.tables import Cell, Column, Download, Paging, Sort, pagination, table
from muster.web.middleware import POLICY
from tests.journeys.conftest import REPOSITORY, Axe, no_wider

Visit = Callable[..., Page]


class Filters(forms.Form):
    """Filters above a list."""

    q = forms.CharField(label="Name or reference", required=False)
    grade = forms.ChoiceField(label="Grade", choices=[("", "Any"), ("eo", "EO")], required=False)


class Everything(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Name of the post", help_text="As your system writes it")
    number = forms.IntegerField(label="Number of posts")
    grade = forms.ChoiceField(label="Grade", choices=[("aa", "AA"), ("eo", "EO")])
    why = forms.CharField(label="Why", widget=forms.Textarea)
    keep = forms.ChoiceField(
        label="Keep it?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect
    )
    places = forms.MultipleChoiceField(
        label="Places",
        choices=[("l", "Leeds"), ("d", "Darlington")],
        widget=forms.CheckboxSelectMultiple,
    )
    sure = forms.BooleanField(label="I have checked this")
    start = DateParts(label="First day", help_text="For example, 27 3 2026")
    file = forms.FileField(label="File", widget=forms.FileInput(attrs={"accept": ".csv"}))


def _context() -> dict[str, Any]:
    request = RequestFactory().get("/gallery", {"sort": "-posts", "page": "2", "q": "a b"})
    columns = [
        Column("Employer", sort="name"),
        Column("State"),
        Column("Posts", numeric=True, sort="posts"),
    ]
    rows = [
        (Cell("HM Treasury", href="#hmt", note="one name chosen"), Cell("Held", tag="red"), 1200),
        (Cell("Home Office", href="#ho"), Cell("Loaded", tag="green"), Cell("0 to 7")),
    ]
    paging = Paging.asked(request, total=480, size=50)
    month = [
        Mark(m, s, v, f"{v}") for m, s, v in [("Jan", "a", 3), ("Feb", "a", 5), ("Jan", "b", 1)]
    ]
    cells = table(
        request,
        caption="Posts by profession",
        columns=[Column("Profession"), Column("Posts", numeric=True)],
        rows=[("Policy", "120"), ("Tax", "0 to 7"), ("Digital", "No return")],
        empty="-",
        downloads=[Download("Download as CSV", "#csv")],
    )
    return {
        "actor": Actor("a", "Analyst", frozenset({"analyst"})),
        "wrong": Everything(
            {"start_day": "31", "start_month": "2", "start_year": "2026", "number": "many"},
            MultiValueDict({"file": [SimpleUploadedFile("empty.csv", b"")]}),
        ),
        "search": Filters({"q": "a b"}, auto_id="filter_%s"),
        "posts": table(
            request,
            caption="Posts",
            columns=columns,
            rows=rows,
            empty="-",
            sort=Sort.asked(request, columns, default="name"),
            downloads=[Download("Download as CSV", "#csv")],
        ),
        "nothing": table(
            request, caption="Held rows", columns=columns, rows=[], empty="No rows are held."
        ),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "held": Cell("Held", tag="red"),
        "cells": cells,
        "months": table(
            request,
            caption="Posts by month",
            columns=[Column("Month"), Column("a", numeric=True), Column("b", numeric=True)],
            rows=[("Jan", 3, 1), ("Feb", 5, "No return")],
            empty="-",
        ),
        "bars_svg": bars(
            title="Posts by profession",
            description="Policy has most posts",
            marks=[
                Mark("Policy", "", 120, "120"),
                Mark("Tax", "", 0, "0 to 7", upto=7),
                Mark("Digital", "", None, "No return"),
            ],
        ),
        "line_svg": line(title="Posts by month", description="Series a grows", marks=month),
    }


@pytest.fixture
def gallery(visit: Visit) -> Callable[..., Page]:
    """Return a function that opens the page of all parts over the running server's files."""
    template = engines["jinja2"].from_string(
        (REPOSITORY / "tests" / "journeys" / "gallery.html").read_text()
    )
    html = template.render(_context(), RequestFactory().get("/gallery"))

    def opened(**options: Any) -> Page:
        def answer(route: Route) -> None:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=html, content_type="text/html", headers=headers)

        page = visit(**options)
        page.route("**/gallery*", answer)
        page.goto("/gallery")
        return page

    return opened


@pytest.mark.parametrize("width", [320, 1100])
def test_every_part_is_accessible(gallery: Callable[..., Page], axe: Axe, width: int) -> None:
    page = gallery(viewport={"width": width, "height": 900})
    page.locator("details summary").first.click()
    axe(page)
    no_wider(page, width)


def test_every_error_leads_to_its_box(gallery: Callable[..., Page]) -> None:
    page = gallery()
    links = page.locator(".govuk-error-summary a")
    assert links.count() == len(Everything.base_fields)
    for number in range(links.count()):
        target = links.nth(number).get_attribute("href") or ""
        box = page.locator(f"input{target}, select{target}, textarea{target}")
        assert box.count() == 1, target


def test_a_typed_value_survives_an_error(gallery: Callable[..., Page]) -> None:
    page = gallery()
    expect(page.get_by_label("Number of posts")).to_have_value("many")
    expect(page.get_by_role("textbox", name="Month")).to_have_value("2")


def test_sort_links_keep_the_filters_and_turn_round(gallery: Callable[..., Page]) -> None:
    page = gallery()
    posts = page.get_by_role("link", name="Posts", exact=True)
    assert posts.get_attribute("href") == "?sort=posts&q=a+b"
    heading = page.get_by_role("columnheader", name="Posts").first
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_progress_asks_again_by_itself_with_scripts(gallery: Callable[..., Page]) -> None:
    page = gallery()
    with page.expect_request("**/gallery*", timeout=10_000) as asked:
        pass
    assert asked.value.headers.get("hx-request") == "true"


def test_progress_has_a_link_without_scripts(gallery: Callable[..., Page]) -> None:
    page = gallery(java_script_enabled=False)
    expect(page.get_by_role("link", name="Check progress again")).to_be_visible()


def test_filters_replace_the_results_with_scripts_and_keep_the_address(
    gallery: Callable[..., Page],
) -> None:
    page = gallery()
    page.get_by_label("Name or reference").fill("tax")
    with page.expect_request("**/gallery?q=tax*") as asked:
        page.get_by_role("button", name="Apply filters").click()
    assert asked.value.headers.get("hx-request") == "true"
    page.wait_for_url("**/gallery?q=tax&grade=")


def test_print_leaves_out_what_paper_cannot_use(gallery: Callable[..., Page]) -> None:
    page = gallery()
    page.emulate_media(media="print")
    expect(page.locator(".muster-filters")).to_be_hidden()
    expect(page.locator("figure svg").first).to_be_visible()
