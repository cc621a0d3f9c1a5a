"""A recording that tries everything to run a script or to fetch something where it is replayed."""

from __future__ import annotations

from tests.player.story import Event

AWAY = "http://evil.example"
RUN = "top.__ran=(top.__ran||0)+1;parent.__ran=1"
_ids = iter(range(1, 10_000))


def element(tag: str, attributes: dict[str, object] | None = None, *children: Event, svg: bool = False) -> Event:
    node: Event = {
        "type": 2,
        "tagName": tag,
        "attributes": attributes or {},
        "childNodes": list(children),
        "id": next(_ids),
    }
    return {**node, "isSVG": True} if svg else node


def text(words: str, *, style: bool = False) -> Event:
    return {"type": 3, "textContent": words, "id": next(_ids), "isStyle": style}


def vectors(own: str) -> list[Event]:
    """One element each; `own` is an address of our own server that nothing recorded may ask for either."""
    css = f"@import '{AWAY}/i.css'; @im\\70ort '{own}/e.css'; @font-face{{font-family:x;src:url({AWAY}/f.woff)}} body{{font-family:x;background:url({AWAY}/b.png)}}"
    return [
        element("script", {"src": f"{AWAY}/s.js"}),
        element("script", {}, text(RUN)),
        element("img", {"src": f"{AWAY}/x.png", "onerror": RUN}),
        element("img", {"src": f"{own}/x.png", "srcset": f"{AWAY}/2x.png 2x"}),
        element("img", {"src": "data:image/png;base64,AAAA", "onerror": RUN}),
        element("body", {"onload": RUN, "background": f"{AWAY}/bg.png"}),
        element("iframe", {"src": f"{AWAY}/frame"}),
        element("iframe", {"src": f"javascript:{RUN}"}),
        element("iframe", {"srcdoc": f"<script>{RUN}</script>"}),
        element("iframe", {"src": f"{own}/tickets/"}),
        element("object", {"data": f"{AWAY}/o.swf", "type": "text/html"}),
        element("object", {"data": f"data:text/html,<script>{RUN}</script>"}),
        element("embed", {"src": f"{AWAY}/e.swf"}),
        element("meta", {"http-equiv": "refresh", "content": f"0;url={AWAY}/refresh"}),
        element("base", {"href": f"{AWAY}/"}),
        element("link", {"rel": "stylesheet", "href": f"{AWAY}/l.css"}),
        element("link", {"rel": "preload", "as": "image", "href": f"{AWAY}/p.png"}),
        element("link", {"rel": "prefetch", "href": f"{AWAY}/pre.html"}),
        element("style", {"_cssText": css}),
        element("style", {}, text(css, style=True)),
        element("div", {"style": f"width:9px;height:9px;background:url({AWAY}/d.png)"}),
        element("form", {"action": f"{AWAY}/form", "method": "post"}, element("input", {"autofocus": "", "onfocus": RUN})),
        element("a", {"href": f"javascript:{RUN}", "ping": f"{AWAY}/ping"}, text("press")),
        element("video", {"src": f"{AWAY}/v.mp4", "poster": f"{AWAY}/v.png", "autoplay": ""}),
        element("audio", {"src": f"{AWAY}/a.mp3", "autoplay": ""}),
        element("details", {"open": "", "ontoggle": RUN}, text("d")),
        element("svg", {"onload": RUN}, element("script", {}, text(RUN), svg=True),
                element("image", {"href": f"{AWAY}/svg.png", "xlink:href": f"{AWAY}/svg2.png"}, svg=True),
                element("use", {"href": f"{own}/x.svg#a"}, svg=True),
                element("animate", {"onbegin": RUN, "attributeName": "x", "dur": "1s"}, svg=True), svg=True),
    ]  # fmt: skip


def events(start_ms: int, own: str) -> list[Event]:
    """A snapshot with all of them, then the same once more as mutations."""
    body = element("body", {}, element("h1", {}, text("Hostile")), *vectors(own))
    html = element("html", {}, element("head", {}), body)
    document = {"type": 0, "childNodes": [html], "id": next(_ids)}
    adds = [{"parentId": body["id"], "nextId": None, "node": one} for one in vectors(own)]
    heading = body["childNodes"][0]["id"]
    attributes = [{"id": heading, "attributes": {"onclick": RUN, "style": f"background:url({AWAY}/m.png)"}}]
    mutation = {"source": 0, "texts": [], "attributes": attributes, "removes": [], "adds": adds}
    sheet = {"source": 8, "id": heading, "adds": [{"rule": f"@import '{AWAY}/rule.css'", "index": 0}]}
    font = {"source": 10, "family": "y", "fontSource": f"url({AWAY}/font.woff)", "buffer": False}
    click = {"source": 2, "type": 2, "id": heading, "x": 5, "y": 5}
    data = [
        (0, 4, {"href": "https://shop.example/", "width": 1000, "height": 700}),
        (1, 2, {"node": document, "initialOffset": {"top": 0, "left": 0}}),
        (900, 3, mutation), (1_200, 3, sheet), (1_300, 3, font), (1_500, 3, click),
        (5_000, 5, {"tag": "placet.note", "payload": {"text": "<img src=x onerror=top.__ran=1>"}}),
    ]  # fmt: skip
    return [{"timestamp": start_ms + at, "type": kind, "data": one} for at, kind, one in data]
