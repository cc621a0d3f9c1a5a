"""Passkeys, in Chromium with an authenticator of DevTools': added once, they sign in without a password."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from tests import factories
from tests.browser import axe

expect.set_options(timeout=20_000)


def _with_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


@pytest.mark.django_db(transaction=True)
def test_alice_adds_a_passkey_and_signs_in_with_it_alone(browser: Browser, live_server: object) -> None:
    alice = factories.people(factories.shop(), factories.SiteFactory())["alice"]
    context = browser.new_context(base_url=live_server.url)  # type: ignore[attr-defined]
    context.set_default_timeout(20_000)
    page = context.new_page()
    _with_authenticator(page)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)

    page.goto("/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.fill("[name=login]", alice.email)
    page.fill("[name=password]", factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Go on").wait_for()
    page.fill("[name=password]", factories.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/webauthn/add/")
    page.fill("[name=name]", "Laptop")
    page.get_by_label("passwordless").check()
    assert axe(page, "adding a passkey") == []
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    assert Authenticator.objects.get(user=alice, type="webauthn").wrap().name == "Laptop"

    context.clear_cookies()
    page.goto("/accounts/login/")
    assert axe(page, "sign-in") == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(live_server.url + "/")  # type: ignore[attr-defined]
    expect(page.get_by_text(alice.email)).to_be_visible()
    assert User.objects.get(pk=alice.pk).last_login is not None
    assert refused == []
    context.close()
