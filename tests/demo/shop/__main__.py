"""`python -m tests.demo.shop`: the shop on SHOP_PORT and its payment provider on the port after it."""
# ruff: noqa: E402  (settings are chosen before Django is set up)

import os
import signal
import subprocess
import sys
import time
from types import FrameType

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.demo.shop.settings"

import django

django.setup()

from django.core.management import call_command

from tests.demo.shop import seed, settings


def serve(target: str, port: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        os.environ.get("HOST", "127.0.0.1"),
    ]
    options = ["--port", str(port), "--blocking-threads", "4", "--log-level", "warning", "--no-ws"]
    return subprocess.Popen([*command, *options, f"tests.demo.shop.{target}:application"])


def main() -> int:
    call_command("migrate", run_syncdb=True, verbosity=0)
    seed.seed()
    servers = [serve("wsgi", settings.SHOP_PORT), serve("provider", settings.PROVIDER_PORT)]
    print(f"Harbour Shop on {settings.SHOP_URL}, its payment provider on {settings.PROVIDER_URL}", flush=True)

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    try:
        while all(server.poll() is None for server in servers):
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    else:
        return 1  # one of them has died, and the shop is nothing without the other
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
