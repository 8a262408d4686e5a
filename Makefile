# Everything a fresh machine needs is python3 (3.12 or newer) with pip; uv is used when it is there.
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PYTEST := .venv/bin/python -m pytest
DEMO_HOME ?= .demo
PORT ?= 8000
# Some machines are told not to keep compiled modules: each of the many processes here would compile everything again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup browser demo test test-spark test-long lint bench mutants stores gallery lock clean

setup: .venv/.done

.uv/bin/uv:
	python3 -m venv .uv && .uv/bin/pip install -q --disable-pip-version-check uv

.venv/.done: $(UV) requirements/runtime.txt requirements/dev.txt pyproject.toml
	test -x .venv/bin/python || $(UV) venv -q --seed .venv
	$(UV) pip sync -q --python .venv/bin/python requirements/dev.txt
	$(UV) pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# Spark lies beside the environment, on the path of those tests and benchmarks alone that start a cluster.
.spark/.done: .venv/.done requirements/spark.txt
	$(UV) pip install -q --target .spark --no-deps --python .venv/bin/python -r requirements/spark.txt
	@touch $@

# What tests look at pages with; Playwright's own browsers are not used.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation; \
	else echo "The tests look at pages in Chromium: sudo apt-get install chromium"; exit 1; fi

lock: $(UV)
	$(UV) pip compile -q --no-emit-index-url --no-header --generate-hashes --python-version 3.12 pyproject.toml -o requirements/runtime.txt
	$(UV) pip compile -q --no-emit-index-url --no-header --generate-hashes --python-version 3.12 pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(UV) pip compile -q --no-emit-index-url --no-header --generate-hashes --python-version 3.12 --no-emit-package numpy --group spark -c requirements/dev.txt -o requirements/spark.txt

demo: setup
	LEADPACT_HOME=$(DEMO_HOME) .venv/bin/leadpact demo --port $(PORT)

test: setup browser lint
	$(PYTEST) -n 2 --dist worksteal
	.venv/bin/python -m tests.postgres $(PYTEST) -n 2 --dist worksteal

# A replay on a cluster, small.
test-spark: .spark/.done
	$(PYTEST) --long tests/spark/test_cluster.py -k every_pact

test-long: setup browser lint .spark/.done
	HYPOTHESIS_PROFILE=long $(PYTEST) -n 2 --dist worksteal --long
	HYPOTHESIS_PROFILE=long .venv/bin/python -m tests.postgres $(PYTEST) -n 2 --dist worksteal --long

lint: setup
	.venv/bin/ruff check leadpact tests benchmarks conftest.py manage.py
	.venv/bin/ruff format --check leadpact tests benchmarks conftest.py manage.py
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy

mutants: setup
	.venv/bin/python -m tests.mutants.run

stores: setup
	.venv/bin/python -c "from pathlib import Path; from leadpact.flow import stores; Path('docs/reference/stores.md').write_text(stores.page())"

gallery: setup browser
	.venv/bin/python -m tests.browsing.gallery

bench: setup .spark/.done
	for script in benchmarks/[a-z]*.py; do .venv/bin/python $$script || exit 1; done

clean:
	rm -rf .venv .uv .spark build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .dev
