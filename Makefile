# make demo   sets up and runs the whole job on the sample city -> maps/
# make test   sets up and runs the tests
# Both work alone, on a fresh Debian machine with Python 3.11 (make PYTHON=… for another one).
SHELL := /bin/bash
BIN := .venv/bin
#: what to hand to pytest, for example: make test PYTEST_ARGS="-k save -x"
PYTEST_ARGS ?= -n 2
#: the others run among the tests
PROPERTIES := tests/properties
UV ?= uv
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.PHONY: help bench setup demo test test-properties second-opinion test-slow test-campaign test-lowest lint lint-page format lock wheel clean distclean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

setup: ## make .venv with everything for development
	@scripts/setup.sh dev

demo: ## check, suggest, draw and hand over the sample city -> maps/
	@scripts/setup.sh run
	@$(BIN)/siting run data/city.toml --output maps

test: ## all tests but the slow ones
	@scripts/setup.sh dev
	@scripts/browser.sh
	@$(BIN)/pytest $(PYTEST_ARGS)

test-slow: ## the slow tests: the built wheel in an empty environment, and the like
	@scripts/setup.sh dev
	@scripts/browser.sh
	@scripts/postgis.sh
	@scripts/office.sh
	@$(BIN)/pytest $(PYTEST_ARGS) -m slow

second-opinion: ## PostGIS on the same pairs as siting's kernel: the sample city, and Cambridge where its data are
	@scripts/setup.sh dev
	@scripts/postgis.sh
	@$(BIN)/pytest -m slow -rA tests/overlay/test_second_opinion.py

test-properties: ## each property of docs/proofs.md with 2,000 cases (CI), or by hand PROFILE=campaign: 50,000
	@scripts/setup.sh dev
	@SITING_HYPOTHESIS=$(or $(PROFILE),thorough) $(BIN)/pytest $(PYTEST_ARGS) $(PROPERTIES)

test-campaign: ## the long campaigns: tens of minutes, by hand before a release
	@scripts/setup.sh dev
	@$(BIN)/pytest $(PYTEST_ARGS) -m campaign

bench: ## siting beside five other engines (SIZE=full for a million parcels; PostGIS from Debian)
	@scripts/setup.sh dev
	@scripts/setup.sh bench
	$(BIN)/python benchmarks/bench.py --size $(or $(SIZE),small)

lint: ## style, types, import contracts, dependencies, notebooks without outputs
	@scripts/setup.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry . --no-ansi
	@shopt -s nullglob; for book in notebooks/*.ipynb; do \
	  $(BIN)/nbstripout --verify "$$book" || { echo "run: $(BIN)/nbstripout $$book"; exit 1; }; done

lint-page: ## the page's scripts and styles as Chromium 69 takes them: linted, not run there
	@scripts/setup.sh dev
	@scripts/node.sh
	@scripts/lint-page.sh

format: ## bring the code into the one style
	@scripts/setup.sh dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Locks are universal (any system, Python 3.11 on), pinned by hash and name no package index.
LOCK = $(UV) pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links
lock: ## renew requirements/*.lock (needs uv: pip install uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv"; exit 2; }
	$(LOCK) --group dev -o requirements/dev.lock
	$(LOCK) -c requirements/dev.lock -o requirements/run.lock
	$(LOCK) --group bench -c requirements/dev.lock -o requirements/bench.lock
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	  --group build -c requirements/dev.lock -o requirements/build.lock
	@! grep -nE '://|--(extra-)?index|--find-links' requirements/*.lock

test-lowest: ## the tests with the oldest versions that pyproject.toml allows (needs uv)
	$(UV) venv --quiet --clear --python 3.11 .venv-lowest
	$(UV) pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct -e .
	$(UV) pip install --quiet --python .venv-lowest/bin/python pytest hypothesis jsonschema \
	  playwright nbmake ipykernel pypdfium2 pytest-xdist networkx axe-playwright-python
	.venv-lowest/bin/python -m pytest $(PYTEST_ARGS) tests

wheel: ## build dist/*.whl and the source distribution
	@scripts/setup.sh dev
	$(BIN)/python -m hatchling build

clean: ## remove what was built or drawn (maps/ too), keep .venv
	rm -rf dist build siting-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache .coverage htmlcov
	find maps -mindepth 1 ! -name .gitkeep -delete
	find siting tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv
	rm -rf .venv .venv-lowest
