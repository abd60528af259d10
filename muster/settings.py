"""Django's settings: which rooms are installed, where data lives, how pages are rendered.

What an operator may change is in ``muster.kernel.settings``; nothing here reads the environment
directly. Rooms are named as text, so this file imports none of them.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from muster.kernel.errors import Misconfigured, Where
from muster.kernel.running import settings as running_settings
from muster.kernel.settings import Settings

_in_force = running_settings()
PACKAGE = Path(__file__).parent
_SECRET_CHARACTERS = 50  # it signs what sessions hold


def _database(in_force: Settings) -> dict[str, Any]:
    if not in_force.database_url:
        in_force.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": in_force.home / "muster.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    url = urlsplit(in_force.database_url)
    if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
        raise Misconfigured(
            "MUSTER_DATABASE_URL is not a PostgreSQL address",
            where=Where(thing="MUSTER_DATABASE_URL"),
            fix="Write postgresql://user:password@host:port/name, or leave it empty for SQLite",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _secret_key(in_force: Settings) -> str:
    if in_force.in_production and len(in_force.secret_key) < _SECRET_CHARACTERS:
        raise Misconfigured(
            "MUSTER_SECRET_KEY is not set or too short",
            where=Where(thing="MUSTER_SECRET_KEY"),
            fix=f"Set it to at least {_SECRET_CHARACTERS} random characters",
        )
    if in_force.secret_key:
        return in_force.secret_key
    path = in_force.home / "session-key"
    if not path.exists():
        in_force.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = False
SECRET_KEY = _secret_key(_in_force)
ALLOWED_HOSTS = (
    [*_in_force.hosts, "testserver"] if not _in_force.in_production else list(_in_force.hosts)
)
DATABASES = {"default": _database(_in_force)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "muster.ledger",
    "muster.hub",
    "muster.register.employers",
    "muster.register.places",
    "muster.register.attendance",
    "muster.register.shared_services",
    "muster.register.posts",
    "muster.register.people",
    "muster.register.recruitment",
    "muster.register.statistics",
    "muster.register.told",
    "muster.register.keeping",
    "muster.casework",
    "muster.gates",
    "muster.pagekit",
    "muster.services.exchange",
    "muster.services.agreements",
    "muster.services.messages",
    "muster.services.airlock",
    "muster.services.people",
    "muster.services.grid",
    "muster.services.dashboards",
    "muster.services.returns",
    "muster.services.inbox",
    "muster.services.transfers",
    "muster.services.skills",
    "muster.services.quality",
    "muster.services.myself",
    "muster.services.rights",
    "muster.services.oversight",
    "muster.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "muster.web.middleware.SecurityHeadersMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "muster.web.middleware.SignInMiddleware",
    "muster.web.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "muster.web.urls"
ASGI_APPLICATION = "muster.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            PACKAGE / "pagekit" / "templates",
            PACKAGE / "web" / "templates",
            *sorted((PACKAGE / "services").glob("*/templates")),
        ],
        "OPTIONS": {
            "environment": "muster.pagekit.jinja.environment",
            "context_processors": ["muster.pagekit.jinja.shell_context"],
        },
    }
]

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SERVESTATIC_USE_FINDERS = True

SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _in_force.in_production
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _in_force.in_production else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "muster.web.errors.form_expired"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

USE_TZ = True
TIME_ZONE = "Europe/London"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "muster.web.errors.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": _in_force.log_level},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}},
}
