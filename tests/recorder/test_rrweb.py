"""What the edits of frontend/rrweb.mjs are for: the patched package records, and leaves the page as it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.recorder.steps import flush, land, press
from tests.recorder.wire import Case, Event

pytestmark = pytest.mark.e2e


def incremental(case: Case, source: int) -> list[Event]:
    return [event["data"] for event in case.events() if event["type"] == 3 and event["data"]["source"] == source]


def test_the_patched_package_records_what_changes(page: Page, case: Case) -> None:
    case.put(
        "/",
        "<style id=sheet>p { color: red }</style><p id=text>before</p><input id=box>"
        "<div id=host></div><div style='height: 3000px'></div>",
    )
    land(page, case)
    page.evaluate(
        """() => {
          document.querySelector("#text").firstChild.data = "afterwards";
          document.querySelector("#text").title = "a title";
          document.body.append(Object.assign(document.createElement("p"), { textContent: "appended" }));
          const sheet = document.querySelector("#sheet").sheet;
          sheet.insertRule("p { margin: 1px }", 1);
          sheet.insertRule("@media print { b { color: blue } }", 2);
          sheet.cssRules[2].insertRule("i { color: green }", 1);
          sheet.cssRules[0].style.setProperty("color", "teal");
          sheet.deleteRule(1);
          const own = new CSSStyleSheet();
          own.replaceSync("h1 { color: navy }");
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, own];
          own.replaceSync("h1 { color: olive }");
          const shadow = document.querySelector("#host").attachShadow({ mode: "open" });
          shadow.innerHTML = "<em>in the shadow</em>";
          setTimeout(() => { shadow.querySelector("em").firstChild.data = "shadow changed" }, 50);
        }"""
    )
    page.locator("#box").fill("typed")
    page.mouse.move(200, 200)
    page.mouse.wheel(0, 400)
    page.locator("#text").click()
    page.wait_for_timeout(700)
    flush(page)

    text = case.text()
    for seen in ("afterwards", "a title", "appended", "in the shadow", "shadow changed", "teal", "navy", "olive"):
        assert seen in text, seen
    rules = incremental(case, 8)
    assert [add["index"] for change in rules for add in change.get("adds", [])] == [1, 2, [2, 1]]
    assert any(change.get("removes") == [{"index": 1}] for change in rules)
    assert incremental(case, 13)[0]["set"] == {"property": "color", "value": "teal", "priority": ""}
    assert incremental(case, 5), "the input"
    assert incremental(case, 3), "the scrolling"
    assert any(data["type"] == 2 for data in incremental(case, 2)), "the click"
    assert incremental(case, 1), "the mouse"


def test_a_frame_of_the_same_site_is_observed_once_however_many_snapshots_are_taken(page: Page, case: Case) -> None:
    case.put("/", "<iframe src='{}/frame'></iframe>")
    case.put("/frame", "<p id=inner>inner</p>", snippet=False)
    land(page, case)
    for _ in range(3):
        press(page, "pause")
        press(page, "resume")
        page.get_by_test_id("placet-pause").wait_for()
        page.wait_for_timeout(150)
    flush(page)
    assert len(case.snapshots()) == 4

    frame = page.frames[1]
    frame.evaluate("document.querySelector('#inner').title = 'changed once'")
    frame.locator("#inner").click()
    page.wait_for_timeout(200)
    flush(page)
    titles = [a for data in incremental(case, 0) for a in data["attributes"] if "changed once" in str(a)]
    clicks = [data for data in incremental(case, 2) if data["type"] == 2]
    attached = [data for data in incremental(case, 0) if data.get("isAttachIframe")]
    assert len(titles) == 1
    assert len([click for click in clicks if click["id"] == titles[0]["id"]]) == 1
    assert len(attached) == 4, "its contents are told once with each snapshot"

    before = len(attached)
    frame.goto(case.url("/frame?again"))
    page.wait_for_timeout(300)
    flush(page)
    assert len([data for data in incremental(case, 0) if data.get("isAttachIframe")]) == before + 1


HOOKS = """[
  [CSSStyleSheet.prototype, "insertRule"], [CSSStyleSheet.prototype, "deleteRule"],
  [CSSStyleSheet.prototype, "replaceSync"], [CSSGroupingRule.prototype, "insertRule"],
  [CSSStyleDeclaration.prototype, "setProperty"], [CSSStyleDeclaration.prototype, "removeProperty"],
  [Element.prototype, "attachShadow"],
]"""
SETTERS = """[
  [HTMLInputElement.prototype, "value"], [HTMLInputElement.prototype, "checked"],
  [HTMLSelectElement.prototype, "value"], [HTMLTextAreaElement.prototype, "value"],
  [HTMLOptionElement.prototype, "selected"], [Document.prototype, "adoptedStyleSheets"],
]"""
REMEMBER = f"""
  window.originals = {HOOKS}.map(([on, name]) => on[name]);
  window.setters = {SETTERS}.map(([on, name]) => Object.getOwnPropertyDescriptor(on, name).set);
