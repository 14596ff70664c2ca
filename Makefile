# Two commands on a fresh machine: `make demo` and `make test`.
# The locks name every package with its dependencies, so pip resolves nothing (--no-deps).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOME_FOLDER ?= junheng-home

.PHONY: demo test test-all bench lint lock pictures clean

demo: $(VENV)/.installed
	$(BIN)/junheng demo --home $(HOME_FOLDER)

test: $(VENV)/.installed-dev lint
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/.installed-dev lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

pictures: $(VENV)/.installed-dev
	JUNHENG_PICTURES=docs/pictures $(BIN)/pytest -m "browser or office"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

# Needs uv; writes no index address into the locks.
lock:
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-annotate --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --group dev --constraint requirements.lock --universal --generate-hashes --python-version 3.11 --no-annotate --custom-compile-command "make lock" -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
