"""The command `create_site`: what it explains, what it prints, and what it says where it cannot."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from apps.sites.management.commands.create_site import Command
from apps.sites.models import Site
from tests.trail import written

pytestmark = pytest.mark.django_db
QUAY = ["--slug", "quay", "--name", "Quay", "--origin", "https://quay.example"]


def run(*args: str) -> str:
    out = StringIO()
    call_command("create_site", *args, stdout=OutputWrapper(out))
    return out.getvalue()


def test_json_is_one_object_of_the_stable_surface() -> None:
    made = json.loads(run(*QUAY, "--json"))
    site = Site.objects.get()
    assert made == {
        "slug": "quay",
        "public_key": site.public_key,
        "snippet": f'<script async src="{settings.BASE_URL}/placet.js" data-site="{site.public_key}"></script>',
    }


def test_for_people_it_says_where_the_snippet_goes() -> None:
    said = run(*QUAY)
    assert "Put this into the head of each of its pages" in said
    assert Site.objects.get().public_key in said


def test_several_origins_and_a_landing_address() -> None:
    run(*QUAY, "--origin", "https://m.quay.example", "--landing", "https://m.quay.example/start")
    site = Site.objects.get()
    assert [one.origin for one in site.origins.all()] == ["https://quay.example", "https://m.quay.example"]
    assert site.landing_url == "https://m.quay.example/start"


def test_help_explains_each_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Command().create_parser("manage.py", "create_site").parse_args(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    for words in [
        "print the snippet",
        "short name",
        "what people call it",
        "scheme://host[:port]",
        "where a person starts",
        "for machines",
    ]:
        assert words in text


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--name", "Quay", "--origin", "https://quay.example"], "--slug"),
        (["--slug", "quay", "--name", "Quay"], "--origin"),
        (["--slug", "shop 2", "--name", "Quay", "--origin", "https://quay.example"], "slug: "),
        (["--slug", "quay", "--name", "", "--origin", "https://quay.example"], "name: "),
        (["--slug", "quay", "--name", "Quay", "--origin", "quay.example"], "it must begin with https://"),
        (["--slug", "quay", "--name", "Quay", "--origin", "https://quay.example/a"], "an origin has no path"),
        ([*QUAY, "--landing", "https://evil.example/"], "https://evil.example is not an origin of this site"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_leaves_nothing(args: list[str], says: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert says in str(refused.value)
    assert (Site.objects.count(), written()) == (0, 0)


def test_the_same_slug_twice_is_refused() -> None:
    run(*QUAY)
    with pytest.raises(CommandError, match="already exists"):
        run(*QUAY)
    assert Site.objects.count() == 1
