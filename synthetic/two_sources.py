"""Two files that know some of the same people, differently, and who is who: for record linkage.

Staff of employers, and applicants to their vacancies. Names repeat as they do in life: a few are
very common, most are rare. An applicant who is on the staff has typed everything in again: with
slips of the keys, under a new surname, from a new address, with another email or mobile, or leaving
something out. Nobody's National Insurance number is known. All is drawn from the row's number and
a seed by integer arithmetic, so it is the same on any machine.
"""

from collections.abc import Sequence
from itertools import accumulate, product

import polars as pl

from synthetic.names import NameBook
from synthetic.places import TOWNS

FORENAMES, SURNAMES, POSTCODES = 702, 3_469, 60_000
_BEGINNINGS = (
    "Ash",
    "Bar",
    "Cal",
    "Den",
    "Elm",
    "Fen",
    "Gar",
    "Hal",
    "Ing",
    "Ked",
    "Lan",
    "Mar",
    "Nor",
    "Os",
    "Pem",
    "Quar",
    "Rad",
    "Sel",
    "Thorn",
    "Ul",
    "Ver",
    "Wen",
    "Yar",
)
_MIDDLES = ("", "a", "er", "ing", "le", "o", "u", "i")
_ENDINGS = (
    "by",
    "cott",
    "dale",
    "field",
    "ford",
    "gate",
    "ham",
    "ley",
    "man",
    "more",
    "ton",
    "well",
    "wick",
    "worth",
    "bury",
    "stead",
    "wood",
    "ridge",
    "shaw",
    "hurst",
)
_SOUNDS = (
    "an",
    "bel",
    "cor",
    "dal",
    "el",
    "fin",
    "gw",
    "hal",
    "is",
    "jo",
    "ka",
    "lin",
    "mar",
    "nel",
    "or",
    "per",
    "rin",
    "sal",
    "tam",
    "ul",
    "ver",
    "win",
    "yas",
    "zel",
)
_ENDS = ("a", "e", "ia", "in", "o", "y", "ette", "us", "ah", "is")  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
_ONE = pl.UInt64
_FRACTION = 2.0**-53


