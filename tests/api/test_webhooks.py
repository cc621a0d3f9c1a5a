from __future__ import annotations

import pytest

from apps.core.models import AuditEntry
from apps.integrations.models import Webhook
from apps.sites.models import Site
from tests.api.conftest import Program, problem

pytestmark = pytest.mark.django_db
URL = "https://crm.example/hook"


def test_adding_an_endpoint_shows_its_secret_once(frank: Program, site: Site) -> None:
    answer = frank.post("webhooks/", {"site": site.pk, "url": URL})
    assert answer.status_code == 201, answer.content
    secret = answer.json()["secret"]
    assert secret.startswith("whsec_")
    pk = answer.json()["id"]
    for path in ["webhooks/", f"webhooks/{pk}/", f"webhooks/{pk}/deliveries/"]:
        assert secret not in frank.get(path).content.decode()
    assert AuditEntry.objects.filter(name="webhook.created", subject_id=pk).exists()


@pytest.mark.parametrize("url", ["", "ftp://crm.example/", "https://a:b@crm.example/", "x", "https://crm.example/#x"])
def test_an_address_that_is_never_called_is_refused(frank: Program, site: Site, url: str) -> None:
    problem(frank.post("webhooks/", {"site": site.pk, "url": url}), 400, "invalid")
    assert not Webhook.objects.exists()


def test_only_those_who_manage_the_site_see_or_change_endpoints(
    frank: Program, alice: Program, charlie: Program, site: Site
) -> None:
    pk = frank.post("webhooks/", {"site": site.pk, "url": URL}).json()["id"]
    problem(alice.post("webhooks/", {"site": site.pk, "url": URL}), 403, "forbidden")
    problem(charlie.post("webhooks/", {"site": site.pk, "url": URL}), 404)
    for caller in [alice, charlie]:
        assert caller.get("webhooks/").json()["count"] == 0
        problem(caller.get(f"webhooks/{pk}/"), 404)
        problem(caller("DELETE", f"webhooks/{pk}/"), 404)
    assert Webhook.objects.filter(pk=pk).exists()


def test_removing(frank: Program, site: Site) -> None:
    pk = frank.post("webhooks/", {"site": site.pk, "url": URL}).json()["id"]
    assert frank("DELETE", f"webhooks/{pk}/").status_code == 204
    problem(frank("DELETE", f"webhooks/{pk}/"), 404)
