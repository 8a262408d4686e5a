"""Settings: everything of one installation lives under LEADPACT_HOME; DATABASE_URL picks PostgreSQL."""

import os
import secrets
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

# WhiteNoise reads static files as it does under WSGI; they are small and kept by browsers for a year.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

HOME = Path(os.environ.get("LEADPACT_HOME") or Path.home() / ".local/share/leadpact").absolute()
PACKAGE = Path(__file__).resolve().parents[1]


def _secret_key() -> str:
    """The installation's own key, made by `leadpact init`; before that a passing one."""
    file = HOME / "secret_key"
    return file.read_text().strip() if file.exists() else secrets.token_urlsafe(50)


def _database() -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"}:
            raise ValueError("DATABASE_URL must begin with postgresql://")
        host = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("host", parts.hostname)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(host or ""),
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 0,
        }
    return {
        "ENGINE": "leadpact.site.sqlite",
        "NAME": HOME / "leadpact.sqlite3",
        "TEST": {"NAME": ":memory:"},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(
                f"PRAGMA {pragma}"
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "secure_delete=ON")
            ),
        },
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LEADPACT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
BASE_URL = os.environ.get("LEADPACT_URL", "http://localhost:8000")
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "team.User"
ROOT_URLCONF = "leadpact.site.urls"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = os.environ.get("LEADPACT_LANGUAGE", "en-gb")  # of the pages; docs/howto/translate.md
LOCALE_PATHS = [PACKAGE / "locale"]

PACKAGES = [
    "ledger", "team", "people", "engagement", "pact", "promises", "scoring",
    "handover", "pipeline", "capture", "nurture", "worklist", "web",
]  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *(f"leadpact.{package}" for package in PACKAGES),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # some bytes of chance in each answer hide what is secret (BREACH)
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "leadpact.web.shell.errors.SayWhatToDo",
    "leadpact.web.api.errors.speak_json",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((PACKAGE / "web").glob("*/templates")),  # ours before the apps'
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "leadpact.web.shell.templatetags.look",
                "leadpact.web.shell.templatetags.parts",
                "leadpact.web.shell.templatetags.when",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadpact.web.shell.context.shell",
            ],
        },
    }
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["leadpact.web.login.backend.ByHouse"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "leadpact.web.login.adapter.ClosedSignup"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web/shell/static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [BASE_URL]

MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": os.environ.get("LEADPACT_SMTP_HOST", "localhost"),
            "port": int(os.environ.get("LEADPACT_SMTP_PORT", "25")),
            "username": os.environ.get("LEADPACT_SMTP_USER", ""),
            "password": os.environ.get("LEADPACT_SMTP_PASSWORD", ""),
            "use_tls": os.environ.get("LEADPACT_SMTP_TLS", "") == "1",
            "timeout": 15,
        },
    }
}
DEFAULT_FROM_EMAIL = os.environ.get("LEADPACT_MAIL_FROM", "leadpact@localhost")

INBOX_FILE = HOME / "inbox.sqlite3"  # on SQLite only; on PostgreSQL the inbox is a table
EVENTS_PER_SECOND = int(os.environ.get("LEADPACT_EVENTS_PER_SECOND", "10000"))  # of one write key; 0: no limit
HONOURS_PRIVACY_SIGNAL = os.environ.get("LEADPACT_PRIVACY_SIGNAL", "on") != "off"  # Global Privacy Control
SEGMENTS = HOME / "segments"
SEGMENT_ROWS = int(os.environ.get("LEADPACT_SEGMENT_ROWS", "50000"))  # so many entries are sealed into a file ...
SEGMENT_AGE = timedelta(hours=float(os.environ.get("LEADPACT_SEGMENT_HOURS", "24")))  # ... or whatever is older
SEGMENT_GRACE = timedelta(minutes=float(os.environ.get("LEADPACT_SEGMENT_GRACE_MINUTES", "60")))  # for readers
REPLAY = HOME / "replay"  # columns for replays, made from the ledger; may be removed at any time
PAPERS = HOME / "uploads" / "papers"  # what people may download; stays
UPLOADS = HOME / "uploads"  # files on their way through an import; gone once they are in, or a day later
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LEADPACT_LOG", "WARNING")},
}
