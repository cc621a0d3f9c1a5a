"""What is told of the page's requests beyond how they went: connections that stay open, and fields that a site names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.recorder.steps import flush, land
from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e

ANSWER = {"error": {"code": "E4021", "message": "Card 4242 4242 4242 4242 declined"}, "customer": {"name": "Ada"}}


def told(page: Page, case: Case, path: str) -> list[dict[str, Any]]:
    flush(page)
    return [call for call in case.tagged("network") if call["url"].endswith(path)]


@pytest.mark.parametrize("way", ["fetch", "xhr"])
def test_only_fields_that_the_site_names_are_kept_of_an_answer(page: Page, wire: Wire, way: str) -> None:
    case = wire.case(response_fields=["/error/code", "/error/message", "/customer/name", "/customer", "/nobody"])
    case.put("/", "<h1>Shop</h1>")
    case.file("/api", json.dumps(ANSWER), "application/json")
    case.file("/page", "<p>Ada</p>", "text/html")
    land(page, case)
    calls = {
        "fetch": "async (url) => (await fetch(url)).text()",
        "xhr": """(url) => new Promise((ok) => {
            const xhr = new XMLHttpRequest();
            xhr.open("GET", url);
            xhr.onloadend = () => ok(xhr.responseText);
            xhr.send();
        })""",
    }
    assert json.loads(page.evaluate(calls[way], case.path("/api"))) == ANSWER
    assert page.evaluate(calls[way], case.path("/page")) == "<p>Ada</p>"
    page.wait_for_timeout(300)
    (call,) = told(page, case, "/api")
    assert call["fields"] == {
        "/error/code": "E4021",
        "/error/message": "Card [card] declined",
        "/customer/name": "[name]",
    }
    assert "fields" not in told(page, case, "/page")[0]
    assert "Ada" not in case.text()


def test_a_request_of_graphql_is_told_by_its_operation_and_never_by_its_variables(page: Page, case: Case) -> None:
    case.file("/graphql", "{}", "application/json")
    land(page, case)
    page.evaluate(
        """async (url) => {
          const ask = (body) => fetch(url, { method: "POST", body: JSON.stringify(body) });
          const variables = { who: "Zwetschge" };
          await ask({ operationName: "FindOrder", query: "query FindOrder($who: ID) { id }", variables });
          await ask({ query: "mutation Rename($who: ID) { id }", variables });
        }""",
        case.path("/graphql"),
    )
    assert [call["operation"] for call in told(page, case, "/graphql")] == ["FindOrder", "Rename"]
    assert "Zwetschge" not in case.text()


def test_no_field_is_kept_where_the_site_names_none(page: Page, case: Case) -> None:
    case.file("/api", json.dumps(ANSWER), "application/json")
    land(page, case)
    page.evaluate("(url) => fetch(url).then((r) => r.json())", case.path("/api"))
    (call,) = told(page, case, "/api")
    assert "fields" not in call
    assert "E4021" not in case.text()


def test_connections_that_stay_open_are_told_by_time_and_size(page: Page, case: Case, wire: Wire) -> None:
    case.file("/events", "retry: 60000\ndata: for Ada\n\n", "text/event-stream")
    page.route_web_socket("**/ws", lambda ws: ws.on_message(lambda _: ws.send("hello Ada")))
    land(page, case)
    page.wait_for_function("performance.getEntriesByType('resource').some(({ name }) => name.includes('extras-'))")
    page.wait_for_timeout(300)
    answer = page.evaluate(
        """async ([socket, events]) => {
          const ws = new WebSocket(socket);
          await new Promise((ok) => { ws.onopen = ok; });
          ws.send("secret");
          const said = await new Promise((ok) => { ws.onmessage = ({ data }) => ok(data); });
          await new Promise((ok) => { ws.onclose = ok; ws.close(1000); });
          const source = new EventSource(events);
          await new Promise((ok) => { source.onmessage = ok; });
          source.close();
          return [said, ws instanceof WebSocket, ws.constructor === WebSocket, WebSocket.OPEN, source.constructor.name];
        }""",
        [wire.site.replace("http", "ws") + "/ws", case.path("/events")],
    )
    assert answer == ["hello Ada", True, True, 1, "EventSource"]
    opened, closed = told(page, case, "/ws")
    assert (opened["kind"], opened["status"]) == ("websocket", 101)
    assert (closed["request_bytes"], closed["response_bytes"]) == (6, 9)
    (stream,) = told(page, case, "/events")
    assert (stream["kind"], stream["status"]) == ("eventsource", 200)
    assert "secret" not in case.text()
    assert "Ada" not in case.text()
    page.evaluate("placet.stop()")
    page.wait_for_function("!window.placet")
    assert page.evaluate("new WebSocket(location.origin.replace('http', 'ws') + '/ws') instanceof WebSocket")
