"""Where a webhook may never go: each line is a way to reach a door behind the server's own wall."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.integrations import tasks
from apps.integrations.models import Webhook
from apps.integrations.services import addresses, delivery, webhooks
from apps.sites.models import Site
from tests.integrations.conftest import Endpoint

BY = Actor.system("test")

MALFORMED = [
    "",
    "shop.example/hook",
    "//shop.example/hook",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "https://",
    "https:///hook",
    "https://user@shop.example/",
    "https://user:secret@shop.example/",
    "https://:@shop.example/",
    "https://shop.example:99999/",
    "https://shop.example:0/",
    "https://shop.example/#there",
    "https://shop.example/hook\r\nX-Evil: 1",
    "https://shop.example/a b",
    "https://shop.example\\@evil.example/",
    "https://[::1/",
    "https://shöp.example/",
]

FORBIDDEN = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "::7f00:1",
    "2001:db8::1",
]

HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "127.1",
]


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.django_db
def test_a_malformed_address_is_refused_when_it_is_added(url: str, site: Site) -> None:
    with pytest.raises(Invalid):
        webhooks.create(site, url=url, by=BY)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_inside_the_wall_is_never_called(address: str) -> None:
    assert not addresses.may_go(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5", "64:ff9b::808:808"])
def test_a_public_address_may_be_called(address: str) -> None:
    assert addresses.may_go(ipaddress.ip_address(address))


def test_the_operator_can_open_one_network_and_only_that(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]
    assert addresses.may_go(ipaddress.ip_address("10.1.2.3"))
    assert addresses.may_go(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert not addresses.may_go(ipaddress.ip_address("10.2.0.1"))
    assert not addresses.may_go(ipaddress.ip_address("127.0.0.1"))


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.django_db
def test_no_spelling_of_this_machine_is_called(host: str, site: Site, endpoint: Endpoint) -> None:
    """The port is open, and somebody would answer: the guard alone keeps us from it."""
    port = endpoint.url.split(":")[2].split("/")[0]
    webhook = Webhook.objects.create(site=site, url=f"http://{host}:{port}/hooks", secret=webhooks.new_secret())
    webhooks.queue(site.pk, "recording.ready", recording="rec_1")

    assert tasks.deliver_waiting() == 0

    assert endpoint.received == []
    assert webhook.deliveries.get().error in {"address_not_allowed", "no_address"}


def test_one_private_address_among_public_ones_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, ["93.184.215.14", "127.0.0.1"])
    with pytest.raises(addresses.UnreachableError) as error:
        addresses.resolve(addresses.parse("https://rebind.example/"))
    assert error.value.reason == "address_not_allowed"


@pytest.mark.django_db
def test_the_name_is_looked_up_once_and_the_checked_address_is_called(
    webhook: Webhook, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time (DNS rebinding) is not asked a second time."""
    port = endpoint.url.split(":")[2].split("/")[0]
    webhook.url = f"http://rebind.example:{port}/hooks"
    webhook.save()
    asked = _answer(monkeypatch, ["127.0.0.1"], then=["169.254.169.254"])
    webhooks.queue(webhook.site_id, "recording.ready", recording="rec_1")

    assert tasks.deliver_waiting() == 1

    assert asked.count("rebind.example") == 1
    assert endpoint.received[0][1]["host"] == f"rebind.example:{port}"


@pytest.mark.django_db
def test_where_nothing_listens_on_the_first_address_the_next_checked_one_is_called(
    webhook: Webhook, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `localhost`, which is `::1` before it is 127.0.0.1."""
    port = endpoint.url.split(":")[2].split("/")[0]
    webhook.url = f"http://two.example:{port}/hooks"
    webhook.save()
    asked = _answer(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    webhooks.queue(webhook.site_id, "recording.ready", recording="rec_1")

    assert tasks.deliver_waiting() == 1

    assert asked == ["two.example"]
    assert endpoint.received[0][1]["host"] == f"two.example:{port}"


def test_where_no_address_takes_the_call_that_is_said() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            addresses.dial(["127.0.0.2", "127.0.0.1"], unheard.getsockname()[1], within_s=5)


def test_tls_checks_the_certificate_for_the_name_and_not_the_address() -> None:
    endpoint = addresses.parse("https://shop.example/hook")
    connection = delivery.connect(endpoint, ["93.184.215.14"])
    assert connection.host == "shop.example"
    assert connection._checked == ["93.184.215.14"]  # type: ignore[attr-defined]
    assert connection._tls.check_hostname  # type: ignore[attr-defined]


def _answer(monkeypatch: pytest.MonkeyPatch, first: list[str], then: list[str] | None = None) -> list[str]:
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if not host.endswith(".example"):
            return real(host, port, *args, **kwargs)
        asked.append(host)
        names = first if asked.count(host) == 1 or then is None else then
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, port)) for name in names]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
