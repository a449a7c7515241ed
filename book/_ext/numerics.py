"""The numerics profile of the book: notebooks print the same digits on every x86-64 machine.

Linear algebra kernels differ in the last bit between processors, and training makes last bits
grow. So notebooks are executed, and checked, with the kernels of one processor generation, one
thread, and no progress bars. Set before numpy is imported; kernels inherit the environment.
"""

import os
import platform
from importlib.metadata import version


def profile():
    """Return the environment variables that make up the profile."""
    settings = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    # no number depends on it, but Linux's allocator then keeps what a training step will ask for again
    settings["MALLOC_TOP_PAD_"] = str(64 * 2**20)
    if platform.machine().lower() in ("x86_64", "amd64"):
        settings["OPENBLAS_CORETYPE"] = "Haswell"
        # numpy 2.4 renamed its groups of instructions; a name it does not know makes it warn
        renamed = tuple(map(int, version("numpy").split(".")[:2])) >= (2, 4)
        too_new = (
            "X86_V4 AVX512_ICL AVX512_SPR"
            if renamed
            else "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"
        )
        settings["NPY_DISABLE_CPU_FEATURES"] = too_new
    return settings


def apply():
    """Put the profile into the environment of this process and its children."""
    os.environ.update(profile())
