# `make` or `make help` lists what there is. Every target may run again at any time.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup dev run admin import remove-sample test check bench bench-browser lock sbom pictures mutants clean

VENV ?= .venv
export VENV
SIZES ?= 21k 210k 1050k
PYTHON_VENV := $(VENV)/bin/python
# This file is for development and for trying the site: debug pages on, loopback only.
export DEBUG := 1
# Written bytecode makes the second start of every command much quicker.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Install everything the site needs: environment, database, places, sample directory
	@bin/install base
	@$(PYTHON_VENV) bin/prepare

dev:
	@bin/install dev

run: setup ## Serve the site on http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(PYTHON_VENV) bin/serve

admin: setup ## Make an account that may sign in at /admin/
	@exec $(PYTHON_VENV) manage.py createsuperuser

import: setup ## Load real directory workbooks: make import FILES="su.xlsx mh.xlsx"
	@test -n "$(FILES)" || { echo 'Say which files: make import FILES="su.xlsx mh.xlsx"' >&2; exit 2; }
	@exec $(PYTHON_VENV) manage.py import_directory $(FILES)

remove-sample: setup ## Take the invented sample centers out
	@exec $(PYTHON_VENV) manage.py remove_sample

test: dev ## Run every test on SQLite and PostgreSQL, and the browser journeys
	@$(PYTHON_VENV) manage.py compile_catalogs
	@bin/test

check: dev ## Run every gate: style, types, architecture, templates, migrations, deployment, coverage
	@bin/check

bench: dev ## Measure speed, memory and weight at SIZES="21k 210k 1050k", and write docs/benchmarks.md
	@rm -rf build/bench
	@env -u DATABASE_URL $(PYTHON_VENV) -m bench 21k
	@if bin/with-postgres --find >/dev/null; then bin/with-postgres $(PYTHON_VENV) -m bench $(SIZES); fi
	@$(PYTHON_VENV) -m bench.report

bench-browser: dev ## Measure weight and speed in a phone's browser (Lighthouse; needs Node and Chromium; about 15 minutes)
	@$(PYTHON_VENV) -m bench.browser

lock: dev ## Renew the lock files after a change in requirements/*.in
	@$(PYTHON_VENV) -m uv --version >/dev/null 2>&1 || $(PYTHON_VENV) -m pip install --quiet uv
	@for name in base dev ops scanners; do $(PYTHON_VENV) -m uv pip compile --quiet requirements/$$name.in \
	  --output-file requirements/$$name.txt --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header; done

sbom: dev ## Write the bill of materials of what an installation gets: build/sbom.cdx.json
	@$(PYTHON_VENV) bin/sbom

pictures: dev ## Make the pictures of the README and of the coordinators' handbook anew
	@$(PYTHON_VENV) bin/pictures
	@$(PYTHON_VENV) bin/pictures desk

mutants: dev ## Spoil the clinical domain in small ways and list what no test notices (about an hour)
	@$(PYTHON_VENV) bin/mutants

clean: ## Remove the environment, caches and built files; the database stays
	rm -rf $(VENV) build staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
