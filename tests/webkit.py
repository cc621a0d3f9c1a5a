"""Debian's WebKitGTK, driven by its own WebDriver: plain HTTP, so no package in between.

WebKit has no headless mode: it draws into Xvfb.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.stack import free_port, wait_for

DRIVER, SCREEN = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
STARTS_S = 90.0


class WebKit:
    """One window. Presses are real input events, which pages trust."""

    def __init__(self, driver: str) -> None:
        self._driver = driver
        options = {"binary": str(BROWSERS[-1]), "args": ["--automation"]}
        wish = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        made = self._ask("POST", "/session", wish)
        self._session = f"/session/{made['sessionId']}"

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self._driver + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=STARTS_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self._ask(method, self._session + path, body)

    def go(self, url: str, *, wait: str = "complete") -> None:
        """`wait` is Firefox's: here a page that goes on by itself is waited for as any other."""
        self.ask("POST", "/url", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression: a string, a number, a boolean, an object or nothing."""
        return self.ask("POST", "/execute/sync", {"script": f"return {expression}", "args": []})

    def until(self, expression: str, *, seconds: float = 60) -> Any:
        """Ask again until it is true; the page may be on its way to another one."""
        return wait_for(lambda: self.evaluate(expression), what=expression, seconds=seconds)

    def press(self, element: str) -> None:
        """Press the middle of the element that an expression gives, with the pointer, once it is in the window."""
        self.evaluate(f"({element}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.evaluate(f"({element}).getBoundingClientRect().toJSON()")
        at = {"x": round(box["x"] + box["width"] / 2), "y": round(box["y"] + box["height"] / 2)}
        moves = [{"type": "pointerMove", "duration": 0, "origin": "viewport", **at}]
        presses = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        pointer = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves + presses}
        self.ask("POST", "/actions", {"actions": [pointer]})

    def quit(self) -> None:
        self.ask("DELETE", "")


@contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """A WebKit with a home and a screen of its own."""
    assert DRIVER, "No WebKit. Install it: apt-get install webkit2gtk-driver"
    assert SCREEN, "No screen for WebKit. Install it: apt-get install xvfb"
    with _screen(folder) as display:
        port = free_port()
        env = {**os.environ, "HOME": str(folder), "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1",
               "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}  # fmt: skip
        with _running([DRIVER, f"--port={port}"], env):
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: urllib.request.urlopen(f"{address}/status"), seconds=STARTS_S, what="WebKitWebDriver")
            window = WebKit(address)
            try:
                yield window
            finally:
                window.quit()


@contextmanager
def _running(command: list[str], env: dict[str, str] | None = None, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """Xvfb chooses a free number and says which."""
    said, saying = os.pipe()
    command = [str(SCREEN), "-displayfd", str(saying), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    with _running(command, pass_fds=[saying]):
        os.close(saying)
        yield f":{os.read(said, 16).decode().strip()}"
        os.close(said)
