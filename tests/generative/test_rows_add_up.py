"""Whatever bytes arrive: rows in are rows accepted and rows waiting, and so is their FTE."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.hub.models import Landing, LandingState, QuarantinedRow
from muster.register.posts.models import PostFact
from tests.integration.loads import JUNIOR, load, sums, sums_per_landing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
HEADERS = next(csv.reader([JUNIOR]))
FTE = HEADERS.index("Number of Posts in FTE")
EXACT = st.decimals(0, 5000, places=9).map(str) | st.integers(0, 9).map(str)
ODD = st.sampled_from(
    ["", " ", "1.O", "-1", "1e3", "1,234.5", ".5", "\u0661", "=1+1", "9" * 12, "0.1234567890123"]
)
ANY = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
)


@st.composite
def rows(draw: st.DrawFn) -> list[str]:
    row = [draw(ANY) for _ in HEADERS]
    row[1] = draw(st.sampled_from(["HM Treasury", "Home Office", "Nobody at all", ""]))
    row[FTE] = draw(st.one_of(EXACT, ODD))
    cut = draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
    return row[:cut] if cut < 0 else row + ["x"] * cut


@st.composite
def files(draw: st.DrawFn) -> tuple[list[list[str]], bytes]:
    body = draw(st.lists(rows(), max_size=8))
    body = body + draw(st.lists(st.sampled_from(body), max_size=3)) if body else body
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=csv.QUOTE_ALL,
    )
    writer.writerows([HEADERS, *body])
    return body, out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


def fte(cell: str) -> Decimal:
    """Return a cell's FTE in another way than the hub does; what is no number is none."""
    text = cell.strip().replace(",", "")
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 22:
        return Decimal(0)
    exact = Decimal(text)
    return exact if exact <= 10**6 and exact == round(exact, 9) else Decimal(0)


@given(files())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_row_and_no_fte_is_lost(made: tuple[list[list[str]], bytes]) -> None:
    body, content = made
    kept = [row for row in body if any(cell.strip() for cell in row)]
    before = PostFact.objects.count()
    taken = load({f"hmt-{Landing.objects.count()}/2011-03-31-junior.csv": content})
    found = sums(taken)
    assert found.figures.rows == len(kept)
    if taken.fresh:
        assert PostFact.objects.count() - before == found.figures.accepted
    assert found.fte_in == sum((fte(row[FTE]) for row in kept if len(row) > FTE), Decimal(0))


@given(st.binary(max_size=300) | ANY.map(str.encode))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_break_the_hub(content: bytes) -> None:
    taken = load({"hmt/2011-03-31-junior.csv": content})
    assert len(taken.fresh) + len(taken.known) == 1


@given(st.binary(max_size=120))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_below_a_good_header_break_the_hub(noise: bytes) -> None:
    load({"hmt/2011-03-31-junior.csv": f"{JUNIOR}\n".encode() + noise})
    for landing, register, waiting in sums_per_landing():
        assert landing.rows == landing.accepted + landing.quarantined
        if landing.state != LandingState.SUPERSEDED:
            held = QuarantinedRow.objects.filter(landing=landing).count()
            assert (landing.quarantined, landing.total_in) == (held, register + waiting)
