"""One training step of a layer, in each library: forward, loss, backward, update; float32.

Run as a program it is a worker: it reads the sizes of a case and the number of steps, a line each,
and answers with the CPU seconds of a step. Each library has its own process, so that none
disturbs another.
"""

import importlib.util
import json
import sys
import time

import numpy as np


def weights(rng, layer, D, H):
    """Weights of a layer with `gates` blocks side by side, the same for all libraries."""
    gates = {"RNN": 1}[layer]
    bound = 1 / np.sqrt(H)
    shapes = {"W_xh": (D, gates * H), "W_hh": (H, gates * H), "b_h": (gates * H,)}
    return {name: rng.uniform(-bound, bound, shape).astype(np.float32) for name, shape in shapes.items()}


def data(B, T, D, H):
    """Inputs, and what every state should be: the loss is half the squared distance."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    return rng, x.astype(np.float32), target.astype(np.float32)


def rnnlib_step(layer, B, T, D, H):
    """The layer of this book."""
    from rnnlib import recurrent
    from rnnlib.optim import SGD

    rng, x, target = data(B, T, D, H)
    model = getattr(recurrent, layer)(D, H, rng, dtype=np.float32)
    for name, value in weights(rng, layer, D, H).items():
        model.params[name][...] = value
    optimizer = SGD(model.params, lr=1e-6)

    def step():
        h, _, cache = model.forward(x)
        _, _, grads = model.backward(h - target, cache)
        optimizer.step(grads)

    return step


def plain_step(layer, B, T, D, H):
    """The equations as a beginner's tutorial writes them: every sum grows inside the loop."""
    assert layer == "RNN"
    rng, x, target = data(B, T, D, H)
    W_xh, W_hh, b_h = weights(rng, layer, D, H).values()

    def step():
        h = {-1: np.zeros((B, H), np.float32)}
        for t in range(T):
            h[t] = np.tanh(x[t] @ W_xh + h[t - 1] @ W_hh + b_h)
        dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
        dx, dh_next = np.zeros_like(x), np.zeros_like(h[0])
        for t in reversed(range(T)):
            dz = (h[t] - target[t] + dh_next) * (1 - h[t] * h[t])
            dW_xh += x[t].T @ dz
            dW_hh += h[t - 1].T @ dz
            db_h += dz.sum(0)
            dx[t] = dz @ W_xh.T
            dh_next = dz @ W_hh.T
        for weight, gradient in ((W_xh, dW_xh), (W_hh, dW_hh), (b_h, db_h)):
            weight -= 1e-6 * gradient

    return step


def torch_step(layer, B, T, D, H):
    """torch.nn's layer, eager."""
    import torch

    torch.set_num_threads(1)
    _, x, target = data(B, T, D, H)
    x, target = torch.tensor(x), torch.tensor(target)
    x.requires_grad_()  # rnnlib computes this gradient too
    model = getattr(torch.nn, layer)(D, H)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

    def step():
        optimizer.zero_grad()
        h, _ = model(x)
        ((h - target) ** 2).sum().mul(0.5).backward()
        optimizer.step()

    return step


def jax_step(layer, B, T, D, H):
    """A scan over the cell, compiled."""
    import jax
    import jax.numpy as jnp

    assert layer == "RNN"
    rng, x, target = data(B, T, D, H)
    params = weights(rng, layer, D, H)

    def loss(params, x):
        def cell(h, x_t):
            h = jnp.tanh(x_t @ params["W_xh"] + h @ params["W_hh"] + params["b_h"])
            return h, h

        h = jax.lax.scan(cell, jnp.zeros((B, H), jnp.float32), x)[1]
        return 0.5 * ((h - target) ** 2).sum()

    @jax.jit
    def update(params, x):
        grads, dx = jax.grad(loss, argnums=(0, 1))(params, x)
        return {name: value - 1e-6 * grads[name] for name, value in params.items()}, dx

    def step():
        nonlocal params
        params, dx = update(params, x)
        dx.block_until_ready()

    return step


LIBRARIES = {"rnnlib": rnnlib_step, "plain": plain_step, "torch": torch_step, "jax": jax_step}


def installed():
    """The libraries that can be measured here."""
    return [name for name in LIBRARIES if name == "plain" or importlib.util.find_spec(name)]


def work(library):
    """Answer requests until there are no more."""
    steps = {}
    for line in sys.stdin:
        case, repeats = json.loads(line)
        case = tuple(case)
        if case not in steps:
            steps[case] = LIBRARIES[library](*case)
            for _ in range(3):
                steps[case]()
        start = time.process_time()
        for _ in range(repeats):
            steps[case]()
        print((time.process_time() - start) / repeats, flush=True)


if __name__ == "__main__":
    work(sys.argv[1])
