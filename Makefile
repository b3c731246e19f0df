# Each command sets up what it needs: a .venv in this folder, made once and again when pyproject.toml changes.

.PHONY: help demo test lint bench bench-cluster clean

VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready
CHECK  := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
# The first Python on the path that Penstock supports; `make PYTHON=/path/to/python` picks another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(CHECK)' 2>/dev/null && command -v $$python && break; done)

help:
	@echo 'make demo    train a digit classifier from examples/ by `penstock run`'
	@echo 'make test    run all tests'
	@echo 'make lint    ruff, mypy and the layer contracts'
	@echo 'make bench   compare speed with hand-written JAX, and with TensorFlow if TF_PYTHON names a Python that has it'
	@echo 'make bench-cluster   compare the speed of a cluster of processes with that of TensorFlow'

demo: $(READY)
	$(VENV)/bin/penstock run examples/digits.py

test: $(READY)
	$(PY) -m pytest -q -n 2 --dist worksteal

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

bench: $(READY)
	$(PY) -m benchmarks $(ARGS)

bench-cluster: $(READY)
	$(PY) -m benchmarks.cluster $(ARGS)

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo 'No Python 3.11, 3.12 or 3.13 on the path: install one, or name it by `make PYTHON=...`.' >&2; exit 1; }
	test -x $(VENV)/bin/pip || "$(PYTHON)" -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
