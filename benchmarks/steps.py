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


def text(dtype, T, D, H):
    """Characters, the next ones, and the weights of a character model, named for columns."""
    rng = np.random.default_rng(0)
    shapes = {"xh": (H, D), "hh": (H, H), "hy": (D, H), "h": (H, 1), "y": (D, 1)}
    params = {name: (0.01 * rng.normal(size=shape)).astype(dtype) for name, shape in shapes.items()}
    return rng.integers(0, D, T), rng.integers(0, D, T), params


def character_step(dtype, T, D, H):
    """One update of a character model by this book: RNN, linear layer, loss, clipping, Adam."""
    from rnnlib import recurrent
    from rnnlib.layers import Embedding, Linear
    from rnnlib.losses import cross_entropy
    from rnnlib.optim import Adam

    inputs, targets, _ = text(dtype, T, D, H)
    rng = np.random.default_rng(0)
    rnn, out = recurrent.RNN(D, H, rng, dtype=dtype), Linear(H, D, rng, dtype=dtype)
    one_hot = Embedding(D, D, rng, dtype=dtype)
    one_hot.W[...] = np.eye(D)
    params = {f"rnn.{k}": p for k, p in rnn.params.items()} | {f"out.{k}": p for k, p in out.params.items()}
    optimizer, state = Adam(params), np.zeros((1, H), dtype)

    def step():
        nonlocal state
        x, _ = one_hot.forward(inputs[:, None])
        h, state, cache = rnn.forward(x, state)
        state = state.copy()
        scores, out_cache = out.forward(h)
        _, dscores = cross_entropy(scores, targets[:, None])
        dh, out_grads = out.backward(dscores, out_cache)
        rnn_grads = rnn.backward(dh, cache)[-1]
        grads = {f"rnn.{k}": g for k, g in rnn_grads.items()} | {f"out.{k}": g for k, g in out_grads.items()}
        for g in grads.values():
            np.clip(g, -5, 5, out=g)
        optimizer.step(grads)

    return step


def plain_character_step(dtype, T, D, H):
    """The same by columns, one character at a time, as the well-known programs of one page do it."""
    inputs, targets, p = text(dtype, T, D, H)
    memory, state = {name: np.zeros_like(w) for name, w in p.items()}, np.zeros((H, 1), dtype)

    def step():
        nonlocal state
        x, h, share, loss = {}, {-1: state}, {}, 0.0
        for t in range(T):
            x[t] = np.zeros((D, 1), dtype)
            x[t][inputs[t]] = 1
            h[t] = np.tanh(np.dot(p["xh"], x[t]) + np.dot(p["hh"], h[t - 1]) + p["h"])
            scores = np.exp(np.dot(p["hy"], h[t]) + p["y"])
            share[t] = scores / np.sum(scores)
            loss -= np.log(share[t][targets[t], 0])
        grads, dh_later = {name: np.zeros_like(w) for name, w in p.items()}, np.zeros_like(state)
        for t in reversed(range(T)):
            dy = share[t].copy()
            dy[targets[t]] -= 1
            grads["hy"] += np.dot(dy, h[t].T)
            grads["y"] += dy
            dz = (1 - h[t] * h[t]) * (np.dot(p["hy"].T, dy) + dh_later)
            grads["h"] += dz
            grads["xh"] += np.dot(dz, x[t].T)
            grads["hh"] += np.dot(dz, h[t - 1].T)
            dh_later = np.dot(p["hh"].T, dz)
        state = h[T - 1]
        for name, weight in p.items():
            np.clip(grads[name], -5, 5, out=grads[name])
            memory[name] += grads[name] * grads[name]
            weight -= 0.1 * grads[name] / np.sqrt(memory[name] + 1e-8)

    return step


