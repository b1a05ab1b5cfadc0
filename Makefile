# SPDX-License-Identifier: LGPL-3.0-or-later
# Few, obvious targets. Everything runs in .venv, which `make` makes by itself.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SITES := $(wildcard tests/integration/test_*.py) tests/integration/service

.PHONY: help demo test lint docs pictures bench campaign translations clean

help: ## show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt hatch_build.py $(wildcard locales/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	$(BIN)/python -m compileall -q optimage phantoms  # pip compiles all but what is installed as editable
	touch $@

demo: $(STAMP) ## do the whole job once on digital phantoms; files in demo/
	$(BIN)/optimage demo

test: $(STAMP) lint docs ## everything but the campaigns
	$(BIN)/python -m compileall -q optimage phantoms  # where nothing else writes bytecode every process would compile anew
	$(BIN)/python -m pytest -n 2 -m "not campaign"

lint: $(STAMP) ## style, types, layers, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell optimage phantoms profiles report_templates docs tests README.md CHANGELOG.md CONTRIBUTING.md

docs: $(STAMP) ## build the documentation, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

pictures: $(STAMP) ## draw the charts and reports of the documentation
	$(BIN)/python docs/generate/chart_pictures.py
	$(BIN)/python docs/generate/report_pictures.py

bench: $(STAMP) ## ratios against floors, measured side by side
	$(BIN)/python -m tests.benchmarks

campaign: $(STAMP) ## long kills, fuzzing, coverage studies; sites on PostgreSQL and on a cluster
	$(BIN)/python -m pytest -m campaign --timeout 3600 -s
	$(BIN)/python -m pytest --on postgresql -n 2 -m "not campaign" --timeout 900 $(SITES)
	$(BIN)/python -m pytest --on dask -n 2 -m "not campaign" --timeout 900 $(SITES)
	$(BIN)/python -m pytest --on dask -m campaign --timeout 3600 -s tests/integration/test_kill.py

translations: $(STAMP) ## collect new sentences into the catalogues
	$(BIN)/python -m tests.contract.catalogues

clean: ## remove what was made
	rm -rf $(VENV) demo site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
