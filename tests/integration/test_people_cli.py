"""``muster synthetic make`` writes a service that enrolment and loading then take in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.main import main
from muster.hub.models import Agreement, Route
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput
from muster.register.employers.models import Employer
from muster.register.people.enrolment import enrol
from tests.integration.people_files import BY


def make(out: Path, *more: str) -> object:
    asked = ["synthetic", "make", "--out", str(out), "--employers", "3", "--people", "180", *more]
    return CliRunner().invoke(main, asked)


def test_it_makes_files_and_the_truth(tmp_path: Path) -> None:
    made = make(tmp_path / "a", "--json")
    assert made.exit_code == 0, made.output  # type: ignore[attr-defined]
    figures = json.loads(made.output)  # type: ignore[attr-defined]
    assert (figures["employers"], figures["files"]) == (3, 9)
    assert figures["people"] >= 180
    assert len(list((tmp_path / "a" / "files").glob("*/*.csv"))) == 9
    assert (tmp_path / "a" / "truth" / "employer.parquet").exists()


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make(tmp_path / name, "--seed", "7")
    files = [sorted((tmp_path / name / "files").glob("*/*.csv")) for name in ("a", "b")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_it_never_overwrites_and_says_so(tmp_path: Path) -> None:
    make(tmp_path / "a")
    again = make(tmp_path / "a")
    assert again.exit_code == 1  # type: ignore[attr-defined]
    assert "another folder" in again.output  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_enrolling_opens_one_agreed_route_for_each_employer_and_only_once(tmp_path: Path) -> None:
    make(tmp_path / "a")
    codes = enrol(tmp_path / "a", by=BY, clock=SYSTEM_CLOCK)
    assert enrol(tmp_path / "a", by=BY, clock=SYSTEM_CLOCK) == codes
    routes = Route.objects.filter(code__in=codes).select_related("agreement", "source")
    assert len(routes) == len(codes) == 3
    for route in routes:
        agreement = route.agreement
        assert agreement is not None
        assert agreement.purpose
        assert agreement.lawful_basis
        assert agreement.retention
        assert len(agreement.signatories) == 2
        assert route.source.employer is not None
        assert Employer.objects.get(id=route.source.employer).pretend
    assert Agreement.objects.filter(contract="muster.people.hr_record.v1").count() == 3


@pytest.mark.django_db
def test_it_refuses_a_folder_without_a_service(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no pretend civil service"):
        enrol(tmp_path, by=BY, clock=SYSTEM_CLOCK)
