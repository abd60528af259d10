"""Tables and paging read the address and lead back to it."""

import pytest
from django.test import RequestFactory

from muster.pagekit.tables import Column, Paging, Sort, pagination, query_with, table

COLUMNS = [
    Column("Name", sort="name"),
    Column("State"),
    Column("Posts", numeric=True, sort="posts"),
]


@pytest.mark.parametrize(
    ("asked", "key", "descending"),
    [
        ("", "name", False),
        ("posts", "posts", False),
        ("-posts", "posts", True),
        ("password", "name", False),
        ("--posts", "name", False),
    ],
)
def test_the_order_is_one_the_columns_declare(asked: str, key: str, descending: bool) -> None:
    request = RequestFactory().get("/", {"sort": asked})
    assert Sort.asked(request, COLUMNS, default="name") == Sort(key, descending)


def test_headings_lead_to_the_other_order_from_the_first_page_with_the_same_filters() -> None:
    request = RequestFactory().get("/", {"sort": "posts", "q": "tax", "page": "3"})
    made = table(
        request,
        caption="Posts",
        columns=COLUMNS,
        rows=[],
        empty="None",
        sort=Sort.asked(request, COLUMNS, default="name"),
    )
    assert [heading.href for heading in made.headings] == [
        "?sort=name&q=tax",
        "",
        "?sort=-posts&q=tax",
    ]
    assert [heading.aria_sort for heading in made.headings] == ["none", "", "ascending"]


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="argument 2"):
        table(RequestFactory().get("/"), caption="", columns=COLUMNS, rows=[("a", "b")], empty="")


@pytest.mark.parametrize(
    ("asked", "total", "number"),
    [
        ("", 480, 1),
        ("3", 480, 3),
        ("999", 480, 10),
        ("0", 480, 1),
        ("-1", 480, 1),
        ("x", 480, 1),
        ("²", 480, 1),
        ("9" * 5000, 480, 1),
        ("2", 0, 1),
    ],
)
def test_the_page_is_one_there_is(asked: str, total: int, number: int) -> None:
    request = RequestFactory().get("/", {"page": asked})
    assert Paging.asked(request, total=total).number == number


def test_it_says_which_rows_are_shown() -> None:
    assert Paging(2, 50, 1234).words() == "Showing 51 to 100 of 1,234 results"
    assert Paging(1, 50, 1).words() == "Showing 1 to 1 of 1 result"
    assert Paging(1, 50, 0).words() == ""


def test_page_links_leave_out_the_middle_and_keep_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "a&b"})
    links = pagination(request, Paging(5, 50, 480))
    assert links is not None
    assert [item.get("number", "…") for item in links["items"]] == [1, "…", 4, 5, 6, "…", 10]
    assert links["next"]["href"] == "?q=a%26b&page=6"
    assert pagination(request, Paging(1, 50, 50)) is None


def test_the_query_keeps_several_values_of_one_name() -> None:
    request = RequestFactory().get("/?grade=aa&grade=eo&page=2")
    assert query_with(request, page=None) == "?grade=aa&grade=eo"
