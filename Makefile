# Every target sets up what it needs: Python 3.11 or newer and make are enough.

PYTHON ?= python3
RUN := .venv/bin/python
STAMP := .venv/.installed

.PHONY: help demo test test-slow test-all fuzz mutants lint types bench docs clean

# Each step already uses every core; and `make -j clean test` has to mean: first clean.
.NOTPARALLEL:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(STAMP) ## train, proof-read and draw the two-layer network; writes to out/
	$(RUN) -m demos

test: $(STAMP) ## run the tests that take seconds
	$(RUN) -m pytest -n auto -m "not slow"

test-slow: $(STAMP) ## run the tests that `make test` leaves out
	$(RUN) -m pytest -n auto -m slow || [ $$? -eq 5 ] # 5: there is none

test-all: $(STAMP) ## run all tests
	$(RUN) -m pytest -n auto

fuzz: $(STAMP) ## try random programs until one fails; SECONDS=60 stops after a minute
	$(RUN) -W ignore -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS))

mutants: $(STAMP) ## change the rules of the operations and list the changes that no test notices
	$(RUN) -W ignore -m tests.mutants

lint: $(STAMP) ## check style and formatting
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(STAMP) ## check the types
	$(RUN) -m mypy

bench: $(STAMP) ## measure the speed beside the peers; writes out/benchmarks.md
	$(RUN) -m benchmarks

docs: $(STAMP) ## write the page of operations and the stubs, run every example, check every link
	$(RUN) -m docs.generate
	$(RUN) -m docs.stubs
	$(RUN) -m pytest tests/test_docs.py

clean: ## remove all that make and the tests have made
	rm -rf .venv .venv-peers out build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp comes last, so an interrupted installation is taken up again by the next run.
$(STAMP): pyproject.toml
	@rm -f $@
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no '$(PYTHON)': name a Python 3.11 or newer, as in 'make PYTHON=python3.12 $(MAKECMDGOALS)'." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "'$(PYTHON)' is older than 3.11: name a newer one, as in 'make PYTHON=python3.12 $(MAKECMDGOALS)'." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' has no venv: install it (package python3-venv on Debian and Ubuntu)." >&2; exit 1; }
	@echo "Setting up .venv (a minute or so, the first time)"
	@$(RUN) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || "$(PYTHON)" -m venv --clear .venv
	@$(RUN) -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@
