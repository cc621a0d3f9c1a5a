"""A secret in pieces: over the text nodes of one line, or as the growing text of one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from apps.recordings.services import wire
from apps.recordings.services.second_gate import signatures
from apps.recordings.services.second_gate.text import Many, placeholder, spans

ELEMENT, TEXT = 2, 3
MUTATION, INPUT = 0, 5
# Elements inside which a line goes on.
_TAGS = "a abbr b bdi bdo code em font i kbd label mark s samp small span strong sub sup tspan u var wbr"
INLINE = frozenset(_TAGS.split())
# So many digits of a card that is being typed may be anybody's.
_HARMLESS = 4

Node = dict[str, Any]
Run = list[tuple[Node, str]]


def heal_splits(events: list[wire.Event], hits: Counter[str]) -> None:
    """Redact what only shows when the texts of a line are read as one."""
    for event in events:
        for run in _runs(event):
            if len(run) > 1:
                _heal(run, hits)


def _runs(event: wire.Event) -> Iterator[Run]:
    data = event["data"]
    if event["type"] == wire.FULL_SNAPSHOT:
        yield from _lines([data.get("node")])
    elif event["type"] == wire.INCREMENTAL and data.get("source") == MUTATION:
        adds = [add for add in data.get("adds") or () if isinstance(add, dict)]
        for _parent, nodes in _by_parent(adds):
            yield from _lines(nodes)
        yield from _neighbours([text for text in data.get("texts") or () if isinstance(text, dict)])


def _by_parent(adds: list[Node]) -> list[tuple[Any, list[Any]]]:
    """Nodes added to one parent; rrweb names each by the one that follows it, the last first or the first first."""
    groups: dict[str, list[Node]] = {}
    for add in adds:
        groups.setdefault(str(add.get("parentId")), []).append(add)
    result = []
    for parent, group in groups.items():
        nodes = [add.get("node") for add in group]
        follows = [add.get("nextId") for add in group]
        ids = [node.get("id") if isinstance(node, dict) else None for node in nodes]
        is_backwards = any(
            after is not None and after == before for after, before in zip(follows[1:], ids, strict=False)
        )
        result.append((parent, nodes[::-1] if is_backwards else nodes))
    return result


def _lines(roots: list[Any]) -> Iterator[Run]:
    run: Run = []
    stack: list[Any] = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node is None:  # a block begins or ends
            if run:
                yield run
            run = []
        elif isinstance(node, dict) and node.get("type") == TEXT:
            if isinstance(node.get("textContent"), str) and node["textContent"]:
                run.append((node, "textContent"))
        elif isinstance(node, dict) and isinstance(node.get("childNodes"), list):
            edge = [] if node.get("tagName") in INLINE else [None]
            stack += [*edge, *reversed(node["childNodes"]), *edge]
    if run:
        yield run


def _neighbours(texts: list[Node]) -> Iterator[Run]:
    """Texts that changed at once, of nodes that were numbered one after the other."""
    run: Run = []
    last = None
    for text in texts:
        number = text.get("id")
        if not isinstance(number, int) or not isinstance(text.get("value"), str):
            continue
        if last is not None and not 0 < number - last <= 2 and run:
            yield run
            run = []
        run.append((text, "value"))
        last = number
    if run:
        yield run


def _heal(run: Run, hits: Counter[str]) -> None:
    whole = "".join(node[key] for node, key in run)
    if signatures.in_text.search(orjson.dumps(whole)) is None:
        return
    try:
        found = spans(whole)
    except Many:
        hits["many"] += 1
        for node, key in run:
            node[key] = placeholder("many")
        return
    for start, end, name in sorted(found, reverse=True):
        hits[name] += 1
        _take_out(run, start, end, placeholder(name))


def _take_out(run: Run, start: int, end: int, instead: str) -> None:
    """Take a span of the whole line out of its pieces; the first of them says what it was."""
    begin = 0
    for node, key in run:
        text = node[key]
        low, high = max(start - begin, 0), min(end - begin, len(text))
        begin += len(text)
        if low < high:
            node[key] = text[:low] + instead + text[high:]
            instead = ""


# --- Typed bit by bit -------------------------------------------------------------------------------


def forget_beginnings(events: list[wire.Event], found: dict[str, str]) -> None:
    """Redact the texts that a node had on its way to one that is redacted."""
    later: dict[Any, tuple[str, str]] = {}
    for holder, key, node in reversed(list(_growing(events))):
        text = holder[key]
        if text in found:
            later[node] = text, found[text]
        elif node in later:
            whole, clean = later[node]
            same = next((i for i, (one, two) in enumerate(zip(whole, clean, strict=False)) if one != two), len(clean))
            if whole.startswith(text) and len(text) >= same + _HARMLESS:
                holder[key] = clean


def _growing(events: list[wire.Event]) -> Iterator[tuple[Node, str, Any]]:
    for event in events:
        data = event["data"]
        if event["type"] != wire.INCREMENTAL:
            continue
        if data.get("source") == INPUT and isinstance(data.get("text"), str):
            yield data, "text", str(data.get("id"))
        elif data.get("source") == MUTATION:
            for text in data.get("texts") or ():
                if isinstance(text, dict) and isinstance(text.get("value"), str):
                    yield text, "value", str(text.get("id"))
