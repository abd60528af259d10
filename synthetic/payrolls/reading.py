"""How a payroll with bugs reads the fields of an instruction."""

from synthetic.payrolls.orders import Fields

_DAYS = ("first_day", "last_day", "paid_to", "effective_from")


def _swapped(day: str) -> str:
    """Day and month changed about, where the day could be a month."""
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    return f"{year}-{number}-{month}" if number.isdigit() and int(number) <= 12 else day


def misread(fields: Fields, bugs: frozenset[str]) -> Fields:
    """`fields` as a payroll with `bugs` understands them."""
    if not bugs:
        return fields
    read = dict(fields)
    if "drops_leading_zero" in bugs:
        number = read.get("staff_number", "")
        read["staff_number"] = number.lstrip("0") if number.isdigit() else number
    if "reads_non_cumulative_as_cumulative" in bugs and read.get("tax_basis"):
        read["tax_basis"] = "cumulative"
    if "forgets_regime" in bugs:
        read["tax_regime"] = ""
    if "keeps_first_loan_only" in bugs:
        read["student_loans"] = read.get("student_loans", "").partition(";")[0]
    if "truncates_names" in bugs:
        read["surname"] = read.get("surname", "")[:12]
    if "swaps_day_and_month" in bugs:
        read |= {name: _swapped(read[name]) for name in _DAYS if read.get(name)}
    return read
