# `make run` (set up, simulate the sources, crawl, index, serve), `make test` (set up, check, test), `make quick` (the same
# in a minute, while you work).
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?=
# What `make quick` runs: tests that need no database, no other process and no browser.
QUICK  := tests/search tests/web tests/crawlers tests/contract/matching tests/test_house.py
SLOW   := tests/search/store tests/crawlers/test_run.py tests/crawlers/test_schedule.py

.DEFAULT_GOAL := help
.PHONY: help run test quick lint format bench lock clean system

help:           ## list the commands
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: $(VENV)/run.stamp  ## set up, simulate the four sources, crawl them, index, serve; PORT=… chooses the port
	$(BIN)/busca demo $(if $(PORT),--port $(PORT))

test: $(VENV)/test.stamp system lint  ## set up, check format, lint, types and layers, run all tests
	$(BIN)/pytest -n logical --dist worksteal

quick: $(VENV)/test.stamp lint  ## what a change needs in a minute: format, lint, types, layers and the quick tests
	$(BIN)/pytest -n logical --dist worksteal --hypothesis-profile quick $(QUICK) $(addprefix --ignore=,$(SLOW))

lint: $(VENV)/test.stamp  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp  ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/test.stamp  ## time searches of our index against stock Whoosh queries; DOCS=… takes a file of pages
	$(BIN)/python -m benchmarks.latency $(if $(DOCS),--docs $(DOCS))

lock: $(VENV)/test.stamp  ## resolve the dependencies anew, with hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --generate-hashes build.in pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --generate-hashes -c requirements.lock --extra test build.in pyproject.toml -o requirements-test.lock

system:         ## Chromium and PostgreSQL for the tests, from Debian's packages where this user may install them
	@tests/system-packages

clean:          ## remove the environment and the run-time data
	rm -rf $(VENV) var build dist *.egg-info

# An environment is whole when its stamp is newer than what it was made from.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q busca web crawlers indexes search  # the first command is as quick as the next
	$(BIN)/python -m indexes.warmup
	@touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-test.lock
	@touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
