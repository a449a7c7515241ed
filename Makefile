# The commands of the book. `make book` and `make test` need Python 3.11 to 3.13, pip and make, nothing else.
# Without make: README.md has the plain commands.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/python

.PHONY: help book test check-library check-notebooks check-pages check-widgets
.PHONY: check-lowest check-newest check-offline lab notebooks bench lint lock clean
help:
	@echo "make book       build the pages; prints where to open them"
	@echo "make lab        open the notebooks in JupyterLab"
	@echo "make test       the library, all notebooks, and the built pages in a browser"
	@echo "make notebooks  execute all notebooks and store them with their outputs"
	@echo "make bench      measure the speed of the library"
	@echo "make lint       check style and format of the code"
	@echo "make lock       write requirements.lock anew, with the newest versions"
	@echo "make clean      remove what was built (the environment stays)"

book: $(VENV)/ready
	@$(BIN)/jupyter-book build . -W --keep-going -q
	@$(RUN) -c "import pathlib; print('The book is built. Open', pathlib.Path('_build/html/index.html').resolve().as_uri())"

test: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# the gates one by one; CONTRIBUTING.md says what each protects
check-library: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile rnnlib tests --ignore tests/book

check-notebooks: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile notebooks tests/test_notebooks.py tests/test_numbers.py tests/test_canary.py

check-pages: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile tests/book/test_pages.py tests/book/test_axe.py tests/book/test_crawl.py \
	  tests/book/test_looks.py tests/book/test_questions.py

check-widgets: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile tests/widgets tests/book --ignore tests/book/test_pages.py --ignore tests/book/test_axe.py \
	  --ignore tests/book/test_crawl.py --ignore tests/book/test_looks.py

# the same in other environments: the lowest versions that requirements.txt allows, the newest, and no network
ELSEWHERE := -m pytest -n 2 --dist loadfile rnnlib tests notebooks --ignore tests/book
OLDEST ?= $(call first,python3.11 "$$(pyenv prefix 3.11)/bin/python")
NEWEST ?= $(call first,python3.13 "$$(pyenv prefix 3.13)/bin/python")
first = $(shell for p in $(1); do "$$p" -c "" 2> /dev/null && echo "$$p" && break; done 2> /dev/null)

check-lowest:
	@test -n "$(OLDEST)" || { echo "There is no Python 3.11 here; name one: make $@ OLDEST=/path/to/python" >&2; exit 1; }
	"$(OLDEST)" -m venv --clear .venv-lowest
	.venv-lowest/bin/python tests/lowest.py > .venv-lowest/requirements.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-lowest/requirements.txt
	.venv-lowest/bin/jupyter-book build . --path-output _build/lowest --all -W --keep-going -q > /dev/null
	.venv-lowest/bin/python $(ELSEWHERE)

check-newest:
	@test -n "$(NEWEST)" || { echo "There is no Python 3.13 here; name one: make $@ NEWEST=/path/to/python" >&2; exit 1; }
	"$(NEWEST)" -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	.venv-newest/bin/python $(ELSEWHERE)

check-offline: $(VENV)/ready
	$(RUN) tests/build_offline.py

lab: $(VENV)/ready
	$(RUN) -m jupyterlab --notebook-dir=notebooks

notebooks: $(VENV)/ready
	$(RUN) book/_ext/run_notebooks.py

bench: $(VENV)/ready
	$(RUN) benchmarks/training_step.py
	OPENBLAS_NUM_THREADS=1 $(RUN) benchmarks/long_sequences.py

lint: $(VENV)/ready
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

lock: $(VENV)/ready
	$(RUN) -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile requirements.txt --output-file requirements.lock --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-annotate --no-emit-index-url --no-emit-package rnnlib --custom-compile-command "make lock" --quiet

clean:
	rm -rf _build

# The environment, with the versions of the lock. The file `ready` says that everything in it was installed.
$(VENV)/ready: requirements.lock pyproject.toml
	@command -v "$(PYTHON)" > /dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11, 3.12 or 3.13, or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  'The book needs Python 3.11, 3.12 or 3.13; $(PYTHON) is %d.%d. Name another: make $(MAKECMDGOALS) PYTHON=python3.12' % v)"
	@"$(PYTHON)" -c "import ensurepip, venv" 2> /dev/null || { \
	  echo "This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Installing what the book needs into $(VENV) (once, about a minute) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
