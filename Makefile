# Everything a fresh machine needs is python3 (3.12 or newer) with pip; uv is used when it is there.
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PYTEST := .venv/bin/python -m pytest
DEMO_HOME ?= .demo
PORT ?= 8000

.PHONY: setup demo test test-long lint bench mutants lock clean

setup: .venv/.done

.uv/bin/uv:
	python3 -m venv .uv && .uv/bin/pip install -q --disable-pip-version-check uv

.venv/.done: $(UV) requirements/runtime.txt requirements/dev.txt pyproject.toml
	test -x .venv/bin/python || $(UV) venv -q --seed .venv
	$(UV) pip sync -q --python .venv/bin/python requirements/dev.txt
	$(UV) pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

lock: $(UV)
	$(UV) pip compile -q --no-emit-index-url --no-header --generate-hashes --python-version 3.12 pyproject.toml -o requirements/runtime.txt
	$(UV) pip compile -q --no-emit-index-url --no-header --generate-hashes --python-version 3.12 pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
