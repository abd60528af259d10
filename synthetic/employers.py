"""The employers of the pretend service: names nobody could take for real, sizes, sites, layouts.

Sizes fall away as in life (Zipf): a few very large employers, many small. Layouts are dealt in
turn, so any four employers in a row use four kinds of system; those with a spreadsheet are the
smallest.
"""

from dataclasses import dataclass

from synthetic.chance import Chance
from synthetic.places import Site, draw_sites

# How each employer sends its people, dealt in this order, and the kind of system behind it.
_DEALT = (
    ("oracle_hcm", "oracle_hcm"),
    ("workday", "workday"),
    ("sap_flat", "sap_flat"),
    ("small_body", "small_body"),
    ("oracle_hcm_xml", "oracle_hcm"),
    ("workday_xml", "workday"),
    ("sap_fixed", "sap_flat"),
    ("small_body_workbook", "small_body"),
    ("oracle_hcm", "oracle_hcm"),
    ("workday_changes", "workday"),
    ("sap_flat", "sap_flat"),
    ("small_body", "small_body"),
)
FAMILIES = dict(_DEALT)
DEALT = tuple(layout for layout, _ in _DEALT)
SMALLEST = 60  # people, so that the disclosure rules have something to show

# name | kind | name of the parent, if it has one
_NAMED = """
Department for Harbours and Lighthouses | ministerial department |
Department of Orchards and Allotments | ministerial department |
Ministry of Weather and Tides | ministerial department |
National Weather Museum | public body | Ministry of Weather and Tides
Lighthouse Keepers Agency | executive agency | Department for Harbours and Lighthouses
National Orchard Service | executive agency | Department of Orchards and Allotments
Department for Footpaths and Bridges | ministerial department |
Office for Orchard Standards | non-ministerial department |
Pier and Promenade Agency | executive agency | Department for Harbours and Lighthouses
Ministry of Maps and Almanacs | ministerial department |
Bridge and Ferry Licensing Agency | executive agency | Department for Footpaths and Bridges
Tide Tables Commission | public body | Ministry of Weather and Tides
Hedgerow and Ditch Agency | executive agency | Department of Orchards and Allotments
Almanac Office | non-ministerial department |
Footpath Inspection Service | executive agency | Department for Footpaths and Bridges
Museum of Small Bridges | public body | Department for Footpaths and Bridges
Department for Clocks and Calendars | ministerial department |
Bandstand and Fairground Agency | executive agency | Department for Harbours and Lighthouses
Rainfall Measurement Service | executive agency | Ministry of Weather and Tides
Lantern Glass Advisory Council | public body | Department for Harbours and Lighthouses
Allotment Tenancies Service | executive agency | Department of Orchards and Allotments
Standard Time Agency | executive agency | Department for Clocks and Calendars
Stile and Gate Registry | non-ministerial department |
Office of the Beekeeping Ombudsman | public body |
Seaside Deckchair Authority | executive agency | Department for Harbours and Lighthouses
Map Folding Standards Agency | executive agency | Ministry of Maps and Almanacs
Fog Signals Directorate | executive agency | Department for Harbours and Lighthouses
Sundial Conservation Trust | public body | Department for Clocks and Calendars
Department for Canals and Kites | ministerial department |
Towpath Maintenance Agency | executive agency | Department for Canals and Kites
Cider Apple Levy Office | non-ministerial department |
National Kite Collection | public body | Department for Canals and Kites
Public Clocks Winding Service | executive agency | Department for Clocks and Calendars
Bell Tower Inspectorate | non-ministerial department |
Scarecrow Licensing Office | executive agency | Department of Orchards and Allotments
Puddle Survey of the Nations | public body | Ministry of Weather and Tides
Lock Keepers Training Agency | executive agency | Department for Canals and Kites
Rowing Boat Registry | non-ministerial department |
Compost Standards Agency | executive agency | Department of Orchards and Allotments
Committee on Village Ponds | public body |
"""
_SUBJECTS = (
    "Acorn", "Barn Owl", "Bilberry", "Birdbath", "Bluebell", "Bunting", "Chimney", "Conker",
    "Cowslip", "Dovecote", "Dry Stone Wall", "Duckpond", "Fern", "Finger Post", "Foghorn",
    "Garden Shed", "Gooseberry", "Hayrick", "Honey", "Jam", "Milestone", "Moss", "Oxbow", "Picnic",
    "Rhubarb", "Rope Bridge", "Tandem", "Toadstool", "Wheelbarrow", "Windmill",
)  # fmt: skip
_FORMS = (
    "{} Agency", "{} Licensing Service", "{} Inspectorate", "{} Advisory Council",
    "National {} Service", "Office for {} Standards", "{} Survey", "{} Museum",
    "{} Registry", "{} Training Agency", "{} Safety Authority", "{} Heritage Trust",
)  # fmt: skip
MOST_EMPLOYERS = 40 + len(_SUBJECTS) * len(_FORMS)
_LEFT_OUT = ("Department for ", "Department of ", "Ministry of ", "Office of the ")


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer. `system` names its HR system and is unique to it; `size` is people.

    `layout` is how it sends its people; `family` the kind of system, which decides how it numbers
    staff and posts and names places.
    """

    number: int
    slug: str
    name: str
    kind: str
    parent: str | None
    layout: str
    system: str
    size: int
    sites: tuple[Site, ...]

    @property
    def family(self) -> str:
        return FAMILIES[self.layout]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.slug.split("-") if word != "and").upper()


def slug_of(name: str) -> str:
    """A short file-safe name: 'Department for Canals and Kites' is 'canals-and-kites'."""
    for start in _LEFT_OUT:
        name = name.removeprefix(start)
    return name.lower().replace(" ", "-")


def _named(number: int) -> tuple[str, str, str]:
    """Name, kind and parent of the `number`-th employer."""
    if number < 40:
        name, kind, parent = _NAMED.strip().split("\n")[number].split("|")
        return name.strip(), kind.strip(), parent.strip()
    # Thirty subjects and twelve forms; stepping both at once visits all 360 pairs in a mixed order.
    made = number - 40
    form = (made + made // len(_SUBJECTS)) % len(_FORMS)
    name = _FORMS[form].format(_SUBJECTS[made % len(_SUBJECTS)])
    return name, "public body" if form in (3, 6, 7, 11) else "executive agency", ""


def sizes(count: int, people: int) -> list[int]:
    """`people` shared among `count` employers: each has `SMALLEST`, the rest by Zipf's law."""
    small = [number for number in range(count) if number % 4 == 3]
    order = [number for number in range(count) if number % 4 != 3] + small
    weight = {number: 1 / (rank + 1.6) ** 0.95 for rank, number in enumerate(order)}
    spare, whole = people - count * SMALLEST, sum(weight.values())
    shared = [SMALLEST + int(spare * weight[number] / whole) for number in range(count)]
    shared[0] += people - sum(shared)
    return shared


def make_employers(count: int, people: int, chance: Chance) -> tuple[Employer, ...]:
    """`count` employers with `people` between them. ValueError if that cannot be."""
    if not 3 <= count <= MOST_EMPLOYERS:
        raise ValueError(f"employers: {count} asked for; choose from 3 to {MOST_EMPLOYERS}")
    if people < count * SMALLEST:
        raise ValueError(
            f"people: {people} is too few; {count} employers need at least {count * SMALLEST}"
        )
    made = []
    for number, size in enumerate(sizes(count, people)):
        name, kind, parent = _named(number)
        slug, layout = slug_of(name), DEALT[number % len(DEALT)]
        family, many = FAMILIES[layout], min(1 + size // 180, 14)
        sites = draw_sites(many, employer=slug, layout=family, chance=chance)
        above = slug_of(parent) if parent else None
        made.append(Employer(number, slug, name, kind, above, layout, f"{slug}-hr", size, sites))
    known = {employer.slug for employer in made}
    assert len(known) == count
    assert all(e.parent is None or e.parent in known for e in made)
    return tuple(made)
