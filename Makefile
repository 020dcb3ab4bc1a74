PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install run test test-all docs bench bench-all bench-smoke format clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/'

install: .venv/installed  ## create .venv and install gan_lab into it

run: install  ## train the default model, a DCGAN on MNIST
	$(BIN)/python -m gan_lab
	@echo 'Before these commands: source .venv/bin/activate'

test: .venv/installed-test  ## lint and run the quick tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not slow"

test-all: .venv/installed-test  ## lint and run all tests, the slow ones too
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal

docs: .venv/installed-docs  ## build the documentation as a site: build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo 'Open build/site/index.html'

bench: .venv/installed  ## measure training, evaluation and start-up against a loop written by hand
	$(BIN)/python -m benchmarks train evaluate startup

bench-all: .venv/installed  ## measure further algorithms, loading, growth, memory and single levers too
	$(BIN)/python -m benchmarks train algorithms evaluate sample startup data folder scaling memory levers long_life quality

bench-smoke: .venv/installed  ## run every benchmark once, as small as can be
	$(BIN)/python -m benchmarks --smoke train algorithms evaluate sample startup data folder scaling memory levers long_life quality

format: .venv/installed-test  ## put the code into its standard form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove .venv; runs and data are kept
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("gan_lab needs Python 3.11 to 3.13; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/installed-test: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@ .venv/installed

.venv/installed-docs: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@ .venv/installed
