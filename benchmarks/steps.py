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

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def data(B, T, D, H):
    """Inputs, and what every state should be: the loss is half the squared distance."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    return rng, x.astype(np.float32), target.astype(np.float32)


def weights(rng, layer, D, H):
    """Weights of a recurrent layer, its gates side by side."""
    gates, bound = GATES[layer], 1 / np.sqrt(H)
    shapes = {"W_xh": (D, gates * H), "W_hh": (H, gates * H), "b_h": (gates * H,)}
    return {name: rng.uniform(-bound, bound, shape).astype(np.float32) for name, shape in shapes.items()}


def images(B, side):
    """Images with one channel, and what the last of two convolutions should say."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(B, 1, side, side)), rng.normal(size=(B, 32, side, side))
    return rng, x.astype(np.float32), target.astype(np.float32)


def rnnlib_step(layer, B, T, D, H):
    """The layer of this book."""
    from rnnlib import attention, convolution, recurrent
    from rnnlib.functions import relu
    from rnnlib.optim import SGD

    if layer == "Conv2d":  # T is the side of the image
        rng, x, target = images(B, T)
        first = convolution.Conv2d(1, 16, 3, rng, padding=1, dtype=np.float32)
        second = convolution.Conv2d(16, 32, 3, rng, padding=1, dtype=np.float32)
        optimizers = [SGD(conv.params, lr=1e-6) for conv in (first, second)]

        def step():
            z, cache_1 = first.forward(x)
            y, cache_2 = second.forward(relu(z))
            dz, grads_2 = second.backward(y - target, cache_2)
            _, grads_1 = first.backward(dz * (z > 0), cache_1)
            for optimizer, grads in zip(optimizers, (grads_1, grads_2), strict=True):
                optimizer.step(grads)

        return step
    rng, x, target = data(B, T, D, H)
    if layer == "attention":  # a block with 4 heads and H = D
        model = attention.TransformerBlock(D, 4, 4 * D, rng, dtype=np.float32)
    else:
        model = getattr(recurrent, layer)(D, H, rng, dtype=np.float32)
    optimizer = SGD(model.params, lr=1e-6)

    def step():
        h, _, cache = model.forward(x)
        grads = model.backward(h - target, cache)[-1]
        optimizer.step(grads)

    return step


def plain_step(layer, B, T, D, H):
    """The equations as a beginner's tutorial writes them: every sum grows inside the loop."""
    if layer != "RNN":
        raise NotImplementedError(layer)
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
    if layer == "Conv2d":
        _, x, target = (a if i == 0 else torch.tensor(a) for i, a in enumerate(images(B, T)))
        x, target = (a.to(memory_format=torch.channels_last) for a in (x, target))
        model = torch.nn.Sequential(
            torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(16, 32, 3, padding=1)
        ).to(memory_format=torch.channels_last)
    else:
        _, x, target = data(B, T, D, H)
        x, target = torch.tensor(x), torch.tensor(target)
        if layer == "attention":
            model = torch.nn.TransformerEncoderLayer(D, 4, 4 * D, dropout=0.0, norm_first=True)
        else:
            model = getattr(torch.nn, layer)(D, H)
    x.requires_grad_()  # rnnlib computes this gradient too
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

    def step():
        optimizer.zero_grad()
        h = model(x)
        h = h[0] if isinstance(h, tuple) else h
        ((h - target) ** 2).sum().mul(0.5).backward()
        optimizer.step()

    return step


def jax_step(layer, B, T, D, H):
    """A scan over the cell, compiled."""
    import jax
    import jax.numpy as jnp

    if layer not in GATES:
        raise NotImplementedError(layer)
    rng, x, target = data(B, T, D, H)
    params = weights(rng, layer, D, H)

    def rnn(params, h, x_t):
        h = jnp.tanh(x_t @ params["W_xh"] + h @ params["W_hh"] + params["b_h"])
        return h, h

    def lstm(params, state, x_t):
        h, c = state
        i, f, g, o = jnp.split(x_t @ params["W_xh"] + h @ params["W_hh"] + params["b_h"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    def gru(params, h, x_t):
        from_input, from_state = x_t @ params["W_xh"] + params["b_h"], h @ params["W_hh"]
        r, z = jnp.split(jax.nn.sigmoid(from_input[:, : 2 * H] + from_state[:, : 2 * H]), 2, axis=-1)
        n = jnp.tanh(from_input[:, 2 * H :] + r * from_state[:, 2 * H :])
        h = (1 - z) * n + z * h
        return h, h

    cell = {"RNN": rnn, "LSTM": lstm, "GRU": gru}[layer]
    zero = jnp.zeros((B, H), jnp.float32)

    def loss(params, x):
        state_0 = (zero, zero) if layer == "LSTM" else zero
        h = jax.lax.scan(lambda state, x_t: cell(params, state, x_t), state_0, x)[1]
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
