"""Every setting, from the environment. Without any, Foyer runs on one machine and needs no other service."""

import os
from email.utils import formataddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.var import kept_secret, writable

# So that `forms.ModelForm[Room]` and the like, which the type checker wants, can also be run.
django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = writable(Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve())
DEBUG = env.bool("DEBUG", default=False)

# Secrets: given, or made at the first start and kept.

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
LINK_KEY = env.str("LINK_KEY", default="") or kept_secret(VAR_DIR / "link_key")
LINK_KEY_FALLBACKS = env.list("LINK_KEY_FALLBACKS", default=[])

# Where people find us.

PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [PUBLIC_HOST, *LOOPBACK, *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env.list("CSRF_TRUSTED_ORIGINS", default=[])]

# Who says that they run it: a name, a colour such as #2563eb, and the path of an SVG or PNG file.

BRAND_NAME = env.str("BRAND_NAME", default="Foyer")
BRAND_COLOUR, BRAND_LOGO = env.str("BRAND_COLOUR", default=""), env.str("BRAND_LOGO", default="")

# What Foyer promises. In seconds where nothing else is said.

INVITATION_LEASE = env.int("INVITATION_LEASE", default=90)
OUTBOX_SWEEP = env.int("OUTBOX_SWEEP", default=60)
LETTERS_A_MINUTE = env.int("LETTERS_A_MINUTE", default=200)  # for one room
BAR_HOURS = env.int("BAR_HOURS", default=12)
RETURN_GRACE = env.int("RETURN_GRACE", default=20)  # after a start of the database, before seats fall free
WEB_THREADS = env.int("WEB_THREADS", default=8)

# How it is put together.

INSTALLED_APPS = [
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
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "foyer.sqlite3"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis carries tasks and the cache. Without one, tasks are files, and each process has a cache of its own.

REDIS_URL = env.str("REDIS_URL", default="")

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "config.cache.Cache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "foyer",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
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

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)

# Mail: EMAIL_URL, or EMAIL_BACKEND with its provider's ANYMAIL_… variables, or files under var/outbox/.

EMAIL_BACKEND = "config.eml.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "outbox")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=EMAIL_BACKEND)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
given = {name[8:]: value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
ANYMAIL: dict[str, Any] = {**given, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
MAIL_DOMAIN = "localhost" if PUBLIC_HOST in LOOPBACK else PUBLIC_HOST
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((BRAND_NAME, f"foyer@{MAIL_DOMAIN}")))
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", default="")

# Accounts, of administrators only. rooms.accounts closes the sign-up.

AUTH_USER_MODEL = "rooms.Administrator"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{kind}Validator"}
    for kind in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{kind}PasswordHasher" for kind in ("Argon2", "PBKDF2")]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rooms.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "rooms.entrance.LoginForm", "reset_password": "rooms.entrance.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme

# Languages and time.

LANGUAGE_CODE = "en"
LANGUAGES = [
    *[("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish"))],
    *[("it", _("Italian")), ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese"))],
]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# Files that never change under one name.

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
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
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# E-mail addresses are unique by a constraint that also ignores letter case; whether our domain's other hosts
# speak https is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W005", "security.W021"]

# What is said on the console: what the operator can act on.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
    },
}
