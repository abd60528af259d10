"""What the pretend service tells of places: lists that Muster reads, the same for the same seed."""

from pathlib import Path

from muster.register.places.lists import read_commitments, read_sites
from muster.register.places.rules import REGIONS, read_where
from muster.register.places.towns import shipped_towns
from synthetic.chance import Chance
from synthetic.employers import make_employers
from synthetic.place_lists import write_places
from synthetic.places import BUILDINGS, TOWNS


def test_every_pretend_town_is_read_as_itself_in_its_region() -> None:
    for town in TOWNS:
        for stated in (town.name, f"{town.name} - {BUILDINGS[0]}"):
            found = read_where(stated, shipped_towns())
            assert (shipped_towns().towns[found.town].name, REGIONS[found.region]) == (
                town.name, town.region,
            )  # fmt: skip


def test_no_code_of_a_pretend_site_is_read_as_a_town() -> None:
    for town in TOWNS:
        for code in (f"{town.code}03", f"{town.number}03"):
            assert not read_where(code, shipped_towns()).town


def test_lists_are_read_whole_and_one_employer_sends_none(tmp_path: Path) -> None:
    bodies = make_employers(12, 4800, Chance(3))
    *sites, commitments = write_places(tmp_path, bodies, Chance(9))
    coded = [body for body in bodies if body.family in ("oracle_hcm", "sap_flat")]
    assert [one.name for one in sites] == [f"{body.slug}-sites.csv" for body in coded[:-1]]
    for body, place in zip(coded, sites, strict=False):
        found = read_sites(place.read_bytes(), file=place.name, index=shipped_towns())
        assert dict(found).keys() == {site.stated for site in body.sites}
    ids = {body.name: str(body.number) for body in bodies}
    told = read_commitments(commitments.read_bytes(), file="c.csv", employer_of=ids.get)
    assert [one.employer for one in told] == [str(body.number) for body in bodies]
    assert all((one.percent is None) != (one.roles is None) for one in told)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        bodies = make_employers(6, 2400, Chance(3))
        places = write_places(tmp_path / name, bodies, Chance(9))
        written.append([place.read_bytes() for place in places])
    assert written[0] == written[1]
    assert written[0][-1].startswith(b"employer,due,percent,roles,stated_by,source\n")
