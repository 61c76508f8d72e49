# setup | demo | run | test | check | build | bench: no more words to learn.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_LINK_MODE ?= copy
# Python keeps what it compiled, also where the environment says otherwise: each start is seconds quicker.
export PYTHONDONTWRITEBYTECODE :=

# What the rules of the house say of the files themselves: `make check` asks it, `make test` need not again.
HOUSE := --ignore-glob "tests/architecture/test_[!d]*"

.PHONY: setup demo run test check build bench
.DEFAULT_GOAL := help

help:
	@echo "make setup   install everything into .venv and build the assets"
	@echo "make demo    a simulated shop: newest review, then the site (NO_SERVE=1 ends after the review)"
	@echo "make run     serve your own data (FUPAN_HOME)"
	@echo "make test    the whole test suite, on SQLite and PostgreSQL, with the browser journeys"
	@echo "make check   ruff, mypy, import-linter, templates, migrations, translations"
	@echo "make build   the wheel, with built assets"
	@echo "make bench   every benchmark (BENCH=imports for one)"

.venv/installed: requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

node_modules/installed: .venv/installed package.json package-lock.json
	$(BIN)/python -m tools.assets install
	touch $@

src/fupan/static/dist/app.js: node_modules/installed $(shell find frontend -type f 2>/dev/null) build.mjs
	$(BIN)/python -m tools.assets build

setup: .venv/installed src/fupan/static/dist/app.js
	@$(BIN)/python -m tools.translations compile

demo: setup
	$(BIN)/fupan demo $(if $(NO_SERVE),--no-serve)

run: setup
	$(BIN)/fupan serve

test: setup
	$(BIN)/python -m tools.system
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser" $(HOUSE)
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser" --postgres --ignore src/fupan/demo $(HOUSE)
	$(BIN)/pytest -n 2 --dist loadfile -m browser

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src/fupan --lint --quiet
	$(BIN)/python -m tools.translations check
	FUPAN_HOME=$$(mktemp -d) $(BIN)/python -m django makemigrations --check --dry-run --settings fupan.config.settings
	$(BIN)/pytest tests/architecture --ignore tests/architecture/test_doors.py

build: setup
	$(BIN)/uv build --wheel --no-build-isolation --out-dir dist

bench: setup
	$(BIN)/python -m bench $(BENCH)
