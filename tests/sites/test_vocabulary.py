"""The words that shipped with an application, and how the browser gets them."""

from __future__ import annotations

import base64
import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import drf_spectacular_sidecar
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.core.actors import Actor
from apps.recordings import door
from apps.recordings.services import lifecycle
from apps.sites import services as sites
from apps.sites import vocabulary
from apps.sites.models import Site, Vocabulary
from tests import factories

TESTS = Path(__file__).resolve().parent.parent
VECTORS = json.loads((TESTS / "vectors/vocabulary.json").read_text())
BY = Actor.system("test")
FILES = {
    "app.js": r"""const a="Add to basket",b='It\'s gone',c=`Hello ${name}, welcome back ${n ? "Half \ud83d done" : "All \u0064one"}`;t("Caf\u00e9 open");x="{count} items left\n";q=/["'`]/.test(b);/* it's */ // don't
h='<b class="big">Almost gone</b> <i>${n}</i>' """,
    "index.html": "<title>Shop</title><p title='Sold out'>Pay {{ total }} now</p><script>say('Thanks!')</script><!-- secret -->",
    "de.json": json.dumps({"cart": {"empty": "Ihr Warenkorb ist leer", "n": [1, "Noch {n} Stück"]}}),
    "fr.po": 'msgid "Save"\nmsgstr ""\n"Enregistrer "\n"tout"\n',
    "es.properties": "# Nada\npay.now=Pagar ahora\n",
    "it.xlf": "<trans-unit><source>Pay</source><target>Paga <x id='1'/> ora</target></trans-unit>",
    "broken.json": "{",
    "photo.png": "Not read",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_words_are_read_from_scripts_pages_and_catalogues(files: Path) -> None:
    found, count = vocabulary.read([files])
    for phrase in (
        "Add to basket", "It's gone", "Hello", ", welcome back", "Café open", "items left", "Almost gone", "All done", "Shop", "Sold out", "Thanks!",
        "Ihr Warenkorb ist leer", "Noch", "Save", "Enregistrer tout", "Pagar ahora", "Pay", "Paga", "ora",
    ):  # fmt: skip
        assert phrase in found, phrase
    assert not {"secret", "Not read", "Nada", "total"} & found
    assert count == 6


def test_the_filter_is_the_one_that_the_browser_reads() -> None:
    content = vocabulary.build(vocabulary.phrases(VECTORS["holds"]))
    assert base64.b64encode(content).decode() == VECTORS["filter"]
    assert all(vocabulary.holds(content, text) for text in VECTORS["holds"])
    assert not any(vocabulary.holds(content, text) for text in VECTORS["lacks"])


@given(st.sets(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Zs"]), min_size=1, max_size=40), max_size=60))
def test_what_was_put_in_is_held(texts: set[str]) -> None:
    found = vocabulary.phrases(texts)
    content = vocabulary.build(found)
    assert all(vocabulary.holds(content, phrase) for phrase in found)


def test_of_what_was_not_put_in_almost_nothing_is_held() -> None:
    content = vocabulary.build({f"w{'a' * length}" for length in range(190)})
    letters = "abcdefghijklmnopqrstuvwxyz"
    wrong = sum(vocabulary.holds(content, f"person {a}{b}{c}") for a in letters for b in letters for c in letters)
    assert wrong <= 2


def test_the_words_of_the_demo_shop_hold_its_interface_and_not_its_customers() -> None:
    found, _files = vocabulary.read([TESTS / "demo/shop/templates", TESTS / "demo/shop/static"])
    content = vocabulary.build(found)
    for shown in ("Opening hours", "Payment failed", "Sign in", "Order number"):
        assert vocabulary.holds(content, shown), shown
    for hidden in ("Dora Example", "12 Rope Lane, Port Example", "dora@example.com", "4111 1111 1111 1111"):
        assert not vocabulary.holds(content, hidden), hidden
    assert len(content) < 20_000


def test_the_built_file_of_an_application_from_npm_holds_its_interface() -> None:
    """swagger-ui-dist, minified as it is published, which comes along with our API's documentation."""
    package = Path(drf_spectacular_sidecar.__file__).parent
    found, files = vocabulary.read(package.rglob("swagger-ui-bundle.js"))
    content = vocabulary.build(found)
    assert files == 1
    for shown in ("Authorize", "Try it out", "Available authorizations", "No operations defined in spec!"):
        assert vocabulary.holds(content, shown), shown
    for hidden in ("Dora Example", "12 Rope Lane, Port Example", "dora@example.com", "Insulin, 10 units"):
        assert not vocabulary.holds(content, hidden), hidden
    print(f"{len(found)} phrases, {len(content)} bytes")


@pytest.mark.django_db
def test_the_command_says_what_it_found_and_changes_nothing_the_second_time(files: Path) -> None:
    site = factories.SiteFactory(slug="shop")
    out = StringIO()
    call_command("build_vocabulary", "shop", str(files), "--json", stdout=out)
    made = json.loads(out.getvalue())
    assert made["files"] == 6
    assert made["phrases"] == site.vocabularies.get().phrases
    out = StringIO()
    call_command("build_vocabulary", "shop", str(files), stdout=out)
    assert "not strict" in out.getvalue()
    assert site.vocabularies.count() == 1
    for wrong in (["nowhere", str(files)], ["shop", "/nonexistent"], ["shop", str(files / "photo.png")]):
        with pytest.raises(CommandError):
            call_command("build_vocabulary", *wrong)


@pytest.mark.django_db
def test_the_one_before_stays_for_pages_that_are_being_recorded() -> None:
    site = factories.SiteFactory()
    for word in ("One", "Two", "Three"):
        sites.set_vocabulary(site, vocabulary.build({word}), phrases=1, by=BY)
    assert [vocabulary.holds(bytes(row.content), "Three") for row in site.vocabularies.all()] == [True, False]


def _granted(site: Site) -> dict[str, Any]:
    recording = factories.consent(factories.TicketFactory(site=site))
    code = lifecycle.start_code(recording, by=Actor.person("rcp_test"))
    grant = lifecycle.exchange(code, origin="https://shop.example", tab="0123456789abcdef")
    policy: dict[str, Any] = door.granted(grant)["policy"]
    return policy


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_a_strict_site_tells_the_recorder_where_its_words_are() -> None:
    site = factories.shop()
    made = sites.set_vocabulary(site, vocabulary.build({"Add to basket"}), phrases=1, by=BY)
    assert _granted(site)["vocabulary"] is None
    sites.change_policy(site, reason="x", by=BY, mode="strict", text_patterns=["CUST-[0-9]{6}"])
    policy = _granted(site)
    assert (policy["mode"], policy["text_patterns"]) == ("strict", ["CUST-[0-9]{6}"])
    path = policy["vocabulary"]["url"].partition("/r/")[2]
    answer = Client().get(f"/r/{path}")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "immutable" in answer["Cache-Control"]
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
    assert policy["vocabulary"]["integrity"] == made.integrity == f"sha384-{digest}"
    assert Client().get(f"/r/vocab-{'0' * 32}.bin").status_code == 404
    assert Client().post(f"/r/{path}").status_code == 405
    assert Vocabulary.objects.count() == 1
