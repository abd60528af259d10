"""Where builds and releases keep their files, in ``MUSTER_HOME``."""

import uuid
from pathlib import Path

from muster.kernel.running import settings


def build_folder(build: uuid.UUID) -> Path:
    """Return the folder of a build: ``files`` it reads, ``steps`` it has done, its ``release``."""
    return settings().home / "skills" / "builds" / str(build)


def release_folder(number: int) -> Path:
    """Return the folder of a published release."""
    return settings().home / "skills" / "releases" / str(number)


def vectors_folder() -> Path:
    """Return where label vectors are kept between builds: they are slow to make."""
    return settings().home / "skills" / "vectors"
