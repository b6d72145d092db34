# Everything one does here. `make run` needs only Python 3.11+, make, and a Python 3.10 somewhere (see README.md).
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check train bench clean lock format places

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup:           ## both environments; nothing when they are there
	@$(PYTHON) command/environments.py

setup-test:
	@$(PYTHON) command/environments.py test

run: setup       ## the whole service in the foreground, with the simulator
	@.venv/bin/python kawal.py run

test: setup-test ## every test: units, SQLite and PostgreSQL, browser, Rasa, journeys
	@.venv/bin/python kawal.py train
	@.venv-rasa/bin/python -m pytest -q -p no:cacheprovider -c nlu/pytest.ini --rootdir . tests/nlu/components
	@.venv/bin/python -m pytest

check: setup     ## formatter, linter, types, import rule, dead code, documentation, rasa data validate
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy .
	@.venv/bin/vulture
	@.venv/bin/python -m pytest tests/test_house.py
	@.venv/bin/python kawal.py check-data
	@.venv-rasa/bin/python -W ignore -m nlu.measure --check

train: setup     ## the language model, when its data changed
	@.venv/bin/python kawal.py train

bench: setup     ## figures, as ratios measured side by side
	@.venv/bin/python -m bench

format: setup    ## let ruff put the code in order
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: setup      ## pin and hash the requirements anew; the files name no package host
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements.txt
	@.venv/bin/uv pip compile -q --python-version 3.10 --generate-hashes --no-header --no-annotate --no-emit-index-url nlu/requirements.in -o nlu/requirements.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url tests/doubles/foreign/requirements.in -o tests/doubles/foreign/requirements.txt
	@cd tests/doubles/foreign && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error

places: setup    ## export the regions of Malang Raya anew
	@.venv/bin/python -m registry.data.make_places

clean:           ## forget everything that can be made again (keeps var/: the database and its keys)
	@rm -rf .venv .venv-rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
