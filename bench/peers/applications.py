"""The usual way to load applications with Django: a dictionary, a validation, an object per row."""

import csv
import datetime as dt
import io
import json
import uuid
from importlib.resources import files
from typing import Any

import jsonschema_rs
from django.db import transaction

from bench.extracts import EXTRACT
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import ids_by_key
from muster.register.recruitment.models import (
    ApplicationFact,
    Campaign,
    CampaignFact,
    DiversityAnswer,
    Statement,
)
from muster.register.recruitment.rules import Application, stages

BATCH = 1000
_DATES = (
    "applied", "sifted", "interviewed", "offered", "vetting_started", "vetting_cleared", "started",
)  # fmt: skip
_ANSWERS = ("sex", "ethnicity", "disability")
_STAGED = (*_DATES, "sift_outcome", "interview_outcome", "offer_response")


class RowByRow:
    """Loads one extract row by row; facts and answers are stored a thousand at once."""

    def __init__(self, codes: dict[str, dict[str, str]]) -> None:
        room = files("muster.register.recruitment")
        self._valid = jsonschema_rs.validator_for(
            json.loads((room / "contract.json").read_text())
        ).is_valid
        self._codes = codes
        self._employer = next(iter(ids_by_key().values()))
        self._campaigns: dict[str, Campaign] = {}
        self._facts: list[ApplicationFact] = []
        self._answers: list[DiversityAnswer] = []
        self.rows = 0

    def load(self, content: bytes, *, as_at: dt.date) -> None:
        """Load the bytes of an extract of the columns in ``EXTRACT``."""
        statement = Statement.objects.create(
            landing=uuid.uuid4(), part=0, employer_id=self._employer, system="bench", as_at=as_at,
            full=True, recorded_from=SYSTEM_CLOCK.now(),
        )  # fmt: skip
        rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
        for number, row in enumerate(rows, start=2):
            self.rows += 1
            message = self._message(row)
            if not self._valid(message):
                continue
            self._keep(statement, number, message, as_at)
            if len(self._facts) >= BATCH:
                self._store()
        self._store()

    def _message(self, row: dict[str, str]) -> dict[str, Any]:
        message: dict[str, Any] = {}
        for header, field in EXTRACT.items():
            text = row[header].strip()
            if not text:
                continue
            if field in _DATES:
                text = f"{text[6:10]}-{text[3:5]}-{text[:2]}"
            elif field in self._codes:
                text = self._codes[field][text.casefold()]
            message[field] = text
        return message

    def _keep(
        self, statement: Statement, number: int, message: dict[str, Any], as_at: dt.date
    ) -> None:
        dated = {
            name: dt.date.fromisoformat(message[name]) if name in _DATES else message[name]
            for name in _STAGED
            if name in message
        }
        reached = stages(Application(as_at=as_at, **dated))  # type: ignore[arg-type]
        if reached.problems:
            return
        self._facts.append(
            ApplicationFact(
                statement=statement, row=number, campaign=self._campaign(statement, message),
                application=message["application_reference"],
                applicant=message["applicant_reference"], grade=message.get("grade"),
                location=message.get("location"), stage=reached.stage, outcome=reached.outcome,
                round=1, **dated,
            )
        )  # fmt: skip
        answers = {name: message[name] for name in _ANSWERS if name in message}
        if answers:
            self._answers.append(DiversityAnswer(statement=statement, row=number, **answers))

    def _campaign(self, statement: Statement, message: dict[str, Any]) -> Campaign:
        reference = message["campaign_reference"]
        if reference not in self._campaigns:
            campaign = Campaign.objects.create(
                employer_id=self._employer, system="bench", reference=reference
            )
            CampaignFact.objects.create(
                statement=statement, campaign=campaign, title=message.get("campaign_title"),
                profession=message.get("profession"),
            )  # fmt: skip
            self._campaigns[reference] = campaign
        return self._campaigns[reference]

    def _store(self) -> None:
        with transaction.atomic():
            ApplicationFact.objects.bulk_create(self._facts, batch_size=BATCH)
            DiversityAnswer.objects.bulk_create(self._answers, batch_size=BATCH)
        self._facts, self._answers = [], []
