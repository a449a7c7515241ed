"""Every layer with inputs to try it on, in one form, for the tests that hold all of them to the same.

A case makes a layer and its inputs; ``run`` calls the layer and returns its outputs by name and a
function that pulls gradients at the outputs back to inputs and parameters, by name too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib.attention import (
    AdditiveAttention,
    AttentionPooling,
    DotProductAttention,
    MultiHeadAttention,
    TransformerBlock,
)
from rnnlib.convolution import AvgPool2d, Conv1d, Conv2d, MaxOverTime, MaxPool2d, MeanOverTime
from rnnlib.layers import Dropout, Embedding, LayerNorm, Linear
from rnnlib.recurrent import GRU, LSTM, RNN, Stacked


@dataclass(frozen=True)
class Case:
    """A layer and inputs. Floats among the inputs have gradients; masks and ids have none."""

    make: Callable  # (rng, dtype) -> layer
    inputs: Callable  # rng -> dict of arrays
    run: Callable  # (layer, **inputs) -> outputs, pull

    def build(self, seed=0, dtype=np.float64):
        """Return layer, inputs of the dtype, and the generator; all parameters are random."""
        rng = np.random.default_rng(seed)
        layer = self.make(rng, dtype)
        for p in layer.params.values():
            p[...] = rng.normal(scale=0.5, size=p.shape)
        inputs = {name: a.astype(dtype) if a.dtype.kind == "f" else a for name, a in self.inputs(rng).items()}
        return layer, inputs, rng


def named(grads):
    return {f"param.{name}": g for name, g in grads.items()}


def run_simple(layer, x, **options):
    """Layers with one input and one output."""
    y, cache = layer.forward(x, **options)

    def pull(d):
        dx, grads = layer.backward(d["y"], cache)
        return {"x": dx, **named(grads)}

    return {"y": y}, pull


def run_embedding(layer, ids):
    x, cache = layer.forward(ids)
    return {"y": x}, lambda d: named(layer.backward(d["y"], cache))


def run_dropout(layer, x):
    y, cache = layer.forward(x, np.random.default_rng(7))
    return {"y": y}, lambda d: {"x": layer.backward(d["y"], cache)[0]}


def run_recurrent(layer, x, h_0, mask=None):
    h, h_n, cache = layer.forward(x, h_0, mask)

    def pull(d):
        dx, dh_0, grads = layer.backward(d["h"], cache, d["h_n"])
        return {"x": dx, "h_0": dh_0, **named(grads)}

    return {"h": h, "h_n": h_n}, pull


def run_lstm(layer, x, h_0, c_0, mask=None):
    h, (h_n, c_n), cache = layer.forward(x, (h_0, c_0), mask)

    def pull(d):
        dx, (dh_0, dc_0), grads = layer.backward(d["h"], cache, (d["h_n"], d["c_n"]))
        return {"x": dx, "h_0": dh_0, "c_0": dc_0, **named(grads)}

    return {"h": h, "h_n": h_n, "c_n": c_n}, pull


def run_stacked(layer, x, h_0, mask=None, c_0=None):
    """States of all layers in one array, (L, B, H), as torch.nn has them."""
    states_0 = list(h_0) if c_0 is None else list(zip(h_0, c_0, strict=True))
    h, states_n, caches = layer.forward(x, states_0, mask)
    if c_0 is None:
        outputs = {"h": h, "h_n": np.stack(states_n)}
    else:
        outputs = {
            "h": h,
            "h_n": np.stack([s[0] for s in states_n]),
            "c_n": np.stack([s[1] for s in states_n]),
        }

    def pull(d):
        dstates = list(d["h_n"]) if c_0 is None else list(zip(d["h_n"], d["c_n"], strict=True))
        dx, dstates_0, grads = layer.backward(d["h"], caches, dstates)
        if c_0 is None:
            return {"x": dx, "h_0": np.stack(dstates_0), **named(grads)}
        dh_0, dc_0 = (np.stack([s[i] for s in dstates_0]) for i in range(2))
        return {"x": dx, "h_0": dh_0, "c_0": dc_0, **named(grads)}

    return outputs, pull


def run_attention(layer, q, k, v, mask=None):
    y, _, cache = layer.forward(q, k, v, mask)

    def pull(d):
        dq, dk, dv, grads = layer.backward(d["y"], cache)
        return {"q": dq, "k": dk, "v": dv, **named(grads)}

    return {"y": y}, pull


def run_multi_head(layer, x, memory=None, mask=None):
    y, _, cache = layer.forward(x, memory, mask)

    def pull(d):
        dx, dmemory, grads = layer.backward(d["y"], cache)
        return {"x": dx, **({} if memory is None else {"memory": dmemory}), **named(grads)}

    return {"y": y}, pull


def run_block(layer, x, mask=None):
    y, _, cache = layer.forward(x, mask)

    def pull(d):
        dx, grads = layer.backward(d["y"], cache)
        return {"x": dx, **named(grads)}

    return {"y": y}, pull


def run_pooling(layer, x, mask=None):
    y, _, cache = layer.forward(x, mask)

    def pull(d):
        dx, grads = layer.backward(d["y"], cache)
        return {"x": dx, **named(grads)}

    return {"y": y}, pull


def lengths_mask(T, B):
    """Sequences of T, T - 2, T - 3, ... steps, at least one."""
    lengths = np.maximum(1, T - np.arange(B) - (np.arange(B) > 0))
    return np.arange(T)[:, None] < lengths


CASES = {}

for k, (T, B, D, H) in enumerate([(5, 2, 3, 4), (3, 4, 2, 5), (6, 1, 4, 2)]):

    def sequence(rng, T=T, B=B, D=D):
        return rng.normal(size=(T, B, D))

    def add(name, make, inputs, run, k=k):
        CASES[f"{name} {k}"] = Case(make, inputs, run)

    add("Linear", lambda r, t, D=D, H=H: Linear(D, H, r, t), lambda r, s=sequence: {"x": s(r)}, run_simple)
    add(
        "Embedding",
        lambda r, t, D=D: Embedding(6, D, r, t),
        lambda r, T=T, B=B: {"ids": r.integers(6, size=(T, B))},
        run_embedding,
    )
    add("LayerNorm", lambda r, t, D=D: LayerNorm(D, t), lambda r, s=sequence: {"x": s(r)}, run_simple)
    add("Dropout", lambda r, t: Dropout(0.4), lambda r, s=sequence: {"x": s(r)}, run_dropout)
    for cell in (RNN, LSTM, GRU):
        run = run_lstm if cell is LSTM else run_recurrent

        def inputs(r, s=sequence, B=B, H=H, cell=cell):
            states = {"h_0": r.normal(size=(B, H)), "c_0": r.normal(size=(B, H))}
            return {"x": s(r)} | (states if cell is LSTM else {"h_0": states["h_0"]})

        def padded(r, inputs=inputs, T=T, B=B):
            return inputs(r) | {"mask": lengths_mask(T, B)}

        def stacked(r, s=sequence, T=T, B=B, H=H, cell=cell):
            states = {"h_0": r.normal(size=(2, B, H)), "c_0": r.normal(size=(2, B, H))}
            return {"x": s(r), "mask": lengths_mask(T, B)} | (
                states if cell is LSTM else {"h_0": states["h_0"]}
            )

        add(cell.__name__, lambda r, t, D=D, H=H, cell=cell: cell(D, H, r, t), inputs, run)
        add(f"{cell.__name__} padded", lambda r, t, D=D, H=H, cell=cell: cell(D, H, r, t), padded, run)
        add(
            f"Stacked {cell.__name__}",
            lambda r, t, D=D, H=H, cell=cell: Stacked(cell, D, H, 2, r, t),
            stacked,
            run_stacked,
        )
    for padding, width, dilation in [("causal", 2, 2), ("same", 3, 1), ("valid", 2, 1)]:
        add(
            f"Conv1d {padding}",
            lambda r, t, D=D, H=H, p=padding, w=width, d=dilation: Conv1d(D, H, w, r, p, d, t),
            lambda r, s=sequence: {"x": s(r)},
            run_simple,
        )
    for stride, padding in [(1, 1), (2, 0)]:
        add(
            f"Conv2d stride {stride}",
            lambda r, t, D=D, H=H, s=stride, p=padding: Conv2d(D, H, 3, r, s, p, t),
            lambda r, B=B, D=D, T=T: {"x": r.normal(size=(B, D, T + 1, 6))},
            run_simple,
        )
    add(
        "MaxPool2d",
        lambda r, t: MaxPool2d(2),
        lambda r, B=B, D=D: {"x": r.normal(size=(B, D, 4, 6))},
        run_simple,
    )
    add(
        "AvgPool2d",
        lambda r, t: AvgPool2d(2),
        lambda r, B=B, D=D: {"x": r.normal(size=(B, D, 4, 6))},
        run_simple,
    )
    add(
        "MaxOverTime",
        lambda r, t: MaxOverTime(),
        lambda r, s=sequence, T=T, B=B: {"x": s(r), "mask": lengths_mask(T, B)},
        run_simple,
    )
    add(
        "MeanOverTime",
        lambda r, t: MeanOverTime(),
        lambda r, s=sequence, T=T, B=B: {"x": s(r), "mask": lengths_mask(T, B)},
        run_simple,
    )

    def looking(r, T=T, B=B, D=D, H=H):
        return {
            "q": r.normal(size=(T, B, D)),
            "k": r.normal(size=(T + 2, B, D)),
            "v": r.normal(size=(T + 2, B, H)),
            "mask": lengths_mask(T + 2, B),
        }

    def comparing(r, T=T, B=B, D=D, H=H):
        return {
            "q": r.normal(size=(T, B, D)),
            "k": r.normal(size=(T + 1, B, H)),
            "v": r.normal(size=(T + 1, B, 2)),
            "mask": lengths_mask(T + 1, B),
        }

    def self_attention(r, T=T, B=B, D=D):
        return {"x": r.normal(size=(T, B, 4)), "mask": lengths_mask(T, B)}

    def cross_attention(r, T=T, B=B):
        return {
            "x": r.normal(size=(T, B, 4)),
            "memory": r.normal(size=(T + 2, B, 4)),
            "mask": lengths_mask(T + 2, B),
        }

    add("DotProductAttention", lambda r, t: DotProductAttention(), looking, run_attention)
    add("DotProductAttention causal", lambda r, t: DotProductAttention(causal=True), looking, run_attention)
    add(
        "AdditiveAttention", lambda r, t, D=D, H=H: AdditiveAttention(D, H, 3, r, t), comparing, run_attention
    )
    add(
        "MultiHeadAttention",
        lambda r, t: MultiHeadAttention(4, 2, r, False, t),
        self_attention,
        run_multi_head,
    )
    add(
        "MultiHeadAttention causal",
        lambda r, t: MultiHeadAttention(4, 2, r, True, t),
        self_attention,
        run_multi_head,
    )
    add(
        "MultiHeadAttention memory",
        lambda r, t: MultiHeadAttention(4, 2, r, False, t),
        cross_attention,
        run_multi_head,
    )
    add("TransformerBlock", lambda r, t: TransformerBlock(4, 2, 6, r, dtype=t), self_attention, run_block)
    add(
        "TransformerBlock causal",
        lambda r, t: TransformerBlock(4, 2, 6, r, causal=True, dtype=t),
        self_attention,
        run_block,
    )
    add(
        "AttentionPooling",
        lambda r, t, D=D: AttentionPooling(D, 3, r, t),
        lambda r, s=sequence, T=T, B=B: {"x": s(r), "mask": lengths_mask(T, B)},
        run_pooling,
    )
