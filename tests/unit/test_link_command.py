"""``muster link`` on files: people who were made up, and public ones whose truth is known."""

import random
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from muster.cli.main import main

ROLES = """
[columns]
record = "number"
given_name = "first"
surname = "last"
date_of_birth = "born"
town = "town"
[columns_b]
record = "ref"
date_of_birth = "dob"
"""
FAKE = Path(__file__).parents[3] / "shared" / "data" / "linkage" / "fake_1000.csv"
GIVEN = ("Anna", "Bela", "Carl", "Dora", "Egon", "Frida", "Gerd", "Hilde", "Ivo", "Jana")
LAST = ("Acorn", "Birch", "Cedar", "Damson", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")


def linked(*words: object) -> Result:
    return CliRunner().invoke(main, ["link", *map(str, words)])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two files of the same 300 people, who are written otherwise in the second."""
    draw = random.Random(5)
    people = [
        (f"{n}", draw.choice(GIVEN) + draw.choice("aeio"), draw.choice(LAST) + draw.choice("sy"),
         f"19{draw.randrange(50, 99)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
         draw.choice(("Oakham", "Elmton", "Ashby", "Birchover")))
        for n in range(300)
    ]  # fmt: skip
    pl.DataFrame(
        people, schema=["number", "first", "last", "born", "town"], orient="row"
    ).write_csv(tmp_path / "a.csv")
    others = [
        (f"R{number}", first[:-1] + "u" if draw.random() < 0.1 else first.upper(), last,
         "/".join(reversed(born.split("-"))), town if draw.random() < 0.8 else "Faraway")
        for number, first, last, born, town in draw.sample(people, 200)
    ]  # fmt: skip
    frame = pl.DataFrame(others, schema=["ref", "first", "last", "dob", "town"], orient="row")
    frame.write_parquet(tmp_path / "b.parquet")
    (tmp_path / "roles.toml").write_text("each_once = true\n" + ROLES)
    return tmp_path


def test_two_files_of_the_same_people_are_linked(files: Path) -> None:
    out = files / "pairs.csv"
    done = linked(files / "a.csv", files / "b.parquet", "--roles", files / "roles.toml",
                  "--out", out)  # fmt: skip
    assert done.exit_code == 0, done.output
    pairs = pl.read_csv(out, infer_schema=False)
    assert pairs.columns == ["record_a", "record_b", "probability", "weight", "by"]
    right = pairs.filter(pl.format("R{}", "record_a") == pl.col("record_b")).height
    assert right >= 195
    assert pairs.height - right <= 3
    assert pairs["record_a"].is_unique().all()
    assert pairs["record_b"].is_unique().all()
    assert "300 and 200 records" in done.output


def test_linking_again_gives_the_same(files: Path) -> None:
    words = (files / "a.csv", files / "b.parquet", "--roles", files / "roles.toml", "--out")
    first, again = files / "1.csv", files / "2.csv"
    assert linked(*words, first).exit_code == linked(*words, again).exit_code == 0
    read = [pl.read_csv(one).select("record_a", "record_b", "by") for one in (first, again)]
    assert read[0].equals(read[1])


@pytest.mark.skipif(not FAKE.exists(), reason="the public benchmark file is not here")
def test_one_file_is_linked_within_itself_better_than_with_labels_before(tmp_path: Path) -> None:
    roles = tmp_path / "roles.toml"
    roles.write_text(
        '[columns]\nrecord = "unique_id"\ngiven_name = "first_name"\nsurname = "surname"\n'
        'date_of_birth = "dob"\ntown = "city"\nemail = "email"\n'
    )
    out = tmp_path / "pairs.parquet"
    assert linked(FAKE, "--roles", roles, "--out", out).exit_code == 0
    truth = pl.read_csv(FAKE, infer_schema=False).select("unique_id", "cluster")
    pairs = pl.read_parquet(out)
    right = (
        pairs.join(truth, left_on="record_a", right_on="unique_id")
        .join(truth, left_on="record_b", right_on="unique_id")
        .filter(pl.col("cluster") == pl.col("cluster_right"))
        .height
    )
    there = truth.group_by("cluster").len()["len"]
    total = sum(n * (n - 1) // 2 for n in there)
    assert 2 * right / (pairs.height + total) > 0.9


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,first\n1,Ann\n", "No column last"),
        (b"", "Cannot be read"),
        (b"number,first,last,born,town\n", "0 records: nothing to compare"),
        (b"number,first,last,born,town\n1,Ann,Mole,1980-01-01,Ashby\n", "nothing to compare"),
    ],
)
def test_what_cannot_be_linked_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    (tmp_path / "roles.toml").write_text(ROLES)
    done = linked(tmp_path / "a.csv", "--roles", tmp_path / "roles.toml", "--out",
                  tmp_path / "out.csv")  # fmt: skip
    assert said in done.output
