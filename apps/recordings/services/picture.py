"""The page as its events have left it, so that packing can write a full snapshot at any moment.

It does to rrweb's serialised tree what rrweb's `Replayer` does to a document (applyMutation in
packages/replay/src), and nothing else: no script, no style, no network, no browser. What only a document can
work out (the sum of style changes, rules put into a sheet, what is typed, how far it is scrolled) is not worked
out but carried: those events are written again behind the snapshot.

Work and memory are bounded. Beyond the bounds, or where events do not fit together, there is no picture until
the recorder's next snapshot, and the piece at hand just grows: slower to seek in, never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.recordings import limits
from apps.recordings.services import wire

Node = dict[str, Any]
Data = dict[str, Any]

DOCUMENT, ELEMENT, TEXT = 0, 2, 3
MUTATION, MOUSE_MOVE, SCROLL, RESIZE, INPUT, TOUCH_MOVE = 0, 1, 3, 4, 5, 6
RULE, DRAG, DECLARATION, ADOPTED = 8, 12, 13, 15
SPLIT = "/* rr_split */"
MOVES = frozenset({MOUSE_MOVE, TOUCH_MOVE, DRAG})


class _TooMuch(Exception):
    pass


@dataclass(slots=True)
class _Carried:
    """What one node was told since its snapshot that its serialised form does not say."""

    style: dict[str, Any] = field(default_factory=dict)
    scroll: Data | None = None
    typed: Data | None = None
    rules: list[Data] = field(default_factory=list)


class Picture:
    """Give it every event of one page in order; events are taken over and changed, so dump them first."""

    _meta: Data
    _base: Data
    _document: Node | None
    _nodes: dict[int, Node]
    _parents: dict[int, Node]
    _frames: dict[int, Node]  # an iframe's id: the document in it
    _carried: dict[int, _Carried]
    _sheets: list[Data]  # constructed style sheets and who adopted them
    _rules: int
    _unseen: dict[int, Data]
    _moved: Data | None

    def __init__(self) -> None:
        self._work = 0
        self._forget()

    @property
    def is_there(self) -> bool:
        return self._document is not None

    def apply(self, event: wire.Event) -> None:
        data = event["data"]
        try:
            if event["type"] == wire.META:
                self._meta = data
            elif event["type"] == wire.FULL_SNAPSHOT:
                self._begin(data)
            elif event["type"] == wire.INCREMENTAL and self.is_there:
                self._change(data)
            elif event["type"] == wire.CUSTOM and data["tag"] == "placet.unseen":
                self._unseen[data["payload"]["id"]] = data
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, _TooMuch):
            self._forget()

    def events(self, at_ms: int) -> list[wire.Event]:
        """Meta, full snapshot and what is carried behind it, all at `at_ms`."""
        events: list[wire.Event] = [
            {"type": wire.META, "data": self._meta, "timestamp": at_ms},
            {"type": wire.FULL_SNAPSHOT, "data": {**self._base, "node": self._document}, "timestamp": at_ms},
        ]
        behind = [(wire.INCREMENTAL, data) for data in self._behind()]
        behind += [(wire.CUSTOM, data) for node_id, data in self._unseen.items() if node_id in self._nodes]
        return [*events, *({"type": kind, "data": data, "timestamp": at_ms} for kind, data in behind)]

    # --- Beginning ----------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._meta, self._base, self._document = {"href": "", "width": 1024, "height": 768}, {}, None
        self._nodes, self._parents, self._frames, self._carried = {}, {}, {}, {}
        self._sheets, self._rules, self._unseen, self._moved = [], 0, {}, None

    def _begin(self, data: Data) -> None:
        meta, moved = self._meta, self._moved
        self._forget()
        self._meta, self._moved, self._base = meta, moved, data
        self._learn(data["node"])
        self._document = data["node"]

    def _spend(self, steps: int) -> None:
        self._work += steps
        if self._work > limits.PICTURE_STEPS or len(self._nodes) > limits.PICTURE_NODES:
            raise _TooMuch

    def _learn(self, top: Node) -> None:
        waiting = [top]
        while waiting:
            node = waiting.pop()
            self._nodes[node["id"]] = node
            children = node.get("childNodes") or ()
            self._spend(1 + len(children))
            for child in children:
                self._parents[child["id"]] = node
            waiting.extend(children)

    def _unlearn(self, top: Node) -> None:
        waiting = [top]
        while waiting:
            node = waiting.pop()
            self._spend(1)
            self._nodes.pop(node["id"], None)
            self._parents.pop(node["id"], None)
            self._carried.pop(node["id"], None)
            waiting.extend(node.get("childNodes") or ())
            inside = self._frames.pop(node["id"], None)
            waiting.extend([inside] if inside else [])

    # --- Changing -----------------------------------------------------------------------------------

    def _change(self, data: Data) -> None:
        source = data.get("source")
        if source == MUTATION:
            self._mutate(data)
        elif source == RESIZE:
            self._meta = {**self._meta, "width": data["width"], "height": data["height"]}
        elif source in MOVES:
            last = data["positions"][-1]
            self._moved = {**data, "positions": [{**last, "timeOffset": 0}]}
        elif source == SCROLL and data["id"] in self._nodes:
            self._carry(data["id"]).scroll = data
        elif source == INPUT and data["id"] in self._nodes:
            self._carry(data["id"]).typed = data
        elif source in {RULE, DECLARATION, ADOPTED}:
            self._style(data)
        self._spend(1)

    def _style(self, data: Data) -> None:
        self._rules += 1
        if self._rules > limits.PICTURE_RULES:
            raise _TooMuch
        if data["source"] == ADOPTED or data.get("styleId"):
            self._sheets.append(data)
        elif data["id"] in self._nodes:
            self._carry(data["id"]).rules.append(data)

    def _carry(self, node_id: int) -> _Carried:
        return self._carried.setdefault(node_id, _Carried())

    def _mutate(self, data: Data) -> None:
        for removed in data.get("removes", ()):
            self._remove(removed)
        if data.get("isAttachIframe"):
            for added in data["adds"]:
                self._load_frame(added["parentId"], added["node"])
        else:
            self._add_all(data.get("adds", ()))
        for text in data.get("texts", ()):
            self._retext(text)
        for changed in data.get("attributes", ()):
            self._set(changed)

    def _load_frame(self, frame_id: int, document: Node) -> None:
        before = self._frames.pop(frame_id, None)
        if before is not None:
            self._unlearn(before)
        self._frames[frame_id] = document
        self._learn(document)

    def _place(self, parent: Node, node_id: int) -> int:
        children = parent["childNodes"]
        self._spend(len(children) // 8)
        return next(at for at, child in enumerate(children) if child["id"] == node_id)

    def _remove(self, removed: Data) -> None:
        node = self._nodes.get(removed["id"])
        if node is None or removed["parentId"] not in self._nodes:
            return
        parent = self._parents.get(node["id"])
        self._unlearn(node)
        if parent is not None and parent["id"] == removed["parentId"]:
            self._unfold(parent)
            del parent["childNodes"][self._place(parent, node["id"])]
            self._sheet_written(parent)

    def _add_all(self, adds: list[Data]) -> None:
        """Those whose parent or next sibling comes later in the list wait for it."""
        waiting = adds
        while waiting:
            left = [added for added in waiting if not self._add(added)]
            if len(left) == len(waiting):
                return
            self._spend(len(left))
            waiting = left

    def _add(self, added: Data) -> bool:
        node, parent, following = added["node"], self._nodes.get(added["parentId"]), added.get("nextId")
        if -1 in {following, added.get("previousId")}:
            raise ValueError  # rrweb 0.x; its retries are not worth copying
        if parent is None or (following is not None and following not in self._nodes):
            return False
        if node["type"] in {DOCUMENT, ELEMENT}:
            node["childNodes"] = []  # the Replayer builds one node; its children are added one by one
        children = parent.setdefault("childNodes", [])
        if node.get("isShadow"):
            parent["isShadowHost"] = True
        self._unfold(parent)
        self._make_room(parent, node)
        beside = following is not None and self._parents.get(following) is parent
        children.insert(self._place(parent, int(following or 0)) if beside else len(children), node)
        self._learn(node)
        self._parents[node["id"]] = parent
        self._sheet_written(parent)
        return True

    def _make_room(self, parent: Node, node: Node) -> None:
        """A document has one root, and a text area one text."""
        if parent["type"] == DOCUMENT:
            gone = [child for child in parent["childNodes"] if child["type"] == node["type"]]
        elif parent.get("tagName") == "textarea" and node["type"] == TEXT:
            gone = list(parent["childNodes"])
        else:
            return
        for child in gone:
            self._unlearn(child)
        ids = {child["id"] for child in gone}
        parent["childNodes"][:] = [child for child in parent["childNodes"] if child["id"] not in ids]

    def _retext(self, text: Data) -> None:
        node = self._nodes.get(text["id"])
        if node is None:
            return
        parent = self._parents.get(node["id"])
        self._unfold(parent)
        node["textContent"] = text["value"] or ""
        if parent is not None:
            self._sheet_written(parent)

    def _sheet_written(self, parent: Node) -> None:
        """A sheet that is written anew forgets the rules that scripts had put into it."""
        if parent.get("tagName") == "style" and parent["id"] in self._carried:
            self._carried[parent["id"]].rules.clear()

    def _unfold(self, parent: Node | None) -> None:
        """Before a text of a <style> changes: the snapshot keeps all its texts together in one attribute."""
        if parent is None or parent.get("tagName") != "style":
            return
        css = parent.get("attributes", {}).pop("_cssText", None)
        texts = [child for child in parent["childNodes"] if child["type"] == TEXT]
        if css is not None and texts:
            parts = css.split(SPLIT)
            parts = parts if len(parts) == len(texts) else [css, *[""] * (len(texts) - 1)]
            for text, part in zip(texts, parts, strict=True):
                text["textContent"] = part

    def _set(self, changed: Data) -> None:
        node = self._nodes.get(changed["id"])
        if node is None or node["type"] != ELEMENT:
            return
        attributes = node.setdefault("attributes", {})
        for name, value in changed["attributes"].items():
            if name == "style" and isinstance(value, dict):
                self._restyle(node["id"], value)
                continue
            if name == "style" and node["id"] in self._carried:
                self._carried[node["id"]].style.clear()
            if value is None:
                attributes.pop(name, None)
            elif isinstance(value, str):
                attributes[name] = value
                if name == "_cssText":
                    self._sheet_written(node)

    def _restyle(self, node_id: int, changes: Data) -> None:
        style = self._carry(node_id).style
        for name, value in changes.items():
            style.pop(name, None)  # the last word comes last
            style[name] = value

    # --- Behind a snapshot --------------------------------------------------------------------------

    def _behind(self) -> Iterator[Data]:
        for frame_id, document in self._frames.items():
            added = {"parentId": frame_id, "nextId": None, "node": document}
            yield {**_mutation(adds=[added]), "isAttachIframe": True}
        styled = [
            {"id": node_id, "attributes": {"style": carried.style}}
            for node_id, carried in self._carried.items()
            if carried.style
        ]
        if styled:
            yield _mutation(attributes=styled)
        yield from self._sheets
        for carried in self._carried.values():
            yield from carried.rules
            yield from [carried.typed] if carried.typed else []
        # Last: what is scrolled must have its height by then.
        yield from (carried.scroll for carried in self._carried.values() if carried.scroll)
        yield from [self._moved] if self._moved else []


def _mutation(**lists: Any) -> Data:
    return {"source": MUTATION, "texts": [], "attributes": [], "removes": [], "adds": [], **lists}
