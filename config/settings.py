"""All settings, each read from the environment once. `.env.example` documents every variable."""

import ipaddress
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from csp.constants import NONCE, NONE, SELF  # noqa: F401  (NONCE is for admin overrides)
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from kombu import Queue

from config import secrets_file

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Where an instance writes -------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
# pytest reads the settings before any conftest, so the throw-away folder of a test run is made here: a test
# must never touch the data of an instance, whatever the environment says.
TESTING = "pytest" in sys.modules
if TESTING:
    os.environ["PLACET_DATA_DIR"] = f"{tempfile.mkdtemp(prefix='placet-test-')}/data"
    os.environ.pop("PLACET_KEYS_DIR", None)
    # No broker on purpose: unit tests must not need one, and hurrying must not fail without one.
    os.environ.pop("REDIS_URL", None)
DATA_DIR = Path(env.str("PLACET_DATA_DIR", default=str(BASE_DIR / ".data" / "placet"))).resolve()
# Apart from the data on purpose: a copy of the data folder must not open it.
KEYS_DIR = Path(env.str("PLACET_KEYS_DIR", default=f"{DATA_DIR}-keys")).resolve()
if KEYS_DIR == DATA_DIR or DATA_DIR in KEYS_DIR.parents:
    raise ImproperlyConfigured("PLACET_KEYS_DIR must not lie inside PLACET_DATA_DIR.")
for folder in (*(DATA_DIR / name for name in ("db", "objects", "run/static", "mail")), KEYS_DIR):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

