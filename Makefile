# The commands of the book. `make book` and `make test` need Python 3.11 to 3.13, pip and make, nothing else.
# Without make: README.md has the plain commands.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/python

.PHONY: help book test check-library check-notebooks check-pages check-widgets lab notebooks bench lint clean
help:
	@echo "make book       build the pages; prints where to open them"
	@echo "make lab        open the notebooks in JupyterLab"
	@echo "make test       the library, all notebooks, and the built pages in a browser"
	@echo "make notebooks  execute all notebooks and store them with their outputs"
	@echo "make bench      measure the speed of the library"
	@echo "make lint       check style and format of the code"
	@echo "make clean      remove what was built (the environment stays)"

book: $(VENV)/ready
	@$(BIN)/jupyter-book build . -W --keep-going -q
	@$(RUN) -c "import pathlib; print('The book is built. Open', pathlib.Path('_build/html/index.html').resolve().as_uri())"

test: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile

# the gates one by one; CONTRIBUTING.md says what each protects
check-library: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile rnnlib tests --ignore tests/book

check-notebooks: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile notebooks tests/test_notebooks.py tests/test_numbers.py tests/test_canary.py

check-pages: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile tests/book/test_pages.py tests/book/test_axe.py tests/book/test_questions.py

check-widgets: $(VENV)/ready
	$(RUN) -m pytest -n 2 --dist loadfile tests/widgets tests/book --ignore tests/book/test_pages.py --ignore tests/book/test_axe.py

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

clean:
	rm -rf _build

# The environment. The file `ready` says that everything in it was installed, from these very requirements.
$(VENV)/ready: requirements.txt pyproject.toml
	@command -v "$(PYTHON)" > /dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11, 3.12 or 3.13, or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  'The book needs Python 3.11, 3.12 or 3.13; $(PYTHON) is %d.%d. Name another: make $(MAKECMDGOALS) PYTHON=python3.12' % v)"
	@"$(PYTHON)" -c "import ensurepip, venv" 2> /dev/null || { \
	  echo "This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Installing what the book needs into $(VENV) (once, about a minute) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
