"""Large recruitment extracts, the same ones every time, as CSV and as workbooks."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

# The columns of an extract, and the field of the contract that each becomes.
EXTRACT = {
    "Campaign ID": "campaign_reference", "Campaign Title": "campaign_title",
    "Grade(s)": "grade", "Profession": "profession", "Location(s)": "location",
    "Candidate ID": "applicant_reference", "Application ID": "application_reference",
    "Submitted Date": "applied", "Sift Date": "sifted", "Sift Outcome": "sift_outcome",
    "Interview Date": "interviewed", "Interview Outcome": "interview_outcome",
    "Offer Date": "offered", "Offer Response": "offer_response",
    "Vetting Started": "vetting_started", "Vetting Cleared": "vetting_cleared",
    "Start Date": "started", "Sex": "sex", "Ethnicity": "ethnicity", "Disability": "disability",
}  # fmt: skip


def write_extract(file: Path, rows: int) -> None:
    """Write a recruitment extract of so many applications; the same one every time."""
    with file.open("w") as out:
        out.write(",".join(EXTRACT) + "\n")
        out.writelines(",".join(row) + "\n" for row in _applications(rows))


def write_workbook(file: Path, rows: int) -> None:
    """Write the same extract as a workbook, its dates as real dates."""
    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Applications")
    sheet.write_row(0, 0, list(EXTRACT))
    dates = [place for place, header in enumerate(EXTRACT) if _is_date(header)]
    for number, row in enumerate(_applications(rows), start=1):
        for place, text in enumerate(row):
            if text and place in dates:
                day = dt.datetime(int(text[6:]), int(text[3:5]), int(text[:2]))  # noqa: DTZ001
                sheet.write_datetime(number, place, day)
            elif text:
                sheet.write_string(number, place, text)
    book.close()


def _is_date(header: str) -> bool:
    return header.endswith("Date") or header.startswith("Vetting")


def _applications(rows: int) -> Iterator[list[str]]:
    """Yield rows of plausible applications; most end at the sift."""
    chance = random.Random(1)
    grades, professions = ("AO", "EO", "HEO", "SEO", "Grade 7"), ("Policy", "Digital and Data")
    answers = ("Prefer not to say", "Yes", "No", "")
    for number in range(rows):
        campaign = number // 250
        day = dt.date(2026, 1, 5) + dt.timedelta(days=chance.randrange(60))
        luck = chance.random()
        stages = [day]
        for needed in (0.0, 0.35, 0.7, 0.85, 0.88, 0.9):
            stages.append(stages[-1] + dt.timedelta(days=chance.randrange(5, 25)))
            if luck < needed:
                break
        stated = [one.strftime("%d/%m/%Y") for one in stages] + [""] * 7
        applied, sifted, interviewed, offered, vetted, cleared, started = stated[:7]
        yield [
            f"C{campaign:05d}", f"Campaign {campaign}", grades[campaign % 5],
            professions[campaign % 2], f"Town {campaign % 40}", f"P{number % 400_000:07d}",
            f"A{number:07d}", applied, sifted,
            ("Pass" if interviewed else "Fail") if sifted else "", interviewed,
            ("Pass" if offered else "Fail") if interviewed else "", offered,
            "Accepted" if offered and vetted else "", vetted, cleared, started,
            chance.choice(("Female", "Male", "Prefer not to say", "")),
            chance.choice(("White", "Asian or Asian British", "Prefer not to say", "")),
            chance.choice(answers),
        ]  # fmt: skip
