"""The employers of the pretend service: unlike layouts, names of their own, sizes that add up."""

import pytest

from synthetic.chance import Chance
from synthetic.employers import DEALT, FAMILIES, MOST_EMPLOYERS, make_employers, sizes
from synthetic.layouts import LAYOUTS


class TestEmployers:
    def test_any_three_in_a_row_use_three_layouts(self) -> None:
        layouts = [e.layout for e in make_employers(MOST_EMPLOYERS, 60_000, Chance(1))]
        assert all(len(set(layouts[at : at + 3])) == 3 for at in range(len(layouts) - 2))

    def test_all_the_names_differ_and_parents_exist(self) -> None:
        employers = make_employers(MOST_EMPLOYERS, 60_000, Chance(1))
        slugs = {employer.slug for employer in employers}
        assert len(slugs) == len({employer.name for employer in employers}) == MOST_EMPLOYERS
        assert {e.parent for e in employers if e.parent} <= slugs

    @pytest.mark.parametrize(("count", "people"), [(3, 180), (12, 20_000), (180, 500_000)])
    def test_sizes_add_up_and_none_is_under_sixty(self, count: int, people: int) -> None:
        shared = sizes(count, people)
        assert sum(shared) == people
        assert min(shared) >= 60

    def test_twelve_in_a_row_send_every_layout(self) -> None:
        assert len(DEALT) == 12
        assert set(DEALT) == set(FAMILIES) == set(LAYOUTS)
        kinds = [FAMILIES[layout] for layout in DEALT]
        assert kinds[:4] == kinds[4:8] == kinds[8:]
