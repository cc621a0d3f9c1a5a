"""A site's own words in the notice: by language, tried first, and what is missing where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.sites.models import Site

pytestmark = pytest.mark.django_db
PATH = "/sites/shop/notice/"


def test_the_words_are_shown_before_they_are_saved_and_saved_by_language(
    shop: Site, as_: Callable[[str], Client]
) -> None:
    words = {"intro": "Wir <helfen> gern.", "details": "Mehr dazu bei uns."}
    tried = as_("frank").post(f"{PATH}?language=de", {**words, "try": "1"}).content.decode()
    assert '<div lang="de" dir="ltr">' in tried
    assert "Wir &lt;helfen&gt; gern." in tried
    assert "#4711" in tried
    assert not shop.notice_texts.exists()
    assert as_("frank").post(f"{PATH}?language=de", words)["Location"] == f"{PATH}?language=de"
    saved = shop.notice_texts.values_list("language", "key", "text")
    assert set(saved) == {("de", key, text) for key, text in words.items()}


def test_the_page_names_the_languages_that_lack_a_text(shop: Site, as_: Callable[[str], Client]) -> None:
    assert "missing" not in as_("frank").get(PATH).content.decode()
    as_("frank").post(f"{PATH}?language=de", {"intro": "Wir helfen gern.", "details": ""})
    page = as_("frank").get(PATH).content.decode()
    assert page.count("missing: intro") == 20


def test_only_who_manages_the_site_words_it(shop: Site, as_: Callable[[str], Client]) -> None:
    assert as_("alice").post(PATH, {"intro": "x"}).status_code == 403
    assert as_("charlie").post(PATH, {"intro": "x"}).status_code == 404
    assert not shop.notice_texts.exists()
