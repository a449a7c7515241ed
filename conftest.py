"""Every way of running the tests and notebooks gets the same numbers: see book/_ext/numerics.py."""

import re
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "book" / "_ext"))

import numerics  # noqa: E402

numerics.apply()

collect_ignore_glob = ["tests/fixtures/make_*.py"]  # they need what the tests do not

import hypothesis  # noqa: E402
import pytest  # noqa: E402

# the same examples on every machine: a test that fails here fails everywhere
hypothesis.settings.register_profile("book", derandomize=True, deadline=None)
hypothesis.settings.load_profile("book")


def pytest_configure(config):
    """Compare figures line by line too, where matplotlib is the version that drew the stored ones."""
    executed = (config.rootpath / "book" / "executed.txt").read_text("utf-8")
    if set(re.findall(r"matplotlib ([\w.]+)", executed)) != {version("matplotlib")}:
        config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "nbval_other_matplotlib.cfg")


def pytest_collection_modifyitems(config, items):
    """Give several workers the long files first, so that none has to wait for another at the end."""
    if not getattr(config.option, "loadscopereorder", True):
        long_first = ["notebooks", "tests/book", ""]
        items.sort(
            key=lambda item: next(i for i, name in enumerate(long_first) if item.nodeid.startswith(name))
        )


@pytest.fixture(autouse=True)
def numpy_in_doctests(doctest_namespace):
    """Examples in docstrings may say np."""
    import numpy as np

    doctest_namespace["np"] = np