"""


def stop(page: Page, case: Case) -> None:
    """Stop without leaving the page, so that it can be looked at."""
    case.gone = "stopped"
    page.evaluate("console.log('one more chunk'); placet.flush()")
    page.wait_for_function("!window.placet", timeout=20_000)


def test_stop_leaves_no_hook_behind(page: Page, case: Case) -> None:
    page.add_init_script(REMEMBER)
    land(page, case)
    assert page.evaluate(f"{HOOKS}.some(([on, name], i) => on[name] !== originals[i])")
    stop(page, case)
    assert page.evaluate(f"{HOOKS}.filter(([on, name], i) => on[name] !== originals[i]).map(([, name]) => name)") == []
    left = f"{SETTERS}.filter(([on, name], i) => Object.getOwnPropertyDescriptor(on, name).set !== setters[i])"
    assert page.evaluate(f"{left}.map(([, name]) => name)") == []
    assert page.evaluate("Object.hasOwn(document, 'adoptedStyleSheets')") is False


def test_stop_does_not_undo_what_another_tool_patched_later(page: Page, case: Case) -> None:
    land(page, case)
    page.evaluate(
        f"""() => {{
          window.calls = [];
          for (const [on, name] of {HOOKS}) {{
            const inner = on[name];
            on[name] = function (...args) {{ calls.push(name); return inner.apply(this, args) }};
          }}
          for (const [on, name] of {SETTERS}) {{
            const own = Object.getOwnPropertyDescriptor(on, name);
            Object.defineProperty(on, name, {{ ...own, set(value) {{ calls.push(name); own.set.call(this, value) }} }});
          }}
        }}"""
    )
    stop(page, case)
    result = page.evaluate(
        """() => {
          calls.length = 0;
          const style = document.head.appendChild(document.createElement("style"));
          style.sheet.insertRule("p { color: red }");
          style.sheet.cssRules[0].style.setProperty("color", "blue");
          const input = document.createElement("input");
          input.value = "x";
          const host = document.createElement("div");
          host.attachShadow({ mode: "open" });
          return [calls, style.sheet.cssRules[0].cssText, input.value, host.shadowRoot !== null];
        }"""
    )
    assert result == [["insertRule", "setProperty", "value", "attachShadow"], "p { color: blue; }", "x", True]


def test_what_the_browser_throws_at_the_page_still_reaches_it(page: Page, case: Case) -> None:
    case.put("/", "<style id=sheet></style><p>text</p>")
    land(page, case)
    thrown = page.evaluate(
        """() => {
          const tries = [
            () => document.querySelector("#sheet").sheet.insertRule("not a rule"),
            () => document.querySelector("#sheet").sheet.deleteRule(9),
            () => document.querySelector("p").attachShadow({ mode: "nonsense" }),
            () => Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call({}, "x"),
          ];
          return tries.map((go) => { try { go(); return "nothing" } catch (error) { return error.name } });
        }"""
    )
    assert thrown == ["SyntaxError", "IndexSizeError", "TypeError", "TypeError"]


def test_a_strict_policy_of_the_page_is_not_violated_by_changed_styles(page: Page, case: Case) -> None:
    policy = (
        f"default-src 'self'; script-src 'self' {case.wire.base}; connect-src 'self' {case.wire.base}; style-src 'self'"
    )
    case.put("/", "<p id=text>text</p><script src='{}/count.js'></script>", {"Content-Security-Policy": policy})
    case.file(
        "/count.js",
        "window.violations = []; addEventListener('securitypolicyviolation',"
        " (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI))",
        "text/javascript",
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    land(page, case)
    # The CSSOM may: only an attribute that is parsed is a matter of the policy.
    for colour in ("teal", "navy", "olive"):
        page.evaluate("colour => { document.querySelector('#text').style.color = colour }", colour)
        page.wait_for_timeout(50)
    flush(page)
    assert "olive" in case.text()
    assert page.evaluate("violations") == []
    assert said == []


def test_nothing_is_written_into_the_page(page: Page, case: Case) -> None:
    case.put("/", "<input id=box type=password><canvas id=c></canvas>")
    land(page, case)
    before = page.evaluate("document.body.outerHTML")
    page.locator("#box").fill("Zwetschgenkuchen")
    page.evaluate("document.querySelector('#box').type = 'text'")
    page.wait_for_timeout(100)
    page.evaluate("document.querySelector('#box').value = 'Zwetschgenkuchen-2'")
    flush(page)
    assert page.evaluate("document.body.outerHTML") == before.replace('type="password"', 'type="text"')
    assert "Zwetschgen" not in case.text()
