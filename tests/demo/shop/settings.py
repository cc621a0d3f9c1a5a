"""The demo shop's own settings. It stands in for a customer's application and knows nothing of `apps/`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("PLACET_DATA_DIR") or BASE_DIR.parents[2] / ".data" / "placet").resolve()
SHOP_DIR = DATA_DIR / "shop"
SHOP_DIR.mkdir(parents=True, exist_ok=True)

SHOP_PORT = int(os.environ.get("SHOP_PORT", "8001"))
PROVIDER_PORT = int(os.environ.get("PROVIDER_PORT", str(SHOP_PORT + 1)))
SHOP_URL = os.environ.get("SHOP_URL", f"http://localhost:{SHOP_PORT}")
PROVIDER_URL = os.environ.get("PROVIDER_URL", f"http://localhost:{PROVIDER_PORT}")
PLACET_URL = os.environ.get("PLACET_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")
# Written by the demo's seed, which runs before or after the shop starts; so it is read for each page.
SITE_KEY_FILE = DATA_DIR / "run" / "shop-site-key"
DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD", "placet-demo")

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", urlsplit(SHOP_URL).hostname or "localhost"]
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY") or get_random_secret_key()
SECRET_FILE = SHOP_DIR / "secret.key"
if not os.environ.get("SHOP_SECRET_KEY"):
    if not SECRET_FILE.exists():
        SECRET_FILE.write_text(SECRET_KEY)
    SECRET_KEY = SECRET_FILE.read_text()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tests.demo.shop.apps.Shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tests.demo.shop.middleware.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "tests.demo.shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tests.demo.shop.context.shop",
            ],
        },
    },
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SHOP_DIR / "shop.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/account"

# Cookies ignore ports, and Placet is on the same host in the demo; so each has names of its own.
SESSION_COOKIE_NAME = "harbour_session"
CSRF_COOKIE_NAME = "harbour_csrf"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
# As in most applications.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
