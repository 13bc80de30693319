SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := demo
.PHONY: demo test equality fuzz bench check format clean help

PYTHON ?= python3
BIN := .venv/bin
STORE := oxigraph:syria-2016.kg

demo: .venv/ready  ## load the example articles, ask who arms whom, write alliances.html
	$(BIN)/kg load examples/syria-2016 --into $(STORE)
	$(BIN)/kg ask who-whom --relation arms --store $(STORE) --format table
	$(BIN)/kg view --store $(STORE) -o alliances.html

test: .venv/ready  ## run the tests; what needs a browser, Java or Maven is skipped where there is none
	$(BIN)/python -m pytest

equality: .venv/ready  ## ask every question on every engine that is here, and print which agree
	$(BIN)/python -m tests.equality

SECONDS := 300
fuzz: .venv/ready  ## let Atheris look for files that fell a loader, for SECONDS in all
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz $(SECONDS)

bench: .venv/ready  ## measure loading, reading and exporting against the bare engine, and the page against pyvis
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/page.py

check: .venv/ready  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/ready  ## rewrite the files as `make check` wants them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what `make` made, but for the servers that the tests fetched (rm -r .servers)
	rm -rf .venv syria-2016.kg alliances.html

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv || { echo "python3 -m venv does not work here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
