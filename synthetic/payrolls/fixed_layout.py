"""PAYROLL-F's files: which character stands where.

Three kinds of file, all Windows-1252 with the nearest letter for what it lacks (Tomos Llŷr becomes
Tomos Llyr), lines ending CRLF, every detail record of one kind equally long. A value fills its
place from the left unless it is said to stand at the right. Days are YYYYMMDD, 00000000 where there
is none. Money is pounds with two decimals, at the right, blank where there is none.

**Instructions, in** (`PAYINST`). The header is H1PAYINST, a blank, the payroll's code in 8
characters, the first day of the pay period, the pay day, the file's number in 6 digits (it must
rise by at least one from file to file; a number that was had before is refused with the whole file)
and the moment the file was made as YYYYMMDDHHMMSS. The trailer is T9, the number of details in 9
digits, the total of SALRY in 15 characters with two decimals, and the total of the six digits of
each NINUM in 15 digits. A file whose totals do not agree is refused whole. A detail is D and:

    REFNO  36  the instruction's own reference; the same one again is known, and done once
    MOVNO  36  the transfer it belongs to
    ACTCD   1  S starter, L leaver, C change, X cancels the instructions of MOVNO
    PERNO  10  staff number with this employer, with its leading noughts
    NINUM   9  National Insurance number
    SURNM  35  surname, cut at 35 characters; the only name of who has one
    FORNM  35  forenames, cut at 35
    BIRTH   8  birth date
    SEXCD   1  M or F
    START   8  first day with this employer
    LASTD   8  last day employed
    PDTO    8  last day the employer before has paid for; kept, and pay begins on START all the same
               because that employer takes back what it paid too much
    PAFTR  12  gross pay another employer paid for days after leaving, at the right
    SALRY  12  annual salary for full time, at the right
    FTE    11  share of full time with nine decimals, at the right (0.800000000)
    ALLOW1 ALLOW2 ALLOW3
           32  each: name of an allowance in 20 characters, then what it pays a year in 12 at the
               right; blank where there is none
    GRADE   8
    TAXCD   7  tax code without the letter of its regime
    TAXRG   1  blank, S or C
    WK1M1   1  Y where the code is not cumulative, otherwise N
    P45PY  12  pay to date of earlier employments this tax year, at the right
    P45TX  12  tax to date of them, at the right
    NILET   1  category letter
    LOANS   4  one character for each plan: 1, 2, 4, and P for the postgraduate loan
    ORDER  80  attachment orders, as stated
    SACRF  80  salary sacrifice, as stated
    PENSC   4  ALPH, PART, OPTO, CLAS, CPLU, PREM, NUVO
    EFFDT   8  the day from which a change counts
    PSTRT   8  first day of the pay period it is meant for
    PAYDY   8  pay day of that period

Of a change, a blank place means unchanged.

**Acknowledgements, out** (`PAYACK`), at once, one for each file. Header H1PAYACK, two blanks, the
payroll's code in 8 and the file's number in 6 digits; trailer T9, the number of details in 9
digits, and the number of those refused in 9. A detail is D and:

    REFNO  36
    STATE   1  A accepted, L accepted but late: it counts from the next period, R refused
    PERNO  10
    WHYTX  80  why, of R and L

A file refused whole has one detail with a blank REFNO.

**Results, out** (`PAYRES`), after a run; a draft run's begin H1PAYDFT and are otherwise the same.
Header H1PAYRES, two blanks, the payroll's code in 8, first day, last day and pay day of the period
and the run's number in 6 digits; trailer T9, the number of details in 9 digits and the total of
GROSS in 15 characters with two decimals. A detail is D and:

    REFNO  36  the last instruction behind this payment, blank if there was none
    PERNO  10
    NINUM   9
    SURNM  35
    PSTRT   8  first day of the period
    PENDD   8  its last day
    PAYDY   8
    GROSS  12  gross pay, at the right; less than nothing where pay is taken back
    PDFRM   8  first day this payment is for
    PDTO    8  last day this payment is for
    TAXCD   7
    TAXRG   1
    WK1M1   1  Y or N
    NILET   1
    LOANS   4
    PENSC   4
    PYTD   12  pay to date of earlier employments, as this payroll holds it, at the right
    TYTD   12  tax to date of them, at the right
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from synthetic.forms.delimited import NEAREST_LETTER

ENCODING = "cp1252"
NO_DAY = "00000000"
INSTRUCTION = {
    "REFNO": 36, "MOVNO": 36, "ACTCD": 1, "PERNO": 10, "NINUM": 9, "SURNM": 35, "FORNM": 35,
    "BIRTH": 8, "SEXCD": 1, "START": 8, "LASTD": 8, "PDTO": 8, "PAFTR": 12, "SALRY": 12, "FTE": 11,
    "ALLOW1": 32, "ALLOW2": 32, "ALLOW3": 32, "GRADE": 8, "TAXCD": 7, "TAXRG": 1, "WK1M1": 1,
    "P45PY": 12, "P45TX": 12, "NILET": 1, "LOANS": 4, "ORDER": 80, "SACRF": 80, "PENSC": 4,
    "EFFDT": 8, "PSTRT": 8, "PAYDY": 8,
}  # fmt: skip
ACKNOWLEDGEMENT = {"REFNO": 36, "STATE": 1, "PERNO": 10, "WHYTX": 80}
RESULT = {
    "REFNO": 36, "PERNO": 10, "NINUM": 9, "SURNM": 35, "PSTRT": 8, "PENDD": 8, "PAYDY": 8,
    "GROSS": 12, "PDFRM": 8, "PDTO": 8, "TAXCD": 7, "TAXRG": 1, "WK1M1": 1, "NILET": 1, "LOANS": 4,
    "PENSC": 4, "PYTD": 12, "TYTD": 12,
}  # fmt: skip
RIGHT = frozenset({"PAFTR", "SALRY", "FTE", "P45PY", "P45TX", "GROSS", "PYTD", "TYTD"})
CUT = frozenset({"SURNM", "FORNM", "WHYTX"})  # the only places where longer text is cut

ACTIONS = {"start": "S", "leave": "L", "change": "C", "cancel": "X"}
SCHEMES = {
    "alpha": "ALPH", "partnership": "PART", "opted out": "OPTO", "classic": "CLAS",
    "classic plus": "CPLU", "premium": "PREM", "nuvos": "NUVO",
}  # fmt: skip
SEXES = {"male": "M", "female": "F", "m": "M", "f": "F"}


class Refused(ValueError):
    """A whole file is refused; the words say why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """An instruction file once read: its number, its fields, and when it was made."""

    payroll: str
    number: int
    made: str
    records: list[dict[str, str]]


