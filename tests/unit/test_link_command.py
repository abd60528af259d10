"""``muster link`` on files: people who were made up, and public ones whose truth is known."""

import random
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from muster.cli.link import read_table
from muster.cli.main import main
from muster.kernel.errors import BadInput
from muster.register.linkage.preparing import prepared
from muster.register.linkage.roles import read_roles

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
    assert pairs.columns == ["record_a", "record_b", "probability", "weight", "by", "decision"]
    right = pairs.filter(pl.format("R{}", "record_a") == pl.col("record_b")).height
    assert right >= 195
    assert pairs.height - right <= 3
    assert pairs["record_a"].is_unique().all()
    assert pairs["record_b"].is_unique().all()
    assert set(pairs["decision"]) <= {"automatic", "look"}
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


PLAIN = '[columns]\ngiven_name = "first"\nsurname = "last"\ndate_of_birth = "born"\ntown = "town"\n'
NAMED = 'record = "number"\n'
ROWS = "".join(f"A{n % 9},M{n % 7},19{n:02}-02-01,Ashby\n" for n in range(60))


def rewritten(files: Path, name: str) -> Path:
    """Return the first file again, as another program writes it."""
    table, place = pl.read_csv(files / "a.csv", infer_schema=False), files / f"{name}.csv"
    born = pl.col("born").str.to_date()
    match name:
        case "semicolons":
            table.write_csv(place, separator=";")
        case "tabs":
            table.write_csv(place, separator="\t")
        case "utf-16" | "cp1252":
            place.write_bytes(table.write_csv().encode(name))
        case "capitals":
            table.with_columns(pl.all().str.to_uppercase()).write_csv(place)
        case _:
            place = files / f"{name}.parquet"
            number = born.dt.to_string("%Y%m%d").cast(pl.Float64 if name == "number" else pl.Int64)
            made = {"date": born, "moment": born.cast(pl.Datetime("ns"))}.get(name, number)
            table.with_columns(born=made, number=pl.col("number").cast(pl.Float64)).write_parquet(
                place
            )
    return place


@pytest.mark.parametrize(
    "name",
    ["semicolons", "tabs", "utf-16", "cp1252", "capitals", "date", "moment", "number", "whole"],
)
def test_however_a_file_was_written_it_says_the_same(files: Path, name: str) -> None:
    roles = read_roles(PLAIN + NAMED).first
    places = files / "a.csv", rewritten(files, name)
    first, second = (prepared(read_table(place), roles) for place in places)
    assert first.equals(second)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("Ann,Mole,1980-01-01,Ashby\n" * 40, PLAIN),
        ("".join(f"Ann{n},Mole{n},198{n}-01-01,Ashby\n" for n in range(5)) * 2, PLAIN),
        ("".join(f"Ann{n},,,\n" for n in range(40)), PLAIN),
        (",,,\n" * 40, PLAIN),
        (ROWS, '[columns]\nsurname = "last"\n'),
        (ROWS, '[columns]\ngiven_name = "last"\nsurname = "last"\nsex = "town"\n'),
    ],
    ids=["one row again", "few rows", "one field", "nothing", "one column", "one column twice"],
)
@pytest.mark.parametrize("several", [True, False], ids=["two files", "within"])
def test_poor_files_give_an_answer_or_a_reason(
    tmp_path: Path, rows: str, columns: str, *, several: bool
) -> None:
    place, out = tmp_path / "a.csv", tmp_path / "out.csv"
    place.write_text("first,last,born,town\n" + rows)
    (tmp_path / "roles.toml").write_text(columns)
    files = [place, place] if several else [place]
    done = linked(*files, "--roles", tmp_path / "roles.toml", "--out", out)
    said = f"{done.output}{done.exception or ''}"
    assert done.exception is None or isinstance(done.exception, SystemExit | BadInput), said
    known = ("pairs linked", "nothing to compare", "No field says anything in both")
    assert any(words in said for words in known), said


def test_columns_that_hold_no_text_are_named(tmp_path: Path) -> None:
    table = pl.DataFrame({"first": [["Ann"], ["Bel"]], "last": ["Mole", "Vole"]})
    table.write_parquet(tmp_path / "a.parquet")
    (tmp_path / "roles.toml").write_text('[columns]\ngiven_name = "first"\nsurname = "last"\n')
    done = linked(tmp_path / "a.parquet", "--roles", tmp_path / "roles.toml", "--out",
                  tmp_path / "out.csv")  # fmt: skip
    assert "A column of List cannot be read as text" in done.output
    assert "Ann" not in done.output


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("last, last\nMole,Vole\n")
    with pytest.raises(BadInput, match=r"Two columns have this name .*last"):
        read_table(tmp_path / "a.csv")


def test_what_should_be_looked_at_in_a_file_is_said(tmp_path: Path) -> None:
    rows = ["id,first,last,dob", "1,Ann,Oak,1980-02-29", "2,Bob,Elm,31/02/1975", "2,Cy,Ash,nobody"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    (tmp_path / "roles.toml").write_text(
        '[columns]\nrecord = "id"\ngiven_name = "first"\nsurname = "last"\ndate_of_birth = "dob"'
    )
    words = tmp_path / "a.csv", "--roles", tmp_path / "roles.toml", "--out"
    done = linked(*words, tmp_path / "out.csv")
    assert "a.csv: 2 rows share their name (id)" in done.output
    assert "a.csv: 2 values of dob are no date" in done.output
    refused = linked(*words, tmp_path / "nowhere" / "out.csv")
    assert refused.exit_code == 1
    assert "There is no such folder" in str(refused.exception) + refused.output
