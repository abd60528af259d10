"""The front end carries no fonts or crest and comes from a lock file that names no host."""

import json

import pytest

from tools.front_end import REPOSITORY, without_branding

LOCK = (REPOSITORY / "package-lock.json").read_text()


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ('@font-face{font-family:"GDS Transport";src:url(/assets/fonts/x.woff2)}a{b:c}', "a{b:c}"),
        ('a{font-family:"GDS Transport",arial,sans-serif}', "a{font-family:arial,sans-serif}"),
        ("a{background:url(/assets/images/govuk-crest.svg);d:e}", "a{d:e}"),
        ("a{color:red;background-image:url(/assets/images/crown.svg)}", "a{color:red;}"),
        ("a{b:c}\n/*# sourceMappingURL=x.css.map */", "a{b:c}"),
        ("a{background:url(/assets/images/icon-document.svg)}", None),
    ],
)
def test_branding_is_taken_out_and_the_rest_stays(css: str, kept: str | None) -> None:
    assert without_branding(css) == (css if kept is None else kept)


def test_the_lock_file_names_no_download_host() -> None:
    assert '"resolved"' not in LOCK
    assert "://" not in LOCK


def test_every_locked_package_is_checked_by_its_hash() -> None:
    packages = json.loads(LOCK)["packages"]
    assert [
        name for name, package in packages.items() if name and not package.get("integrity")
    ] == []


def test_the_front_end_is_the_version_the_macros_are_written_for() -> None:
    packages = json.loads(LOCK)["packages"]
    assert packages["node_modules/govuk-frontend"]["version"].startswith("6.3.")
