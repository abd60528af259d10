"""From what is believed back to the bytes it arrived in: for every kind of file, and what went on.

The register keeps what each row claimed. Its bytes are looked for, decoded by their own means and
read again: they must say the same, field by field, in files of every layout that ships.
"""

import csv
import io
import random
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from muster.hub.actions import begin_intake, take_in
from muster.hub.models import Landing
from muster.hub.queries import exact_bytes
from muster.hub.reading import dropped, read
from muster.hub.tracing import Cell, Traced, where_from
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import keyring
from muster.register.people.models import Claim
from muster.register.people.sealing import open_nino
from tests.integration.people_files import BY, enrolled, service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
_ENCODINGS = (("UTF-16", "utf-16-le"), ("UTF-8", "utf-8"), ("Windows-1252", "cp1252"))
_FIELDS = (
    "surname", "forenames", "known_as", "birth_date", "start", "leaving", "engagement", "grade",
    "fte", "profession", "post_reference", "post_title", "place", "work_email", "salary",
    "salary_from", "temporary_grade", "absence", "leaving_reason", "day_rate",
)  # fmt: skip


KINDS = {  # of layouts
    "oracle_hcm", "oracle_hcm_xml", "workday", "workday_xml", "sap_flat", "sap_fixed", "small_body",
    "small_body_workbook",
}  # fmt: skip


def first_files(tmp_path: Path) -> Path:
    """Take in the first file of each employer of a pretend service; return where they are."""
    files = enrolled(service(10, 600)) / "files"
    for path in files.rglob("2026-08-31-hr.*"):
        (tmp_path / path.parent.name).mkdir()
        shutil.copy(path, tmp_path / path.parent.name)
    intake = begin_intake(name="test", by=BY, clock=SYSTEM_CLOCK)
    take_in(dropped(tmp_path), read, intake=intake, by=BY, clock=SYSTEM_CLOCK)
    return tmp_path


def test_every_claim_is_made_of_the_bytes_that_are_shown_for_it(tmp_path: Path) -> None:
    first_files(tmp_path)
    drawn, layouts = random.Random(1), set()
    for landing in Landing.objects.filter(state__in=("accepted", "superseded"), accepted__gt=0):
        claims = list(Claim.objects.filter(statement__landing=landing.id).order_by("row"))
        for claim in drawn.sample(claims, min(2, len(claims))):
            traced = where_from(landing.id, claim.row)
            layouts.add(landing.layout)
            _says_the_same(traced, claim)
            content = exact_bytes(landing.id)
            for origin in traced.origins:
                for cell in origin.cells:
                    _stands_there(cell, content, traced)
    assert {name.removeprefix("hr-").replace("-", "_") for name in layouts} == KINDS


def _says_the_same(traced: Traced, claim: Claim) -> None:
    values = {one.field: one.value for one in traced.origins}
    for field in _FIELDS:
        assert values.get(field) == getattr(claim, field), (traced.feed.name, claim.row, field)
    assert values["staff_number"] == claim.record.staff_number
    nino = open_nino(keyring(), claim.nino) if claim.nino else None
    assert values.get("nino") == nino


def _stands_there(cell: Cell, content: bytes, traced: Traced) -> None:
    """Check that the bytes of a cell read as the cell, by means of their own."""
    if cell.span is None:
        assert not cell.text, (traced.feed.name, cell)
        return
    if cell.part:
        content = _part(content, cell.part)
    written = content[cell.span.start : cell.span.end]
    assert written == cell.written
    if cell.part:
        held = cell.written if cell.apart is None else cell.apart[2]
        (found,) = ElementTree.fromstring(b"<x>" + held + b"</x>")
        said = "".join(one.text or "" for one in found.iter() if one.tag in ("v", "t"))
        assert said == cell.text or (cell.apart is None and re.fullmatch(r"[\d.]+", said))
        return
    encoding = next(codec for name, codec in _ENCODINGS if name in traced.encoded)
    text = written.decode(encoding)
    if "XML" in traced.encoded:
        assert (ElementTree.fromstring(f"<x>{text}</x>").text or "") == cell.text
    elif text.startswith('"'):
        assert next(csv.reader(io.StringIO(text, newline="")))[0] == cell.text
    else:
        assert text == cell.text


def _part(content: bytes, part: str) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(content))
    (name,) = (name for name in archive.namelist() if name.casefold() == part.casefold())
    return archive.read(name)
