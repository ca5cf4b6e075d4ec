# Everything a person or CI does with this repository; `make` alone lists it. Nothing is installed outside this folder.
#
#   PYTHON=python3.12          the Python that makes the environment (default: the first one found that is new enough)
#   ARGS='…'                   options handed to `tongban demo`, pytest or the broker
#   TONGBAN_CACHE=DIR          where downloads are kept (default: .cache)
#   TONGBAN_KAFKA=HOST:PORT    run the Kafka tests on this broker instead of one of their own
#   TONGBAN_POSTGRES=URL       run the PostgreSQL tests in this database instead of a server of their own

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

# Stamps: the environment, what Tongban needs to run, and what its tests and checks need on top.
MADE := $(VENV)/.made
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.PHONY: help
help: ## This list
	@echo 'Tongban (通办): the case ledger that cities share'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@sed -n 's/^#   \([A-Z_]*=.*\)/  \1/p' $(firstword $(MAKEFILE_LIST))

.PHONY: venv
venv: $(RUN) ## Make .venv and install Tongban with the tested versions (constraints.txt)

.PHONY: demo
demo: $(RUN) ## Three cities, 300 cases, one log: the main job, without any server
	$(BIN)/tongban demo $(ARGS)

.PHONY: test
test: $(DEV) jars ## Get what the tests need, start it, and run them all on two cores
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: walks
walks: $(DEV) ## A thousand random walks of three nodes: crashes, copies, restored backups, liars (CI takes 24; one in ten on PostgreSQL)
	TONGBAN_WALKS=1000 TONGBAN_WALK_STEPS=150 $(BIN)/pytest -n 2 tests/interleavings/test_exploration.py $(ARGS)

.PHONY: soak
soak: $(DEV) jars ## Five minutes of real nodes and a real broker, killed at random under load (CI takes one)
	TONGBAN_SOAK_SECONDS=300 $(BIN)/pytest tests/soak $(ARGS)

.PHONY: crashes
crashes: $(DEV) jars ## Every crash point on every pair of store and log (CI takes some on the mixed pairs): minutes
	TONGBAN_CRASH_POINTS=all $(BIN)/pytest -n 2 tests/crash $(ARGS)

.PHONY: bench
bench: $(DEV) jars ## Measure each step beside its floor, with a broker of its own: ARGS='--quick', '--only NAME'
	$(BIN)/python -m benchmarks.run $(ARGS)

.PHONY: fuzz
fuzz: $(DEV) ## Fuzz a parser: ARGS='event-record' (coverage-guided after `.venv/bin/pip install atheris`)
	$(BIN)/python -m tests.fuzz.fuzz_records $(or $(ARGS),event-record)

.PHONY: check
check: $(DEV) ## ruff, ruff format, mypy, import-linter: what CI runs too
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: drawings
drawings: $(DEV) ## Draw docs/imports.md anew: which package, and which module of the law, imports which
	$(BIN)/python -m tests.project.drawing > docs/imports.md

.PHONY: kafka
kafka: $(DEV) ## Run a real Kafka broker without Docker, until Ctrl-C
	sh tests/adapters/kafka/fetch.sh
	$(BIN)/python tests/adapters/kafka/broker.py run $(ARGS)

.PHONY: lock
lock: $(MADE) ## Write constraints.txt anew from the newest versions that pyproject.toml allows
	rm -rf build/lock
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[dev]'
	sed -n '/^#/p' constraints.txt > build/constraints.txt
	build/lock/bin/python -m pip freeze --all --exclude-editable --exclude pip >> build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/lock

.PHONY: clean
clean: ## Remove what was built or cached by tools; .venv and downloads stay
	rm -rf build dist src/*.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The Kafka server for the tests. A person without Java still runs all the other tests; CI does not get away with that.
.PHONY: jars
jars:
	@if [ -n "$${TONGBAN_KAFKA:-}" ]; then echo "the Kafka tests run on $$TONGBAN_KAFKA"; \
	elif sh tests/adapters/kafka/fetch.sh; then :; \
	elif [ -n "$${CI:-}" ]; then exit 1; \
	else echo 'no Kafka server: the tests that need one will be skipped' >&2; fi

$(MADE):
	@if ! $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null || ! $(PIP) --version >/dev/null 2>&1; then \
	  for python in $(PYTHONS); do \
	    if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo 'Tongban needs Python 3.11 or newer; looked for: $(PYTHONS).' >&2; \
	    echo 'Install one, or name it: make PYTHON=/path/to/python3' >&2; exit 1; \
	  fi; \
	  echo "making $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV) || { \
	    echo '$(VENV) could not be made; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }; \
	fi
	@touch $@

# setuptools comes first and pinned, so that the build uses it too instead of fetching the newest.
$(RUN): pyproject.toml constraints.txt | $(MADE)
	@echo 'installing Tongban'
	@$(PIP) install --constraint constraints.txt setuptools
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(MADE)
	@echo 'installing Tongban with what its tests and checks need'
	@$(PIP) install --constraint constraints.txt setuptools
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $(RUN) $@
