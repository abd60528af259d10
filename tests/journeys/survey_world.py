"""Takes in a file of survey scores: ``python -m tests.journeys.survey_world FILE``.

It uses the database that Django's settings name.
"""

import sys
from pathlib import Path

import django


def take_in(file: Path) -> None:
    """Load the file as ``muster load`` does."""
    from tests.integration.survey_files import load_scores

    load_scores({file.name: file.read_bytes()})


if __name__ == "__main__":
    django.setup()
    take_in(Path(sys.argv[1]))
