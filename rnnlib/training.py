"""Plain training loops, and the record that they keep."""

import os
import time

import numpy as np

from rnnlib.checks import check_array, check_positive, check_rng, check_size
from rnnlib.losses import cross_entropy
from rnnlib.optim import clip_by_norm


class History:
    """What happened during training, epoch by epoch.

    Attributes
    ----------
    loss : list of float
        Mean training loss of each epoch.
    norm : list of float
        Largest gradient norm of each epoch, before clipping.
    score : list of float
        What ``validate`` returned after each epoch; empty without it.
    seconds : float
        Time that training took.

    Examples
    --------
    >>> History()
    History of 0 epochs
    """

    def __init__(self):
        self.loss, self.norm, self.score, self.seconds = [], [], [], 0.0

    def __len__(self):
        return len(self.loss)

    def __repr__(self):
        score = f", score {self.score[-1]:.3f}" if self.score else ""
        return (
            f"History of {len(self)} epochs: loss {self.loss[0]:.3f} -> {self.loss[-1]:.3f}{score}"
            if self.loss
            else "History of 0 epochs"
        )

    def plot(self, ax=None):
        """Draw loss, and score if there is one, over the epochs; return the axes."""
        from rnnlib import plots

        return plots.history(self.loss, self.score, ax)


def fit(
    network,
    examples,
    loss,
    optimizer,
    epochs,
    batch_size,
    rng,
    clip=None,
    validate=None,
    patience=None,
    progress=True,
):
    """Train by mini-batches.

    Parameters
    ----------
    network : object
        Whatever ``loss`` knows how to use; needs ``params``.
    examples : sequence
        What to learn from.
    loss : callable
        ``loss(network, batch) -> (value, grads)`` for a list of examples.
    optimizer : SGD or Adam
        Made for ``network.params``.
    epochs : int
        How often every example is seen.
    batch_size : int
        Examples for one update; the last batch of an epoch may be smaller.
    rng : numpy.random.Generator
        Shuffles the examples before each epoch.
    clip : float, default=None
        Largest gradient norm; None clips nothing.
    validate : callable, default=None
        ``validate(network) -> float`` after each epoch, higher is better.
    patience : int, default=None
        Stop when ``validate`` has not improved for this many epochs, and go back to the best
        parameters. None always runs all epochs.
    progress : bool, default=True
        Show a progress bar, if tqdm is installed.

    Returns
    -------
    History

    Raises
    ------
    FloatingPointError
        If the loss stops being a finite number: the learning rate is too high, or the inputs
        hold something that is none.

    Examples
    --------
    >>> from rnnlib.layers import Linear
    >>> from rnnlib.losses import mean_squared_error
    >>> from rnnlib.optim import SGD
    >>> rng = np.random.default_rng(0)
    >>> layer, x = Linear(1, 1, rng), rng.normal(size=(50, 1))
    >>> def loss(layer, batch):
    ...     x, target = (np.array(column) for column in zip(*batch))
    ...     y, cache = layer.forward(x)
    ...     value, dy = mean_squared_error(y, target)
    ...     return value, layer.backward(dy, cache)[1]
    >>> history = fit(layer, list(zip(x, 2 * x)), loss, SGD(layer.params, 0.1), 40, 10, rng, progress=False)
    >>> layer.W.round(2)
    array([[2.]])
    """
    check_size("epochs", epochs)
    check_size("batch_size", batch_size)
    check_rng(rng)
    if len(examples) == 0:
        raise ValueError("examples is empty: there is nothing to learn from")
    if patience is not None and validate is None:
        raise ValueError("patience needs validate: without a score nothing can be seen to improve")
    if patience is not None:
        check_size("patience", patience)
    _check_use(network, optimizer, clip)
    history, best, start = History(), None, time.perf_counter()
    for epoch in _bar(range(epochs), progress):
        order, total, largest = rng.permutation(len(examples)), 0.0, 0.0
        for first in range(0, len(order), batch_size):
            batch = [examples[i] for i in order[first : first + batch_size]]
            value, grads = loss(network, batch)
            if not np.isfinite(value):
                raise FloatingPointError(
                    f"the loss is {value} in epoch {epoch + 1}: try a smaller learning rate, or clip=1.0"
                )
            largest = max(largest, clip_by_norm(grads, np.finfo(float).max if clip is None else clip))
            optimizer.step(grads)
            total += value * len(batch)
        history.loss.append(total / len(examples))
        history.norm.append(largest)
        if validate is not None:
            history.score.append(float(validate(network)))
            if not np.isfinite(history.score[-1]):
                raise ValueError(f"validate must return a finite number, got {history.score[-1]}")
            if best is None or history.score[-1] > best[0]:
                best = history.score[-1], epoch, {name: p.copy() for name, p in network.params.items()}
            if patience is not None and epoch - best[1] >= patience:
                break
    if patience is not None:
        for name, p in network.params.items():
            p[...] = best[2][name]
    history.seconds = time.perf_counter() - start
    return history


