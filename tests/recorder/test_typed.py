"""The gate as built into the recorder: nothing that is typed, marked or in an address ever reaches the server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.recorder.steps import flush, land
from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e

SECRET = "Zwetschgenkuchen"


def clean(page: Page, case: Case) -> None:
    page.wait_for_timeout(150)
    flush(page)
    assert case.snapshots()
    assert SECRET.lower() not in case.text().lower()


@pytest.mark.parametrize("type_", ["text", "password", "email", "search", "tel", "url"])
def test_what_is_typed_stays_in_the_browser(page: Page, case: Case, type_: str) -> None:
    case.put("/", f"<form><input id=box type={type_} value='{SECRET}'><textarea id=area>{SECRET}</textarea></form>")
    land(page, case)
    page.fill("#box", f"{SECRET}@example.com")
    page.fill("#area", SECRET)
    page.evaluate(f"document.querySelector('#area').value = '{SECRET} again'")
    clean(page, case)


def test_a_password_stays_one_when_its_type_is_toggled(page: Page, case: Case) -> None:
    case.put(
        "/",
        "<input id=box type=password><button id=eye onclick=\"box.type = box.type === 'text' ? 'password' : 'text'\">eye</button>",
    )
    land(page, case)
    page.fill("#box", SECRET)
    page.click("#eye")
    page.fill("#box", f"{SECRET}-2")
    page.evaluate("box.setAttribute('value', box.value)")
    page.click("#eye")
    page.evaluate(f"const late = document.createElement('input'); late.type = 'password'; late.value = '{SECRET}';"
                  " document.body.append(late); late.type = 'text'; late.setAttribute('value', late.value)")  # fmt: skip
    clean(page, case)


def test_open_input_types_never_open_a_password(page: Page, wire: Wire) -> None:
    case = wire.case(open_input_types=["text", "password"])
    case.put("/", "<input id=open><input id=box type=password>")
    land(page, case)
    page.fill("#open", "quantity of plums")
    page.fill("#box", SECRET)
    page.evaluate("document.querySelector('#box').type = 'text'")
    clean(page, case)
    assert "quantity of plums" in case.text()


@pytest.mark.parametrize("mark", ["data-placet-mask", "data-placet-block", "class=placet-mask", "class=placet-block",
                                  "data-clairvio-mask", "class=rr-block"])  # fmt: skip
def test_what_is_marked_stays_in_the_browser_filled_early_or_late(page: Page, case: Case, mark: str) -> None:
    case.put("/", f"<section {mark}><p title='{SECRET}'>{SECRET}</p><div id=later></div></section>")
    land(page, case)
    page.evaluate(f"document.querySelector('#later').innerHTML = '<b aria-label={SECRET}>{SECRET}</b>'")
    page.wait_for_timeout(100)
    page.evaluate(f"document.querySelector('#later b').firstChild.data = '{SECRET}-2'")
    clean(page, case)


def test_what_is_marked_later_stays_from_then_on(page: Page, case: Case) -> None:
    case.put("/", "<section id=box><p>plain</p></section>")
    land(page, case)
    page.evaluate("document.querySelector('#box').setAttribute('data-placet-mask', '')")
    page.wait_for_timeout(100)
    page.evaluate(f"document.querySelector('#box p').textContent = '{SECRET}'")
    clean(page, case)


def test_a_selector_of_the_sites_hides_and_a_broken_one_hides_everything(page: Page, wire: Wire) -> None:
    case = wire.case(mask_selectors=[".private"])
    case.put("/", f"<p class=private>{SECRET}</p><p>public</p>")
    land(page, case)
    clean(page, case)
    assert "public" in case.text()
    broken = wire.case(mask_selectors=["p:::"])
    broken.put("/", f"<p>{SECRET}</p>")
    land(page, broken)
    clean(page, broken)


def test_queries_and_fragments_of_addresses_stay_in_the_browser(page: Page, case: Case) -> None:
    case.put("/", f"<a href='/x?name={SECRET}#{SECRET}'>link</a><img src='/missing.png?t={SECRET}'>"
                  f"<form action='/f?x={SECRET}'></form>")  # fmt: skip
    land(page, case, f"/?q={SECRET}")
    page.evaluate(
        f"""() => {{
          history.pushState(null, '', '?again={SECRET}#{SECRET}');
          fetch('/data?key={SECRET}').catch(() => {{}});
          const request = new XMLHttpRequest(); request.open('GET', '/xhr?key={SECRET}'); request.send();
          navigator.sendBeacon('/beacon?key={SECRET}');
        }}"""
    )
    case.wait(lambda: len(case.tagged("network")) >= 3)
    clean(page, case)
