# make           lists what there is
# make demo      a generated town, evaluated, in the browser
# make test      everything a change has to pass
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve doctor test test-python test-pages check check-python check-pages check-pages-now fix bench e2e migration pages api wheel lock clean

PORT ?= 8000
WORKERS ?= 2
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3 python3.13 python3.12 python3.11
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

demo serve: export DANGJIAN_PORT = $(PORT)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# ── using it ───────────────────────────────────────────────────────────────────────────────────────────────────────
demo: $(VENV)/.runs pages  ## a generated town, two years of records, evaluated: http://127.0.0.1:8000 (PORT=…)
	$(BIN)/dangjian demo

serve: $(VENV)/.runs pages  ## your own data folder (DANGJIAN_DATA_DIR=…): migrate, then serve
	$(BIN)/dangjian migrate
	$(BIN)/dangjian serve

doctor: $(VENV)/.runs  ## checks of configuration and data
	$(BIN)/dangjian doctor

# ── changing it ────────────────────────────────────────────────────────────────────────────────────────────────────
test: test-python test-pages  ## all tests; with PostgreSQL where it answers, with the pages' tests where Node is there

test-python: $(VENV)/.develops
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --durations 8 --durations-min 5 $(ARGS)

test-pages: $(VENV)/.develops
	@if command -v npm >/dev/null; then $(BIN)/python frontend/build.py --npm run test; else echo "没有安装 Node：跳过网页的单元测试"; fi

check: check-python check-pages  ## style, types, import contracts; of the pages too where Node is there

check-python: $(VENV)/.develops
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

check-pages: $(VENV)/.develops
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory check-pages-now; else echo "没有安装 Node：跳过网页的检查"; fi

check-pages-now:
	$(BIN)/python frontend/build.py --npm run lint
	$(BIN)/python frontend/build.py --npm run typecheck
	$(BIN)/dangjian openapi > frontend/openapi.json
	$(BIN)/python frontend/build.py --npm run --silent api -- --silent --output .build/client
	@diff -rq frontend/.build/client frontend/shared/api/generated || { echo "网页的接口代码已过期，请运行 make api"; exit 1; }

fix: $(VENV)/.develops  ## what ruff can repair by itself
	$(BIN)/ruff check --fix .

e2e: $(VENV)/.runs pages  ## the browser tests, against a demo of their own
	$(BIN)/python frontend/e2e.py $(ARGS)

bench: $(VENV)/.develops  ## what docs ask of speed: ours, the reference, the ratio
	$(BIN)/python -m benchmarks $(ARGS)

migration: $(VENV)/.develops  ## a new migration from the models: make migration m="what changes"
	@test -n "$(m)" || { echo '用法：make migration m="what changes"'; exit 1; }
	@folder=$$(mktemp -d) && number=$$(printf '%04d' $$(( $$(ls migrations/versions/*.py 2>/dev/null | wc -l) + 1 ))) && \
	export DANGJIAN_DATA_DIR=$$folder DANGJIAN_DATABASE_URL= && $(BIN)/alembic upgrade head && \
	$(BIN)/alembic revision --autogenerate --message "$(m)" --rev-id $$number; code=$$?; rm -rf $$folder; exit $$code

pages: $(VENV)/.runs  ## the web pages, if their sources changed
	@$(BIN)/python frontend/build.py

api: $(VENV)/.runs  ## the pages' client, generated anew from the API
	$(BIN)/dangjian openapi > frontend/openapi.json
	$(BIN)/python frontend/build.py --npm run api

wheel: $(VENV)/.develops  ## a release wheel with pages and migrations, in dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/.develops  ## the locks, from pyproject.toml (U=--upgrade for newer versions)
	$(COMPILE) $(U) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(U) --group build --output-file requirements-build.lock
	$(COMPILE) $(U) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## back to a fresh clone, except the data folder
	rm -rf $(VENV) dist frontend/dist frontend/node_modules frontend/.build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# ── the environment: stamps, so that a second call starts at once ──────────────────────────────────────────────────
# The first of $(PYTHON) that works, is new enough and can make an environment.
$(BIN)/python:
	@for python in $(PYTHON); do \
	  if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then exec $$python -m venv $(VENV); fi; \
	done; echo "需要 Python 3.11 或更新版本及其 venv（Debian：apt install python3-venv；或 make PYTHON=/path/to/python3）"; exit 1

$(VENV)/.runs: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.develops: requirements-dev.lock $(VENV)/.runs
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
