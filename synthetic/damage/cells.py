"""What spreadsheets and people do to single cells."""

import re
from datetime import date, datetime, timedelta

from synthetic.damage.struck import Struck
from synthetic.forms.fixed_width import FixedWidth
from synthetic.forms.workbook import Workbook

ENOUGH = 3  # days of each sort, for a reader to notice that there are two
_PLAIN = re.compile(r"\d+(\.\d+)?")
_REMAINS = ("#N/A", "#N/A", "#REF!", "#VALUE!", "########")
_LIKE = dict(zip("aeopcxyAEOPCXTHKMB", "аеорсхуАЕОРСХТНКМВ", strict=True))  # noqa: RUF001
_MARKS = str.maketrans({"'": "’", "-": "–"})
_MEANINGLESS = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_EPOCHS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}


def lose_noughts(struck: Struck) -> None:
    """A spreadsheet takes codes and staff numbers for numbers: 00001003 becomes 1003."""
    for column in struck.columns("number"):
        for line in struck.lines:
            text = str(line.cells[column])
            struck.change(line, column, text.lstrip("0") or text)


def days_as_serials(struck: Struck, epoch: str) -> None:
    """A column of days loses its number format: 45000 instead of 15 March 2023."""
    columns = struck.columns("date")
    column = struck.chance.pick(columns)
    for line in struck.some():
        day = struck.day_of(line.cells[column])
        if day is not None and day >= date(1910, 1, 1):
            serial = (day - _EPOCHS[epoch]).days
            struck.change(line, column, serial if _is_workbook(struck) else str(serial))


def exchange_days(struck: Struck) -> None:
    """A spreadsheet set to American dates opens British ones.

    Of 03/04/2026 it makes the 4th of March, a real date; 31/03/2026 it leaves as text. As in life
    every column of days is struck, and a program that saves real dates as text writes 2026-03-04.
    A file with hardly any days is left alone: nobody could tell.
    """
    stated = [
        (line, column, day)
        for column in struck.columns("date")
        for line in struck.lines
        if (day := struck.day_of(line.cells[column])) is not None
    ]
    late = sum(day.day > 12 for _, _, day in stated)
    if min(late, len(stated) - late) < ENOUGH:
        return
    for line, column, day in stated:
        late_day = day.day > 12
        exchanged = struck.written(day) if late_day else date(day.year, day.day, day.month)
        struck.change(line, column, exchanged)


def shorten_numbers(struck: Struck) -> None:
    """A narrow column shows long numbers with a power of ten, and saves what it shows."""
    columns = struck.columns("number", "identifier", "money")
    for line in struck.some():
        for column in columns:
            text = str(line.cells[column])
            if _PLAIN.fullmatch(text) and float(text) >= 1000:
                struck.change(line, column, f"{float(text):.2E}")


def leave_errors(struck: Struck) -> None:
    """Formulas that found nothing: #N/A, #REF! and their like, wherever they stand."""
    columns = struck.columns(*struck.shape.roles)
    for line in struck.some():
        struck.change(line, struck.chance.pick(columns), struck.chance.pick(_REMAINS))


def hours_as_moments(struck: Struck) -> None:
    """Hours a week become a time of day: 37.5 is shown as 1900-01-01 13:30:00."""
    for column in struck.columns("hours"):
        for line in struck.lines:
            text = str(line.cells[column])
            if not _PLAIN.fullmatch(text):
                continue
            seconds = round(float(text) * 3600)
            moment = datetime(1899, 12, 31) + timedelta(seconds=seconds)  # noqa: DTZ001
            whole = f"{moment:%H:%M:%S}"
            shown = whole if seconds < 86_400 else f"{moment:%Y-%m-%d} {whole}"
            struck.change(line, column, shown)


def numbers_as_text(struck: Struck) -> None:
    """Somebody marked numbers as text: with an apostrophe, or by the format of the cell."""
    for column in struck.columns("number", "identifier", "hours", "share", "money"):
        for line in struck.lines:
            cell = line.cells[column]
            if not isinstance(cell, str):
                struck.change(line, column, f"{cell:.15g}")
            elif _PLAIN.fullmatch(cell) and not _is_workbook(struck):
                struck.change(line, column, f"'{cell}")


def unbreakable_spaces(struck: Struck) -> None:
    """Cells copied from a web page: spaces that do not break, within and behind."""
    behind = "" if isinstance(struck.form, FixedWidth) else "\u00a0"
    for line in struck.some():
        for column in struck.columns("text", "identifier", "code", "money", "share"):
            cell = line.cells[column]
            if isinstance(cell, str) and cell:
                struck.change(line, column, cell.replace(" ", "\u00a0") + behind)


def typographers_marks(struck: Struck) -> None:
    """A word processor's apostrophes and dashes: O’Neill, Llewellyn–Jones."""
    for line in struck.lines:
        for column in struck.columns("text", "identifier", "code"):
            cell = line.cells[column]
            if isinstance(cell, str):
                struck.change(line, column, cell.translate(_MARKS))


def read_wrongly(struck: Struck) -> None:
    """UTF-8 that a program took for Windows-1252: Siân becomes SiÃ¢n."""
    for line in struck.lines:
        for column in struck.columns("text"):
            cell = line.cells[column]
            if isinstance(cell, str) and not cell.isascii():
                struck.change(line, column, "".join(map(_as_windows_1252, cell.encode())))


def _as_windows_1252(byte: int) -> str:
    """Five bytes mean nothing there; programs leave them as control characters."""
    return chr(byte) if byte in _MEANINGLESS else bytes([byte]).decode("cp1252")


def lose_letters(struck: Struck, instead: str) -> None:
    """A program that knows no letters beyond English ones writes a mark for each."""
    for line in struck.lines:
        for column in struck.columns("text"):
            cell = line.cells[column]
            if isinstance(cell, str) and not cell.isascii():
                lost = "".join(letter if letter.isascii() else instead for letter in cell)
                struck.change(line, column, lost)


def other_alphabet(struck: Struck) -> None:
    """A letter of another alphabet that looks the same, as keyboards and copied text bring it."""
    for line in struck.some():
        column = struck.chance.pick(struck.columns("text", "identifier", "code"))
        cell = line.cells[column]
        found = [at for at, letter in enumerate(str(cell)) if letter in _LIKE]
        if isinstance(cell, str) and found:
            at = struck.chance.pick(found)
            struck.change(line, column, f"{cell[:at]}{_LIKE[cell[at]]}{cell[at + 1 :]}")


def impossible_days(struck: Struck) -> None:
    """Days that no calendar has: the 31st of June."""
    columns = struck.columns("date")
    for line in struck.some():
        column = struck.chance.pick(columns)
        day = struck.day_of(line.cells[column])
        if day is not None:
            june = day.replace(month=6, day=1)
            form = struck.shape.day.replace("%d", "31")
            struck.change(line, column, june.strftime(form).upper())


def _is_workbook(struck: Struck) -> bool:
    return isinstance(struck.form, Workbook)
