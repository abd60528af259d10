"""How a service offers its pages to the shell, without the shell knowing the service.

A service's ``apps.py`` declares, on its ``AppConfig``:

* ``url_prefix``: the path its pages live under, such as ``"exchange"``;
* ``pages_module`` (optional): the module with ``urlpatterns``, ``<room>.pages`` by default;
* ``navigation``: ``NavItem`` entries for the bar at the top of every page;
* ``home``: ``HomeCard`` entries for the home page.

Its URL names live in the namespace named like its folder: ``exchange:feeds``. An item is shown to
those who may ever do its verb.

Entries of one area stand in the bar as one, which leads to the first of them; on the pages of the
area all of them stand below the bar. So each role sees a short bar, whatever services there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from django.apps import AppConfig, apps
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from muster.gates.access import Actor, Verb, may_ever

Text = str | Promise
Section = Literal["needs you", "changed", "go to"]
Area = Literal["", "work", "register", "figures", "files", "messages", "assurance", "own"]
# The areas in the order of the bar. One of a single entry is called what the entry is.
AREAS: dict[Area, Text] = {
    "work": gettext_lazy("Work"),
    "register": gettext_lazy("Register"),
    "figures": gettext_lazy("Figures"),
    "files": gettext_lazy("Files"),
    "messages": gettext_lazy("Messages"),
    "assurance": gettext_lazy("Assurance"),
    "own": gettext_lazy("My record"),
    "": "",
}
_MORE = gettext_lazy("More")
FEW_CARDS = 6
"""Up to so many cards stand together on the home page."""


@dataclass(frozen=True)
class NavItem:
    """One entry of the bar at the top: words (lazy gettext), URL name, and the verb it needs.

    Entries of one ``area`` stand in the bar as one; without an area an entry stands for itself.
    Within an area those of the lowest ``rank`` come first, whichever services they are of.
    """

    text: Text
    url_name: str
    verb: Verb
    area: Area = ""
    rank: int = 50


@dataclass(frozen=True)
class CardLine:
    """One line of a home card: what it says, where it leads, and a count or state as a tag."""

    text: Text
    href: str = ""
    tag: Text = ""
    colour: str = "grey"


@dataclass(frozen=True)
class HomeCard:
    """A card of the home page.

    ``lines`` names a function, as text so that ``apps.py`` imports no models:
    ``"muster.services.exchange.pages.home_lines"``. It takes the ``Actor`` and returns
    ``CardLine`` entries. A card under "needs you" or "changed" without lines is left out.
    Cards about the reader's own record and rights (``own``) stand first.
    """

    title: Text
    url_name: str
    verb: Verb
    section: Section = "go to"
    text: Text = ""
    lines: str = ""
    own: bool = False


@dataclass(frozen=True)
class ShownCard:
    """A card as the home page draws it. ``area`` is that of the pages it leads to."""

    title: Text
    href: str
    text: Text
    lines: tuple[CardLine, ...]
    area: Area = ""


@dataclass(frozen=True)
class CardGroup:
    """Cards of one area. The title is empty where all cards stand together."""

    title: Text
    cards: tuple[ShownCard, ...]


@dataclass(frozen=True)
class ShownItem:
    """An entry of the bar as the layout draws it.

    ``active`` tells that the page is within it, ``current`` that it is the page itself. ``within``
    are the entries of an area that has several.
    """

    text: Text
    href: str
    active: bool
    current: bool = False
    within: "tuple[ShownItem, ...]" = ()


def rooms_with_pages() -> Iterator[AppConfig]:
    """Yield the installed rooms that offer pages, in the order settings name them."""
    return (config for config in apps.get_app_configs() if prefix_of(config))


def prefix_of(config: AppConfig) -> str:
    """Return the path a room's pages live under; empty for a room without pages."""
    return cast("str", getattr(config, "url_prefix", ""))


def namespace_of(config: AppConfig) -> str:
    """Return the URL namespace of a room: the name of its folder."""
    return config.name.rpartition(".")[2]


def pages_module_of(config: AppConfig) -> str:
    """Return the module whose ``urlpatterns`` are mounted for a room."""
    return cast("str", getattr(config, "pages_module", "")) or f"{config.name}.pages"


def navigation_for(actor: Actor | None, path: str) -> tuple[ShownItem, ...]:
    """Return the bar for ``actor`` (empty when nobody is signed in); ``path`` marks the place."""
    if actor is None:
        return ()
    offered = [(item, reverse(item.url_name)) for item in _items() if may_ever(actor, item.verb)]
    # Of two entries whose paths both lead here, such as /exchange/ and /exchange/names/, the
    # longer one is the place.
    here = max((href for _, href in offered if path.startswith(href)), key=len, default=None)
    shown: list[ShownItem] = []
    for area, title in AREAS.items():
        items = [
            ShownItem(item.text, href, href == here, href == path)
            for item, href in offered
            if item.area == area
        ]
        shown += [_area(title, items)] if area and len(items) > 1 else items
    return tuple(shown)


def _items() -> list[NavItem]:
    """Return the entries of all rooms, those of the lowest rank first."""
    declared = [
        item
        for config in apps.get_app_configs()
        for item in cast("list[NavItem]", getattr(config, "navigation", []))
    ]
    return sorted(declared, key=lambda item: item.rank)


def _area(title: Text, items: list[ShownItem]) -> ShownItem:
    """Return an area as one entry, which leads to the first of its own."""
    active = any(item.active for item in items)
    return ShownItem(title, items[0].href, active, within=tuple(items))


def cards_for(actor: Actor) -> dict[Section, tuple[ShownCard, ...]]:
    """Return the home page's cards for ``actor``, by section.

    Those about the actor come first, the others in the order rooms are installed.
    """
    shown: dict[Section, list[ShownCard]] = {"needs you": [], "changed": [], "go to": []}
    offered = [
        card
        for config in apps.get_app_configs()
        for card in cast("list[HomeCard]", getattr(config, "home", []))
        if may_ever(actor, card.verb)
    ]
    for card in sorted(offered, key=lambda card: not card.own):
        lines = tuple(import_string(card.lines)(actor)) if card.lines else ()
        if lines or card.section == "go to":
            area = _area_of(card.url_name)
            shown[card.section].append(
                ShownCard(card.title, reverse(card.url_name), card.text, lines, area)
            )
    return {section: tuple(cards) for section, cards in shown.items()}


def _area_of(url_name: str) -> Area:
    """Return the area a page belongs to: that of its entry, or of the first one of its service."""
    items = _items()
    own = [item for item in items if item.url_name == url_name]
    room = url_name.partition(":")[0]
    beside = [item for item in items if item.url_name.partition(":")[0] == room]
    return next((item.area for item in (*own, *beside)), "")


def grouped(cards: Sequence[ShownCard]) -> tuple[CardGroup, ...]:
    """Return many cards by area, so that each is found; few stand together.

    The reader's own come first, the other areas in the order of the bar.
    """
    if len(cards) <= FEW_CARDS:
        return (CardGroup("", tuple(cards)),) if cards else ()
    order: list[Area] = sorted(AREAS, key=lambda area: area != "own")
    held = {area: tuple(card for card in cards if card.area == area) for area in order}
    return tuple(CardGroup(AREAS[area] or _MORE, of) for area, of in held.items() if of)
