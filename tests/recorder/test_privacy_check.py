"""`manage.py privacy_check`: what a customer sees of their own pages before anybody is recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stdnum import iban, luhn

from apps.recordings.services import trial
from tests.recorder.wire import Case

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]


def check(tmp_path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "privacy_check", "--out", str(tmp_path / "out"), *args]
    env = {**os.environ, "PLACET_DATA_DIR": str(tmp_path / "data")}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_it_says_what_a_recording_would_contain_and_draws_it(case: Case, tmp_path: Path) -> None:
    case.put(
        "/check",
        "<h1>Your orders</h1><label>E-mail <input type=email></label><label>Password <input type=password></label>"
        "<p id=paid></p><script>oninput = async () => {"
        " paid.textContent = `Paid with ${(await (await fetch('{}/api')).json()).card_number}`; oninput = null }</script>",
        {"Content-Security-Policy": "script-src 'unsafe-inline'"},
        snippet=False,
    )
    case.file("/api", '{"card_number": "none", "total": "12.00"}', "application/json")
    done = check(tmp_path, "--url", case.url("/check"), "--json")
    assert done.returncode == 0, done.stderr
    (finding,) = json.loads(done.stdout)
    assert finding["leaked"] == []
    assert (finding["typed"], finding["in_answers"]) == (2, ["card"])
    assert {"Your orders", "E-mail"} <= set(finding["shown"])
    assert finding["masked"]["card"] >= 1
    assert set(finding["requests"]) == {f"GET {case.url('/api')} 200"}
    assert Path(finding["picture"]).read_bytes().startswith(b"\x89PNG")
    assert case.chunks == {}


def test_a_planted_value_that_gets_out_is_named_with_its_place(case: Case, tmp_path: Path) -> None:
    case.put("/check", "<input type=search oninput='found.textContent = this.value'><p id=found></p>")
    done = check(tmp_path, "--url", case.url("/check"))
    assert done.returncode == 1
    assert "LEFT THE BROWSER: text: change of the page" in done.stdout
    assert "would have left the browser" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--url", "shop.example"], "is no address of a page"),
        (["--url", "http://localhost:9/"], "http://localhost:9/: "),
        (["--url", "http://localhost:9/", "--chromium", "/nowhere"], "Chromium was not found"),
    ],
)
def test_what_is_in_the_way_is_said_in_plain_words(tmp_path: Path, args: list[str], said: str) -> None:
    done = check(tmp_path, *args)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_planted_values_are_real_of_their_kind() -> None:
    for _ in range(50):
        values = trial.canaries()
        assert luhn.is_valid(values["card"])
        assert iban.is_valid(values["iban"])


def test_answers_keep_their_form_and_what_is_nobodys() -> None:
    values, put = trial.canaries(), set[str]()
    answer = {"customer_name": "Ada", "items": [{"name": "Rope", "price": 12}], "emails": ["a@b.example"], "ok": True}
    assert trial.planted(answer, values, put) == {
        **answer, "customer_name": values["name"], "emails": [values["email"]],
    }  # fmt: skip
    assert put == {"name", "email"}
