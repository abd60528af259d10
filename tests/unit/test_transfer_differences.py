"""What is stated beside what is known: meanings differ or not, whatever the spelling."""

from typing import Any

import pytest

from muster.services.transfers.record import differences
from tests.transfer_records import GOOD, changed


def fields(stated: dict[str, Any], known: dict[str, Any], *, matters: bool = True) -> set[str]:
    return {one.field for one in differences(stated, known) if one.matters == matters}


@pytest.mark.parametrize(
    "spelled",
    [
        {"nino": "qq 12 34 56 c"},
        {"salary": "£34,000"},
        {"fte": "0.80"},
        {"birth_date": "1/3/1980"},
        {"surname": "MOLE"},
        {"student_loans": ["PG", "2"]},
        {"sex": "Female"},
        {"allowances": [{"pensionable": "yes", "annual": "1,200", "name": "location"}]},
        {"grade": "Higher Executive Officer"},
    ],
)
def test_another_spelling_is_no_difference(spelled: dict[str, Any]) -> None:
    assert differences({**GOOD, **spelled}, GOOD) == ()
    assert differences(GOOD, {**GOOD, **spelled}) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ("nino=QQ123465C", "nino"),
        ("birth_date=1980-01-03", "birth_date"),
        ("tax_code=BR", "tax_code"),
        ("tax_regime=S", "tax_regime"),
        ("tax_basis=non-cumulative", "tax_basis"),
        ("salary=34000.01", "salary"),
        ("student_loans=[2]", "student_loans"),
        ("salary_sacrifice=[scheme:Cycle to work,monthly:51.00]", "salary_sacrifice"),
        ("allowances=[name:Location,annual:1200.00,pensionable:no]", "allowances"),
        ("pension_scheme=partnership", "pension_scheme"),
        ("surname=Vole", "surname"),
        ("ni_letter=", "ni_letter"),
    ],
)
def test_what_differs_must_be_settled(changes: str, field: str) -> None:
    found = differences(changed(changes), GOOD)
    assert [(one.field, one.matters) for one in found] == [(field, True)]
    assert found[0].title
    assert str(GOOD["nino"]) not in repr(found)


def test_what_nobody_knows_elsewhere_does_not_differ() -> None:
    assert differences(GOOD, {}) == ()
    assert differences(GOOD, {"surname": "", "nino": None}) == ()
    assert fields(changed("allowances="), {"allowances": []}) == set()


def test_a_former_name_is_shown_and_stops_nothing() -> None:
    renamed = {**GOOD, "surname": "Vole", "former_names": [{"surname": "Mole"}]}
    assert fields(renamed, GOOD) == set()
    assert fields(renamed, GOOD, matters=False) == {"surname"}
    assert "surname" in fields(GOOD, renamed, matters=False)
    assert fields({**renamed, "former_names": [{"surname": "Rat"}]}, GOOD) == {"surname"}
