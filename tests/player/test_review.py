"""The person looks at what was recorded and decides."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from apps.accounts.models import User
from apps.consents import services as consents
from apps.core import documents
from apps.core.actors import Actor
from apps.person import cookies
from apps.person.views import review
from apps.recordings.models import Recording
from apps.recordings.services import cutting, packing
from tests import factories
from tests.browser import axe
from tests.player import recorded, story

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def in_review(people: dict[str, User], pages: list[list[story.Event]]) -> Recording:
    site = people["alice"].memberships.get().site
    return recorded.in_review(factories.TicketFactory(site=site), pages)


@pytest.fixture
def base_url(live_server: object, settings: object) -> str:
    url = live_server.url  # type: ignore[attr-defined]
    settings.BASE_URL = url  # type: ignore[attr-defined]
    return url


def token_cookie(recording: Recording) -> tuple[str, str]:
    return cookies.name("receipt"), consents.token(recording.receipt)  # type: ignore[arg-type]


def dora(browser: Browser, base_url: str, recording: Recording, *, scripts: bool = True) -> Page:
    """Dora's browser, on her review."""
    context = browser.new_context(base_url=base_url, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"/a/{consents.token(recording.receipt)}")  # type: ignore[arg-type]
    page.goto(f"/me/{recording.receipt_id}/review/")
    return page


def state(recording: Recording) -> str:
    return Recording.objects.get(pk=recording.pk).state


@pytest.mark.parametrize("scripts", [True, False])
def test_sending_takes_one_press_with_and_without_scripts(
    browser: Browser, base_url: str, in_review: Recording, scripts: bool
) -> None:
    page = dora(browser, base_url, in_review, scripts=scripts)
    expect(page.locator("h1")).to_contain_text("Your recording")
    expect(page.get_by_text("Support sees nothing yet.")).to_be_visible()
    page.get_by_test_id("review-send").click()
    page.wait_for_url("**/?stay=1")
    assert state(in_review) == "ready"
    page.context.close()


def test_a_machine_that_presses_send_by_script_sends_nothing_and_dora_does(
    browser: Browser, base_url: str, in_review: Recording
) -> None:
    Recording.objects.update(trusted_at=None)
    page = dora(browser, base_url, in_review)
    page.get_by_test_id("review-send").dispatch_event("click")
    send = page.get_by_test_id("by-hand-send")
    expect(send).to_be_visible()
    assert axe(page, "is this your recording") == []
    page.get_by_role("checkbox").dispatch_event("click")
    send.dispatch_event("click")
    page.wait_for_load_state()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    assert state(in_review) == "in_review"
    page.get_by_role("checkbox").check()
    send.click()
    page.wait_for_url("**/?stay=1")
    assert state(in_review) == "ready"
    page.context.close()


def test_without_scripts_nobody_is_shut_out_they_say_once_that_it_is_theirs(
    browser: Browser, base_url: str, in_review: Recording
) -> None:
    Recording.objects.update(trusted_at=None)
    page = dora(browser, base_url, in_review, scripts=False)
    page.get_by_test_id("review-send").click()
    page.get_by_test_id("by-hand-send").click()
    assert state(in_review) == "in_review", "the box is not ticked"
    page.get_by_role("checkbox").check()
    page.get_by_test_id("by-hand-send").click()
    page.wait_for_url("**/?stay=1")
    assert state(in_review) == "ready"
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_discarding_closes_it_for_good(browser: Browser, base_url: str, in_review: Recording, scripts: bool) -> None:
    page = dora(browser, base_url, in_review, scripts=scripts)
    page.get_by_test_id("review-discard").click()
    page.wait_for_url(f"**/me/{in_review.receipt_id}/")
    assert state(in_review) in {"deleting", "deleted"}
    page.context.close()


