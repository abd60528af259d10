"""Puts a made-up release of the skills map into force, and something reported of it.

``python -m tests.journeys.skills_world COUNT`` writes so many skills, in the home and the database
that Django's settings name.
"""

import datetime as dt
import sys

import django


def put_in_force(skills: int) -> None:
    """Write the next release where pages look for it, as if it had been built and published."""
    from muster.services.skills.models import Build, Published
    from muster.services.skills.storing import release_folder
    from tests.skills_release import made_up_release

    number = Published.objects.count() + 1
    folder = release_folder(number)
    folder.parent.mkdir(parents=True, exist_ok=True)
    release = made_up_release(folder, skills=skills, number=number)
    now = dt.datetime.now(dt.UTC)
    build = Build.objects.create(
        asked_by="operator:test", asked_at=now, linker="lexical", files=["adverts.parquet"],
        state="done", ended_at=now,
    )  # fmt: skip
    Published.objects.create(
        number=number, build=build, digest=release.digest, adverts=927, skills=skills,
        quality=dict(release.about["quality"]), published_by="operator:test", published_at=now,
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    put_in_force(int(sys.argv[1]))
