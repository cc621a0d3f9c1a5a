"""Where the person went, as the review says it."""

from __future__ import annotations

import pytest

from apps.person import paths

SHOP = "https://shop.example/"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://shop.example", "the start page"),
        ("https://shop.example/index.html", "the start page"),
        ("https://shop.example/checkout/", "“Checkout”"),
        ("https://shop.example/my-orders/[id]/track_it", "“My orders › … › Track it”"),
        ("https://shop.example/pay.php?step=2", "“Pay”"),
        ("https://shop.example/gr%C3%B6%C3%9Fen", "“Größen”"),
        ("https://accounts.shop.example/sign-in", "“accounts.shop.example › Sign in”"),
        ("/basket", "“Basket”"),
        ("#", "the start page"),
        ("", "the start page"),
        ("https://shop.example/%ff%00", "“\N{REPLACEMENT CHARACTER}\x00”"),
    ],
)
def test_an_address_is_said_in_words(address: str, words: str) -> None:
    assert paths.in_words(address, from_page=SHOP) == words