def test_the_picture_comes_after_a_press_and_the_choice_stays_beside_it(
    browser: Browser, base_url: str, in_review: Recording
) -> None:
    asked: list[str] = []
    page = dora(browser, base_url, in_review)
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator("iframe").count() == 0
    page.locator("li", has_text="Payment").or_(page.locator("li", has_text="Pay now")).first.get_by_role("link").click()
    expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
    expect(page.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")
    assert any("/recording/segments/" in url for url in asked)
    page.get_by_test_id("review-send").click()
    page.wait_for_url("**/?stay=1")
    assert state(in_review) == "ready"
    page.context.close()


def test_staff_do_not_get_in_while_it_is_reviewed(
    client: Client, people: dict[str, User], in_review: Recording
) -> None:
    client.force_login(people["alice"])
    assert client.get(f"/me/{in_review.receipt_id}/review/").status_code == 404
    assert client.get(f"/me/{in_review.receipt_id}/recording/index.json").status_code == 404


def test_contents_are_hers_only_while_she_holds_the_cookie_and_it_is_readable(
    client: Client, in_review: Recording
) -> None:
    index = f"/me/{in_review.receipt_id}/recording/index.json"
    assert client.get(index).status_code == 404
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    assert client.get(index).json()["steps"]
    assert client.get(f"/me/{in_review.receipt_id}/recording/segments/0").status_code == 200
    assert client.get(f"/me/{in_review.receipt_id}/recording/segments/99").status_code == 404
    Recording.objects.filter(pk=in_review.pk).update(state=Recording.State.DELETING)
    assert client.get(index).status_code == 410


def test_while_it_is_prepared_the_page_waits_by_itself(client: Client, in_review: Recording) -> None:
    Recording.objects.filter(pk=in_review.pk).update(state=Recording.State.PROCESSING)
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    page = client.get(f"/me/{in_review.receipt_id}/review/")
    assert b'http-equiv="refresh"' in page.content


def test_only_the_page_with_the_picture_has_the_policy_of_a_replayer(client: Client, in_review: Recording) -> None:
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    words = client.get(f"/me/{in_review.receipt_id}/review/")["Content-Security-Policy"]
    assert "unsafe" not in words
    assert "form-action 'self'" in words
    picture = client.get(f"/me/{in_review.receipt_id}/review/?watch")["Content-Security-Policy"]
    assert "form-action 'none'" in picture
    assert re.search(rf"img-src http://testserver/assets/{in_review.pk}/[\w.=-]+/ data:", picture)


# --- Taking passages out ------------------------------------------------------------------------------


def line(page: Page, words: str) -> Locator:
    return page.locator(".said li", has_text=words).first


@pytest.mark.parametrize(("scripts", "picture"), [(True, ""), (False, ""), (True, "?watch")])
def test_a_line_is_removed_with_one_press_and_put_back_with_one(
    browser: Browser, base_url: str, in_review: Recording, scripts: bool, picture: str
) -> None:
    page = dora(browser, base_url, in_review, scripts=scripts)
    page.goto(f"/me/{in_review.receipt_id}/review/{picture}")
    line(page, "Payment").get_by_test_id("review-remove").click()
    expect(line(page, "Payment")).to_contain_text("Removed")
    expect(page.get_by_text("You have marked 1 passage.")).to_be_visible()
    assert page.url.partition("#")[0].endswith(f"/review/{picture}")
    line(page, "Payment").get_by_test_id("review-put-back").click()
    expect(page.get_by_text("You have marked")).to_have_count(0)
    assert not in_review.cuts.exists()
    assert state(in_review) == "in_review"
    page.context.close()


def test_what_she_removed_is_gone_when_it_is_sent_and_her_page_has_the_receipt(
    browser: Browser, base_url: str, in_review: Recording
) -> None:
    page = dora(browser, base_url, in_review)
    line(page, "Payment").get_by_test_id("review-remove").click()
    expect(page.get_by_test_id("review-send")).to_have_text("Send without what I removed")
    page.get_by_test_id("review-send").click()
    expect(page.locator("h1")).to_have_text("What you removed is being taken out")
    packing.pack(in_review, by=Actor.system("test"))
    page.wait_for_url("**/?stay=1")
    assert state(in_review) == "ready"
    expect(page.locator(".happened", has_text="1 passage removed for good")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the signed receipt").click()
    document = json.loads(download.value.path().read_text())
    assert documents.verify(document, documents.public_keys())
    page.context.close()


def test_she_can_look_at_what_is_left_before_she_sends_it(
    browser: Browser, base_url: str, in_review: Recording
) -> None:
    page = dora(browser, base_url, in_review)
    line(page, "Payment").get_by_test_id("review-remove").click()
    page.get_by_test_id("review-cut").click()
    packing.pack(in_review, by=Actor.system("test"))
    expect(page.locator("h1")).to_contain_text("Your recording,", timeout=15_000)
    expect(page.locator(".said li", has_text="Payment")).to_have_count(0)
    expect(page.get_by_test_id("review-send")).to_have_text("Send to support")
    assert state(in_review) == "in_review"
    page.context.close()


def test_what_is_marked_is_a_gap_in_her_picture_at_once(client: Client, in_review: Recording) -> None:
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    index = f"/me/{in_review.receipt_id}/recording/index.json"
    at_ms = client.get(index).json()["steps"][2]["at_ms"]
    cutting.mark(in_review, (at_ms - 5, at_ms + 5), by=Actor.person(in_review.receipt_id or ""))
    assert {"from_ms": at_ms - 5, "to_ms": at_ms + 5, "cause": "cut"} in client.get(index).json()["gaps"]


@pytest.mark.parametrize("act", ["remove", "put-back", "cut"])
def test_nobody_else_takes_anything_out(
    client: Client, people: dict[str, User], in_review: Recording, act: str
) -> None:
    own = {"Origin": settings.BASE_URL}
    path = f"/me/{in_review.receipt_id}/review/{act}"
    client.force_login(people["alice"])
    assert client.post(path, {"at": "1"}, headers=own).status_code == 404
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    assert client.get(path).status_code == 405
    assert client.post(path, {"at": "1"}).status_code == 403, "not from a page of ours"
    assert not in_review.cuts.exists()


@pytest.mark.parametrize("at", ["", "1", "-1", "1e3", "٣", "9" * 40])
def test_a_time_that_no_line_has_removes_nothing(client: Client, in_review: Recording, at: str) -> None:
    name, token = token_cookie(in_review)
    client.cookies[name] = token
    answer = client.post(f"/me/{in_review.receipt_id}/review/remove", {"at": at}, headers={"Origin": settings.BASE_URL})
    assert answer.status_code == 400
    assert not in_review.cuts.exists()


def test_the_time_of_a_line_goes_from_the_line_before_to_the_line_after(in_review: Recording) -> None:
    index = {
        "steps": [{"at_ms": at, "kind": "click", "label": "x", "text": "x"} for at in (10, 20, 20, 30)],
        "markers": [],
        "pages": [],
    }
    assert review.passage(index, in_review, 20) == (11, 29)
    first, last = review.passage(index, in_review, 10), review.passage(index, in_review, 30)
    assert first[0] < in_review.created_at.timestamp() * 1000
    assert first[1] == 19
    assert last[0] == 21
    assert last[1] > in_review.ended_at.timestamp() * 1000  # type: ignore[union-attr]
