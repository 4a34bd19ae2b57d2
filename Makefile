# make run    plans Shijiazhuang at least cost (sets up .venv the first time)
# make serve  opens the planner's page in the browser, with charts
# make test   passes the tests; make lint: linter, types, the house
# FROM=wheels/ installs from a local folder of wheels instead of the network
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FROM := $(if $(FROM),--no-index --find-links $(FROM),)
CITY ?= shijiazhuang
SCENARIO ?= least-cost
# Debian packages that the tests need: a command, then the package that brings it
APT := soffice:libreoffice-calc-nogui chromium:chromium

.PHONY: run serve test lint pages font apt bench clean

run: $(VENV)/ready
	@$(BIN)/scenarios run $(CITY) --scenario $(SCENARIO)

serve: $(VENV)/ready-web
	@$(BIN)/scenarios serve

# installs what is missing, as root; otherwise says what to install
apt:
	@missing=""; for pair in $(APT); do command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair#*:}"; done; \
	test -z "$$missing" || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } || \
	{ echo "The tests need these Debian packages; as root: apt-get install$$missing"; exit 1; }

test: apt $(VENV)/ready-dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/ready-dev
	@$(BIN)/ruff check src tests benchmarks docs
	@$(BIN)/ruff format -q --check src
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# what is written from the code: data dictionaries, equations, translations
pages: $(VENV)/ready-dev
	@$(BIN)/scenarios dictionary
	@$(BIN)/scenarios equations --models models
	@$(BIN)/pybabel -q compile -d src/scenarios/locale -D 'scenarios click'
	@$(BIN)/python docs/readme.py

# our subset of Noto Sans CJK SC, from Debian's fonts-noto-cjk
font: $(VENV)/ready-dev
	@$(BIN)/python docs/font.py

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(PIP_FROM) -c constraints.txt -e '.[plots,sweep]'
	@touch $@

$(VENV)/ready-web: $(VENV)/ready
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(PIP_FROM) -c constraints.txt -e '.[plots,sweep,web]'
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(PIP_FROM) -c constraints.txt -e '.[dev]'
	@touch $@

# ours, linopy, bare arrays and plain Pyomo side by side; then the road itself, and a search with nothing to pool
bench: $(VENV)/ready-bench
	@$(BIN)/python benchmarks/compare.py --small --rounds 1
	@$(BIN)/python benchmarks/compare.py
	@$(BIN)/python benchmarks/city.py
	@$(BIN)/python benchmarks/studies.py
	@$(BIN)/python benchmarks/page.py
	@$(BIN)/python benchmarks/search.py
	@$(BIN)/python benchmarks/nation.py --lp --cities 11
	@$(BIN)/python benchmarks/province.py --whole hipo
	@$(BIN)/python benchmarks/pooled.py

$(VENV)/ready-bench: $(VENV)/ready-dev
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(PIP_FROM) -c constraints.txt -e '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
