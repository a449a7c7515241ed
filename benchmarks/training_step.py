"""How long a training step takes, beside PyTorch, JAX and a plain loop, where they are installed.

    python benchmarks/training_step.py [--quick] [LAYER ...]

Each library runs in a process of its own, on one thread, and they take turns: what slows the
machine down slows all of them. Compare ratios, not milliseconds. Two modes: `native`, the best
instructions that each library finds, and `avx2`, the same instructions for all. `products` does
nothing but the matrix products that a step cannot do without: below its time numpy cannot get.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from steps import installed

SIZES = [(32, 25, 32, 64), (32, 50, 64, 128), (1, 25, 80, 100), (64, 100, 128, 256), (32, 200, 64, 128)]
CASES = [(layer, *size) for size in SIZES for layer in ("RNN", "LSTM", "GRU")]  # B, T, D, H
CASES += [("attention", 32, 32, 64, 64), ("Conv2d", 64, 8, 8, 1), ("Conv2d", 64, 28, 28, 1)]
CASES += [("characters float64", 1, 25, 80, 100), ("characters float32", 1, 25, 80, 100)]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ONE_THREAD["MALLOC_TOP_PAD_"] = str(64 * 2**20)  # as in the notebooks: memory is kept from step to step
ONE_THREAD["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
AVX2 = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}
AVX2_XLA = " --xla_cpu_max_isa=AVX2"


def start(library, mode):
    """Start a library's worker."""
    environment = {k: v for k, v in os.environ.items() if k not in (*AVX2, "OPENBLAS_L2_SIZE")} | ONE_THREAD
    if mode == "avx2":
        environment |= AVX2
        environment["XLA_FLAGS"] += AVX2_XLA
    command = [sys.executable, str(Path(__file__).with_name("steps.py")), library]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )


def ask(worker, case, repeats):
    """Seconds of a step, or None where a library has no such case."""
    worker.stdin.write(json.dumps([case, repeats]) + "\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


def measure(mode, rounds, layers):
    """Print a table: milliseconds of rnnlib, and rnnlib's time over each other's."""
    others = [name for name in installed() if name != "rnnlib"]
    print(f"\n{mode}: rnnlib's time / the other's, median (smallest to largest of {rounds} rounds)\n")
    print(f"| layer | B, T, D, H | rnnlib ms | {' | '.join(others)} |\n|---|---|---|" + "---|" * len(others))
    workers = {name: start(name, mode) for name in ["rnnlib", *others]}
    for case in [case for case in CASES if not layers or case[0] in layers]:
        once = ask(workers["rnnlib"], case, 1)
        repeats = max(1, round(0.1 / once))
        taken = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                taken[name].append(ask(worker, case, repeats))
        ours = taken["rnnlib"]
        entries = [f"{statistics.median(ours) * 1e3:.2f}"]
        for name in others:
            if None in taken[name]:
                entries.append("–")  # this library has no such case
                continue
            ratios = [a / b for a, b in zip(ours, taken[name], strict=True)]
            entries.append(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        print(f"| {case[0]} | {', '.join(map(str, case[1:]))} | {' | '.join(entries)} |", flush=True)
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--quick", action="store_true", help="3 rounds instead of 7")
    arguments.add_argument("layers", nargs="*", help="only these, like LSTM or Conv2d")
    given = arguments.parse_args()
    for mode in ("native", "avx2"):
        measure(mode, 3 if given.quick else 7, given.layers)
