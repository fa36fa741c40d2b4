# Greenroom. Everything is made inside .venv from the hashed lock files; a second run of any target is instant.
# Needs python3 (3.11 or newer), pip and make. Options: ARGS="..." goes to the program a target runs, PYTHON=python3.12 picks another Python.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
UV_VERSION := 0.13.9
CHECKED := studio tests benchmarks docs app.py

# The wheel of llama.cpp counts on the system's OpenMP library, which very small systems lack.
OPENMP = $(BIN)/python -c 'import xllamacpp' 2>/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && apt-get install -y --no-install-recommends libgomp1; \
	else echo "The starter model needs OpenMP. On Debian and Ubuntu: sudo apt-get install libgomp1"; fi

.DEFAULT_GOAL := help
.PHONY: help run test check bench format docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## install what is needed, fetch the starter model, start the studio and print its address
	@$(BIN)/studio models pull starter || echo "Going on without the starter model: the Models page says what else can run."
	@exec $(BIN)/studio run $(ARGS)

test: $(VENV)/dev.stamp ## the whole test suite, browser and starter model included (ARGS="-k words tests/export")
	@$(BIN)/python -m tests.chromium
	@$(BIN)/studio models pull starter
	@$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist loadfile $(ARGS)

check: $(VENV)/dev.stamp ## style, types, architecture, and whether the generated documents are up to date
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m docs.modes --check
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_pins.py

bench: $(VENV)/dev.stamp ## one benchmark: make bench NAME=startup (ARGS="--json ...")
	@test -n "$(NAME)" || { echo "Name one: make bench NAME=turns. There are: $(basename $(notdir $(shell grep -l __main__ benchmarks/*.py)))"; exit 2; }
	@$(BIN)/python -m benchmarks.$(NAME) $(ARGS)

format: $(VENV)/dev.stamp ## put the code into the house style
	$(BIN)/ruff check --fix-only --quiet $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

docs: $(VENV)/dev.stamp ## write the generated documents anew
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.modes

lock: $(VENV)/bin/python ## resolve the lock files anew after an edit of requirements*.txt (ARGS=--upgrade moves everything)
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	$(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" $(ARGS) requirements.txt --output-file requirements.lock
	$(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" $(ARGS) -c requirements.lock requirements-dev.txt --output-file requirements-dev.lock

clean: ## remove .venv and what tools left behind; plays, characters and models are kept
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Greenroom needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# `studio` without an install step: what runs is this folder.
$(BIN)/studio: Makefile | $(VENV)/bin/python
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/$(BIN)/python" -P -m studio "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $@
	@chmod +x $@

$(VENV)/run.stamp: requirements.lock $(BIN)/studio | $(VENV)/bin/python
	@echo "Installing what the studio needs into $(VENV). This takes a minute or two, once."
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(OPENMP)
	@touch $@

# The second lock holds the first one's pins too, so this makes `make run` ready as well.
$(VENV)/dev.stamp: requirements-dev.lock $(BIN)/studio | $(VENV)/bin/python
	@echo "Installing what the studio and its tests need into $(VENV). This takes a minute or two, once."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@$(OPENMP)
	@touch $(VENV)/run.stamp $@
