# Each rule says what it needs; nothing here needs root.
.DEFAULT_GOAL := run
.PHONY: run demo test soak bench screens check lock audit clean
SHELL := /bin/sh

IN_VENV := .venv/bin/python -m
INSTALL := $(IN_VENV) pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
UV := uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

run: .venv/base ## Foyer on this machine. ARGS="--port 9000" and the like go to `manage.py serve`
	@.venv/bin/python manage.py serve $(ARGS)

demo: .venv/base ## the same with sample rooms, links and a login
	@VAR_DIR=var/demo .venv/bin/python manage.py serve --demo $(ARGS)

test: .venv/dev ## on SQLite, then on PostgreSQL what depends on the database
	$(IN_VENV) pytest -n auto --database=sqlite -m "not soak" $(ARGS)
	$(IN_VENV) pytest -n auto --database=postgresql -m "not once and not soak" $(ARGS)

soak: .venv/dev ## the tests that take minutes, on both databases
	$(IN_VENV) pytest -o faulthandler_timeout=3600 --database=sqlite -m soak $(ARGS)
	$(IN_VENV) pytest -o faulthandler_timeout=3600 --database=postgresql -m "soak and not once" $(ARGS)

bench: .venv/dev ## how quick it is, beside the limit, into docs/performance.md. ARGS="join letters" measures some
	$(IN_VENV) tests.bench $(ARGS)

screens: .venv/dev ## pictures of the pages, for docs/screens. ARGS="--all --to var/screens" makes every one
	$(IN_VENV) tests.screens $(ARGS)

check: .venv/dev ## everything that can be said about the code without running it
	$(IN_VENV) ruff format --check .
	$(IN_VENV) ruff check .
	$(IN_VENV) mypy
	.venv/bin/lint-imports
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files "templates/*.html" "templates/*.txt")
	$(IN_VENV) djlint --quiet --lint templates
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && set -x \
	&& VAR_DIR=$$folder .venv/bin/python -W error manage.py makemigrations --check --dry-run \
	&& VAR_DIR=$$folder PUBLIC_URL=https://foyer.example .venv/bin/python manage.py check --deploy --fail-level WARNING
	$(IN_VENV) pytest -q tests/test_locks.py tests/test_translations.py

lock: ## the newest versions that fit requirements/*.in
	$(COMPILE) --upgrade requirements/base.in -o requirements/base.txt
	$(COMPILE) --upgrade -c requirements/base.txt requirements/sentry.in -o requirements/sentry.txt
	$(COMPILE) --upgrade -c requirements/base.txt -c requirements/sentry.txt requirements/dev.in -o requirements/dev.txt

audit: .venv/bin/python ## known weaknesses of what the locks pin. It asks a public database, so it is no gate
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	&& .venv/bin/python -m venv "$$folder" \
	&& "$$folder/bin/pip" install --quiet --disable-pip-version-check pip-audit \
	&& "$$folder/bin/pip-audit" --strict --disable-pip --require-hashes -r requirements/base.txt -r requirements/dev.txt

clean: ## forget what can be made again; data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Empty files that remember which lock is installed.
.venv/base: requirements/base.txt | .venv/bin/python
	@echo "Installing what Foyer runs on …"
	@$(INSTALL) -r $<
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing what tests and checks need …"
	@$(INSTALL) -r $<
	@touch $@ .venv/base

.venv/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$python" --version) …"; exec "$$python" -m venv --clear .venv; \
	  fi; \
	done; \
	echo "Foyer needs Python 3.11 or newer: install one, then say 'make run' again, or name it: make run PYTHON=…" >&2; exit 1
