"""The usual way to load a file with Django: a dictionary, a validation and an object per row."""

import csv
import io
import json
import uuid
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import jsonschema_rs
from django.db import transaction

from muster.connectors.contract import Offer
from muster.hub.layouts import date_in_name
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.money import read_pounds
from muster.register.employers.queries import ids_by_key, name_index
from muster.register.employers.rules import read_employer_name
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.models import Post, PostFact, Statement
from muster.register.posts.rules import read_level, read_profession

BATCH = 1000


class RowByRow:
    """Loads offers one row at a time; facts are stored a thousand at once."""

    def __init__(self) -> None:
        schema = json.loads((files("muster.register.posts") / "contract.json").read_text())
        self.rows = 0
        self._valid = jsonschema_rs.validator_for(schema).is_valid
        self._index, self._ids = name_index(), ids_by_key()
        self._codes = shipped_code_list()
        self._posts: dict[tuple[uuid.UUID, str], Post] = {}
        self._new_posts: list[Post] = []
        self._facts: list[PostFact] = []
        self._employer = cache(self._employer_of)
        self._level = cache(self._level_of)
        self._profession = cache(lambda stated: read_profession(stated, self._codes))

    def load(self, offer: Offer) -> None:
        """Load one file."""
        rows = csv.DictReader(io.StringIO(offer.content.decode("utf-8-sig"), newline=""))
        landing = uuid.uuid4()
        statements: dict[uuid.UUID, Statement] = {}
        for number, row in enumerate(rows, start=2):
            self.rows += 1
            message = _message(row)
            if not self._valid(message):
                continue
            employer = self._employer(message["organisation"])
            if employer is None:
                continue
            if employer not in statements:
                statements[employer] = self._statement(offer, landing, employer)
            self._facts.append(self._fact(statements[employer], number, employer, message))
            if len(self._facts) >= BATCH:
                self.finish()

    def finish(self) -> None:
        """Store what is left."""
        with transaction.atomic():
            Post.objects.bulk_create(self._new_posts, batch_size=BATCH)
            PostFact.objects.bulk_create(self._facts, batch_size=BATCH)
        self._new_posts, self._facts = [], []

    def _statement(self, offer: Offer, landing: uuid.UUID, employer: uuid.UUID) -> Statement:
        return Statement.objects.create(
            landing=landing,
            part=0,
            employer_id=employer,
            publisher=PurePosixPath(offer.name).parent.name,
            as_at=date_in_name(offer.name) or SYSTEM_CLOCK.now().date(),
            recorded_from=SYSTEM_CLOCK.now(),
        )

    def _fact(
        self, statement: Statement, number: int, employer: uuid.UUID, message: dict[str, Any]
    ) -> PostFact:
        text = {name: value for name, value in message.items() if isinstance(value, str)}
        post = None
        if text["kind"] == "post":
            key = (employer, text.get("reference", ""))
            if key not in self._posts:
                self._posts[key] = Post(employer_id=employer, reference=key[1])
                self._new_posts.append(self._posts[key])
            post = self._posts[key]
        grade, parent = text.get("grade", ""), text.get("parent_department", "")
        return PostFact(
            statement=statement,
            row=number,
            kind=text["kind"],
            post=post,
            organisation=text["organisation"],
            parent_department=parent,
            unit=text.get("unit"),
            title=text.get("title"),
            function=text.get("function"),
            grade_as_stated=grade,
            level=self._level(grade, text["organisation"], parent),
            profession_as_stated=text.get("profession"),
            profession=self._profession(text.get("profession", "")),
            fte=message["fte"],
            pay_floor=message.get("pay_floor"),
            pay_ceiling=message.get("pay_ceiling"),
            reports_to=text.get("reports_to"),
            reports_cost=message.get("reports_cost"),
            notes=text.get("notes"),
        )

    def _employer_of(self, organisation: str) -> uuid.UUID | None:
        match = read_employer_name(organisation, self._index)
        return self._ids[match.key] if match.key else None

    def _level_of(self, grade: str, organisation: str, parent: str) -> str | None:
        reading = read_level(grade, organisation, parent, self._codes)
        return reading.level if reading else None


_TEXT = {
    "reference": ("Post Unique Reference",),
    "organisation": ("Organisation",),
    "parent_department": ("Parent Department",),
    "unit": ("Unit",),
    "title": ("Job Title", "Generic Job Title"),
    "function": ("Job/Team Function",),
    "grade": ("Grade (or equivalent)", "Grade"),
    "profession": ("Professional/Occupational Group",),
    "reports_to": ("Reports to Senior Post", "Reporting Senior Post"),
    "notes": ("Notes",),
}
_PENCE = {
    "pay_floor": ("Actual Pay Floor (£)", "Payscale Minimum (£)"),
    "pay_ceiling": ("Actual Pay Ceiling (£)", "Payscale Maximum (£)"),
    "reports_cost": ("Salary Cost of Reports (£)",),
}


def _message(row: dict[str, str]) -> dict[str, Any]:
    senior = "FTE" in row
    message: dict[str, Any] = {"kind": "post" if senior else "group"}
    for field, columns in _TEXT.items():
        for column in columns:
            if stated := row.get(column, "").strip():
                message[field] = stated
    for field, columns in _PENCE.items():
        for column in columns:
            try:
                message[field] = read_pounds(row[column])
            except (KeyError, ValueError):
                continue
    try:
        message["fte"] = int(Decimal(row["FTE" if senior else "Number of Posts in FTE"]) * 10**9)
    except InvalidOperation:
        return message
    return message
