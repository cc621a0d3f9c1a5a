"""All of a person: shown first, refused when it has changed, gone without a trace of a name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from apps.consents.models import Receipt
from apps.core.models import AuditEntry
from apps.keys.models import DataKey
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.models import DeletionReceipt, Erasure
from apps.privacy.services import deletion, erasure, sweeps
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, vault
from apps.sites.models import Site
from apps.tickets.models import Comment, Requester, Ticket
from tests import factories
from tests.privacy.people import SYSTEM, fresh, ready

pytestmark = pytest.mark.django_db
EMAIL = "dora@example.net"


def a_case(site: Site, requester: Requester, number: int) -> Ticket:
    ticket = factories.TicketFactory(site=site, requester=requester, number=number, subject=f"Dora's basket {number}")
    Comment.objects.create(ticket=ticket, body="Dora wrote: my card does not work", is_internal=False)
    return ticket


@pytest.fixture
def dora() -> Requester:
    """Dora has three tickets and two recordings; somebody else has one of each."""
    site = factories.shop()
    requester = factories.RequesterFactory(site=site, email=EMAIL, name="Dora Dahl", external_id="cust-77")
    cases = [a_case(site, requester, number) for number in (4711, 4712, 4713)]
    ready(cases[0])
    ready(cases[1])
    links.issue(cases[2], by=SYSTEM)
    LogEntry.objects.create(
        user=factories.UserFactory(),
        content_type=ContentType.objects.get_for_model(Requester),
        object_id=str(requester.pk),
        object_repr="Dora Dahl",
        action_flag=CHANGE,
        change_message="[]",
    )
    ready(factories.TicketFactory(site=site, number=5000, subject="Somebody else's"))
    return requester


def erase(requester: Requester) -> Erasure:
    seen = erasure.preview([requester])
    return erasure.finish(erasure.erase_subject([requester], stamp=seen.stamp, by=SYSTEM))


def everything() -> str:
    """Every row of every table, as text."""
    from django.apps import apps

    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    return serializers.serialize("json", rows)


def test_the_preview_counts_what_will_go_and_changes_nothing(dora: Requester) -> None:
    before = everything()
    seen = erasure.preview([dora])
    assert len(seen.recordings) == 2
    assert (seen.counts["requesters"], seen.counts["tickets"], seen.counts["comments"]) == (1, 3, 3)
    assert (seen.counts["keys"], seen.counts["chunks"], seen.counts["links"]) == (2, 4, 3)
    assert everything() == before


def test_no_name_address_or_word_of_hers_is_left(dora: Requester) -> None:
    done = erase(dora)
    assert done.finished_at is not None
    left = everything()
    for word in ["Dora", "dora", EMAIL, "cust-77", "my card"]:
        assert word not in left
    assert DeletionReceipt.objects.count() == 2
    assert Receipt.objects.filter(ticket=None, link=None).count() == 2  # proof without a name
    assert not Recording.objects.filter(ticket__requester=dora).exists()


def test_the_neighbour_keeps_everything(dora: Requester) -> None:
    other = Ticket.objects.get(number=5000)
    erase(dora)
    recording = Recording.objects.get(ticket=other)
    assert recording.state == Recording.State.READY
    assert len(vault.list_names(recording.pk)) == 4
    assert Ticket.objects.get(number=5000).subject == "Somebody else's"
    assert Ticket.objects.filter(number=4711).exists()  # the case stays, and says nothing


def test_it_is_refused_when_anything_has_changed_since_it_was_shown(dora: Requester) -> None:
    seen = erasure.preview([dora])
    ticket = Ticket.objects.filter(requester=dora).first()
    Comment.objects.create(ticket=ticket, body="one more")
    with pytest.raises(erasure.ChangedSince):
        erasure.erase_subject([dora], stamp=seen.stamp, by=SYSTEM)
    assert not Erasure.objects.exists()
    assert Requester.objects.get(pk=dora.pk).email == EMAIL


def test_the_order_alone_makes_everything_unreadable(dora: Requester) -> None:
    erasure.erase_subject([dora], stamp=erasure.preview([dora]).stamp, by=SYSTEM)
    states = set(Recording.objects.filter(ticket__requester=dora).values_list("state", flat=True))
    assert states <= {Recording.State.DELETING, Recording.State.DELETED}
    opened = MagicLink.objects.filter(ticket__requester=dora).exclude(state=MagicLink.State.REVOKED)
    assert not opened.exists()


def test_an_interrupted_erasure_is_finished_by_the_sweep(dora: Requester, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = erasure.erase_subject([dora], stamp=erasure.preview([dora]).stamp, by=SYSTEM)
    with monkeypatch.context() as broken:
        broken.setattr(vault, "delete_all", lambda recording_id: 0)
        with pytest.raises(deletion.Unverified):
            erasure.finish(ordered)
        assert erasure.finish_waiting() == 0
    assert Requester.objects.get(pk=dora.pk).email == EMAIL  # the way to what is left is not lost
    assert erasure.finish_waiting() == 1
    assert erasure.finish_waiting() == 0
    assert "Dora" not in everything()
    assert AuditEntry.objects.filter(name="erasure.finished").count() == 1


def test_the_audit_trail_is_not_touched_and_never_held_a_name(dora: Requester) -> None:
    before = list(AuditEntry.objects.order_by("pk").values())
    assert EMAIL not in json.dumps(before, default=str)
    erase(dora)
    after = {row["id"]: row for row in AuditEntry.objects.values()}
    assert all(after[row["id"]] == row for row in before)


def test_one_recording_can_be_erased_alone(dora: Requester) -> None:
    recording = Recording.objects.filter(ticket__requester=dora).first()
    assert recording is not None
    erasure.erase_recording(recording, by=SYSTEM)
    sweeps.delete_due()
    assert fresh(recording).state == Recording.State.DELETED
    assert fresh(recording).delete_cause == Recording.Cause.ERASED
    assert Requester.objects.get(pk=dora.pk).email == EMAIL


def test_people_are_found_by_address_or_external_id_on_the_given_sites_only(dora: Requester) -> None:
    elsewhere = factories.RequesterFactory(email=EMAIL)
    here = Site.objects.filter(slug="shop")
    assert erasure.find(here, email="DORA@example.net ") == [dora]
    assert erasure.find(here, external_id="cust-77") == [dora]
    assert erasure.find(here) == []
    assert erasure.find(Site.objects.all(), email=EMAIL) == [dora, elsewhere]


def test_the_command_erases_and_names_the_receipts(dora: Requester, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("erase_subject", EMAIL, "--yes", "--json")
    result = json.loads(capsys.readouterr().out)
    assert len(result["recordings"]) == len(result["receipts"]) == 2
    assert result["finished"]
    assert AuditEntry.objects.filter(name="erasure.ordered", actor_id="command:erase_subject").count() == 1
    with pytest.raises(CommandError, match="Nobody"):
        call_command("erase_subject", EMAIL, "--yes", "--json")


@pytest.mark.parametrize("answer", ["", "yes", "erase"])
def test_the_command_asks_and_takes_only_the_word(
    dora: Requester, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_subject", EMAIL)
    assert Requester.objects.get(pk=dora.pk).email == EMAIL


def test_links_that_led_nowhere_go_a_month_after_they_expired(dora: Requester) -> None:
    unused = MagicLink.objects.get(receipts=None)
    sweeps.tidy(unused.expires_at + timedelta(days=29))
    assert MagicLink.objects.filter(pk=unused.pk).exists()
    sweeps.tidy(unused.expires_at + timedelta(days=31))
    assert not MagicLink.objects.filter(pk=unused.pk).exists()
    assert MagicLink.objects.filter(receipts__isnull=False).exists()  # these led to recordings that are held


# --- Raw bytes ------------------------------------------------------------------------------------------


def raw() -> bytes:
    """All that lies on disk: both databases with their logs, and the vault."""
    folders = [Path(settings.VAULT_URL.removeprefix("file://"))]
    for alias in connections:
        folders.append(Path(connections[alias].settings_dict["NAME"]).parent)
    files = [path for folder in set(folders) for path in folder.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="reads SQLite's own files")
def test_none_of_139_planted_tokens_is_left_in_the_raw_files_after_an_erasure() -> None:
    tokens = [f"planted{number:03d}zq" for number in range(139)]
    site = factories.shop()
    requester = factories.RequesterFactory(
        site=site, email=f"{tokens[0]}@example.net", name=tokens[1], external_id=tokens[2]
    )
    ticket = factories.TicketFactory(site=site, requester=requester, number=4711, subject=tokens[3])
    for token in tokens[4:40]:
        Comment.objects.create(ticket=ticket, body=f"it says {token}")
    recording = ready(ticket, text=" ".join(tokens[40:]))
    wrapped = bytes(DataKey.objects.get(pk=recording.pk).wrapped or b"")
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = raw()
    assert all(token.encode() in before for token in tokens[:40])
    assert not any(token.encode() in before for token in tokens[40:])  # sealed from the first byte
    assert wrapped in before

    erase(requester)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    after = raw()
    assert [token for token in tokens if token.encode() in after] == []
    assert wrapped not in after
    assert vault.list_names(recording.pk) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connections["keys"].vendor != "sqlite", reason="reads SQLite's own files")
def test_the_wrapped_key_is_gone_from_the_key_store_s_files_at_once() -> None:
    recording = lifecycle.doom(ready(), cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    wrapped = bytes(DataKey.objects.get(pk=recording.pk).wrapped or b"")
    path = Path(connections["keys"].settings_dict["NAME"])

    def stored() -> bytes:
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    assert wrapped in stored()
    deletion.delete(recording.pk)
    assert wrapped not in stored()
    assert timezone.now() >= (fresh(recording).key_shredded_at or timezone.now())


def test_find_needs_something_to_find_by() -> None:
    factories.RequesterFactory(external_id="")
    assert erasure.find(Site.objects.all(), email="", external_id="") == []
