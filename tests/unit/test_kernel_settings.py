"""Settings are read from the environment; a misspelt one is refused, not ignored."""

import pytest

from muster.kernel.errors import Misconfigured
from muster.kernel.settings import DOCUMENTED, read_settings


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({})
    assert not settings.in_production
    assert settings.home.is_absolute()
    assert settings.database_url == ""
    assert settings.hosts == ("localhost", "127.0.0.1")
    assert settings.upload_megabytes == 200


def test_it_reads_what_is_set_without_stray_blanks() -> None:
    settings = read_settings(
        {"MUSTER_ENV": "production", "MUSTER_HOSTS": " a.example , ,b.example", "OTHER": "x"}
    )
    assert settings.in_production
    assert settings.hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MUSTER_DATBASE_URL", "x", "Unknown setting"),
        ("MUSTER_ENV", "prod", "Use development or production"),
        ("MUSTER_UPLOAD_MEGABYTES", "0", "whole number above 0"),
        ("MUSTER_UPLOAD_MEGABYTES", "1.5", "whole number above 0"),
        ("MUSTER_UPLOAD_MEGABYTES", "-3", "whole number above 0"),
        ("MUSTER_LOG_LEVEL", "loud", "DEBUG"),
    ],
)
def test_it_refuses_what_it_cannot_use(name: str, value: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said) as refused:
        read_settings({name: value})
    assert name in str(refused.value)


def test_every_setting_says_what_it_means() -> None:
    names = [setting.name for setting in DOCUMENTED]
    assert len(set(names)) == len(names)
    for setting in DOCUMENTED:
        assert setting.name.startswith("MUSTER_")
        assert len(setting.meaning) > 10
