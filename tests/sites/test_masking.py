"""What a site may write as its own rules of masking, and what they do to a page before they are saved."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.sites import masking
from apps.sites import services as sites
from tests import factories

SELECTORS = [
    "td.total", "#customer > p", "[data-who='x' i]", "p:is(.a, .b):not(.c)", "li:nth-child(2n of .x)", "*", "a:hover", "#é",
    "[class~=note], main p", "section:has(> img)", "[title='a|b!=c']",
]  # fmt: skip
NO_SELECTORS = [
    "", " ", "div,", "a..b", "#1a", "p::before", "[a!=b]", "p:contains('x')", "p:-soup-contains('x')", "svg|rect", ":unknown",
    "td[", "p:--mine", "x" * 301,
]  # fmt: skip
PATTERNS = [
    r"CUST-[0-9]{6}", r"\bK\d+\b", r"(?:Mr|Mrs)\.? [A-Z][a-z]{1,20}", r"№ ?\d{4,9}", r"[^\s@]{1,9}#\d", r"a\.b\/c", r"colou?r \d",
    r"[\]x]{2}y",
]  # fmt: skip
NO_PATTERNS = [
    "", "x*", "(", "[a", "a{2", r"(a+)+$", r"(a|aa)+b", r"(a|b){2,9}c", r"(x\d*){3}", r"\d+\.\d+", ".*a.*", r"a{1,65}", r"(?i)x",
    r"(?=x)y", r"(?<!x)y", r"(?P<n>x)", r"(x)\1", r"\pL", r"\Ax", r"x\z", r"\Qx\E", r"[[:alpha:]]x", r"a++", "x" * 201, r"[\pL]x", "[]x]{2}y", "[^]x]y",
    r"\x41", r"((a?){9}){9}",
]  # fmt: skip


@pytest.mark.parametrize("entry", SELECTORS)
def test_a_selector_that_browsers_read_may_be_saved(entry: str) -> None:
    masking.check("mask_selectors", [entry])


@pytest.mark.parametrize("entry", NO_SELECTORS, ids=lambda entry: entry[:20] or "empty")
def test_a_selector_that_does_not_parse_may_not(entry: str) -> None:
    with pytest.raises(Invalid) as refused:
        masking.check("block_selectors", ["p", entry])
    assert entry.strip()[:20] in refused.value.text


@pytest.mark.parametrize("entry", PATTERNS)
def test_a_simple_pattern_may_be_saved(entry: str) -> None:
    masking.check("text_patterns", [entry])


@pytest.mark.parametrize("entry", NO_PATTERNS, ids=lambda entry: entry[:20] or "empty")
def test_a_pattern_that_matches_nothing_or_could_take_minutes_may_not(entry: str) -> None:
    with pytest.raises(Invalid):
        masking.check("text_patterns", [entry])


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("open_input_types", "password"), ("open_input_types", "hidden"), ("open_input_types", "file"), ("query_keys", "token"),
        ("query_keys", "reset_password"), ("query_keys", "a b"), ("query_keys", "*"), ("query_keys", "email"),
        ("response_fields", "error.code"), ("response_fields", "/"), ("response_fields", "/a b"),
        ("asset_origins", "https://CDN.example"), ("asset_origins", "https://cdn.example/x"), ("asset_origins", "*"),
    ],
)  # fmt: skip
def test_what_must_stay_hidden_cannot_be_opened(name: str, entry: str) -> None:
    with pytest.raises(Invalid):
        masking.check(name, [entry])


def test_what_is_harmless_can_be_opened() -> None:
    masking.check("open_input_types", ["search", "number"])
    masking.check("query_keys", ["page", "sort[by]"])
    masking.check("asset_origins", ["https://cdn.example"])
    masking.check("response_fields", ["/error/code", "/errors/0/reason"])
    for wrong in ("p", [1], [["p"]], {"p": 1}, ["p"] * 101):
        with pytest.raises(Invalid):
            masking.check("mask_selectors", wrong)


PAGE = """<main><h1>Orders of today</h1><p class="who">Dora <b>Example</b></p><div class="chart"><i>secret</i></div>
<p>Customer CUST-123456 called</p><input value="lamp"><input type="search" value="rope"><script>var x = 1</script></main>"""


def test_a_sample_shows_what_is_hidden_and_by_which_rule() -> None:
    rules = {
        "mask_selectors": [".who"], "block_selectors": [".chart"], "text_patterns": ["CUST-[0-9]{6}"],
        "open_input_types": ["search"], "query_keys": [], "asset_origins": [],
    }  # fmt: skip
    assert [(piece.shown, piece.rule) for piece in masking.tried(PAGE, rules)] == [
        ("Orders of today", ""),
        ("[text]", ".who"),
        ("[text]", ".who"),
        ("[blocked]", ".chart"),
        ("Customer [hidden] called", "CUST-[0-9]{6}"),
        ("[typed]", "input"),
        ("rope", ""),
    ]
    with pytest.raises(Invalid):
        masking.tried("x" * (masking.SAMPLE_LONGEST + 1), rules)
    with pytest.raises(Invalid):
        masking.tried(PAGE, {**rules, "mask_selectors": ["p["]})


@pytest.mark.django_db
def test_no_door_saves_a_rule_that_cannot_be_read() -> None:
    site = factories.SiteFactory()
    by = Actor.system("test")
    for name, entry in (("mask_selectors", "p["), ("text_patterns", "(a+)+"), ("query_keys", "token")):
        with pytest.raises(Invalid):
            sites.change_policy(site, reason="x", by=by, **{name: [entry]})
    assert site.policies.count() == 1
    sites.change_policy(site, reason="x", by=by, text_patterns=["CUST-[0-9]{6}"])
    assert site.policy.text_patterns == ["CUST-[0-9]{6}"]


# --- In a browser -----------------------------------------------------------------------------------

QUERY = (
    "(entries) => entries.map((entry) => { try { document.querySelector(entry); return true } catch { return false } })"
)
COMPILE = "(entries) => entries.map((entry) => { try { new RegExp(entry, 'g'); return true } catch { return false } })"


@pytest.mark.e2e
def test_what_may_be_saved_a_real_browser_reads(browser: Browser) -> None:
    page = browser.new_page()
    assert page.evaluate(QUERY, SELECTORS) == [True] * len(SELECTORS)
    assert page.evaluate(COMPILE, PATTERNS) == [True] * len(PATTERNS)
    page.close()


LETTERS = st.sampled_from(
    ["a", "b", "1", ".", "-", r"\d", r"\w", "[ab]", "[^a]", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{1,9}", "{3,}"]
)
SLOWEST = """([pattern, texts]) => { const begun = performance.now(); const rule = new RegExp(pattern, "g");
  for (const text of texts) text.replace(rule, ""); return performance.now() - begun }"""


@pytest.mark.e2e
def test_no_pattern_that_may_be_saved_keeps_a_browser_busy(browser: Browser) -> None:
    kept: list[str] = []

    @settings(max_examples=3_000, deadline=None, database=None, derandomize=True)
    @given(st.lists(LETTERS, min_size=2, max_size=14))
    def collect(parts: list[str]) -> None:
        entry = "".join(parts)
        try:
            masking.check("text_patterns", [entry])
        except Invalid:
            return
        kept.append(entry)

    collect()
    assert len(kept) > 200
    page = browser.new_page()
    texts = ["a" * 3_000, "ab" * 1_500, "1a-" * 1_000, "a" * 2_000 + "!"]
    slowest: tuple[float, Any] = max((page.evaluate(SLOWEST, [entry, texts]), entry) for entry in set(kept))
    page.close()
    assert slowest[0] < 2_000, json.dumps(slowest)


def test_a_pattern_is_judged_quickly_whatever_it_is() -> None:
    begun = time.process_time()
    for entry in ("(" * 200, "[" * 200, "\\" * 199, "a{" * 100, "(?:" * 66, "[^]" * 66):
        with pytest.raises(Invalid):
            masking.check("text_patterns", [entry])
    assert time.process_time() - begun < 2
