"""What the docs say is compared with the thing itself."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLResolver

from apps.accounts.access import PerToken
from apps.accounts.api import Pages
from apps.accounts.services import tokens
from apps.integrations.receivers import EVENTS
from apps.integrations.services import delivery
from apps.recordings import limits
from apps.sites.models import Policy
from apps.sites.permissions import ACTS
from config import api_urls

ROOT = Path(__file__).resolve().parents[2]
# The stable surface: tools outside the project set these.
PROMISED = {
    "DATABASE_URL", "KEYS_DATABASE_URL", "REDIS_URL", "VAULT_URL", "VAULT_KEYS", "SECRET_KEYS",
    "SIGNING_KEYS", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "PLACET_DATA_DIR", "PLACET_KEYS_DIR", "PORT",
    "SHOP_PORT", "DEMO_PASSWORD",
}  # fmt: skip
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def documented() -> set[str]:
    return set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", read(".env.example"), re.MULTILINE))


def variables_read() -> set[str]:
    code = "\n".join(path.read_text() for app in ("apps", "config") for path in (ROOT / app).rglob("*.py"))
    names = re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", code)
    names += re.findall(r"""os\.(?:environ\.get\(|environ\[|getenv\()\s*["']([A-Z_]+)["']""", code)
    names += re.findall(r"\$\{([A-Z_]+)", read("Procfile"))
    return set(names) - NOT_OURS


def test_every_variable_that_is_read_or_promised_is_documented() -> None:
    assert (variables_read() | PROMISED) - documented() == set()


def test_no_variable_is_documented_that_nothing_reads() -> None:
    demo = "\n".join(path.read_text() for path in (ROOT / "tests/demo").rglob("*.py"))
    unread = {name for name in documented() - variables_read() if f'"{name}"' not in demo}
    assert unread == set()


@pytest.mark.parametrize("doc", ["README.md", "docs/integrators.md"])
def test_the_budgets_are_those_that_the_build_enforces(doc: str) -> None:
    budget = re.search(r'"placet\.js": ([\d_]+), recorder: ([\d_]+)', read("frontend/build.mjs"))
    assert budget
    for bytes_ in budget.groups():
        number = f"{int(bytes_.replace('_', '')):,}".replace(",", r",\s*")
        assert re.search(number + r"\s+bytes", read(doc)), bytes_


def _defaults() -> dict[str, tuple[int, int, int]]:
    found = {}
    for name in ["link_hours", "max_minutes", "retention_days", "cap_days"]:
        field = Policy._meta.get_field(name)
        bounds = {type(check).__name__: check.limit_value for check in field.validators}
        found[name] = (field.default, bounds["MinValueValidator"], bounds["MaxValueValidator"])
    return found


def test_the_defaults_in_the_readme_are_the_policys_own() -> None:
    readme, defaults = read("README.md"), _defaults()
    assert defaults == {
        "link_hours": (72, 1, 168),
        "max_minutes": (30, 1, 120),
        "retention_days": (30, 1, 90),
        "cap_days": (180, 1, 180),
    }
    assert "| 72 hours (a site may set 1 to 168) |" in readme
    assert "| 30 minutes (1 to 120) |" in readme
    assert "| 30 days (1 to 90) |" in readme
    assert "| 180 days after consent, resolved or not |" in readme
    assert timedelta(minutes=15) == limits.VOID_AFTER == limits.REVIEW_OFFERED
    assert readme.count("| 15 minutes") == 2
    assert Policy._meta.get_field("allow_live").default is False
    assert "| live viewing | off |" in readme


def test_the_privacy_officer_reads_the_same_days() -> None:
    text = " ".join(read("docs/privacy-officers.md").split())
    assert "30 days after the ticket is resolved (a site may set 1 to 90)" in text
    assert "at the latest 180 days after consent" in text


def test_the_table_of_roles_promises_watching_to_those_who_may() -> None:
    rows = dict(
        re.findall(
            r"^\| (agent|supervisor|privacy officer|admin of a site|operator) \| (.+) \|$",
            read("README.md"),
            re.M,
        )
    )
    assert len(rows) == 5
    assert {role for role, acts in ACTS.items() if "recording.watch" in acts} == {"agent", "supervisor"}
    assert {role for role, acts in ACTS.items() if "recording.delete" in acts} == {"supervisor", "privacy"}
    assert {role for role, acts in ACTS.items() if "site.halt" in acts} == {"privacy", "admin", "operator"}
    assert "replays nothing" in rows["operator"]


def test_the_numbers_of_the_api_are_its_own() -> None:
    text = read("docs/integrators.md")
    assert f"({Pages.default_limit}, at most {Pages.max_limit})" in text
    assert f"{PerToken.THROTTLE_RATES['token'].removesuffix('/min')} requests a minute" in text
    assert f"1 to {tokens.MOST_DAYS} days" in text
    assert f"{limits.CODE_LIVES.seconds // 60} minutes" in text


def test_every_path_of_the_api_is_in_the_table() -> None:
    text = read("docs/integrators.md")
    first = {
        str(p.pattern).split("/")[0] for r in api_urls.urlpatterns if isinstance(r, URLResolver) for p in r.url_patterns
    }
    for word in first:
        assert f"{word}/" in text, word


def test_every_webhook_is_documented_with_its_schedule() -> None:
    text = read("docs/integrators.md")
    assert set(re.findall(r"`((?:ticket|consent|link|recording)\.[a-z]+)`", text)) == set(EVENTS)
    hours = [int(wait.total_seconds() // 3600) for wait in delivery.BACKOFF[3:]]
    assert "5 s, 5 min, 30 min, " + ", ".join(map(str, hours[:-1])) + f" and {hours[-1]} hours" in text
    assert f"{delivery.TIMEOUT_S:.0f} seconds to answer" in text


def test_every_command_that_is_documented_is_there() -> None:
    named = re.findall(r"^\| `([a-z_]+)` \|", read("docs/operators.md"), re.MULTILINE)
    assert len(named) >= 10
    assert [name for name in named if name not in get_commands()] == []


def test_every_test_that_a_requirement_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", read("docs/privacy-requirements.md"))
    assert len(named) > 25
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in read(path)]
    assert missing == []


DOCS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_picture_that_is_shown_is_there_and_small_enough_to_load() -> None:
    shown = set()
    for doc in DOCS:
        for target in re.findall(r"""!\[[^\]]+\]\(([^)]+)\)|<img src="([^"]+)\"""", doc.read_text()):
            shown.add(doc.parent / "".join(target))
    assert len(shown) >= 4
    assert [picture for picture in shown if not picture.read_bytes().startswith(b"\x89PNG")] == []
    taken = set((ROOT / "docs/screenshots").glob("*.png"))
    assert sum(picture.stat().st_size for picture in taken) < 1_500_000
    assert taken == {picture for picture in shown if picture.parent.name == "screenshots"}


SECTIONS = {"C0": 4, "R2": 8, "W3": 8, "X4": 6, "E5": 6, "D6": 7, "A7": 11, "M9": 11, "P11": 9}


@pytest.mark.parametrize("number", [f"{name}.{n}" for name, count in SECTIONS.items() for n in range(1, count + 1)])
def test_every_requirement_has_its_test_or_says_why_not_yet(number: str) -> None:
    lines = re.findall(rf"^\| {re.escape(number)} \| .+ \| (.+) \|$", read("docs/privacy-requirements.md"), re.M)
    assert lines, number
    reasons = ("not yet", "not built", "not measured", "own tests", "no such", "walks each state")
    assert all("::test_" in line or any(word in line for word in reasons) for line in lines)


def test_every_link_between_the_docs_leads_somewhere() -> None:
    for doc in DOCS:
        for target in re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#]+)", doc.read_text()):
            assert (doc.parent / target).exists(), f"{doc.name}: {target}"


def _test_names() -> set[str]:
    files = (ROOT / "tests").rglob("*.py")
    return {
        name for path in files for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_each_answer_of_the_threat_model_names_a_test_that_is_there() -> None:
    rows = [line for line in read("docs/threat-model.md").splitlines() if line.startswith("|") and "---" not in line]
    answers = [row for row in rows if not row.startswith("| wants")]
    assert len(answers) >= 25
    there = _test_names()
    for row in answers:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, row
        assert set(named) <= there, row


def test_each_line_of_the_asvs_table_has_evidence_that_is_there_or_says_what_is_missing() -> None:
    rows = [line.split("|")[1:-1] for line in read("docs/asvs.md").splitlines() if line.startswith("| V")]
    assert len(rows) >= 25
    for chapter, holds, evidence, missing in rows:
        assert holds.strip() in {"yes", "part", "no"}, chapter
        assert evidence.strip() or holds.strip() == "no", chapter
        assert missing.strip() or holds.strip() == "yes", chapter
        for path in re.findall(r"`((?:apps|tests|docs|config|deploy)/[\w./-]*)`", evidence):
            assert (ROOT / path).exists(), path