def rnnlib_step(layer, B, T, D, H):
    """The layer of this book."""
    from rnnlib import attention, convolution, recurrent
    from rnnlib.functions import relu
    from rnnlib.optim import SGD

    if layer.startswith("characters"):
        return character_step(np.dtype(layer.split()[1]), T, D, H)
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
    if layer.startswith("characters"):
        return plain_character_step(np.dtype(layer.split()[1]), T, D, H)
    if layer not in GATES:
        raise NotImplementedError(layer)
    rng, x, target = data(B, T, D, H)
    params = weights(rng, layer, D, H)
    W_xh, W_hh, b_h = params.values()
    grads = {name: np.zeros_like(p) for name, p in params.items()}

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def rnn(t, h):
        return np.tanh(x[t] @ W_xh + h @ W_hh + b_h), None

    def rnn_back(dh, h, h_before, _):
        dz = dh * (1 - h * h)
        return dz, dz, dz @ W_hh.T

    def lstm(t, h, c):
        i, f, g, o = np.split(x[t] @ W_xh + h @ W_hh + b_h, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c_t = f * c + i * g
        return o * np.tanh(c_t), c_t, (i, f, g, o)

    def lstm_back(dh, dc, c, c_before, gates):
        i, f, g, o = gates
        tanh_c = np.tanh(c)
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        di, df, dg = dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g * g)
        return np.hstack([di, df, dg, dh * tanh_c * o * (1 - o)]), dc * f

    def gru(t, h):
        from_input, from_state = x[t] @ W_xh + b_h, h @ W_hh
        r = sigmoid(from_input[:, :H] + from_state[:, :H])
        z = sigmoid(from_input[:, H : 2 * H] + from_state[:, H : 2 * H])
        n = np.tanh(from_input[:, 2 * H :] + r * from_state[:, 2 * H :])
        return (1 - z) * n + z * h, (r, z, n, from_state[:, 2 * H :])

    def gru_back(dh, h, h_before, gates):
        r, z, n, from_state = gates
        dn = dh * (1 - z) * (1 - n * n)
        dr, dz = dn * from_state * r * (1 - r), dh * (h_before - n) * z * (1 - z)
        d_state = np.hstack([dr, dz, r * dn])
        return np.hstack([dr, dz, dn]), d_state, d_state @ W_hh.T + dh * z

    def step():
        h, c, gates = {-1: np.zeros((B, H), np.float32)}, {-1: np.zeros((B, H), np.float32)}, {}
        for t in range(T):
            if layer == "LSTM":
                h[t], c[t], gates[t] = lstm(t, h[t - 1], c[t - 1])
            else:
                h[t], gates[t] = (rnn if layer == "RNN" else gru)(t, h[t - 1])
        for g in grads.values():
            g[...] = 0
        dx, dh_next, dc_next = np.zeros_like(x), np.zeros_like(h[0]), np.zeros_like(h[0])
        for t in reversed(range(T)):
            dh = h[t] - target[t] + dh_next
            if layer == "LSTM":
                d_input, dc_next = lstm_back(dh, dc_next, c[t], c[t - 1], gates[t])
                d_state, dh_next = d_input, d_input @ W_hh.T
            else:
                back = rnn_back if layer == "RNN" else gru_back
                d_input, d_state, dh_next = back(dh, h[t], h[t - 1], gates[t])
            grads["W_xh"] += x[t].T @ d_input
            grads["W_hh"] += h[t - 1].T @ d_state
            grads["b_h"] += d_input.sum(0)
            dx[t] = d_input @ W_xh.T
        for name, weight in params.items():
            weight -= 1e-6 * grads[name]

    return step


def forward_and_backward(shapes):
    """Multiply matrices of these shapes, and then what comes back with each of the two, turned."""
    rng, triples = np.random.default_rng(0), []
    for a, b in shapes:
        a, b = (rng.normal(size=shape).astype(np.float32) for shape in (a, b))
        y = a @ b
        triples += [
            (a, b, y),
            (y, b.swapaxes(-1, -2), np.empty_like(a)),
            (a.swapaxes(-1, -2), y, np.empty_like(b)),
        ]

    def step():
        for a, b, out in triples:
            np.matmul(a, b, out=out)

    return step


