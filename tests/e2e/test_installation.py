"""The installation check against the real stack and the demo shop: from the press to a test recording that is gone."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.stack import Stack, free_port, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.long]
ORDER = """
from apps.core.actors import Actor
from apps.integrations.services import installation
from apps.sites.models import Site
installation.order(Site.objects.get(), by=Actor.system("test"))
"""
STATE = """
import json
from apps.integrations.models import InstallationCheck
from apps.recordings.models import Recording
check = InstallationCheck.objects.get()
recordings = list(Recording.objects.values_list("state", "chunk_count"))
print(json.dumps({"ended": bool(check.finished_at), "findings": check.findings, "recordings": recordings}))
"""


def test_the_check_makes_a_recording_and_deletes_it(tmp_path: Path) -> None:
    port = free_port()
    shop = f"http://localhost:{port}"
    with Stack(tmp_path, env={"PLACET_WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128"}) as stack:
        site = stack.json(
            "create_site", "--slug", "shop", "--name", "Harbour Shop", "--origin", shop, "--landing", f"{shop}/"
        )
        env = {"SHOP_PORT": str(port), "PLACET_URL": stack.url, "PLACET_SITE_KEY": site["public_key"]}
        stack.start("shop", [sys.executable, "-m", "tests.demo.shop"], env)
        wait_for(lambda: urllib.request.urlopen(shop, timeout=2).status == 200, what="the shop")
        stack.python(ORDER)
        kept = wait_for(
            lambda: (now := json.loads(stack.python(STATE)))["ended"] and now, seconds=120, what="the end of the check"
        )
        assert {one["what"]: one["ok"] or one["detail"] for one in kept["findings"]} == dict.fromkeys(
            ["opens", "origin", "snippet", "script", "connect", "recording"], True
        )
        wait_for(
            lambda: json.loads(stack.python(STATE))["recordings"][0][0] == "deleted", seconds=120, what="its deletion"
        )
