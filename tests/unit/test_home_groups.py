"""The home page: few cards stand together, many by the area of the pages they lead to."""

import pytest

from muster.pagekit.navigation import FEW_CARDS, Area, ShownCard, grouped


def card(n: int, area: Area) -> ShownCard:
    return ShownCard(f"{area} {n}", f"/{area}/{n}", "", (), area)


def test_few_cards_stand_together_without_a_heading() -> None:
    cards = [card(n, "figures") for n in range(FEW_CARDS)]
    (only,) = grouped(cards)
    assert not only.title
    assert list(only.cards) == cards
    assert grouped([]) == ()


@pytest.mark.parametrize("most", [FEW_CARDS + 1, 20])
def test_many_cards_stand_by_area_in_the_order_of_the_bar_and_none_is_lost(most: int) -> None:
    areas: list[Area] = ["assurance", "", "figures", "own", "register"]
    cards = [card(n, areas[n % len(areas)]) for n in range(most)]
    groups = grouped(cards)
    assert [str(one.title) for one in groups] == [
        "My record", "Register", "Figures", "Assurance", "More",
    ]  # fmt: skip
    assert sorted((one for of in groups for one in of.cards), key=lambda one: one.href) == sorted(
        cards, key=lambda one: one.href
    )
    for of in groups:
        assert list(of.cards) == [one for one in cards if one in of.cards]