def products_step(layer, B, T, D, H):
    """Nothing but the matrix products that a step cannot do without, into memory that is there."""
    if layer == "attention":  # B sequences in 4 heads; queries, keys, values and output; the small network
        inside = [((B, 4, T, D // 4), (B, 4, D // 4, T)), ((B, 4, T, T), (B, 4, T, D // 4))]
        linear = [((T * B, D), (D, D))] * 4 + [((T * B, D), (D, 4 * D)), ((T * B, 4 * D), (4 * D, D))]
        return forward_and_backward(inside + linear)
    if layer == "Conv2d":  # windows in rows, T is the side of the image
        return forward_and_backward([((B * T * T, 9), (9, 16)), ((B * T * T, 9 * 16), (9 * 16, 32))])
    if layer not in GATES:
        raise NotImplementedError(layer)
    rng, x, _ = data(B, T, D, H)
    W_xh, W_hh, _ = weights(rng, layer, D, H).values()
    width, x = W_hh.shape[1], x.reshape(T * B, D)
    z = rng.normal(size=(T, B, width)).astype(np.float32)
    h = rng.normal(size=(T, B, H)).astype(np.float32)
    rows, states, dx, dh = z.reshape(T * B, width), h.reshape(T * B, H), np.empty_like(x), np.empty_like(h[0])
    W_xh_T, W_hh_T, dW_xh, dW_hh = W_xh.T.copy(), W_hh.T.copy(), np.empty_like(W_xh), np.empty_like(W_hh)

    def step():
        np.matmul(x, W_xh, out=rows)
        for t in range(T):
            np.matmul(h[t], W_hh, out=z[t])
        for t in range(T):
            np.matmul(z[t], W_hh_T, out=dh)
        np.matmul(x.T, rows, out=dW_xh)
        np.matmul(states.T, rows, out=dW_hh)
        np.matmul(rows, W_xh_T, out=dx)

    return step


def torch_step(layer, B, T, D, H):
    """torch.nn's layer, eager."""
    import torch

    if layer.startswith("characters"):
        raise NotImplementedError(layer)
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

    if layer.startswith("characters"):
        raise NotImplementedError(layer)
    if layer == "Conv2d":
        rng, x, target = images(B, T)
        shapes = {"W_1": (16, 1, 3, 3), "b_1": (16, 1, 1), "W_2": (32, 16, 3, 3), "b_2": (32, 1, 1)}
    elif layer == "attention":
        rng, x, target = data(B, T, D, H)
        shapes = {f"W_{name}": (D, D) for name in "qkvo"} | {f"b_{name}": (D,) for name in "qkvo"}
        shapes |= {"gain_1": (D,), "bias_1": (D,), "gain_2": (D,), "bias_2": (D,)}
        shapes |= {"W_1": (D, 4 * D), "b_1": (4 * D,), "W_2": (4 * D, D), "b_2": (D,)}
    if layer in GATES:
        rng, x, target = data(B, T, D, H)
        params = weights(rng, layer, D, H)
    else:
        params = {name: (0.1 * rng.normal(size=shape)).astype(np.float32) for name, shape in shapes.items()}

    def convolutions(p, x):
        for k in "12":
            x = jax.lax.conv(x, p[f"W_{k}"], (1, 1), "SAME") + p[f"b_{k}"]
            x = jax.nn.relu(x) if k == "1" else x
        return x

    def block(p, x):
        def norm(x, k):
            centred = x - x.mean(-1, keepdims=True)
            scale = 1 / jnp.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
            return centred * scale * p[f"gain_{k}"] + p[f"bias_{k}"]

        u = norm(x, 1)
        q, k, v = ((u @ p[f"W_{name}"] + p[f"b_{name}"]).reshape(T, B, 4, D // 4) for name in "qkv")
        a = jax.nn.softmax(jnp.einsum("ibhd,jbhd->bhij", q, k) / np.sqrt(D // 4), axis=-1)
        seen = jnp.einsum("bhij,jbhd->ibhd", a, v).reshape(T, B, D)
        x = x + seen @ p["W_o"] + p["b_o"]
        return x + jax.nn.relu(norm(x, 2) @ p["W_1"] + p["b_1"]) @ p["W_2"] + p["b_2"]

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

    cell = {"RNN": rnn, "LSTM": lstm, "GRU": gru}.get(layer)
    zero = jnp.zeros((B, H), jnp.float32)

    def loss(params, x):
        if cell is None:
            return 0.5 * (((block if layer == "attention" else convolutions)(params, x) - target) ** 2).sum()
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


LIBRARIES = {
    "rnnlib": rnnlib_step,
    "products": products_step,
    "plain": plain_step,
    "torch": torch_step,
    "jax": jax_step,
}


def installed():
    """The libraries that can be measured here."""
    return [name for name in LIBRARIES if name in ("products", "plain") or importlib.util.find_spec(name)]


def work(library):
    """Answer requests until there are no more."""
    steps = {}
    for line in sys.stdin:
        case, repeats = json.loads(line)
        case = tuple(case)
        if case not in steps:
            try:
                steps[case] = LIBRARIES[library](*case)
            except NotImplementedError:
                print("null", flush=True)
                continue
            for _ in range(3):
                steps[case]()
        start = time.process_time()
        for _ in range(repeats):
            steps[case]()
        print((time.process_time() - start) / repeats, flush=True)


if __name__ == "__main__":
    work(sys.argv[1])
