SHELL := /bin/sh
.DELETE_ON_ERROR:
PORT ?= 8000
PY := .venv/bin/python
STAMP := .venv/.installed
TEST_STAMP := .venv/.installed-test
MUTANTS_STAMP := .venv-mutants/.installed
PEERS_STAMP := .venv-peers/.installed
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all:
PIP := $(PY) $(PIP_INSTALL) --no-compile
# pip compiles on one core. What is written for another Python only does not compile.
COMPILE := $(PY) -m compileall -qq -j 0 .venv/lib || true
.DEFAULT_GOAL := help
.PHONY: help install demo test soak mutants check bench bench-peers lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 12

$(PY):
	@python=$$(PYTHON="$(PYTHON)" scripts/python.sh) && echo "Using $$python" && "$$python" -m venv .venv

$(STAMP): requirements.txt | $(PY)
	@echo "Installing ..." && $(PIP) -r requirements.txt
	@$(COMPILE)
	@touch $@

$(TEST_STAMP): requirements-test.txt | $(PY)
	@echo "Installing, with the test tools ..." && $(PIP) -r requirements-test.txt
	@$(COMPILE)
	@touch $@ $(STAMP)

install: $(STAMP) ## make .venv with the run-time packages

demo: export STAFF_SECOND_FACTOR ?= off
demo: $(STAMP) ## install, load the demo blogs, serve them on http://127.0.0.1:8000/ (PORT=)
	@$(PY) manage.py migrate -v0
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$(PORT)} $(PY) manage.py load_demo
	@echo "Open http://127.0.0.1:$(PORT)/   (Ctrl-C stops it)"
	@$(PY) manage.py serve --port $(PORT)

test: $(TEST_STAMP) ## run every test on SQLite and PostgreSQL, with a browser (ARGS=, CASES=all)
	@browser=$$(scripts/browser.sh) && CHROMIUM="$$browser" $(PY) scripts/test.py $(ARGS)

soak: $(TEST_STAMP) ## the long forms of tests: 10,000 damages to a record, 3,000 to each source, 200 orders, 300 questions of the API, 500 rounds of moderators and imports at once, 100 lives of a comment, 100 kills of a whole site, 300 losses of power, 200 changes to the code, every case on PostgreSQL, each measure once
	@MUTANTS=10000 VAR_DIR=$$(mktemp -d) TEST_HALF=sqlite $(PY) -m pytest tests/ledger/test_mutants.py $(ARGS)
	@FUZZ=$${FUZZ:-3000} VAR_DIR=$$(mktemp -d) TEST_HALF=sqlite $(PY) -m pytest tests/importers/test_every_importer.py -k damage $(ARGS)
	@API_QUESTIONS=$${API_QUESTIONS:-300} VAR_DIR=$$(mktemp -d) TEST_HALF=sqlite $(PY) -m pytest tests/api/test_description.py $(ARGS)
	@ORDERS=$${ORDERS:-200} VAR_DIR=$$(mktemp -d) TEST_HALF=sqlite $(PY) -m pytest tests/intake/test_reading_orders.py tests/moderation/actions/test_told_orders.py $(ARGS)
	@ROUNDS=$${ROUNDS:-500} $(PY) scripts/test.py tests/moderation/actions/test_races.py $(ARGS)
	@LIVES=$${LIVES:-100} STEPS=$${STEPS:-20} $(PY) scripts/test.py tests/moderation/test_life.py $(ARGS)
	@KILLS=$${KILLS:-100} $(PY) scripts/test.py tests/test_kills.py $(ARGS)
	@LOSSES=$${LOSSES:-300} VAR_DIR=$$(mktemp -d) TEST_HALF=sqlite $(PY) -m pytest tests/power_loss $(ARGS)
	@$(MAKE) --no-print-directory mutants COUNT=$${COUNT:-200}
	@CASES=all $(PY) scripts/test.py $(ARGS)
	@SIZE=10000 $(PY) -m bench

# yattag, which cosmic-ray needs, comes without a wheel.
$(MUTANTS_STAMP): requirements-mutants.txt $(TEST_STAMP)
	@$(PY) -m venv .venv-mutants
	@.venv-mutants/bin/python $(PIP_INSTALL) --no-binary yattag -r requirements-mutants.txt
	@touch $@

mutants: $(MUTANTS_STAMP) ## change the code in drawn places, count what the tests notice (COUNT= SEED= IN= TESTS= BUDGET=)
	@COUNT="$(COUNT)" SEED="$(SEED)" TESTS="$(TESTS)" BUDGET="$(BUDGET)" $(PY) -m scripts.mutants $(IN)

check: $(TEST_STAMP) ## lint, format, types, import contracts, migrations, deployment
	@scripts/check.sh

parts: $(TEST_STAMP) ## name libraries that are older than SECURITY.md lets them be (INDEX=)
	@$(PY) scripts/part_ages.py requirements.txt "$(INDEX)"

bench: $(TEST_STAMP) ## measure, as ratios to floors of the same run
	@$(PY) -m bench $(ARGS)

# These have no wheel of the newest version, or none for every Python.
$(PEERS_STAMP): requirements-peers.txt $(TEST_STAMP)
	@$(PY) -m venv .venv-peers
	@.venv-peers/bin/python $(PIP_INSTALL) --no-binary isso,misaka,django-threadedcomments -r requirements-peers.txt
	@touch $@

bench-peers: $(PEERS_STAMP) ## measure the same thread in Isso, xtd and threadedcomments; writes docs/peers.md (SIZES=)
	@$(PY) -m bench.peers

lock: ## pin the requirements anew (needs uv)
	uv pip compile -q -U --universal --python-version 3.12 --generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	uv pip compile -q -U --universal --python-version 3.12 --generate-hashes --no-emit-index-url requirements-test.in -o requirements-test.txt
	uv pip compile -q -U --universal --python-version 3.12 --generate-hashes --no-emit-index-url requirements-mutants.in -o requirements-mutants.txt
	uv pip compile -q -U --universal --python-version 3.12 --generate-hashes --no-emit-index-url requirements-peers.in -o requirements-peers.txt

clean: ## remove the virtual environment and everything in var/
	rm -rf .venv .venv-mutants .venv-peers var
