# Every command of the house. Each does its own set-up, in .venv and frontend/node_modules, and nowhere else.

SHELL := bash
PORT ?= 8000
WORKERS ?= 5
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check
SCREENS := @$(RUN) hatch_build.py
UV := uv==0.13.9
COMPILE := $(VENV)/lock/bin/uv pip compile pyproject.toml --quiet --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header

# pip, npm and Chromium want a home for their caches; a build server may give none, or one that is not ours.
export HOME := $(shell [ -w "$$HOME" ] && echo "$$HOME" || echo "$(CURDIR)/$(VENV)/home")

.DEFAULT_GOAL := help
.PHONY: help demo test check long bench wire browser lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/run.stamp ## the demo café with a simulated till: prints three links that open as they are (PORT=8000)
	$(SCREENS)
	$(VENV)/bin/loyalty demo --port $(PORT)

test: ## everything: set-up with system packages (SYSTEM_PACKAGES=no forbids those), checks, all tests (WORKERS=5)
	.ci/system
	@$(MAKE) --no-print-directory $(VENV)/dev.stamp
	$(SCREENS)
	$(RUN) .ci/check.py --but-tests
	$(RUN) -m pytest -n $(WORKERS)

check: $(VENV)/dev.stamp ## lint, types, house rules, generated files, quick tests: under a minute
	$(SCREENS)
	$(RUN) .ci/check.py

browser: $(VENV)/dev.stamp ## the browser tests alone
	$(SCREENS)
	$(RUN) -m pytest -m "browser and not long"

long: $(VENV)/dev.stamp ## all tests at full counts, for hours; writes bench/results/long.txt
	$(SCREENS)
	@mkdir -p bench/results
	set -o pipefail; REGULARS_LONG=1 $(RUN) -m pytest -m "long or not long" --durations=25 | tee bench/results/long.txt

bench: $(VENV)/dev.stamp ## how fast it is, beside the floor of this machine
	$(SCREENS)
	$(RUN) -m bench --name line
	$(RUN) -m bench.publish --write

wire: $(VENV)/dev.stamp ## what is generated: frontend/src/wire.ts, docs/reference.md
	$(RUN) -m loyalty.wire_ts --write
	$(RUN) -m loyalty.reference --write

lock: $(VENV)/dev.stamp ## lock files from pyproject.toml and package.json (UPGRADE=--upgrade for newer versions)
	$(INSTALL) --upgrade --target $(VENV)/lock $(UV)
	$(COMPILE) --group build $(UPGRADE) --output-file requirements/run.txt
	$(COMPILE) --group build --group dev $(UPGRADE) --constraint requirements/run.txt --output-file requirements/dev.txt
	cd frontend && npm install --package-lock-only

# run.stamp: what the service needs; dev.stamp: that and what the checks need. Both put `loyalty` on the path, editable.
$(VENV)/%.stamp: requirements/%.txt pyproject.toml | $(RUN)
	$(INSTALL) --require-hashes -r $<
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(RUN):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/it names one" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt-get install python3-venv" >&2; exit 1; }
