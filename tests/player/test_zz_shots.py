import pytest
from playwright.sync_api import expect
from tests import factories
from tests.player import recorded, story
from tests.player.conftest import *
from apps.consents import services as consents

pytestmark = [pytest.mark.django_db(transaction=True)]
OUT = "/tmp/P/shots"


def test_shots(browser, live_server, people, recording, pages, settings):
    settings.BASE_URL = live_server.url
    site = people["alice"].memberships.get().site
    review = recorded.in_review(factories.TicketFactory(site=site), pages)
    for name, scheme, w, h in [
        ("light", "light", 1360, 800),
        ("dark", "dark", 1360, 800),
        ("phone", "light", 390, 800),
    ]:
        ctx = browser.new_context(base_url=live_server.url, viewport={"width": w, "height": h}, color_scheme=scheme)
        sign_in(ctx, people["alice"], live_server.url)
        page = ctx.new_page()
        page.goto(f"/recordings/{recording.pk}/?t=44")
        expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
        page.wait_for_timeout(400)
        page.screenshot(path=f"{OUT}/player-{name}.png", full_page=(name == "phone"))
        if name == "light":
            for tab in ["Network", "Errors", "Privacy", "About"]:
                page.get_by_role("tab", name=tab).click()
                page.wait_for_timeout(150)
                page.screenshot(path=f"{OUT}/panel-{tab}.png")
        page.goto(f"/a/{consents.token(review.receipt)}")
        page.goto(f"/me/{review.receipt_id}/review/")
        page.screenshot(path=f"{OUT}/review-{name}.png", full_page=True)
        page.goto(f"/me/{review.receipt_id}/review/?watch&t=44")
        expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
        page.wait_for_timeout(300)
        page.screenshot(path=f"{OUT}/watch-{name}.png", full_page=True)
        ctx.close()
