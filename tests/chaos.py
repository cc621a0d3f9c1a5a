"""Nothing that was acknowledged is lost, whatever dies: recorders upload while parts are killed, and then it is played.

    make chaos                                             the long one; see docs/reliability.md
    python -m tests.chaos --chunks 2000 --kills 10 --postgres

Recorders cut uploads half-way, send them twice, late and out of order, and go on until each is answered. Meanwhile
web, worker, beat, Redis and (with --postgres) the database die by `kill -9`, the disk of the objects fills up where it
can be a small one of its own, and the clock moves. At the end all recordings are stopped, packed by the worker, and
read as the person's player reads them: each acknowledged upload must be in what is played. Prints JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import random
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgres import Postgres
from tests.recordings import wire
from tests.stack import Stack, wait_for

UPLOADERS = 16
EACH = 400  # uploads of one recording, at most: it must end before its time is over
GIVE_UP_S = 240  # without an answer, whatever is tried
BALLAST = "ballast"
PREPARE = """
import json
from apps.core.actors import Actor
from apps.recordings.services import lifecycle
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests import factories
site = Site.objects.filter(slug="shop").first() or factories.shop()
people, first = [], 9000 + Ticket.objects.count()
for number in range(COUNT):
    recording = factories.consent(factories.TicketFactory(site=site, number=first + number))
    code = lifecycle.start_code(recording, by=Actor.person("rcp_chaos"))
    grant = lifecycle.exchange(code, origin="https://shop.example", tab="0123456789abcdef")
    people.append([recording.pk, grant.token, grant.page])
print(json.dumps(people))
"""
READ = """
import json, sys
from apps.core.actors import Actor
from apps.recordings.models import Recording
from apps.recordings.services import replay
by, played = Actor.person("rcp_chaos"), {}
for recording in Recording.objects.filter(chunk_count__gt=0):
    found = set()
    try:
        segments = json.loads(replay.index(recording, by=by))["segments"]
        for number in range(len(segments)):
            for event in json.loads(replay.segment(recording, number, by=by)):
                data = event["data"]
                if event["type"] == 3 and data.get("source") == 2:
                    found.add(data["x"])
    except Exception as error:
        print(recording.pk, recording.state, recording.delete_cause, type(error).__name__, file=sys.stderr)
    played[recording.pk] = sorted(found)
with open("PATH", "w") as file:
    json.dump(played, file)
