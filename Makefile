# The way in. `make` alone lists what there is; `make run` and `make test` are the two commands to know.

PORT ?= 8000
# `make run` shows the demonstration. DEMO=0 with the settings of README.md runs the real thing.
DEMO ?= 1
export PORT DEMO
export PYTHONUNBUFFERED = 1

PYTHON = .venv/bin/python
HERE = PATH="$(CURDIR)/.venv/bin:$$PATH"
# A complete set of settings, as a live service has: what `check --deploy` is asked about.
COMPLETE = env -u DEMO -u DEBUG $$(cat tests/production.env) VAR_DIR="$(CURDIR)/var/checks"

.PHONY: help run test lint types suite journeys bench backup restore demo-reset requirements clean
.NOTPARALLEL:
.DEFAULT_GOAL := help

help:
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: .venv/.runtime ## start Fingerpost with its demonstration (PORT=8123 make run for another port)
	@$(PYTHON) manage.py prepare
	@exec $(PYTHON) site/serve.py

test: .venv/.dev ## everything: lint, types, floors, the suite on both databases, journeys in a browser
	@$(HERE) $(PYTHON) tests/run.py

lint: .venv/.dev ## ruff, mypy, the floors, templates, migrations, settings of a live service
	.venv/bin/ruff check --quiet .
	.venv/bin/ruff format --check --quiet .
	$(COMPLETE) .venv/bin/mypy
	@echo lint-imports; said=$$(PYTHONPATH=.:site .venv/bin/lint-imports) || { echo "$$said"; exit 1; }
	.venv/bin/djlint templates --quiet --lint
	$(COMPLETE) $(PYTHON) manage.py makemigrations --check --dry-run
	$(COMPLETE) $(PYTHON) manage.py check --deploy --fail-level WARNING

bench: .venv/.dev ## CPU, SQL, memory and cold start, measured against a bare Django view
	@$(PYTHON) -m bench

backup: .venv/.runtime ## database and vault together, into var/backups/ (or FILE=...)
	@$(PYTHON) manage.py backup $(if $(FILE),"$(FILE)")

restore: .venv/.runtime ## FILE=... put a backup into an empty place (FORCE=1 replaces what is there)
	@$(PYTHON) manage.py restore "$(FILE)" $(if $(filter 1,$(FORCE)),--force)

demo-reset: .venv/.runtime ## throw the demonstration's data away; the next `make run` loads it anew
	@$(PYTHON) manage.py demo_reset

requirements: .venv/.dev ## compile the pinned requirements from the .in files
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

# --- Setting up: uv where it is there, else venv and pip; only what the hashes name ---------------

.venv/.runtime: requirements.txt
	@sh install.sh requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt
	@sh install.sh requirements-dev.txt
	@touch .venv/.runtime $@
