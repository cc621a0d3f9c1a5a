"""`make demo`: a whole installation and the demo shop, from nothing, in one terminal.

Redis, migrations, static files, demo data; then web, worker, beat and shop until Ctrl-C. Everything it
writes lies under PLACET_DATA_DIR and PLACET_KEYS_DIR; starting it again goes on with what is there.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType

from honcho.environ import parse_procfile
from honcho.manager import Manager

from tests.demo import leftovers, story
from tests.stack import redis_binary

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107
READY_S = 90
REDIS_S = 10


class CannotStartError(Exception):
    """A sentence that says what to do."""


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def environment() -> dict[str, str]:
    """What all parts share. Whatever is set already wins."""
    port = os.environ.get("PORT", "8000")
    shop_port = os.environ.get("SHOP_PORT", "8001")
    data = Path(os.environ.get("PLACET_DATA_DIR") or ROOT / ".data" / "placet").resolve()
    defaults = {
        "PORT": port,
        "SHOP_PORT": shop_port,
        "PROVIDER_PORT": str(int(shop_port) + 1),
        "BASE_URL": f"http://localhost:{port}",
        "PLACET_URL": os.environ.get("BASE_URL", f"http://localhost:{port}"),
        "SHOP_URL": f"http://localhost:{shop_port}",
        # The installation check may open the demo shop, which is on this machine.
        "PLACET_WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
        "PLACET_KEYS_DIR": f"{data}-keys",
        "PLACET_ALLOW_IMPORT": "1",
        # The demo's shop is on this machine, and its pictures are fetched from there.
        "PLACET_ASSET_NETWORKS": "127.0.0.0/8,::1/128",
        "PLACET_DEMO": "1",
        "DEMO_PASSWORD": "placet-demo",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        # Celery's warning to root hides where to go; a demo in a container often runs as root.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        # web, worker and beat are found here by the Procfile's plain names.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    env = {**defaults, **{name: value for name, value in os.environ.items() if value}}
    return env | {"PLACET_DATA_DIR": str(data), "PATH": defaults["PATH"], leftovers.MARK: str(os.getpid())}


def end_leftovers(data: Path) -> None:
    if left := leftovers.orphans(data):
        say("ending what a demo that was killed has left running")
        leftovers.end(left)


def check_ports(env: dict[str, str]) -> None:
    for name in ("PORT", "SHOP_PORT", "PROVIDER_PORT"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(env[name])))
            except OSError as error:
                raise CannotStartError(
                    f"Port {env[name]} is taken. Stop what uses it, or choose another: {name}=9000 make demo"
                ) from error


# --- Redis ---------------------------------------------------------------------------------------------


class Redis:
    """A Redis of our own on a socket, for as long as the demo runs. Nothing of it is kept."""

    def __init__(self, data: Path) -> None:
        self.folder: str | None = None
        self.socket = data / "run" / "redis.sock"
        if len(str(self.socket).encode()) > LONGEST_SOCKET_PATH:
            self.folder = tempfile.mkdtemp(prefix="placet-redis-")
            self.socket = Path(self.folder) / "redis.sock"
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def end_leftover(self) -> None:
        """Nothing of it is kept, and everybody who used it has ended."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.socket))
            client.sendall(b"SHUTDOWN NOSAVE\r\n")
        end = time.monotonic() + REDIS_S
        while self.answers() and time.monotonic() < end:
            time.sleep(0.05)

    def start(self, env: dict[str, str]) -> None:
        if self.answers():
            if leftovers.parts(Path(env["PLACET_DATA_DIR"])):
                raise CannotStartError(f"A demo runs with this data folder already ({self.socket} answers).")
            self.end_leftover()
        try:
            binary = redis_binary()
        except RuntimeError as error:
            raise CannotStartError(
                "There is no redis-server here. Install it (sudo apt-get install -y redis-server), "
                "or name a running one: REDIS_URL=redis://localhost:6379/0 make demo"
            ) from error
        say(f"Redis ({binary}) on a socket of its own")
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        keep = ["--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)]
        # A session of its own: Ctrl-C goes to the whole terminal, and Redis must outlive the worker.
        self.process = subprocess.Popen(
            [binary, *options, *keep, "--loglevel", "warning"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + REDIS_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise CannotStartError("Redis did not start. Its own words should stand above this line.")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


# --- Before it runs --------------------------------------------------------------------------------------


def begin(*command: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(text: str, process: subprocess.Popen[str], started: float) -> None:
    print(f"· {text}", end=" ", flush=True)
    output, _ = process.communicate()
    if process.returncode:
        print("failed", flush=True)
        raise CannotStartError(f"{process.args} ended with {process.returncode}:\n{output}")
    print(f"({time.monotonic() - started:.1f} s)", flush=True)


def prepare(env: dict[str, str]) -> None:
    """Collecting static files takes longest and needs no database, so it goes on beside the rest."""
    quiet = ["--verbosity", "0"]
    began = time.monotonic()
    static = begin("manage.py", "collectstatic", "--noinput", *quiet, env=env)
    try:
        for text, command in [
            ("database", ["manage.py", "migrate", *quiet]),
            ("key store, a database of its own", ["manage.py", "migrate", "--database", "keys", *quiet]),
            ("people, tickets and a recording", ["-m", "tests.demo.seed"]),
        ]:
            finish(text, begin(*command, env=env), time.monotonic())
        finish("static files", static, began)
    finally:
        if static.poll() is None:
            static.terminate()


# --- While it runs ----------------------------------------------------------------------------------------


def wait_until_ready(url: str) -> str:
    """Return "" once /readyz says so, else what was last heard."""
    end = time.monotonic() + READY_S
    heard = "no answer"
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return ""
        except OSError as error:
            body = error.read().decode(errors="replace") if hasattr(error, "read") else ""
            heard = f"{error} {body}".strip()
        time.sleep(0.3)
    return heard


def table(env: dict[str, str]) -> str:
    password = env["DEMO_PASSWORD"]
    rows = [(f"{name}@example.com", role) for name, role in story.ROLES.items()]
    lines = [f"    {email:<22} {role}" for email, role in rows]
    return "\n".join(
        [
            "",
            f"  Placet       {env['BASE_URL']}",
            f"  Demo shop    {env['SHOP_URL']}",
            "",
            f"  Sign in to Placet; everybody's password is {password}",
            "",
            *lines,
            "",
            "  In the shop, the customer is",
            "",
            f"    {'dora@example.com':<22} same password; paying by card fails for her, which is the case",
            "",
            "  Begin as alice: open “Payment fails with E4021”, send a recording link, and open it",
            "  in another browser or a private window. Mail lands on the outbox page.",
            "",
            "  Ctrl-C ends everything; the next start goes on where you were.",
            "",
        ]
    )


def announce(env: dict[str, str]) -> None:
    trouble = wait_until_ready(env["BASE_URL"])
    if trouble:
        print(f"! {env['BASE_URL']}/readyz is not well after {READY_S} s: {trouble}", flush=True)
    else:
        print(table(env), flush=True)


def run(env: dict[str, str]) -> int:
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, quiet=False, env=env, cwd=str(ROOT))
    shop = f'"{sys.executable}" -m tests.demo.shop'
    manager.add_process("shop", shop, quiet=False, env=env, cwd=str(ROOT))
    threading.Thread(target=announce, args=(env,), daemon=True).start()
    manager.loop()
    asked_to = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in asked_to else int(manager.returncode or 1)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)
    # A closed terminal ends it as Ctrl-C does; honcho takes SIGTERM over while the parts run.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    env = environment()
    redis: Redis | None = None
    try:
        end_leftovers(Path(env["PLACET_DATA_DIR"]))
        check_ports(env)
        if "REDIS_URL" not in env:
            redis = Redis(Path(env["PLACET_DATA_DIR"]))
            redis.start(env)
            env["REDIS_URL"] = redis.url
        prepare(env)
        say("web, worker, beat and the shop are starting")
        return run(env)
    except CannotStartError as why:
        print(f"! {why}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if redis is not None:
            redis.stop()


if __name__ == "__main__":
    sys.exit(main())
