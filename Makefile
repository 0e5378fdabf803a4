# Every command of the working day. `make help` prints this menu.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Quiet CPUs: one test process for each core.
WORKERS ?= auto
# Python compiles what it imports when it first does; compiling all that nobody imports takes a minute and a half.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
PIN := --quiet --strip-extras --no-emit-find-links --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help install dev run test check format bench eval pin clean

help: ## Print this menu
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	touch $@

install: $(VENV)/installed ## Make .venv and install the pinned requirements

dev: $(VENV)/installed-dev ## The same with the tools for tests and checks

run: install ## Load the demo company into an empty database and serve http://127.0.0.1:8000
	$(BIN)/crmbot demo

test: dev ## Run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: dev ## Check format, lint, types and imports, as a merge does
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## Measure speed and memory; prints JSON (bench/README.md says what each figure means)
	$(BIN)/crmbot bench all

eval: install ## Measure quality beside the run before; DATA=folder adds public sets (bench/README.md says what each figure means)
	$(BIN)/crmbot eval $(if $(DATA),--data $(DATA))

pin: dev ## Resolve the requirements anew and pin them
	$(BIN)/python -m piptools compile $(PIN) --output-file requirements.txt pyproject.toml
	sed -i.bak 's/^torch==\([0-9.]*\)+cpu/torch==\1/' requirements.txt && rm requirements.txt.bak
	$(BIN)/python -m piptools compile $(PIN) --output-file requirements-dev.txt requirements-dev.in

clean: ## Remove the environment and caches; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
