"""Every way of running the tests and notebooks gets the same numbers: see book/_ext/numerics.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "book" / "_ext"))

import numerics  # noqa: E402

numerics.apply()

collect_ignore_glob = ["tests/fixtures/make_*.py"]  # they need what the tests do not

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def numpy_in_doctests(doctest_namespace):
    """Examples in docstrings may say np."""
    import numpy as np

    doctest_namespace["np"] = np
