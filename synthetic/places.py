"""Towns and sites. The towns are real so that maps and distances make sense; no building is."""

from typing import NamedTuple

from synthetic.chance import Chance, Weighted


class Town(NamedTuple):
    number: int
    code: str
    name: str
    region: str
    weight: int


TOWNS = (
    Town(11, "LON", "London", "London", 200),
    Town(12, "CDF", "Cardiff", "Wales", 60),
    Town(13, "EDI", "Edinburgh", "Scotland", 50),
    Town(14, "BEL", "Belfast", "Northern Ireland", 30),
    Town(15, "NCL", "Newcastle upon Tyne", "North East", 70),
    Town(16, "DAR", "Darlington", "North East", 25),
    Town(17, "LEE", "Leeds", "Yorkshire and The Humber", 65),
    Town(18, "SHE", "Sheffield", "Yorkshire and The Humber", 40),
    Town(19, "MAN", "Manchester", "North West", 70),
    Town(20, "LIV", "Liverpool", "North West", 45),
    Town(21, "BLP", "Blackpool", "North West", 30),
    Town(22, "BIR", "Birmingham", "West Midlands", 60),
    Town(23, "STO", "Stoke-on-Trent", "West Midlands", 15),
    Town(24, "NOT", "Nottingham", "East Midlands", 35),
    Town(25, "LEI", "Leicester", "East Midlands", 15),
    Town(26, "PET", "Peterborough", "East of England", 15),
    Town(27, "NOR", "Norwich", "East of England", 15),
    Town(28, "BRI", "Bristol", "South West", 45),
    Town(29, "PLY", "Plymouth", "South West", 20),
    Town(30, "EXE", "Exeter", "South West", 15),
    Town(31, "SOT", "Southampton", "South East", 20),
    Town(32, "REA", "Reading", "South East", 20),
    Town(33, "DOV", "Dover", "South East", 10),
    Town(34, "GLA", "Glasgow", "Scotland", 50),
    Town(35, "DUN", "Dundee", "Scotland", 12),
    Town(36, "INV", "Inverness", "Scotland", 8),
    Town(37, "SWA", "Swansea", "Wales", 35),
    Town(38, "ABE", "Aberystwyth", "Wales", 8),
    Town(39, "HUL", "Kingston upon Hull", "Yorkshire and The Humber", 12),
    Town(40, "YOR", "York", "Yorkshire and The Humber", 18),
)
BUILDINGS = (
    "Quay House", "Lantern Court", "Anchor Buildings", "Orchard House", "Beacon House",
    "Ferry Wharf", "Tideway House", "Almanac House", "Weathervane Court", "Signal House",
    "Millstone House", "Compass House", "Larkfield", "Kingfisher House", "Bramble Court",
)  # fmt: skip
_TOWN_DRAW = Weighted(TOWNS, [town.weight for town in TOWNS])


class Site(NamedTuple):
    """One employer's building. `stated` is how that employer's files name it."""

    place_id: str
    stated: str
    building: str
    town: str
    region: str


def _stated(layout: str, town: Town, building: str, ordinal: int) -> str:
    """How a layout names a place: site code, town and building, number, or town alone."""
    return {
        "oracle_hcm": f"{town.code}{ordinal:02d}",
        "workday": f"{town.name} - {building}",
        "sap_flat": f"{town.number}{ordinal:02d}",
        "small_body": town.name,
    }[layout]


def draw_sites(count: int, *, employer: str, layout: str, chance: Chance) -> tuple[Site, ...]:
    """`count` sites (at most 30) in different towns, the busiest first."""
    sites: dict[str, Site] = {}
    while len(sites) < count:
        town = _TOWN_DRAW.draw(chance)
        if town.code not in sites:
            building = chance.pick(BUILDINGS)
            stated = _stated(layout, town, building, chance.between(1, 9))
            sites[town.code] = Site(
                f"{employer}:{town.code}", stated, building, town.name, town.region
            )
    return tuple(sites.values())