# --- Addresses ----------------------------------------------------------------------------------
PORT: int = env.int("PORT", default=8000)
BASE_URL: str = env.str("BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
BASE_HOST = BASE_URL.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[BASE_HOST, "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# Whose X-Forwarded-For and X-Forwarded-Proto are believed. The door applies it, before Django and ingest see a request.
TRUSTED_PROXIES = [
    ipaddress.ip_network(text) for text in env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"]) if text
]

# --- Secrets: newest first; embedded default: made once, kept under KEYS_DIR ---------------------
SECRET_KEYS: list[str] = env.list("SECRET_KEYS", default=[]) or [
    secrets_file.read_or_make(KEYS_DIR / "secret.key", get_random_secret_key)
]
SECRET_KEY = SECRET_KEYS[0]
SECRET_KEY_FALLBACKS = SECRET_KEYS[1:]
# "id:base64 of 32 bytes", newest first. They wrap the data key of each recording.
VAULT_KEYS: list[str] = env.list("VAULT_KEYS", default=[]) or [
    secrets_file.read_or_make(KEYS_DIR / "vault.key", secrets_file.new_key)
]
# "id:base64 of a 32-byte Ed25519 seed", newest first. They sign receipts and checkpoints.
SIGNING_KEYS: list[str] = env.list("SIGNING_KEYS", default=[]) or [
    secrets_file.read_or_make(KEYS_DIR / "signing.key", secrets_file.new_key)
]

# --- Databases ----------------------------------------------------------------------------------
SQLITE_OPTIONS: dict[str, Any] = {
    # Django drops select_for_update() on SQLite without a word; IMMEDIATE makes each transaction the
    # only writer from its first statement, which is what the verbs rely on.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
}


def database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = dict(SQLITE_OPTIONS)
        # A database in memory shuts out a second connection, so tests, too, use a file.
        config["TEST"] = {"NAME": str(DATA_DIR / "db" / f"test-{Path(config['NAME']).name}")}
    # A socket's folder comes percent-encoded, and django-environ leaves it so.
    config["HOST"] = unquote(config.get("HOST", ""))
    config["CONN_HEALTH_CHECKS"] = True
    config["CONN_MAX_AGE"] = 60
    return config


DATABASES = {
    "default": database(env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/db/placet.sqlite3")),
    "keys": database(env.str("KEYS_DATABASE_URL", default=f"sqlite:///{KEYS_DIR}/keys.sqlite3")),
}
DATABASE_ROUTERS = ["apps.keys.router.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Vault, queue, cache, mail --------------------------------------------------------------------
VAULT_URL: str = env.str("VAULT_URL", default=f"file://{DATA_DIR}/objects")
REDIS_URL: str = env.str("REDIS_URL", default=f"unix://{DATA_DIR}/run/redis.sock?db=0")
# Celery names a socket differently from redis-py.
CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL[len("unix://") :].replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
# The cache holds counters of rate limits and who has a ticket open; nothing about a recording.
CACHES = {
    "default": {
        "BACKEND": "apps.core.cache.RedisOrMemory",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}
EMAIL_URL: str = env.str("EMAIL_URL", default=f"filemail:///{str(DATA_DIR / 'mail').lstrip('/')}")
globals().update(environ.Env.email_url_config(EMAIL_URL) if not EMAIL_URL.startswith("filemail:") else {})
if EMAIL_URL.startswith("filemail:"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = "/" + EMAIL_URL.removeprefix("filemail:").lstrip("/")
# Where answers to mails come back to, as name@host: each ticket's own is name+NUMBER.SEAL@host. Empty: none come back.
REPLY_ADDRESS: str = env.str("PLACET_REPLY_ADDRESS", default="")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default=f"Placet <placet@{BASE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- What the product may do ----------------------------------------------------------------------
# Imported recordings were consented to by nobody here: demos and benchmarks only.
PLACET_ALLOW_IMPORT: bool = env.bool("PLACET_ALLOW_IMPORT", default=False)
# The outbox page shows the mail folder to staff: demos only.
PLACET_DEMO: bool = env.bool("PLACET_DEMO", default=False)
SHOP_PORT: int = env.int("SHOP_PORT", default=8001)
# How long a backup of the key store may hold a shredded key. Notices and receipts state it.
KEY_BACKUP_DAYS: int = env.int("PLACET_KEY_BACKUP_DAYS", default=0)
# Networks of your own from which pictures, fonts and style sheets of recorded pages may be fetched.
ASSET_NETWORKS = [ipaddress.ip_network(text) for text in env.list("PLACET_ASSET_NETWORKS", default=[]) if text]
# Networks inside which webhooks and installation checks may go (CIDR); without it they go to public addresses only.
WEBHOOK_NETWORKS = [ipaddress.ip_network(text) for text in env.list("PLACET_WEBHOOK_NETWORKS", default=[]) if text]
# The browser of installation checks: its name or path. Empty: the first Chromium that is there.
CHROMIUM: str = env.str("PLACET_CHROMIUM", default="")
# A member of staff who watches more recordings than this in an hour raises an alarm.
WATCH_ALARM: int = env.int("PLACET_WATCH_ALARM", default=20)
# Where signed checkpoints of the audit trail go: file:///…, mailto:…, https://….
AUDIT_ANCHORS: list[str] = env.list("PLACET_AUDIT_ANCHORS", default=[])
# How long an entry of the audit trail stays at least; 0: for ever. See apps/privacy/services/trail.py.
AUDIT_DAYS: int = env.int("PLACET_AUDIT_DAYS", default=730)
# What is left of a disk for deleting when it fills up (megabytes), and the most that recordings may take (0: the disk).
RESERVE_MB: int = env.int("PLACET_RESERVE_MB", default=256)
QUOTA_MB: int = env.int("PLACET_QUOTA_MB", default=0)
# Who is told by mail when a part of the installation goes down: needs neither queue nor database.
OPERATOR_MAIL: list[str] = env.list("PLACET_OPERATOR_MAIL", default=[])
# Who may read /metrics: "Authorization: Bearer …". Without it there is no such page.
METRICS_TOKEN: str = env.str("PLACET_METRICS_TOKEN", default="")
# How long after its last event the people and words of a solved ticket stay; 0: for ever. See privacy/services/forgetting.py.
TICKET_DAYS: int = env.int("PLACET_TICKET_DAYS", default=365)
# Nothing new is taken and nothing changed, but deletions and withdrawals; see apps/core/maintenance.py.
READ_ONLY: bool = env.bool("PLACET_READ_ONLY", default=False)
SECURITY_CONTACT: str = env.str("PLACET_SECURITY_CONTACT", default="")

# --- Django -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "apps.core",
    "apps.keys",
    "apps.accounts",
    "apps.sites",
    "apps.tickets",
    "apps.links",
    "apps.consents",
    "apps.recordings",
    "apps.privacy",
    "apps.integrations",
    "apps.person",
    "apps.console",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.static.Static",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.Bounds",
    "apps.core.middleware.RequestId",
    "apps.core.middleware.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.sites.middleware.Idle",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.sessions.Limits",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.ReadOnly",
    "apps.core.middleware.DomainErrors",
]
ROOT_URLCONF = "config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "apps.accounts.adapter.InvitedOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# By address here; by account in `accounts.guessing`, where nobody can shut out somebody else.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds; see apps.core.again
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "apps.accounts.seeds.Sealed"
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers know passkeys on https and on localhost alone; allauth asks for the first.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

SESSION_COOKIE_NAME = "__Host-placet" if SECURE else "placet"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-placet-csrf" if SECURE else "placet-csrf"
# A session ends after its day's work at the latest, and after so long without a request (accounts.sessions).
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS: int = env.int("PLACET_IDLE_MINUTES", default=120) * 60
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LANGUAGE_CODE = "en"
# What a recorded person may read everything in; `manage.py catalogues --check` holds each to it.
LANGUAGES = [
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("nb", "Norwegian"),
    ("sv", "Swedish"),
    ("da", "Danish"),
    ("fi", "Finnish"),
    ("cs", "Czech"),
    ("uk", "Ukrainian"),
    ("tr", "Turkish"),
    ("ar", "Arabic"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("zh-hans", "Simplified Chinese"),
]
STAFF_LANGUAGES = ["en", "de"]
# Addresses of pages that recorded people meet; all others are for staff.
PERSON_PATHS = ("/l/", "/c/", "/a/", "/me/")
# Pages whose scripts write no HTML, held to it by the browser (apps.core.middleware.Bounds).
TRUSTED_TYPES_PATHS = (*PERSON_PATHS, "/accounts/", "/invitation/", "/verify/")
LOCALE_PATHS = [BASE_DIR / "locale" / "person", BASE_DIR / "locale" / "staff"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "run" / "static"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST / "static"] if (FRONTEND_DIST / "static").exists() else []
# Hashed names come from collectstatic; the tests read the sources directly.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING


def _bound(headers: Any, path: str, url: str) -> None:
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


WHITENOISE_ADD_HEADERS_FUNCTION = _bound
# Our pages name files by their hashes alone; squeezing each twice helps nobody.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# The source maps of the API's page are most of all bytes; squeezing them takes a minute that helps nobody.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "png", "webp", "gz", "br", "woff", "woff2", "map"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.authentication.ApiTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "apps.accounts.access.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["apps.accounts.access.PerToken"],
    "DEFAULT_THROTTLE_RATES": {"token": "600/min"},
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.problems.handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Placet API",
    "DESCRIPTION": "Tickets, magic links, recordings (facts only) and erasure, for programs. See docs/integrators.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Docstrings are for readers of the code; each operation has a summary of its own.
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TicketState": "apps.tickets.models.Ticket.State",
        "LinkState": "apps.links.models.MagicLink.State",
        "RecordingState": "apps.recordings.models.Recording.State",
        "ConsentState": "apps.consents.models.ConsentEvent.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.accounts.api.describe_problems",
    ],
}

# A queue for each kind of work, so that deletion, which is promised for a day, never waits behind packing or mail.
# A worker without --queues serves all of them; Procfile gives deletion one of its own.
CELERY_TASK_DEFAULT_QUEUE = "sweeps"
CELERY_TASK_QUEUES = [Queue(name) for name in ("deletion", "sweeps", "packing", "mail")]
CELERY_TASK_ROUTES = {
    "apps.privacy.tasks.delete_*": {"queue": "deletion"},
    "apps.recordings.tasks.process*": {"queue": "packing"},
    "apps.privacy.tasks.make_copies": {"queue": "packing"},
    "apps.*.tasks.deliver_*": {"queue": "mail"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # A stopped Redis must cost a web request half a second at most; see apps.core.queue.hurry.
    "socket_timeout": 5,
    "socket_connect_timeout": 0.5,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat")
# A sweep finds everything that is due, so a lost message costs at most one period.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in [
        ("seal the audit trail", "apps.core.tasks.seal_audit", 60.0),
        ("sign the audit trail", "apps.core.tasks.checkpoint_audit", 3600.0),
        ("send what waits to be sent", "apps.links.tasks.deliver_waiting", 15.0),
        ("send answers and notifications", "apps.tickets.tasks.deliver_waiting", 15.0),
        ("send invitations", "apps.accounts.tasks.deliver_invitations", 15.0),
        ("expire links", "apps.links.tasks.expire_links", 60.0),
        ("void consents without a recording", "apps.recordings.tasks.void_unstarted", 30.0),
        ("end recordings past their limit", "apps.recordings.tasks.end_overdue", 15.0),
        ("process what has ended", "apps.recordings.tasks.process_waiting", 10.0),
        ("share what nobody reviewed", "apps.recordings.tasks.send_unreviewed", 30.0),
        ("sweep keys without an owner", "apps.recordings.tasks.sweep_keys", 3600.0),
        ("delete what is due", "apps.privacy.tasks.delete_due", 15.0),
        ("make copies for people", "apps.privacy.tasks.make_copies", 30.0),
        ("send letters to people", "apps.privacy.tasks.send_letters", 30.0),
        ("tidy what has outlived its purpose", "apps.privacy.tasks.tidy", 3600.0),
        ("fetch public files of recorded pages", "apps.integrations.tasks.fetch_assets", 30.0),
        ("look at landing pages", "apps.integrations.tasks.look_at_stuck", 60.0),
        ("check installations", "apps.integrations.tasks.check_installations", 15.0),
        ("deliver webhooks", "apps.integrations.tasks.deliver_waiting", 15.0),
    ]
}

LOG_FORMAT: str = env.str("LOG_FORMAT", default="plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT is plain or json.")
# Celery would put a format of its own in place of this.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "apps.core.logs.WithoutTokens"}},
    "formatters": {
        "plain": {"()": "apps.core.logs.Plain", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "apps.core.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["tokens"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}
