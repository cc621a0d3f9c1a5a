"""Debian's Firefox, driven over WebDriver BiDi, which it speaks by itself: no driver and no package in between."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.stack import wait_for

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
STARTS_S = 90.0
ANSWERS_S = 60.0


class Firefox:
    """One window. Presses are real input events, which pages trust."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=ANSWERS_S)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._socket.sendall(
            f"GET /session HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._file = self._socket.makefile("rb")
        assert b"101" in self._file.readline(), "Firefox refused the connection"
        while self._file.readline().strip():
            pass
        self._number = 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._receive())
            if answer.get("id") == self._number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def go(self, url: str, *, wait: str = "complete") -> None:
        self.ask("browsingContext.navigate", context=self.context, url=url, wait=wait)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression: a string, a number, a boolean or nothing."""
        target = {"context": self.context}
        answer = self.ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def until(self, expression: str, *, seconds: float = 60) -> Any:
        """Ask again until it is true; the page may be on its way to another one."""
        return wait_for(lambda: self.evaluate(expression), what=expression, seconds=seconds)

    def press(self, element: str) -> None:
        """Press the element that an expression gives, with the pointer, once it is in the window."""
        self.evaluate(f"({element}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        answer = self.ask("script.evaluate", expression=element, target={"context": self.context}, awaitPromise=False)
        origin = {"type": "element", "element": {"sharedId": answer["result"]["sharedId"]}}
        moves = [{"type": "pointerMove", "x": 0, "y": 0, "origin": origin}]
        presses = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        pointer = {"type": "pointer", "id": "mouse", "actions": moves + presses}
        self.ask("input.performActions", context=self.context, actions=[pointer])

    def _send(self, text: str) -> None:
        data, mask = text.encode(), secrets.token_bytes(4)
        size = struct.pack(">BH", 0xFE, len(data)) if len(data) > 125 else bytes([0x80 | len(data)])
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self._socket.sendall(b"\x81" + size + mask + masked)

    def _receive(self) -> str:
        whole = b""
        while True:
            first, second = self._file.read(2)
            size = second & 0x7F
            if size > 125:
                (size,) = struct.unpack(">H" if size == 126 else ">Q", self._file.read(2 if size == 126 else 8))
            part = self._file.read(size)
            if first & 0x0F in {0x0, 0x1}:
                whole += part
                if first & 0x80:
                    return whole.decode()


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox with a profile of its own under `folder`."""
    assert FIREFOX, "No Firefox. Install it: apt-get install firefox-esr"
    profile = folder / "profile"
    profile.mkdir()
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    env = {**os.environ, "HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        yield Firefox(_listens(process))
    finally:
        process.terminate()
        process.wait(20)


def _listens(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    end = time.monotonic() + STARTS_S
    for line in process.stderr:
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
        assert time.monotonic() < end, "Firefox does not listen"
    raise AssertionError("Firefox has ended")