def day(value: date | str | None) -> str:
    """A day as YYYYMMDD; also one that is text already."""
    if not value:
        return NO_DAY
    return value.replace("-", "") if isinstance(value, str) else f"{value:%Y%m%d}"


def iso(place: str) -> str:
    return "" if place in ("", NO_DAY) else f"{place[:4]}-{place[4:6]}-{place[6:]}"


def record(places: Mapping[str, int], values: Mapping[str, str]) -> str:
    """One detail. ValueError if a value that may not be cut is longer than its place."""
    cells = []
    for name, width in places.items():
        text = values.get(name, "")
        if name in CUT:
            text = text[:width]
        if len(text) > width:
            raise ValueError(f"{name}: {len(text)} characters in a place of {width}")
        cells.append(f"{text:>{width}}" if name in RIGHT else f"{text:<{width}}")
    return "D" + "".join(cells)


def parted(places: Mapping[str, int], text: str) -> dict[str, str]:
    """The values of one detail."""
    if len(text) != 1 + sum(places.values()) or text[0] != "D":
        raise Refused("a detail record has another length or kind")
    found, at = {}, 1
    for name, width in places.items():
        found[name] = text[at : at + width].strip()
        at += width
    return found


def as_bytes(lines: Iterable[str]) -> bytes:
    return "".join(f"{each}\r\n" for each in lines).encode(ENCODING, errors=NEAREST_LETTER)


def as_lines(content: bytes) -> list[str]:
    try:
        return content.decode(ENCODING).splitlines()
    except UnicodeDecodeError:
        raise Refused("the file is not Windows-1252") from None


def _allowance(part: str) -> str:
    name, _, amount = part.rpartition("=")
    if len(name) > 20:
        raise ValueError(f"ALLOW: {len(name)} characters in a place of 20")
    return f"{name:<20}{amount:>12}" if part else ""


def places_of(fields: Mapping[str, str]) -> dict[str, str]:
    """One instruction's fields by place. ValueError if there are more than three allowances."""
    said = {name: value or "" for name, value in fields.items()}
    allowances = [part for part in said.get("allowances", "").split(";") if part]
    if len(allowances) > 3:
        raise ValueError("ALLOW: more than three allowances")
    allowances += [""] * (3 - len(allowances))
    loans = (plan[:1] for plan in said.get("student_loans", "").split(";"))
    same = {
        "REFNO": "instruction", "MOVNO": "transfer", "PERNO": "staff_number", "NINUM": "nino",
        "SURNM": "surname", "FORNM": "forenames", "PAFTR": "pay_after_leaving", "SALRY": "salary",
        "GRADE": "grade", "TAXCD": "tax_code", "TAXRG": "tax_regime", "P45PY": "p45_pay",
        "P45TX": "p45_tax", "NILET": "ni_letter", "ORDER": "attachment_orders",
        "SACRF": "salary_sacrifice",
    }  # fmt: skip
    days = {
        "BIRTH": "birth_date", "START": "first_day", "LASTD": "last_day", "PDTO": "paid_to",
        "EFFDT": "effective_from", "PSTRT": "period_starts", "PAYDY": "pay_day",
    }  # fmt: skip
    basis = {"cumulative": "N", "non-cumulative": "Y", "": ""}
    return {
        **{place: said.get(name, "") for place, name in same.items()},
        **{place: day(said.get(name, "")) for place, name in days.items()},
        "ACTCD": ACTIONS[said["action"]],
        "SEXCD": SEXES.get(said.get("sex", "").lower(), ""),
        "FTE": f"{Decimal(said['fte']):.9f}" if said.get("fte") else "",
        "WK1M1": basis[said.get("tax_basis", "")],
        "LOANS": "".join(loans),
        "PENSC": SCHEMES[said["pension_scheme"]] if said.get("pension_scheme") else "",
        **{f"ALLOW{n}": _allowance(part) for n, part in enumerate(allowances, 1)},
    }