def two_sources(people: int, *, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return staff and applicants, as many of each; every second applicant is on the staff.

    Args:
        people: how many rows each file has.
        seed: another seed is another population.

    Returns:
        Both files: ``record``, ``given_name``, ``surname``, ``date_of_birth``, ``postcode``,
        ``email``, ``mobile``, and ``person``, which is the truth.
    """
    staff = _people(pl.int_range(people, eager=True), seed)
    shared = _people(pl.int_range(0, people, 2, eager=True), seed)
    others = _people(pl.int_range(people, people + people // 2, eager=True), seed)
    applicants = pl.concat([_typed_again(shared, seed), others])
    shuffled = applicants.with_columns(order=_unit(90, seed)).sort("order").drop("order")
    return (
        _forgetful(staff, 40, seed).select(pl.format("S{}", "person").alias("record"), *_SAID),
        _forgetful(shuffled, 60, seed)
        .with_row_index("at")
        .select(pl.format("A{}", "at").alias("record"), *_SAID),
    )


_SAID = ("given_name", "surname", "date_of_birth", "postcode", "email", "mobile", "person")


def _unit(stream: int, seed: int) -> pl.Expr:
    """Return a number from 0 to 1 for each person, one sequence for each stream."""
    start = (stream * 0xD1342543DE82EF95 + seed * 0xAF251AF3B0F025B5) % 2**64
    z = (pl.col("person").cast(_ONE) + 1) * pl.lit(0x9E3779B97F4A7C15, _ONE) + pl.lit(start, _ONE)
    z = (z ^ (z // 2**30)) * pl.lit(0xBF58476D1CE4E5B9, _ONE)
    z = (z ^ (z // 2**27)) * pl.lit(0x94D049BB133111EB, _ONE)
    z = z ^ (z // 2**31)
    return (z // 2**11).cast(pl.Float64) * _FRACTION


def _below(most: int, stream: int, seed: int) -> pl.Expr:
    return (_unit(stream, seed) * most).cast(pl.Int64)


def _people(numbers: pl.Series, seed: int) -> pl.DataFrame:
    """Return people as they are."""
    frame = pl.DataFrame({"person": numbers})
    given, surname = _names()
    frame = frame.with_columns(
        given_name=_drawn(frame, given, 1, seed, evenness=20.0),
        surname=_drawn(frame, surname, 2, seed, evenness=12.0),
        date_of_birth=(
            pl.date(1955, 1, 1) + pl.duration(days=_below(18_000, 3, seed))
        ).dt.to_string("%Y-%m-%d"),
        postcode=_postcode(_below(POSTCODES, 4, seed)),
        mobile=_mobile(5, seed),
    )
    return frame.with_columns(email=_email(6, seed))


def _names() -> tuple[list[str], list[str]]:
    """Return forenames and surnames, the commonest first; the rare ones are made of syllables."""
    book = NameBook()
    forenames = [name for group in book.groups for names in group.forenames.values()
                 for name in names]  # fmt: skip
    surnames = [name for group in book.groups for name in group.surnames]
    forenames += ["".join(parts).capitalize() for parts in product(_SOUNDS, _SOUNDS[:3], _ENDS)]
    surnames += ["".join(parts) for parts in product(_BEGINNINGS, _MIDDLES, _ENDINGS)]
    return (
        list(dict.fromkeys(forenames))[:FORENAMES],
        list(dict.fromkeys(surnames))[:SURNAMES],
    )


def _drawn(
    frame: pl.DataFrame, items: Sequence[str], stream: int, seed: int, *, evenness: float
) -> pl.Series:
    """Return items drawn by rank: the second half as often as the first, and so on, smoothed."""
    reach = list(accumulate(1 / (rank + evenness) for rank in range(len(items))))
    at = frame.select(_unit(stream, seed) * reach[-1]).to_series()
    places = pl.Series(reach).search_sorted(at)
    return pl.Series(items).gather(places)


def _postcode(number: pl.Expr) -> pl.Expr:
    areas = pl.Series([town.code[:2] for town in TOWNS])
    letters = pl.Series(list("ABDEFGHJLNPQRSTUWXYZ"))
    town = number % len(TOWNS)
    rest = number // len(TOWNS)
    unit = rest // 9
    return pl.concat_str(
        town.replace_strict(dict(enumerate(areas)), return_dtype=pl.String),
        (1 + rest % 9).cast(pl.String),
        pl.lit(" "),
        (1 + unit % 8).cast(pl.String),
        ((unit // 8) % 20).replace_strict(dict(enumerate(letters)), return_dtype=pl.String),
        ((unit // 160) % 20).replace_strict(dict(enumerate(letters)), return_dtype=pl.String),
    )


def _mobile(stream: int, seed: int) -> pl.Expr:
    return pl.lit("07") + _below(10**9, stream, seed).cast(pl.String).str.zfill(9)


def _email(stream: int, seed: int) -> pl.Expr:
    given, surname = (pl.col(name).str.to_lowercase().str.replace_all(r"[^a-z]", "")
                      for name in ("given_name", "surname"))  # fmt: skip
    way, number = _below(3, stream, seed), _below(1000, stream + 1, seed).cast(pl.String)
    user = (
        pl.when(way == 0).then(given + "." + surname + number)
        .when(way == 1).then(given.str.slice(0, 1) + surname + number)
        .otherwise(surname + "_" + given + number)
    )  # fmt: skip
    host = _below(5, stream + 2, seed).replace_strict(
        dict(enumerate(_HOSTS)),
        return_dtype=pl.String,
    )  # fmt: skip
    return user + "@" + host


def _typed_again(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the same people as they say it some time later, by hand."""
    _, surnames = _names()
    other = _drawn(people, surnames, 20, seed, evenness=12.0)
    people = people.with_columns(
        surname=pl.when(_unit(21, seed) < 0.05).then(other).otherwise("surname"),
        postcode=pl.when(_unit(22, seed) < 0.25)
        .then(_postcode(_below(POSTCODES, 23, seed))).otherwise("postcode"),
        mobile=pl.when(_unit(24, seed) < 0.82).then(_mobile(25, seed)).otherwise("mobile"),
    )  # fmt: skip
    people = people.with_columns(
        email=pl.when(_unit(26, seed) < 0.80).then(_email(27, seed)).otherwise("email")
    )
    return people.with_columns(
        given_name=_slipped("given_name", 0.05, 30, seed).str.to_titlecase(),
        surname=_slipped("surname", 0.05, 32, seed),
        date_of_birth=_misdated(35, seed),
    )


def _slipped(field: str, often: float, stream: int, seed: int) -> pl.Expr:
    """Return text in which, so often, a letter was left out, struck wrongly or exchanged."""
    text = pl.col(field)
    at = (_unit(stream, seed) * (text.str.len_chars() - 1)).cast(pl.Int64)
    letter = _below(26, stream + 1, seed).replace_strict(
        dict(enumerate(_LETTERS)), return_dtype=pl.String
    )
    chance = _unit(stream + 100, seed)
    before, here = text.str.slice(0, at), text.str.slice(at, 1)
    following, after = text.str.slice(at + 1, 1), text.str.slice(at + 2)
    return (
        pl.when(chance < often / 3).then(before + following + after)
        .when(chance < often * 2 / 3).then(before + letter + following + after)
        .when(chance < often).then(before + following + here + after)
        .otherwise(text)
    )  # fmt: skip


def _misdated(stream: int, seed: int) -> pl.Expr:
    """Return dates of birth of which some have day and month exchanged, or a wrong digit."""
    date, chance = pl.col("date_of_birth"), _unit(stream, seed)
    year, month, day = date.str.slice(0, 4), date.str.slice(5, 2), date.str.slice(8, 2)
    exchanged = (
        pl.when(day.cast(pl.Int64) <= 12).then(year + "-" + day + "-" + month).otherwise(date)
    )
    digit = (1 + (day.str.slice(1, 1).cast(pl.Int64)) % 9).cast(pl.String)
    return (
        pl.when(chance < 0.008).then(exchanged)
        .when(chance < 0.02).then(year + "-" + month + "-" + day.str.slice(0, 1) + digit)
        .otherwise(date)
    )  # fmt: skip


def _forgetful(people: pl.DataFrame, stream: int, seed: int) -> pl.DataFrame:
    """Leave some of what is not needed empty."""
    often = {"date_of_birth": 0.06, "postcode": 0.06, "email": 0.06, "mobile": 0.06}
    return people.with_columns(
        pl.when(_unit(stream + at, seed) < share).then(None).otherwise(pl.col(name)).alias(name)
        for at, (name, share) in enumerate(often.items())
    )
