"""Secrets that the server reads again are sealed in the database, with keys that are not in it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import connection

from apps.accounts.models import User
from apps.core import sealed
from apps.integrations.models import Webhook
from tests import factories
from tests.keys.test_keys import vault_key

SECRET, SEED = "whsec_c2VjcmV0IG9mIHRoZSB3ZWJob29r", "JBSWY3DPEHPK3PXP"


def stored(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608
        return str(cursor.fetchone()[0])


@pytest.fixture
def alice(db: None) -> User:
    return factories.people(factories.shop(), factories.SiteFactory())["alice"]


@pytest.fixture
def webhook(alice: User) -> Webhook:
    site = alice.memberships.get().site
    return Webhook.objects.create(site=site, url="https://hooks.example/", secret=SECRET)


def test_what_is_sealed_is_read_for_its_own_purpose_only() -> None:
    value = sealed.seal("a", "text")
    assert "text" not in value
    assert sealed.unseal("a", value) == "text"
    assert sealed.unseal("a", "never sealed") == "never sealed"
    for purpose, broken in [("b", value), ("a", value[:-4] + "AAA="), ("a", value.replace("sealed.1.", "sealed.1.x"))]:
        with pytest.raises(sealed.CannotOpen):
            sealed.unseal(purpose, broken)


@pytest.mark.django_db
def test_a_webhooks_secret_is_not_in_the_database(webhook: Webhook) -> None:
    assert stored("integrations_webhook", "secret").startswith("sealed.1.")
    assert Webhook.objects.get().secret == SECRET


@pytest.mark.django_db
def test_a_seed_is_not_in_the_database_and_still_checks_codes(alice: User) -> None:
    TOTP.activate(alice, SEED)
    assert SEED not in stored("mfa_authenticator", "data")
    assert Authenticator.objects.get().wrap().validate_code("000000") is False


@pytest.mark.django_db
def test_what_was_written_before_is_sealed_and_a_new_key_takes_over(
    alice: User, webhook: Webhook, settings: object
) -> None:
    Authenticator.objects.create(user=alice, type="totp", data={"secret": SEED})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_webhook SET secret = %s", [SECRET])
    assert sealed.reseal_all() == 2
    assert sealed.reseal_all() == 0
    old, new = settings.VAULT_KEYS[0], vault_key("next")  # type: ignore[attr-defined]
    settings.VAULT_KEYS = [new, old]  # type: ignore[attr-defined]
    call_command("rotate_vault_keys")
    settings.VAULT_KEYS = [new]  # type: ignore[attr-defined]
    assert Webhook.objects.get().secret == SECRET
    assert sealed.unseal("accounts.seed", Authenticator.objects.get().data["secret"]) == SEED