def fields_of(place: Mapping[str, str]) -> dict[str, str]:
    """One instruction's fields, from its places. Refused if a code is unknown."""
    actions = {code: name for name, code in ACTIONS.items()}
    schemes = {code: name for name, code in SCHEMES.items()}
    basis = {"N": "cumulative", "Y": "non-cumulative", "": ""}
    if place["ACTCD"] not in actions or place["WK1M1"] not in basis:
        raise Refused("a record holds a code that is not known")
    allowances = [place[f"ALLOW{n}"] for n in (1, 2, 3)]
    fte = place["FTE"]
    return {
        "instruction": place["REFNO"], "transfer": place["MOVNO"],
        "action": actions[place["ACTCD"]], "staff_number": place["PERNO"], "nino": place["NINUM"],
        "surname": place["SURNM"], "forenames": place["FORNM"], "birth_date": iso(place["BIRTH"]),
        "sex": {"M": "male", "F": "female"}.get(place["SEXCD"], ""),
        "first_day": iso(place["START"]), "last_day": iso(place["LASTD"]),
        "paid_to": iso(place["PDTO"]), "pay_after_leaving": place["PAFTR"],
        "salary": place["SALRY"], "fte": (fte.rstrip("0").rstrip(".") or "0") if fte else "",
        "allowances": ";".join(
            f"{each[:20].rstrip()}={each[20:].strip()}" for each in allowances if each
        ),
        "grade": place["GRADE"], "tax_code": place["TAXCD"], "tax_regime": place["TAXRG"],
        "tax_basis": basis[place["WK1M1"]], "p45_pay": place["P45PY"], "p45_tax": place["P45TX"],
        "ni_letter": place["NILET"],
        "student_loans": ";".join("PG" if plan == "P" else plan for plan in place["LOANS"]),
        "attachment_orders": place["ORDER"], "salary_sacrifice": place["SACRF"],
        "pension_scheme": schemes.get(place["PENSC"], ""),
        "effective_from": iso(place["EFFDT"]), "period_starts": iso(place["PSTRT"]),
        "pay_day": iso(place["PAYDY"]),
    }  # fmt: skip


def totals_of(records: Sequence[Mapping[str, str]]) -> tuple[Decimal, int]:
    """The total of SALRY, and of the digits of NINUM."""
    salaries = sum((Decimal(each["SALRY"] or 0) for each in records), Decimal(0))
    return salaries, sum(int("".join(filter(str.isdigit, each["NINUM"])) or 0) for each in records)


def write_instructions(
    fields: Iterable[Mapping[str, str]], *, payroll: str, number: int, starts: date, pay_day: date,
    made: datetime,
) -> bytes:  # fmt: skip
    """An instruction file, as whoever sends one to PAYROLL-F must write it."""
    records = [places_of(each) for each in fields]
    salaries, hashed = totals_of(records)
    header = f"H1PAYINST {payroll:<8}{starts:%Y%m%d}{pay_day:%Y%m%d}{number:06d}{made:%Y%m%d%H%M%S}"
    trailer = f"T9{len(records):09d}{salaries:15.2f}{hashed:015d}"
    return as_bytes([header, *(record(INSTRUCTION, each) for each in records), trailer])


def read_instructions(content: bytes) -> Batch:
    """Read an instruction file. Refused if it is not one, or its totals do not agree."""
    lines = [each for each in as_lines(content) if each.strip()]
    if len(lines) < 2 or lines[0][:10] != "H1PAYINST " or lines[-1][:2] != "T9":
        raise Refused("header or trailer is missing")
    head, tail = lines[0], lines[-1]
    places = [parted(INSTRUCTION, each) for each in lines[1:-1]]
    try:
        number, count = int(head[34:40]), int(tail[2:11])
        said = (Decimal(tail[11:26].strip()), int(tail[26:41]))
        found = totals_of(places)
    except (ValueError, ArithmeticError):
        raise Refused("header, trailer or an amount cannot be read") from None
    if count != len(places) or said != found:
        raise Refused("the control totals do not agree")
    return Batch(head[10:18].strip(), number, head[40:54], [fields_of(each) for each in places])


def read_results(content: bytes) -> list[dict[str, str]]:
    """The places of each detail of a result file. Refused if its totals do not agree."""
    lines = as_lines(content)
    records = [parted(RESULT, each) for each in lines[1:-1]]
    total = sum((Decimal(each["GROSS"]) for each in records), Decimal(0))
    if (int(lines[-1][2:11]), Decimal(lines[-1][11:26].strip())) != (len(records), total):
        raise Refused("the control totals do not agree")
    return records
