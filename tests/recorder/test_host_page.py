"""What is promised to the customer's page: its policy holds, its functions answer as before, nothing is thrown at it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.test_rrweb import stop
from tests.recorder.wire import Case

pytestmark = pytest.mark.e2e

LISTEN = """
  window.violations = []; window.thrown = [];
  addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
  addEventListener("error", (e) => thrown.push(e.message));
  addEventListener("unhandledrejection", (e) => thrown.push(String(e.reason)));
"""


@pytest.mark.parametrize(
    "more",
    ["", "; require-trusted-types-for 'script'; trusted-types 'none'"],
    ids=["strict", "trusted types"],
)
def test_a_strict_policy_of_the_page_is_enough_and_never_violated(page: Page, case: Case, more: str) -> None:
    base = case.wire.base
    policy = f"default-src 'self'; script-src 'self' {base}; connect-src 'self' {base}; style-src 'self'{more}"
    case.put(
        "/",
        "<script src='{}/listen.js'></script><h1 id=h>Shop</h1><input id=box><a href='{}/?2'>again</a>",
        {"Content-Security-Policy": policy},
    )
    case.file("/listen.js", LISTEN, "text/javascript")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    land(page, case)
    page.fill("#box", "typed")
    page.evaluate("document.querySelector('#h').style.color = 'teal'")
    page.wait_for_timeout(50)
    page.evaluate("document.querySelector('#h').style.color = 'navy'")
    press(page, "pause")
    press(page, "resume")
    recording(page)
    press(page, "move")
    page.click("text=again")
    page.wait_for_url("**/?2")
    recording(page)
    flush(page)
    assert page.evaluate("violations") == []
    assert page.evaluate("thrown") == []
    press(page, "withdraw")
    press(page, "withdraw-confirm")
    expect(bar(page)).to_have_attribute("data-state", "over")
    assert page.evaluate("violations") == []
    assert said == []


# What a page can see of its own functions: run without us, with us, and after us.
SHAPES = """async () => {
  const names = [[window, "fetch"], [XMLHttpRequest.prototype, "open"], [XMLHttpRequest.prototype, "send"],
    [Navigator.prototype, "sendBeacon"], [history, "pushState"], [history, "replaceState"],
    [console, "log"], [console, "error"], [Element.prototype, "attachShadow"], [CSSStyleSheet.prototype, "insertRule"]];
  const result = names.map(([on, name]) => [name, on[name].name, on[name].length, String(on[name]).includes("[native code]")]);
  const response = await fetch(path, { headers: { "X-Mine": "1" } });
  result.push(response.status, response.headers.get("content-type"), response.bodyUsed, await response.text(), response.url);
  result.push(await fetch("http://localhost:1/").catch((error) => [error.name, error instanceof TypeError]));
  result.push(await new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", path);
    request.onload = () => resolve([request.status, request.responseText, request.getResponseHeader("content-type")]);
    request.send();
  }));
  result.push(await new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", "http://localhost:1/");
    request.onerror = (event) => resolve([event.type, request.status]);
    request.send();
  }));
  const tried = (go) => { try { return String(go()) } catch (error) { return error.name + ": " + error.message } };
  result.push(tried(() => new XMLHttpRequest().send()), tried(() => history.pushState(() => {}, "")),
    tried(() => navigator.sendBeacon("ftp://x")), navigator.sendBeacon(path, "x"), tried(() => console.log.call(null, "x")),
    history.pushState({ a: 1 }, "", "#pushed") === undefined, location.hash, history.state.a);
  history.replaceState(null, "", location.pathname);
  return JSON.stringify(result);
}"""


def test_the_pages_own_functions_answer_as_before_while_recording_and_after(page: Page, case: Case) -> None:
    case.put("/", f"<script>window.path = '{case.path('/data.json')}'</script>")
    case.put("/bare", f"<script>window.path = '{case.path('/data.json')}'</script>", snippet=False)
    case.file("/data.json", '{"a": 1}', "application/json")
    page.goto(case.url("/bare"))
    without = page.evaluate(SHAPES)
    land(page, case)
    assert page.evaluate(SHAPES) == without
    flush(page)
    calls = {(call["kind"], call["status"]) for call in case.tagged("network")}
    assert {("fetch", 200), ("fetch", 0), ("xhr", 200), ("xhr", 0), ("beacon", 202)} <= calls
    stop(page, case)
    assert page.evaluate(SHAPES) == without


PATCHED = """[[window, "fetch"], [XMLHttpRequest.prototype, "open"], [XMLHttpRequest.prototype, "send"],
  [Navigator.prototype, "sendBeacon"], [console, "log"], [console, "error"]]"""


def test_patches_come_off(page: Page, case: Case) -> None:
    page.add_init_script(f"window.originals = {PATCHED}.map(([on, name]) => on[name])")
    land(page, case)
    assert page.evaluate(f"{PATCHED}.every(([on, name], i) => on[name] !== originals[i])")
    stop(page, case)
    assert page.evaluate(f"{PATCHED}.every(([on, name], i) => on[name] === originals[i])")


def test_patches_come_off_under_those_of_another_tool(page: Page, case: Case) -> None:
    land(page, case)
    page.evaluate(
        f"""() => {{ window.calls = []; for (const [on, name] of {PATCHED}) {{
          const inner = on[name];
          on[name] = function (...args) {{ calls.push(name); return inner.apply(this, args) }};
        }} }}"""
    )
    stop(page, case)
    assert page.evaluate(
        "calls.length = 0; fetch(location.href).then((response) => { console.log('x'); return [response.status, calls] })"
    ) == [
        200,
        ["fetch", "log"],
    ]


def test_no_listener_of_ours_is_left_after_the_end(page: Page, case: Case) -> None:
    page.add_init_script(
        """
        window.left = [];
        const ours = () => /recorder-|placet[.]js/.test(new Error().stack);
        const add = EventTarget.prototype.addEventListener, remove = EventTarget.prototype.removeEventListener;
        EventTarget.prototype.addEventListener = function (type, handler, ...rest) {
          if (ours() && (this === window || this === document || this === window.navigation)) left.push(type);
          return add.call(this, type, handler, ...rest);
        };
        EventTarget.prototype.removeEventListener = function (type, handler, ...rest) {
          if (ours() && left.includes(type)) left.splice(left.indexOf(type), 1);
          return remove.call(this, type, handler, ...rest);
        };
        """
    )
    land(page, case)
    assert page.evaluate("left.length") > 10
    stop(page, case)
    assert page.evaluate("left") == []


def test_nothing_is_thrown_into_the_page_whatever_breaks(page: Page, case: Case) -> None:
    page.add_init_script(LISTEN)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    case.put("/", "<p id=p>text</p><input id=box><a href='{}/next' target=_blank id=a>x</a>")
    land(page, case)
    page.evaluate(
        """() => {
          const broken = () => { throw new Error("planted") };
          for (const [on, name] of [
            [Element.prototype, "matches"], [Element.prototype, "closest"], [Element.prototype, "getBoundingClientRect"],
            [Element.prototype, "getAttribute"], [Document.prototype, "elementFromPoint"], [Storage.prototype, "setItem"],
            [Event.prototype, "composedPath"], [Element.prototype, "checkVisibility"],
          ]) on[name] = broken;
          Object.defineProperty(HTMLElement.prototype, "innerText", { get: broken });
          window.CompressionStream = broken;
          document.querySelector("#p").firstChild.data = "changed";
          document.querySelector("#p").style.color = "teal";
          document.body.append(document.createElement("video"));
          console.log({ toString: broken, get a() { throw new Error("planted") } });
          console.log(new Proxy({}, { get: broken, getPrototypeOf: broken }));
          history.pushState(null, "", "#x");
          fetch({ toString: broken }).catch(() => {});
          navigator.sendBeacon("/x");
        }"""
    )
    page.mouse.click(20, 60)
    page.keyboard.type("typed")
    page.evaluate("placet.flush().catch(() => {}); placet.pause(); placet.resume()")
    page.wait_for_timeout(1_200)
    assert page.evaluate("thrown") == []
    assert [line for line in said if "planted" in line] == []


def test_console_and_errors_are_told_as_they_happened(page: Page, case: Case) -> None:
    land(page, case)
    page.evaluate(
        """() => {
          console.warn("watch out", 3, { secret: "Zwetschge" });
          setTimeout(() => { throw new RangeError("out of range") }, 0);
          Promise.reject(new TypeError("rejected"));
          const image = new Image(); image.src = "/missing.png"; document.body.append(image);
        }"""
    )
    case.wait(lambda: len(case.tagged("error")) >= 3)
    assert {"level": "warn", "text": "watch out 3 {secret: [secret]}", "count": 1} in case.tagged("console")
    kinds = {error["kind"] for error in case.tagged("error")}
    assert kinds == {"error", "rejection", "resource"}
    assert "Zwetschge" not in case.text()


def test_what_cannot_be_seen_is_labelled(page: Page, case: Case) -> None:
    case.put(
        "/",
        "<canvas id=c width=200 height=100></canvas>"
        f"<iframe id=theirs src='{case.url('/next', case.wire.stranger)}'></iframe>"
        "<iframe id=ours src='{}/next'></iframe><video id=v></video><div data-placet-block>Zwetschge</div>",
    )
    land(page, case)
    case.wait(lambda: {"frame", "canvas", "media", "blocked"} == {u["cause"] for u in case.tagged("unseen")})
    page.evaluate("document.body.append(document.createElement('canvas'))")
    case.wait(lambda: [u["cause"] for u in case.tagged("unseen")].count("canvas") >= 2)
    causes = [unseen["cause"] for unseen in case.tagged("unseen")]
    assert causes.count("frame") == 1, "the site's own frame is recorded with the page"
    assert "Zwetschge" not in case.text()
