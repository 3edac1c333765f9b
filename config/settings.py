"""Every setting, from the environment. Without any, Foyer runs on one machine and needs no other service."""

import os
from email.utils import formataddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import accounts
from config.environment import Environment
from config.logs import logging_of
from config.sentry import report_errors_to
from config.var import writable

# So that `forms.ModelForm[Room]` and the like, which the type checker wants, can also be run.
django_stubs_ext.monkeypatch()

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = writable(Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve())
DEBUG = env.bool("DEBUG", default=False)

# Secrets: given, or made at the first start and kept, unless other machines would have to know them.

SECRET_KEY = env.key("SECRET_KEY", VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
LINK_KEY = env.key("LINK_KEY", VAR_DIR / "link_key", unlike=SECRET_KEY)
LINK_KEY_FALLBACKS = env.list("LINK_KEY_FALLBACKS", default=[])

# Where people find us.

PUBLIC_URL = env.site("PUBLIC_URL", default="http://127.0.0.1:8000")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [PUBLIC_HOST, *LOOPBACK, *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env.list("CSRF_TRUSTED_ORIGINS", default=[])]

# Who says that they run it: a name, a colour such as #2563eb, and the path of an SVG or PNG file.

BRAND_NAME = env.str("BRAND_NAME", default="Foyer")
BRAND_COLOUR, BRAND_LOGO = env.str("BRAND_COLOUR", default=""), env.str("BRAND_LOGO", default="")

# What Foyer promises. In seconds where nothing else is said.

INVITATION_LEASE = env.at_least_one("INVITATION_LEASE", default=90)
OUTBOX_SWEEP = env.at_least_one("OUTBOX_SWEEP", default=60)
HEARTBEAT = env.at_least_one("HEARTBEAT", default=30)  # of worker and beat
LETTERS_A_MINUTE = env.at_least_one("LETTERS_A_MINUTE", default=200)  # for one room
JOINS_A_MINUTE = env.int("JOINS_A_MINUTE", default=3000)  # from one address block; 0: no limit
BAR_HOURS = env.int("BAR_HOURS", default=12)
RETENTION_DAYS = env.int("RETENTION_DAYS", default=90)  # after a link's end its guest has a name; 0: for ever
PRIVACY_URL = env.str("PRIVACY_URL", default="")  # a page of your own instead of ours
RETURN_GRACE = env.int("RETURN_GRACE", default=20)  # after a start of the database, before seats fall free
WEB_THREADS = env.at_least_one("WEB_THREADS", default=8)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

# How it is put together.

INSTALLED_APPS = [
    *accounts.APPS,  # before ours, which take from the admin what they put there
    "rooms",
    "links",
    "invitations",
    "operation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "anymail",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "config.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "operation.machines.Machines",
    "operation.requests.EachRequest",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # cookies are SameSite and tokens masked: nothing for BREACH
    "config.bounds.Bounds",
    "rooms.session_cookie.SignedSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rooms.middleware.SecondFactorMiddleware",
    "rooms.middleware.LastSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "rooms.views.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data. SQLite takes its write lock at BEGIN: a lock that is asked for later can't be waited for.

sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "foyer.sqlite3"}
DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL") or sqlite}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600), "CONN_HEALTH_CHECKS": True}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis carries tasks and the cache. Without one, tasks are files, and each process has a cache of its own.

REDIS_URL = env.service("REDIS_URL", ("redis", "rediss"), "redis://redis/0")

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]

if REDIS_URL:
    patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
    CACHES = {
        "default": {
            "BACKEND": "config.cache.Cache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "foyer",
            "OPTIONS": {"serializer": "config.serializer.Serializer", **patience},
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    # Who adds a task tries to connect once more, at once: the defaults would hold up a request for seconds.
    once_more = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
    # The worker listens for a second at a time; who hears nothing for longer has lost a Redis that hangs.
    patience = {"socket_connect_timeout": 1, "socket_timeout": 3, "socket_keepalive": True}
    CELERY_BROKER_TRANSPORT_OPTIONS = {**patience, **once_more}
else:
    cache_in_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    CACHES = {"default": {**cache_in_memory, "OPTIONS": {"MAX_ENTRIES": 10_000}}}
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    folders = dict.fromkeys(("control_folder", "data_folder_in", "data_folder_out"), str(VAR_DIR / "broker"))
    CELERY_BROKER_TRANSPORT_OPTIONS = {**folders, "polling_interval": 0.05}

# Tasks. A lost one does no harm: beat's next round (config/celery.py) finds the work. So no request waits.

CELERY_TASK_IGNORE_RESULT, CELERY_TASK_PUBLISH_RETRY = True, False
CELERY_BROKER_CONNECTION_TIMEOUT, CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = 1, True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)

# Mail: EMAIL_URL, or EMAIL_BACKEND with its provider's ANYMAIL_… variables, or files under var/outbox/.

EMAIL_BACKEND = "config.eml.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "outbox")
vars().update(env.mail("EMAIL_URL"))
EMAIL_BACKEND = env.module("EMAIL_BACKEND", default=EMAIL_BACKEND)
EMAIL_TIMEOUT = env.at_least_one("EMAIL_TIMEOUT", default=10)
given = {name[8:]: value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
ANYMAIL: dict[str, Any] = {**given, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
MAIL_DOMAIN = "localhost" if PUBLIC_HOST in LOOPBACK else PUBLIC_HOST
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((BRAND_NAME, f"foyer@{MAIL_DOMAIN}")))
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", default="")

# Accounts, of administrators only: config/accounts.py says more. Nobody signs up.

AUTH_USER_MODEL = "rooms.Administrator"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_LENGTH: int = accounts.PASSWORD_LENGTH
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=False)
MFA_TOTP_ISSUER = BRAND_NAME
OIDC = {name: env.str(f"OIDC_{name}", default="") for name in accounts.OPENID}
OIDC_EMAIL_DOMAINS = [domain.lower() for domain in env.list("OIDC_EMAIL_DOMAINS", default=[])]
SOCIALACCOUNT_PROVIDERS = accounts.providers(OIDC)
vars().update(accounts.SETTINGS)

# Languages and time.

LANGUAGE_CODE = "en"
LANGUAGES = [
    *[("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish"))],
    *[("it", _("Italian")), ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese"))],
]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", default="UTC")

# Files that never change under one name.

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))  # an image has them collected
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": env.str("STATICFILES", default="config.static.StaticStorage")},
}

# What browsers are asked to enforce.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in ("script", "style", "img", "font", "connect")},
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

if urlsplit(PUBLIC_URL).scheme == "https":
    SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT = ("HTTP_X_FORWARDED_PROTO", "https"), True
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME, MESSAGE_STORAGE = "__Host-language", "config.messages.Storage"

# E-mail addresses are unique by a constraint that also ignores letter case; whether our domain's other hosts
# speak https is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W005", "security.W021"]

# What the operator hears: lines on the console, figures at /metrics with the token, errors at a Sentry.

LOG_FORMAT = env.str("LOG_FORMAT", default="json" if urlsplit(PUBLIC_URL).scheme == "https" else "text")
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=LOG_FORMAT == "json")
LOGGING = logging_of(LOG_FORMAT, requests=LOG_REQUESTS)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
report_errors_to(env.str("SENTRY_DSN", default=""))
