"""Time and memory of a training step against the length of the sequence: both must grow in proportion.

    python benchmarks/long_sequences.py

Forward and backward of one layer, float32, B = 8, D = 16, H = 32. Memory is the largest amount that
numpy held at once, over what was there before.
"""

import time
import tracemalloc

import numpy as np

from rnnlib.recurrent import GRU, LSTM, RNN

B, D, H = 8, 16, 32
LENGTHS = (100, 300, 1000, 3000, 10000)


def step(layer, x, dh):
    """Forward and backward once."""
    _, _, cache = layer.forward(x)
    layer.backward(dh, cache)


def main():
    """Print a table."""
    print("| layer | T | microseconds a step of time | bytes a step of time | of them one float32 state |")
    print("|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    for cell in (RNN, LSTM, GRU):
        layer = cell(D, H, rng, dtype=np.float32)
        for T in LENGTHS:
            x = rng.normal(size=(T, B, D)).astype(np.float32)
            dh = rng.normal(size=(T, B, H)).astype(np.float32)
            step(layer, x, dh)
            taken = []
            for _ in range(max(3, 2000 // T)):
                start = time.process_time()
                step(layer, x, dh)
                taken.append(time.process_time() - start)
            tracemalloc.start()
            step(layer, x, dh)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            state = B * H * 4
            print(f"| {cell.__name__} | {T} | {1e6 * np.median(taken) / T:.1f} | {peak / T:.0f} | {state} |")


if __name__ == "__main__":
    main()
