"""What an upload costs: each stage beside the cheapest known, the whole beside a Django no-op, and who waits.

    make bench-ingest                                   on SQLite
    DATABASE_URL=… KEYS_DATABASE_URL=… make bench-ingest    on these databases as well; give it two empty ones

The uploads are the demo's recording, which a browser made. CPU is that of the server's processes (utime and stime),
so a busy machine changes the times of waiting and hardly the ratios. Prints JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.stack import ROOT, Stack, free_port, wait_for

RECORDING = ROOT / "tests" / "demo" / "recording.json.gz"
SECRET = "call +49 30 901820 or mail dora@example.com "
ORIGIN = "https://shop.example"
PER_RECORDING = 100  # uploads; beyond 120 at once a recording is told to slow down
PREPARE = """
import json
from django.test import Client
from apps.core.actors import Actor
from apps.recordings.services import lifecycle
from tests import factories
site = factories.shop()
staff = factories.people(site, factories.SiteFactory())
people = []
for number in range(COUNT):
    recording = factories.consent(factories.TicketFactory(site=site, number=9000 + number))
    code = lifecycle.start_code(recording, by=Actor.person("rcp_bench"))
    grant = lifecycle.exchange(code, origin="https://shop.example", tab="0123456789abcdef")
    people.append([recording.pk, grant.token, grant.page])
client = Client()
client.force_login(staff["alice"], backend="allauth.account.auth_backends.AuthenticationBackend")
print(json.dumps({"people": people, "session": client.cookies["placet"].value}))
"""


class Envelope(msgspec.Struct, gc=False):
    """An event whose data is not parsed."""

    type: int
    timestamp: float
    data: msgspec.Raw


# --- The stages ---------------------------------------------------------------------------------------


def chunks() -> dict[str, list[dict[str, Any]]]:
    """What was recorded: all mutations of the visit (80 KB), and its pages with everything on them."""
    events = json.loads(gzip.decompress(RECORDING.read_bytes()))
    return {
        "mutations": [event for event in events if event["type"] == 3],
        "snapshots": [event for event in events if event["type"] in {2, 4}],
    }


def written(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()


def cpu(work: Callable[[], object], size: int) -> float:
    """Least milliseconds of CPU for a million bytes."""
    work()
    best = float("inf")
    for _try in range(9):
        began = time.process_time()
        for _ in range(3):
            work()
        best = min(best, (time.process_time() - began) / 3)
    return round(best * 1e3 / (size / 1e6), 2)


def stages(raw: bytes) -> dict[str, float]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from isal import isal_zlib

    from apps.recordings.services import second_gate, wire
    from apps.recordings.services.sealing import QUICK, Place, content_digest, seal
    from apps.recordings.services.second_gate import signatures

    decoder = msgspec.json.Decoder(list[Envelope])
    size, key, place = len(raw), os.urandom(32), Place("rec_00000000000000000000000000", "chunk")
    zipped = gzip.compress(raw, 6)
    looked = second_gate.look(raw)
    events = wire.events(looked.raw)
    packed = isal_zlib.compress(raw, QUICK)

    def scanned() -> list[wire.Event]:
        looked = second_gate.look(raw)
        parsed = wire.events(looked.raw)
        if looked.needs_tree:
            second_gate.scrub(parsed)
        return parsed

    ours = {
        "inflate": cpu(lambda: wire.inflate(zipped), size),
        "digest": cpu(lambda: content_digest(key, raw), size),
        "scan and parse": cpu(scanned, size),
        "write": cpu(lambda: wire.dump(events), size),
        "seal": cpu(lambda: seal(key, place, raw, level=QUICK), size),
    }
    cheapest = {
        "isal": cpu(lambda: isal_zlib.decompress(zipped, 31), size),
        "one automaton over the bytes": cpu(lambda: signatures.in_json.search(b"~" * size), size),
        "msgspec, data skipped": cpu(lambda: decoder.decode(raw), size),
        "isal, level 1": cpu(lambda: isal_zlib.compress(raw, 1), size),
        "AES-256-GCM": cpu(lambda: AESGCM(key).encrypt(bytes(12), packed, b""), size),
    }
    total, bound = round(sum(ours.values()), 2), round(sum(cheapest.values()), 2)
    return {
        "megabytes": round(size / 1e6, 3),
        **ours,
        "whole": total,
        **{f"bound: {name}": value for name, value in cheapest.items()},
        "bound": bound,
        "share of the bound": round(bound / total, 2),
        "needs the tree": looked.needs_tree,
    }


# --- The server ---------------------------------------------------------------------------------------


def cpu_of(group: int) -> float:
    """Seconds of CPU that the processes of a group have used."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def flat_out(port: int, works: list[list[tuple[str, str, bytes]]]) -> list[float]:
    """One client for each list of requests, each on a connection of its own; how long each answer took, in ms."""
    times: list[float] = []

    def client(requests: list[tuple[str, str, bytes]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for method, path, body in requests:
            began = time.monotonic()
            connection.request(method, path, body or None, {"Origin": ORIGIN, "Content-Type": "text/plain"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
            times.append((time.monotonic() - began) * 1e3)
        connection.close()

    threads = [threading.Thread(target=client, args=(requests,)) for requests in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != sum(map(len, works)):
        raise RuntimeError("an upload was refused")
    return times


def spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2), "p99_ms": round(cuts[98], 2)}


def no_op(folder: Path) -> float:
    """Milliseconds of CPU for one request that does nothing, under the same server speaking WSGI."""
    stack, port = Stack(folder), free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1",
               "--port", str(port), "--workers", "1", "--blocking-threads", "8", "tests.bench.noop:application"]  # fmt: skip
    stack.start("noop", command)
    try:
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1), what=f"the no-op; see {stack.logs}")
        group = stack.processes["noop"].pid
        one = [("GET", "/", b"")]
        flat_out(port, [one * 300] * 8)
        began = cpu_of(group)
        flat_out(port, [one * 1_000] * 8)
        return (cpu_of(group) - began) * 1e3 / 8_000
    finally:
        stack.stop("noop")


