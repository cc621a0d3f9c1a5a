"""Paying: what works, the deliberate bug, and the provider's frame on a third origin."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.shop.conftest import PLACET, Browser, Shop
from tests.shop.test_pages import Elements

ADDRESS = {
    "name": "Guest Example",
    "email": "guest@example.com",
    "street": "1 Pier",
    "postcode": "5003",
    "town": "Bergen",
}
CARD = {"holder": "Guest Example", "number": "4111 1111 1111 1111", "expiry": "09 / 39", "cvc": "123"}


def test_a_guest_pays_for_a_mug(browser: Browser) -> None:
    answer = browser.buy("tide-mug").post("/pay", ADDRESS | CARD, form="/checkout")
    assert answer.status == 201
    assert f"Order {answer.json()['order']}" in browser.get("/thanks").text
    assert "Nothing in it yet" in browser.get("/basket").text


def test_paying_for_the_lantern_fails_with_e4021(browser: Browser) -> None:
    answer = browser.buy("keeper-lantern").post("/pay", ADDRESS | CARD, form="/checkout")
    assert answer.status == 500
    assert answer.json() == {"error": {"code": "E4021"}}
    assert "Keeper lantern" in browser.get("/basket").text


def test_dora_cannot_pay_by_card_for_anything(browser: Browser) -> None:
    answer = browser.sign_in().buy("watch-cap").post("/pay", ADDRESS | CARD, form="/checkout")
    assert (answer.status, answer.json()) == (500, {"error": {"code": "E4021"}})


def test_the_page_says_so_on_the_console_and_throws(browser: Browser) -> None:
    script = browser.get("/static/shop/js/checkout.js").text
    assert "console.error(`payment failed: ${error.code} issuer timeout`)" in script
    assert "throw new PaymentError" in script


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "4111 1111 1111 1112"}, "number"),
        ({"number": "no card"}, "number"),
        ({"expiry": "13 / 39"}, "expiry"),
        ({"expiry": "01 / 20"}, "expiry"),
        ({"cvc": "12a"}, "cvc"),
        ({"email": "nobody"}, "email"),
        ({"street": ""}, "street"),
    ],
)
def test_the_server_refuses_a_form_with_a_mistake(browser: Browser, wrong: dict[str, str], field: str) -> None:
    answer = browser.buy("tide-mug").post("/pay", ADDRESS | CARD | wrong, form="/checkout")
    assert answer.status == 422
    assert list(answer.json()["error"]["fields"]) == [field]


def test_nothing_is_paid_without_a_basket_or_without_the_forms_token(browser: Browser) -> None:
    assert browser.post("/pay", ADDRESS | CARD, form="/sign-in").status == 409
    assert browser.buy("tide-mug").post("/pay", ADDRESS | CARD, form="/about").status == 403


def test_the_checkout_sends_those_with_an_empty_basket_back(browser: Browser) -> None:
    assert browser.get("/checkout").url.endswith("/basket")


def test_a_garment_needs_a_size(browser: Browser) -> None:
    assert "choose a size" in browser.post("/p/gansey-jumper/add", {"quantity": "1"}, form="/p/gansey-jumper").text
    page = browser.post("/p/gansey-jumper/add", {"quantity": "2", "size": "M"}, form="/p/gansey-jumper")
    assert "Size M" in page.text


def test_the_providers_frame_is_another_origin_and_carries_no_snippet(browser: Browser, shop: Shop) -> None:
    elements = Elements(browser.buy("tide-mug").get("/checkout/secure").text)
    [source] = [attrs["src"] for tag, attrs in elements.tags if tag == "iframe"]
    assert source is not None
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(source))
    assert origin == shop.provider_url
    assert origin not in {shop.url, PLACET}

    frame = shop.at_provider().get("/frame")
    assert "placet" not in frame.text
    assert "cc-number" in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert f"frame-ancestors {shop.url}" in policy
    assert PLACET not in policy


def test_the_shop_itself_asks_for_no_card_beside_the_providers_frame(browser: Browser) -> None:
    assert "cc-number" not in browser.buy("tide-mug").get("/checkout/secure").text


def test_a_token_of_the_provider_pays_even_for_the_lantern(browser: Browser, shop: Shop) -> None:
    token = shop.at_provider().post("/tokenise", {}, form="/frame").json()["token"]
    browser.buy("keeper-lantern")
    refused = browser.post("/pay/token", ADDRESS | {"token": "made up"}, form="/checkout/secure")
    assert refused.status == 422
    assert browser.post("/pay/token", ADDRESS | {"token": token}, form="/checkout/secure").status == 201