"""
WAITING = """
from apps.recordings.models import Recording
print(Recording.objects.filter(chunk_count__gt=0).exclude(state__in=["in_review", "ready"]).count())
"""


@dataclass
class Run:
    """What was done and what was answered, by all threads."""

    stack: Stack
    rnd: random.Random
    acknowledged: set[tuple[str, int]] = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.did[what] += 1

    def acknowledge(self, recording: str, seq: int) -> None:
        with self.lock:
            self.acknowledged.add((recording, seq))


# --- Recorders ----------------------------------------------------------------------------------------


def chunk(token: str, seq: int, *, last: bool) -> bytes:
    """One upload. Its click says which: it is looked for in what is played."""
    at = wire.now_ms()
    events = wire.page_events(at)[:3] if seq == 0 else []
    texts = [{"id": 4, "value": f"Harbour Shop, order of ropes and buoys: {'anchor ' * 40}"}]
    mutation = {"source": 0, "texts": texts, "attributes": [], "removes": [], "adds": []}
    events.append({"type": 3, "data": mutation, "timestamp": at + 3})
    events.append({"type": 3, "data": {"source": 2, "type": 2, "id": 4, "x": seq, "y": 5}, "timestamp": at + 4})
    head = f"1 {token}\t{at} {at + 4} {'tl' if last else 't'}\n".encode()
    return head + gzip.compress(json.dumps(events, separators=(",", ":")).encode())


def cut(run: Run, path: str, body: bytes) -> None:
    """Half of an upload, and then nobody."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {wire.ORIGIN}\r\nContent-Length: {len(body)}\r\n\r\n"
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", run.stack.port), 5) as sock:
        sock.sendall(head.encode() + body[: len(body) // 2])
    run.count("cut")


def post(run: Run, path: str, body: bytes) -> tuple[int, float]:
    """The status, 0 where there was no answer, and how long to wait."""
    connection = http.client.HTTPConnection("127.0.0.1", run.stack.port, timeout=20)
    try:
        connection.request("POST", path, body, {"Origin": wire.ORIGIN, "Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, float(answer.headers.get("Retry-After") or 0.3)
    except (OSError, http.client.HTTPException):
        return 0, 0.3
    finally:
        connection.close()


def upload(run: Run, recording: str, path: str, seq: int, body: bytes) -> bool:
    """Send until it is answered; False where the recording takes nothing any more."""
    end = time.monotonic() + GIVE_UP_S
    while time.monotonic() < end:
        if run.rnd.random() < 0.03:
            cut(run, path, body)
        status, wait = post(run, path, body)
        if status == 200:
            run.acknowledge(recording, seq)
            if run.rnd.random() < 0.05:
                twice, _wait = post(run, path, body)
                run.count(f"sent again: {twice or 'no answer'}")
            return True
        run.count(f"answered {status or 'nothing'}")
        if status not in {0, 429, 500, 502, 503}:
            return False
        time.sleep(wait)
    raise AssertionError(f"{path} was not answered in {GIVE_UP_S} s")


def record(run: Run, person: list[Any], count: int, end: float) -> None:
    """One recording: its uploads in an order of their own, some of them long after their time."""
    recording, token, page = person
    order = list(range(1, count - 1))
    for at in range(0, len(order), 6):
        if run.rnd.random() < 0.3:
            window = order[at : at + 6]
            run.rnd.shuffle(window)
            order[at : at + 6] = window
    late = [order.pop(run.rnd.randrange(len(order))) for _ in range(min(3, len(order)))]
    bodies = {seq: chunk(token, seq, last=False) for seq in late}
    for seq in [0, *order, *late, count - 1]:
        if time.monotonic() > end and seq != count - 1:
            continue
        body = bodies.get(seq) or chunk(token, seq, last=seq == count - 1)
        if not upload(run, recording, f"/ingest/v1/recordings/{recording}/chunks/{page}/{seq}", seq, body):
            run.count("ended before its time")
            break
    stop = json.dumps({"token": token, "action": "stop"}).encode()
    for _try in range(200):
        status, wait = post(run, f"/ingest/v1/recordings/{recording}/control", stop)
        if status in {200, 409, 410}:
            return
        time.sleep(wait)


def recorders(run: Run, chunks: int, end: float) -> None:
    """Waves of people, until so many uploads were acknowledged or the time is over."""
    try:
        while len(run.acknowledged) < chunks and time.monotonic() < end:
            each = max(6, min(EACH, (chunks - len(run.acknowledged)) // UPLOADERS + 1))
            people = wait_for(
                lambda: json.loads(run.stack.python(PREPARE.replace("COUNT", str(UPLOADERS)))), seconds=300
            )
            threads = [threading.Thread(target=guarded, args=(run, person, each, end)) for person in people]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if run.failed:
                return
    finally:
        run.over.set()


def guarded(run: Run, person: list[Any], count: int, end: float) -> None:
    try:
        record(run, person, count, end)
    except BaseException as error:  # noqa: BLE001  the run must end and say so
        run.failed.append(repr(error))


# --- Chaos --------------------------------------------------------------------------------------------


def fill(run: Run, objects: Path) -> None:
    """The disk of the objects is full for a moment."""
    with contextlib.suppress(OSError), (objects / BALLAST).open("wb") as file:
        while True:
            file.write(bytes(1 << 20))
    time.sleep(1)
    (objects / BALLAST).unlink(missing_ok=True)
    run.count("disk filled")


def alive(run: Run) -> bool:
    with urllib.request.urlopen(f"{run.stack.url}/healthz", timeout=2) as answer:
        return bool(answer.status == 200)


def chaos(run: Run, kills: int, end: float, *, small_disk: bool, postgres: Postgres | None, pause: float) -> None:
    """Kill one part after the other until the recorders are through, at least `kills` times where there is time."""
    victims = ["web", "web", "worker", "worker", "beat", "redis", *(["postgres"] if postgres else [])]
    done = 0
    while not run.over.is_set() or (done < kills and time.monotonic() < end):
        time.sleep(run.rnd.uniform(pause / 2, pause * 1.5))
        victim = run.rnd.choice(victims)
        if victim == "postgres" and postgres:
            postgres.kill()
            time.sleep(run.rnd.uniform(0, 1))
            postgres.start()
        else:
            run.stack.kill(victim)
            time.sleep(run.rnd.uniform(0, 1))
            run.stack.start(victim)
            if victim == "web":  # killed again before it is up, it would not be killed at work
                wait_for(lambda: alive(run), seconds=120, what="web")
        done += 1
        run.count(f"killed {victim}")
        if small_disk and done % 10 == 5:
            fill(run, run.stack.data / "objects")
        if run.stack.faketime and done % 4 == 3:
            run.stack.travel(f"{run.rnd.randint(-90, 240):+d}s")
            run.count("clock moved")


# --- The run ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own for the objects, where we may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", "size=2g,mode=700", "tmpfs"]
    mounted = os.geteuid() == 0 and subprocess.run(["mount", *options, folder], capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=False)


def run(
    *, chunks: int, kills: int, pause: float = 4, minutes: float = 90, seed: int = 0, on_postgres: bool = False
) -> dict[str, Any]:
    """One run; `lost` is what was acknowledged and is not in what is played."""
    with contextlib.ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="placet-chaos-")))
        has_disk = exits.enter_context(small_disk(folder / "data" / "objects"))
        postgres = exits.enter_context(Postgres()) if on_postgres else None
        env = {"PLACET_RESERVE_MB": "0"}  # it must meet the full disk itself
        if postgres:
            env |= {"DATABASE_URL": postgres.url("placet"), "KEYS_DATABASE_URL": postgres.url("placet_keys")}
        stack = exits.enter_context(Stack(folder, env=env, faketime=True))
        here = Run(stack, random.Random(seed))
        began = time.monotonic()
        uploading = threading.Thread(target=recorders, args=(here, chunks, began + minutes * 60))
        uploading.start()
        chaos(here, kills, began + minutes * 60, small_disk=has_disk, postgres=postgres, pause=pause)
        uploading.join()
        if here.failed:
            raise AssertionError(here.failed)
        stack.travel("+5m")
        wait_for(stack.ready, seconds=120, what="readyz")
        wait_for(lambda: int(stack.python(WAITING)) == 0, seconds=900, what="all to be packed")
        stack.python(READ.replace("PATH", str(folder / "played.json")))
        played = {
            (recording, seq)
            for recording, found in json.loads((folder / "played.json").read_text()).items()
            for seq in found
        }
        return {
            "acknowledged": len(here.acknowledged),
            "replayable": len(here.acknowledged & played),
            "lost": len(here.acknowledged - played),
            "kills": sum(times for what, times in here.did.items() if what.startswith("killed ")),
            "seconds": round(time.monotonic() - began),
            "database": "PostgreSQL" if postgres else "SQLite",
            "disk of its own": has_disk,
            "events": dict(sorted(here.did.items())),
            "500s": stack.log("web").count("ingest failed"),
            "database is locked": stack.log("web").count("database is locked"),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chunks", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pause", type=float, default=4, help="seconds between two kills, about")
    parser.add_argument("--minutes", type=float, default=90, help="at most so long")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, which dies as well")
    given = parser.parse_args()
    result = run(
        chunks=given.chunks,
        kills=given.kills,
        pause=given.pause,
        minutes=given.minutes,
        seed=given.seed,
        on_postgres=given.postgres,
    )
    print(json.dumps(result, indent=2))
    raise SystemExit(1 if result["lost"] else 0)


if __name__ == "__main__":
    main()
