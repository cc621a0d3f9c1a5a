"""Every page of the shop: it opens, carries the snippet, and holds to its policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.shop.conftest import PLACET, SITE_KEY, Answer, Browser, Shop

OPEN = [
    "/", "/catalogue", "/catalogue?category=deck", "/catalogue?q=lantern",
    "/p/keeper-lantern", "/p/ebb-boots",
    "/basket", "/sign-in", "/tracker", "/tides", "/stores", "/stores/map", "/about", "/delivery", "/returns",
    "/privacy", "/imprint",
]  # fmt: skip
SIGNED_IN = ["/account", "/messages", "/orders", "/orders/1007"]
WITH_BASKET = ["/basket", "/checkout", "/checkout/secure"]


class Elements(HTMLParser):
    """All tags with their attributes, and the text that stands inside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"script", "style"} and data.strip():
            self.inline.append(data)


def holds_to_its_policy(page: Answer) -> None:
    elements = Elements(page.text)
    snippet = [attrs for tag, attrs in elements.tags if attrs.get("src") == f"{PLACET}/placet.js"]
    assert snippet == [{"async": None, "src": f"{PLACET}/placet.js", "data-site": SITE_KEY}]
    assert elements.inline == []
    assert not [tag for tag, attrs in elements.tags if tag == "style" or "style" in attrs]
    assert not [name for _tag, attrs in elements.tags for name in attrs if name.startswith("on")]
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", OPEN)
def test_an_open_page_works_and_carries_the_snippet_and_nothing_inline(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.status == 200
    holds_to_its_policy(page)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_behind_the_sign_in_does_so_too(browser: Browser, path: str) -> None:
    assert "/sign-in?next=" in browser.get(path).url
    page = browser.sign_in().get(path)
    assert page.status == 200
    assert page.url.endswith(path)
    holds_to_its_policy(page)


@pytest.mark.parametrize("path", WITH_BASKET)
def test_a_page_about_the_basket_does_so_too(browser: Browser, path: str) -> None:
    page = browser.buy("tide-mug").get(path)
    assert page.status == 200
    assert "Tide mug" in page.text
    holds_to_its_policy(page)


def test_a_page_that_is_not_there_still_carries_the_snippet(browser: Browser) -> None:
    page = browser.get("/no-such-page")
    assert page.status == 404
    holds_to_its_policy(page)


def test_the_policy_names_only_placet_where_scripts_and_calls_go(browser: Browser, shop: Shop) -> None:
    policy = dict(part.split(" ", 1) for part in browser.get("/").headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == f"'self' {PLACET}"
    assert policy["frame-src"] == f"'self' {shop.provider_url}"
    others = {name: value for name, value in policy.items() if name not in {"script-src", "connect-src", "frame-src"}}
    assert set(others.values()) <= {"'self'", "'none'"}


def test_every_product_has_its_picture_and_a_page(browser: Browser) -> None:
    pictures = set(re.findall(r'src="(/static/shop/img/[a-z-]+\.svg)" alt=""', browser.get("/catalogue").text))
    assert len(pictures) >= 12
    for path in pictures:
        picture = browser.get(path)
        assert picture.headers["Content-Type"].startswith("image/svg+xml")
        assert "style=" not in picture.text


def test_searching_finds_by_words_and_says_when_there_is_nothing(browser: Browser) -> None:
    assert "Keeper lantern" in browser.get("/catalogue?q=brass+glass").text
    assert "Nothing by that name" in browser.get("/catalogue?q=submarine").text


def test_the_site_key_is_read_for_each_page_so_that_the_seed_may_come_later(browser: Browser, shop: Shop) -> None:
    path = shop.data / "run" / "shop-site-key"
    path.write_text("pk_another")
    try:
        assert 'data-site="pk_another"' in browser.get("/about").text
    finally:
        path.write_text(SITE_KEY)


def test_the_single_page_part_and_the_hash_routed_one_get_their_data(browser: Browser) -> None:
    assert browser.get("/api/orders").status == 401
    orders = browser.sign_in().get("/api/orders").json()["orders"]
    assert {order["number"] for order in orders} >= {1001, 1004, 1007}
    tracked = browser.get("/api/track/1007").json()
    assert tracked["state"] == "sent"
    assert "address" not in tracked
    assert browser.get("/api/track/999999").status == 404


def test_private_things_of_the_account_are_marked_for_masking(browser: Browser) -> None:
    elements = Elements(browser.sign_in().get("/account").text)
    marked = [attrs.get("data-testid") for _tag, attrs in elements.tags if "data-placet-mask" in attrs]
    assert marked == ["shop-identity"]
    conversation = Elements(browser.get("/messages").text)
    assert [tag for tag, attrs in conversation.tags if "data-placet-mask" in attrs] == ["ol"]


def test_a_message_is_answered(browser: Browser) -> None:
    page = browser.sign_in().post("/messages", {"text": "Is the pier open on Sunday?"})
    assert "Is the pier open on Sunday?" in page.text
    assert "One of us will answer" in page.text


def test_the_account_is_changed_and_shown(browser: Browser) -> None:
    details = {
        "first_name": "Dora", "last_name": "Example", "born_on": "1984-05-17", "phone": "+47 412 34 567",
        "passport": "C01X00T478", "national_id": "17058432182", "street": "12 Rope Lane", "postcode": "5003",
        "town": "Bergen",
    }  # fmt: skip
    browser.sign_in()
    assert "C99Z99Z999" in browser.post("/account", details | {"passport": "C99Z99Z999"}).text
    assert "C01X00T478" in browser.post("/account", details).text


def test_a_wrong_password_signs_nobody_in(browser: Browser) -> None:
    page = browser.post("/sign-in", {"email": "dora@example.com", "password": "guess"})
    assert "do not match" in page.text
    assert "/sign-in" in browser.get("/account").url


def test_signing_in_goes_on_to_where_one_wanted_but_never_to_another_origin(browser: Browser, shop: Shop) -> None:
    credentials = {"email": "dora@example.com", "password": "correct horse battery"}
    assert browser.post("/sign-in", credentials | {"next": "/orders/1007"}).url == f"{shop.url}/orders/1007"
    away = shop.browser().post("/sign-in", credentials | {"next": "//evil.example/"})
    assert away.url == f"{shop.url}/account"


def test_the_sign_out_link_signs_out(browser: Browser) -> None:
    browser.sign_in()
    assert browser.get("/logout").status == 200
    assert "/sign-in" in browser.get("/account").url
