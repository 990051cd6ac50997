# Every command a developer or a CI machine needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON := $(BIN)/python
STACK := $(PYTHON) -m screentest.stack
# Narrow what `make test` runs: make test T=tests/unit
T ?= tests
# Two processes on two cores; each has a virtual host and databases of its own.
TEST_PROCESSES ?= 2
RUNNERS ?= 3
REPLICAS ?= 1
PORT ?= 8400
# Anything: `make up` runs Prometheus too, where it can be installed.
OBSERVE ?=
# Addresses of ComfyUI servers, separated by commas: `make up` starts a worker for each.
COMFYUI_URL ?=

# More for the report: make qa-report QA_REPORT="--split tuning --sample 4"
QA_REPORT ?=

##@ Using it

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: web ## From three photographs to test shots, scores and a finished scene (KEEP=1 leaves it running)
	@$(PYTHON) -m screentest.demo

.PHONY: up
up: web ## Run everything in the foreground: RUNNERS=3 REPLICAS=1 PORT=8400 OBSERVE=1 COMFYUI_URL=http://...,http://...
	@exec $(STACK) up --runners $(RUNNERS) --replicas $(REPLICAS) --port $(PORT) \
		--comfyui "$(COMFYUI_URL)" $(if $(OBSERVE),--observe)

.PHONY: down
down: ## Stop what `make up` runs in another terminal
	@if [ -x $(PYTHON) ]; then $(STACK) down; fi

.PHONY: status
status: setup ## Say what runs
	@$(STACK) status

.PHONY: migrate
migrate: setup ## Bring the database up to date: SCREENTEST_PG_DSN, else the stack's own
	@if [ -n "$${SCREENTEST_PG_DSN:-}" ]; then $(PYTHON) -m screentest.common.migrate; \
		else $(STACK) migrate; fi

##@ Working on it

.PHONY: setup
setup: ## Install what is missing: virtual environment, locked packages, Postgres, RabbitMQ
	@scripts/setup.sh

.PHONY: web
web: setup ## Build the web app where it changed
	@scripts/web.sh build

.PHONY: test
test: web ## Run the tests against private servers: T=tests/unit narrows it
	@if [ "$(T)" = tests ]; then scripts/web.sh test; $(PYTHON) tests/support/browser.py; fi
	@$(STACK) servers -- $(BIN)/pytest -n $(TEST_PROCESSES) --dist loadgroup $(T)

.PHONY: test-comfyui
test-comfyui: comfyui-url setup ## Run the tests of the real path against a live server: COMFYUI_URL=http://...
	@SCREENTEST_TEST_COMFYUI_URL="$(COMFYUI_URL)" $(BIN)/pytest \
		tests/integration/gpu_runner/comfyui/test_real_server.py tests/e2e/comfyui

.PHONY: comfyui-url
comfyui-url:
	@if [ -z "$(COMFYUI_URL)" ]; then echo "Say which ComfyUI server, one that nobody else uses\
	 meanwhile: make test-comfyui COMFYUI_URL=http://127.0.0.1:8188" >&2; exit 2; fi

.PHONY: qa-report
qa-report: setup ## How well the checks tell good clips from broken ones: table, and a page with stills
	@$(PYTHON) tests/qa/report.py $(QA_REPORT)

.PHONY: check
check: setup ## Format, lint, types, import contracts, Dockerfiles, SQL against the migrated database
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint services/*/Dockerfile
	@scripts/web.sh check
	@$(STACK) servers -- $(BIN)/pytest -q tests/integration/test_sql_prepares.py

.PHONY: format
format: setup ## Format, and mend what ruff can mend
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

.PHONY: contracts
contracts: setup ## Write docs/openapi.json, docs/asyncapi/ and the broker's definitions from the code
	@$(PYTHON) -m screentest.api openapi >docs/openapi.json
	@$(PYTHON) -m screentest.common.asyncapi docs/asyncapi
	@$(PYTHON) -m screentest.common.broker_definitions >deploy/rabbitmq/definitions.json

.PHONY: screenshots
screenshots: web ## Take pictures of the web app that runs here, for docs/screenshots
	@$(PYTHON) scripts/screenshots.py

.PHONY: lock
lock: ## Choose package versions anew and write requirements.lock
	@scripts/lock.sh

.PHONY: clean
clean: ## Stop the stack and delete its data, caches and the virtual environment
	@if [ -x $(PYTHON) ]; then $(STACK) clean; fi
	@rm -rf .venv .node frontend/node_modules frontend/dist .screentest .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find libs services tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
