"""What is written for running it elsewhere says what is true here: commands, variables, metrics, and no root."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from honcho.environ import parse_procfile

from apps.core import metrics
from tests.core.test_docs import documented

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text())
MANIFESTS = [each for each in yaml.safe_load_all((DEPLOY / "kubernetes" / "placet.yml").read_text()) if each]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OURS = {name: each for name, each in COMPOSE["services"].items() if each.get("image") == "placet"}
# Not ours: what boto3, Python and the images read.
OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def containers() -> list[dict[str, Any]]:
    pods = [each["spec"]["template"]["spec"] for each in MANIFESTS if each["kind"] in {"Deployment", "Job"}]
    return [container for pod in pods for container in [*pod["containers"], *pod.get("initContainers", [])]]


def procfile(name: str) -> str:
    """The command without what the environment fills in."""
    command = parse_procfile((ROOT / "Procfile").read_text()).processes[name]
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", command)


@pytest.mark.parametrize("name", ["worker", "deletion", "beat"])
def test_the_same_commands_run_everywhere(name: str) -> None:
    command = procfile(name)
    assert " ".join(OURS[name]["command"]) == command
    assert next(each for each in containers() if each["name"] == name)["command"] == command.split()
    unit = (DEPLOY / "systemd" / f"placet-{name}.service").read_text()
    assert f"ExecStart=/opt/placet/.venv/bin/{command.replace('%', '%%')}\n" in unit


def test_no_variable_is_set_that_nothing_reads() -> None:
    used = set()
    for file in ("compose.env.example",):
        used |= set(re.findall(r"^([A-Z_]+)=", (DEPLOY / file).read_text(), re.MULTILINE))
    used |= {name for each in OURS.values() for name in each["environment"]}
    used |= set(MANIFESTS[0]["data"]) | {each["name"] for c in containers() for each in c.get("env", [])}
    used |= set(re.findall(r"^Environment=([A-Z_]+)=", "\n".join(unit.read_text() for unit in UNITS), re.MULTILINE))
    block = re.search(r"^ENV (.*?)[^\\]\n", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL)
    assert block
    used |= set(re.findall(r"([A-Z_]+)=", block.group(1)))
    assert used - documented() - OTHERS == set()


def test_nothing_of_ours_runs_as_root_or_may_write_to_its_own_files() -> None:
    stages = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")
    assert re.search(r"^USER 10001:10001$", stages[-1], re.MULTILINE)
    assert "npm" not in stages[-1]
    for each in OURS.values():
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
    for container in containers():
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
    for manifest in MANIFESTS:
        if manifest["kind"] in {"Deployment", "Job"}:
            assert manifest["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True
    for unit in UNITS:
        assert "User=placet" in unit.read_text()
        assert "ProtectSystem=strict" in unit.read_text()


def test_there_is_exactly_one_beat() -> None:
    beat = next(each for each in MANIFESTS if each["metadata"]["name"] == "placet-beat")
    assert (beat["spec"]["replicas"], beat["spec"]["strategy"]["type"]) == (1, "Recreate")


def test_rules_and_dashboard_ask_for_metrics_that_there_are_and_overdue_deletions_come_first() -> None:
    there = set(metrics._metrics) | {"up"}
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
    assert "placet_deletions_overdue" in rules[0]["expr"]
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = [rule["expr"] for rule in rules] + [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]
    for expression in asked:
        assert set(re.findall(r"\b(placet_\w+|up)\b", expression)) <= there, expression
    for name in metrics._metrics:
        assert any(name in expression for expression in asked), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_its_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # The program and the user are on the server, not here.
        text = unit.read_text().replace("/opt/placet/.venv/bin/", "/bin/true ").replace("=placet\n", "=root\n")
        copy = tmp_path / unit.name
        copy.write_text(text.replace("WorkingDirectory=/opt/placet", "WorkingDirectory=/"))
        done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
        assert unit.name not in done.stderr, done.stderr
