"""Where builds and releases keep their files, in ``MUSTER_HOME``."""

import uuid
from pathlib import Path

from muster.kernel.running import settings

SHOWN, OTHERS = "held-shown.parquet", "held-others.parquet"
"""Beside the files that were given, what employers sent: what may be shown of it, and the rest."""


def build_folder(build: uuid.UUID) -> Path:
    """Return the folder of a build: ``files`` it reads, ``steps`` it has done, its ``release``."""
    return settings().home / "skills" / "builds" / str(build)


def give_up_held(build: uuid.UUID) -> None:
    """Let a build take anew what employers sent: some may have been withdrawn since."""
    for name in (OTHERS, SHOWN):
        (build_folder(build) / "files" / name).unlink(missing_ok=True)


def release_folder(number: int) -> Path:
    """Return the folder of a published release."""
    return settings().home / "skills" / "releases" / str(number)


def vectors_folder() -> Path:
    """Return where label vectors are kept between builds: they are slow to make."""
    return settings().home / "skills" / "vectors"