@contextlib.contextmanager
def served(folder: Path, env: dict[str, str]) -> Iterator[Stack]:
    stack = Stack(folder, env={**env, "PYTHONPATH": str(ROOT)})
    try:
        stack.start("redis")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("migrate", "--verbosity", "0", "--database", "keys")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        stack.start("web")
        wait_for(stack.ready, what=f"readyz; see {stack.logs}")
        yield stack
    finally:
        stack.__exit__()


class Uploads:
    """Bodies for people who have agreed; each (recording, seq) once."""

    def __init__(self, people: list[list[Any]], events: list[dict[str, Any]]) -> None:
        late = time.time() * 1000 - max(event["timestamp"] for event in events)
        moved = [{**event, "timestamp": round(event["timestamp"] + late)} for event in events]
        times = [event["timestamp"] for event in moved]
        self.raw = written(moved)
        self.payload = gzip.compress(self.raw, 6)
        self._head = f"{min(times)} {max(times)} t"
        self._next = ((person, seq) for person in people for seq in range(PER_RECORDING))

    def take(self, count: int) -> list[tuple[str, str, bytes]]:
        taken = []
        for _ in range(count):
            (recording, token, page), seq = next(self._next)
            path = f"/ingest/v1/recordings/{recording}/chunks/{page}/{seq}"
            taken.append(("POST", path, f"1 {token}\t{self._head}\n".encode() + self.payload))
        return taken


def console(stack: Stack, session: str, tries: int) -> dict[str, float]:
    times = []
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    for _ in range(tries):
        began = time.monotonic()
        connection.request("GET", "/", headers={"Cookie": f"placet={session}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the console: {answer.status}")
        times.append((time.monotonic() - began) * 1e3)
    return spread(times)


def beside_others(stack: Stack, session: str, uploads: Uploads, each: int) -> dict[str, float]:
    """The console while 200 clients stall in the body of an upload and 8 upload flat out."""
    with contextlib.ExitStack() as stalled:
        for _ in range(200):
            sock = stalled.enter_context(socket.create_connection(("127.0.0.1", stack.port)))
            sock.sendall(b"POST /ingest/v1/exchange HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\nx")
        works = [uploads.take(each) for _ in range(8)]
        flood = threading.Thread(target=flat_out, args=(stack.port, works))
        flood.start()
        try:
            return console(stack, session, 60)
        finally:
            flood.join()


def server(env: dict[str, str], each: int) -> dict[str, Any]:
    events = chunks()["mutations"]
    people = -(-8 * (3 * each + 30) // PER_RECORDING) + 1
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), env) as stack:
        made = json.loads(stack.python(PREPARE.replace("COUNT", str(people))))
        uploads = Uploads(made["people"], events)
        group = stack.processes["web"].pid
        flat_out(stack.port, [uploads.take(30) for _ in range(8)])
        works = [uploads.take(each) for _ in range(8)]
        began, at = cpu_of(group), time.monotonic()
        times = flat_out(stack.port, works)
        seconds = time.monotonic() - at
        spent = (cpu_of(group) - began) * 1e3 / len(times)
        console(stack, made["session"], 20)
        calm = console(stack, made["session"], 60)
        busy = beside_others(stack, made["session"], uploads, 2 * each)
        locked = stack.log("web").count("database is locked")
    return {
        "upload_kb": round(len(uploads.raw) / 1e3, 1),
        "cpu_ms": round(spent, 2),
        "a_second": round(len(times) / seconds),
        "8 clients": spread(times),
        "p99_by_p50": round(spread(times)["p99_ms"] / spread(times)["p50_ms"], 1),
        "console, calm": calm,
        "console beside 200 stalled and 8 flat out": busy,
        "console_p95_by_calm": round(busy["p95_ms"] / calm["p95_ms"], 1),
        "database is locked": locked,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--each", type=int, default=150, help="uploads of each of the eight clients")
    each = parser.parse_args().each
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    urls = {name: os.environ[name] for name in ("DATABASE_URL", "KEYS_DATABASE_URL") if os.environ.get(name)}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLACET_DATA_DIR"] = f"{folder}/data"
        import django

        django.setup()
        result: dict[str, Any] = {"cpu ms a MB": {}}
        for kind, events in chunks().items():
            raw = written(events)
            hit = raw.replace(b'"textContent":"', f'"textContent":"{SECRET}'.encode(), 3)
            result["cpu ms a MB"] |= {f"{kind}, as recorded": stages(raw), f"{kind}, with secrets": stages(hit)}
        none = no_op(Path(folder) / "noop")
    result["a Django no-op under granian (WSGI), cpu ms"] = round(none, 3)
    for name, env in [("SQLite", {}), *([("PostgreSQL", urls)] if urls else [])]:
        figures = server(env, each)
        result[name] = {**figures, "by a no-op": round(figures["cpu_ms"] / none, 1)}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
