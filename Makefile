# Two commands: `make run` starts a living call centre, `make test` proves the code. Needs Python 3.11+ and make.
.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev run test check lint types borders migrations catalogues bench prove clean

# The first interpreter that is new enough; `make PYTHON=...` names another one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*##  */\1\t/p' $(MAKEFILE_LIST) | expand -t 12

python:
	@test -n "$(PYTHON)" || { echo "Switchdesk needs Python 3.11 or newer, and none was found on the PATH." \
		"Name one: make PYTHON=/path/to/python3.12 run" >&2; exit 1; }

setup: python  ## .venv with what `make run` needs
	@$(PYTHON) ccsite/run/venv.py

setup-dev: python  ## ... and the tests' own tools
	@$(PYTHON) ccsite/run/venv.py --dev

run: setup  ## Start everything; Ctrl-C ends it
	@exec $(BIN)/python -m ccsite.run

test: setup-dev  ## All tests, on a real PostgreSQL and a real Valkey
	@$(BIN)/python -m pytest -q

check: setup-dev lint types migrations catalogues test  ## What CI runs: lint, types, borders, migrations, catalogues, tests

lint: setup-dev
	@$(BIN)/ruff check .

types: setup-dev
	@$(BIN)/mypy

borders: setup-dev
	@$(BIN)/python -m pytest -q tests/borders

migrations: setup-dev
	@$(BIN)/python -m ccsite.run.checks migrations

catalogues: setup-dev
	@$(BIN)/python -m ccsite.run.checks catalogues

bench: setup  ## Every benchmark, the quick form
	@for b in bench/[a-z]*.py; do echo "== $$b"; $(BIN)/python $$b --quick || exit 1; done

clean:  ## Forget .venv and all data of `make run`
	rm -rf .venv .venv.lock var