def fit_stream(network, ids, optimizer, epochs, steps, clip=1.0, progress=True):
    """Train a language model on long texts by truncated backpropagation through time.

    The texts are read in pieces of ``steps`` symbols. The state is carried from piece to piece, so the
    model reads one long text; the gradient stops where a piece begins, so its cost does not grow.

    Parameters
    ----------
    network : CharLanguageModel
    ids : ndarray of int of shape (T, B)
        B texts side by side. Each symbol is the answer to the one before it.
    optimizer : SGD or Adam
        Made for ``network.params``.
    epochs : int
        How often the texts are read.
    steps : int
        Length of a piece; the last piece may be shorter.
    clip : float, default=1
        Largest gradient norm; None clips nothing.
    progress : bool, default=True
        Show a progress bar, if tqdm is installed.

    Returns
    -------
    History
        ``loss`` is the mean cross-entropy of a symbol, in nats.

    References
    ----------
    R. J. Williams, J. Peng (1990), "An efficient gradient-based algorithm for on-line training of
    recurrent network trajectories", Neural Computation 2(4).

    Examples
    --------
    >>> from rnnlib.generators import CharLanguageModel
    >>> from rnnlib.optim import Adam
    >>> model = CharLanguageModel(2, 4, 8, np.random.default_rng(0))
    >>> ids = np.tile([0, 1], 20)[:, None]
    >>> adam = Adam(model.params, 0.05)
    >>> history = fit_stream(model, ids, adam, epochs=20, steps=5, progress=False)
    >>> history.loss[-1] < history.loss[0] / 10
    True
    """
    check_size("epochs", epochs)
    check_size("steps", steps)
    T, _ = check_array("ids", ids, ("T", "B"), kind="i")
    if T < 2:
        raise ValueError("ids must have at least 2 steps: a symbol, and the one that follows it")
    _check_use(network, optimizer, clip)
    history, start = History(), time.perf_counter()
    for epoch in _bar(range(epochs), progress):
        states, total, largest = None, 0.0, 0.0
        for first in range(0, T - 1, steps):
            piece = ids[first : first + steps + 1]
            logits, states, cache = network.forward(piece[:-1], states)
            value, dlogits = cross_entropy(logits, piece[1:])
            if not np.isfinite(value):
                raise FloatingPointError(
                    f"the loss is {value} in epoch {epoch + 1}: try a smaller learning rate"
                )
            grads = network.backward(dlogits, cache)
            largest = max(largest, clip_by_norm(grads, np.finfo(float).max if clip is None else clip))
            optimizer.step(grads)
            total += value * (len(piece) - 1)
        history.loss.append(total / (T - 1))
        history.norm.append(largest)
    history.seconds = time.perf_counter() - start
    return history


def _check_use(network, optimizer, clip):
    """Refuse an optimizer of another network, which would learn in silence in its place."""
    mine, its = network.params, optimizer.params
    if set(mine) != set(its) or any(mine[name] is not its[name] for name in mine):
        raise ValueError("optimizer must have been made for network.params, got one with other arrays")
    if clip is not None:
        check_positive("clip", clip)


def _bar(epochs, progress):
    """Wrap the epochs in a progress bar; TQDM_DISABLE=1 in the environment silences it."""
    if not progress or os.environ.get("TQDM_DISABLE"):  # tqdm's notebook bar would draw an empty one
        return epochs
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return epochs
    return tqdm(epochs, desc="epoch", leave=False)
