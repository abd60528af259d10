"""Settings: read from the environment, each one documented here and nowhere else.

``docs/reference/settings.md`` is generated from this list and a test keeps it true. A name that
begins with ``MUSTER_`` and is not in the list is refused, because a misspelt setting that is
silently ignored is how a production system ends up running on defaults.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from muster.kernel.errors import Misconfigured, Where


@dataclass(frozen=True)
class Setting:
    """One documented setting: its name, its default as text, and what it means."""

    name: str
    default: str
    meaning: str


DOCUMENTED = (
    Setting("MUSTER_ENV", "development", "`development` or `production`. Production refuses "
            "generated keys, persona sign-in and a missing MUSTER_SECRET_KEY."),
    Setting("MUSTER_HOME", "~/.muster", "The folder that holds database, blobs, keys and the "
            "last signed checkpoints."),
    Setting("MUSTER_DATABASE_URL", "", "`postgresql://user:password@host/name`; empty for SQLite "
            "in MUSTER_HOME."),
    Setting("MUSTER_HOSTS", "localhost,127.0.0.1", "Host names the web server answers to, "
            "separated by commas."),
    Setting("MUSTER_SECRET_KEY", "", "Signs sessions. Generated into MUSTER_HOME in development; "
            "required in production."),
    Setting("MUSTER_OIDC_ISSUER", "", "OpenID Connect issuer for sign-in; empty for none."),
    Setting("MUSTER_OIDC_CLIENT_ID", "", "Client id at that issuer."),
    Setting("MUSTER_OIDC_CLIENT_SECRET", "", "Client secret at that issuer."),
    Setting("MUSTER_UPLOAD_MEGABYTES", "200", "Largest file, and largest unpacked archive member, "
            "that is taken in."),
    Setting("MUSTER_MOST_WAITING", "1000000", "So many messages of one contract may wait for every "
            "receiver before their sender is asked to wait (HTTP status 429)."),
    Setting("MUSTER_MATCHING_HOUR", "3", "From which hour of the day on (0 to 23, as clocks in the "
            "United Kingdom show it) all records are matched once a day; `never` for not at all."),
    Setting("MUSTER_NOTIFY_URL", "", "Address of the service that sends emails, texts and letters, "
            "shaped like GOV.UK Notify. Empty: notices wait; in development people see them on a "
            "page."),
    Setting("MUSTER_NOTIFY_KEY", "", "API key at that service."),
    Setting("MUSTER_NOTIFY_TEMPLATES", "", "Ids of the templates at that service, as `name=id` "
            "with commas between them."),
    Setting("MUSTER_METRICS_TOKEN", "", "Who shows it as a bearer token may read `/metrics`: lag, "
            "rate, parked messages and refusals in OpenMetrics format. Empty: there is no such "
            "page. Take 32 random characters or more."),
    Setting("MUSTER_LOG_LEVEL", "INFO", "Level of the program's own log: DEBUG, INFO, WARNING or "
            "ERROR. It never holds personal values."),
)  # fmt: skip


_SECRET_CHARACTERS = 32


@dataclass(frozen=True)
class Settings:
    """The settings in force."""

    environment: str
    home: Path
    database_url: str
    hosts: tuple[str, ...]
    secret_key: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    upload_megabytes: int
    most_waiting: int
    matching_hour: int | None
    notify_url: str
    notify_key: str = field(repr=False)
    notify_templates: str
    metrics_token: str
    log_level: str

    @property
    def in_production(self) -> bool:
        """Whether development conveniences are refused."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that ``environ`` (the process environment by default) states.

    Raises:
        Misconfigured: for an unknown name or an impossible value.
    """
    env = os.environ if environ is None else environ
    known = {setting.name: setting.default for setting in DOCUMENTED}
    for name in env:
        if name.startswith("MUSTER_") and name not in known:
            raise Misconfigured(
                "Unknown setting",
                where=Where(thing=name),
                fix="Take it out, or see docs/reference/settings.md for the right spelling",
            )
    value = {name: env.get(name, default).strip() for name, default in known.items()}
    return Settings(
        environment=_one_of(value, "MUSTER_ENV", ("development", "production")),
        home=Path(value["MUSTER_HOME"]).expanduser().resolve(),
        database_url=value["MUSTER_DATABASE_URL"],
        hosts=tuple(h.strip() for h in value["MUSTER_HOSTS"].split(",") if h.strip()),
        secret_key=value["MUSTER_SECRET_KEY"],
        oidc_issuer=value["MUSTER_OIDC_ISSUER"],
        oidc_client_id=value["MUSTER_OIDC_CLIENT_ID"],
        oidc_client_secret=value["MUSTER_OIDC_CLIENT_SECRET"],
        upload_megabytes=_whole_number(value, "MUSTER_UPLOAD_MEGABYTES"),
        most_waiting=_whole_number(value, "MUSTER_MOST_WAITING"),
        matching_hour=_hour(value, "MUSTER_MATCHING_HOUR"),
        notify_url=value["MUSTER_NOTIFY_URL"],
        notify_key=value["MUSTER_NOTIFY_KEY"],
        notify_templates=value["MUSTER_NOTIFY_TEMPLATES"],
        metrics_token=_long_enough(value, "MUSTER_METRICS_TOKEN"),
        log_level=_one_of(value, "MUSTER_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
    )


def _one_of(value: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if value[name] not in allowed:
        raise Misconfigured(
            f"{name} is {value[name]!r}", where=Where(thing=name), fix=f"Use {' or '.join(allowed)}"
        )
    return value[name]


def _long_enough(value: Mapping[str, str], name: str) -> str:
    if 0 < len(value[name]) < _SECRET_CHARACTERS:
        raise Misconfigured(
            f"{name} is too short", where=Where(thing=name),
            fix=f"Set it to at least {_SECRET_CHARACTERS} random characters, or leave it empty",
        )  # fmt: skip
    return value[name]


def _whole_number(value: Mapping[str, str], name: str) -> int:
    if not value[name].isdecimal() or int(value[name]) == 0:
        raise Misconfigured(
            f"{name} is {value[name]!r}", where=Where(thing=name), fix="Use a whole number above 0"
        )
    return int(value[name])


def _hour(value: Mapping[str, str], name: str) -> int | None:
    if value[name] == "never":
        return None
    if not value[name].isdecimal() or int(value[name]) > 23:
        raise Misconfigured(
            f"{name} is {value[name]!r}", where=Where(thing=name),
            fix="Use an hour from 0 to 23, or never",
        )  # fmt: skip
    return int(value[name])
