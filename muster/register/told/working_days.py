"""Which days are bank holidays, for counting working days."""

import datetime as dt
from functools import cache

from holidays import country_holidays


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Return the bank holidays of England and Wales in a year and the year after."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=[year, year + 1]))
