"""Django's own admin with data in it, as files: `python -m tests.bench.django_admin FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import django
from django.conf import settings

PAGES = {
    "index.html": "/admin/",
    "users.html": "/admin/auth/user/",
    "user.html": "/admin/auth/user/7/change/",
    "group.html": "/admin/auth/group/add/",
}
CONTRIB = [f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages")]


def configure() -> None:
    settings.configure(
        SECRET_KEY="bench",  # noqa: S106
        ROOT_URLCONF="tests.bench.django_admin_urls",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        STATIC_URL="/static/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=CONTRIB,
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
    )
    django.setup()


def write(folder: Path) -> None:
    """The pages and their static files, named beside each other."""
    configure()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    boss = User.objects.create_superuser("boss", "boss@example.com")
    for number in range(60):
        User.objects.create(username=f"member-{number:02}", is_staff=number % 3 == 0, is_active=number % 7 != 0)
    Group.objects.create(name="Editors")
    client = Client()
    client.force_login(boss)
    for name, address in PAGES.items():
        page = client.get(address).content.replace(b'"/static/', b'"static/')
        (folder / name).write_bytes(page)
    shutil.copytree(Path(django.__file__).parent / "contrib/admin/static", folder / "static", dirs_exist_ok=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
