"""A made-up release in force: what tests of the pages of the skills map stand on."""

import datetime as dt
import re
import uuid
from html import unescape

from django.test import Client

from muster.services.skills import queries
from muster.services.skills.map.release import Release
from muster.services.skills.models import Build, Published
from muster.services.skills.storing import build_folder, release_folder
from tests.skills_release import id_of, made_up_release

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
EVERYBODY = (
    "caseworker", "manager", "payroll", "leader", "analyst", "governance", "integrator",
    "civil-servant", "operator",
)  # fmt: skip
BUILDERS = ("analyst", "operator")


def release_in_force(
    *, skills: int = 60, number: int = 1, unlisted: tuple[tuple[str, int], ...] = ()
) -> Release:
    """Write a release where pages look for it, as if it had been built and published."""
    folder = release_folder(number)
    folder.parent.mkdir(parents=True, exist_ok=True)
    release = made_up_release(folder, skills=skills, number=number, unlisted=unlisted)
    build = done_build()
    Published.objects.create(
        number=number, build_id=build, digest=release.digest, adverts=927, skills=skills,
        quality=dict(release.about["quality"]), published_by="test:analyst", published_at=NOW,
    )  # fmt: skip
    return release


def done_build(*, with_release: bool = False) -> uuid.UUID:
    """Return a build that is done; with a release that lies on the one in force, if asked for."""
    build = Build.objects.create(
        asked_by="test:analyst", asked_at=NOW, linker="lexical", files=["adverts.parquet"],
        state="done", ended_at=NOW,
    )  # fmt: skip
    if with_release:
        build_folder(build.id).mkdir(parents=True)
        laid_on = queries.digest_in_force()
        made_up_release(build_folder(build.id) / "release", skills=20, previous=laid_on)
    return build.id


def signed_in(slug: str) -> Client:
    """Return a browser of a persona."""
    client = Client(raise_request_exception=False)
    client.post(f"/sign-in/as/{slug}")
    return client


def slug_of_row(row: int) -> str:
    """Return what stands for a made-up skill in an address."""
    return id_of(row).replace(":", "-", 1)


def text_of(client: Client, address: str) -> str:
    """Return what a page says."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def names_in_table(text: str) -> list[str]:
    """Return the skills a page of the map lists, in order."""
    rows = re.findall(r'<th scope="row".*?</th>', text, re.S)
    return [unescape(re.sub(r"<span.*?</span>|<[^>]*>", "", row, flags=re.S)).strip()
            for row in rows]  # fmt: skip
