# `make demo` and `make test` are all a newcomer needs; both set up what is missing first.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: demo test check bench diagrams setup clean format

$(VENV)/.installed: pyproject.toml constraints.txt bin/bootstrap
	@bin/bootstrap

setup: $(VENV)/.installed
	@$(VENV)/bin/alo setup

demo: setup
	@$(VENV)/bin/alo demo $(if $(KEEP),--keep)

test: setup
	@bin/test

check: $(VENV)/.installed
	@bin/check

bench: setup
	@$(PY) -m bench

diagrams: $(VENV)/.installed
	@$(PY) docs/diagrams.py

format: $(VENV)/.installed
	@$(VENV)/bin/ruff format -q . && $(VENV)/bin/ruff check -q --fix .
