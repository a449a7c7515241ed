"""Layers without a memory: the embedding of a word, and the linear map.

A layer owns its parameters and nothing else: what ``backward`` needs, ``forward`` returns as a
cache.
"""

import numpy as np

from rnnlib.checks import any_axes, check_array, check_dtype, check_rng, check_size


class Linear:
    """A linear map with a bias: y = x W + b.

    Parameters
    ----------
    input_size, output_size : int
        Number of features that come in, D, and go out, K.
    rng : numpy.random.Generator
        Source of the initial weights, uniform in ±1/sqrt(D).
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W : ndarray of shape (D, K)
    b : ndarray of shape (K,)

    Examples
    --------
    >>> layer = Linear(3, 2, np.random.default_rng(0))
    >>> y, cache = layer.forward(np.ones((5, 3)))
    >>> y.shape
    (5, 2)
    """

    def __init__(self, input_size, output_size, rng, dtype=np.float64):
        D, K = check_size("input_size", input_size), check_size("output_size", output_size)
        bound = 1 / np.sqrt(D)
        self.W = check_rng(rng).uniform(-bound, bound, (D, K)).astype(check_dtype(dtype))
        self.b = np.zeros(K, dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W": self.W, "b": self.b}

    def forward(self, x):
        """Map the last axis.

        Parameters
        ----------
        x : ndarray of shape (..., D)
            Any number of leading axes: samples, time steps, or both.

        Returns
        -------
        y : ndarray of shape (..., K)
        cache : ndarray
            For ``backward``.
        """
        check_array("x", x, (*any_axes(x), self.W.shape[0]))
        return x @ self.W + self.b, x

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (..., K)
        cache : ndarray
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (..., D)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        x = cache
        check_array("dy", dy, (*x.shape[:-1], self.W.shape[1]))
        rows, drows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
        return dy @ self.W.T, {"W": rows.T @ drows, "b": drows.sum(axis=0)}


class Embedding:
    """A table with one row of D numbers for each of V words.

    Looking up row i is the same as multiplying a one-hot vector with the table, so this is a
    linear layer that skips the multiplications by zero.

    Parameters
    ----------
    n_words, embed_size : int
        Number of words, V, and of features for each, D.
    rng : numpy.random.Generator
        Source of the initial table, normal with mean 0 and standard deviation 1.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W : ndarray of shape (V, D)
    """

    def __init__(self, n_words, embed_size, rng, dtype=np.float64):
        shape = check_size("n_words", n_words), check_size("embed_size", embed_size)
        self.W = check_rng(rng).normal(size=shape).astype(check_dtype(dtype))

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W": self.W}

    def forward(self, ids):
        """Look up the rows.

        Parameters
        ----------
        ids : ndarray of int, of any shape
            Row numbers, 0 <= id < V.

        Returns
        -------
        x : ndarray of shape (*ids.shape, D)
        cache : ndarray of int
            For ``backward``.
        """
        check_array("ids", ids, any_axes(ids, 0), kind="i")
        if ids.min() < 0 or ids.max() >= len(self.W):
            raise IndexError(f"ids must lie in 0 .. {len(self.W) - 1}, got {ids.min()} .. {ids.max()}")
        return self.W[ids], ids

    def backward(self, dx, cache):
        """Gradient of the table: each row collects what its word's places receive.

        Parameters
        ----------
        dx : ndarray of shape (*ids.shape, D)
        cache : ndarray of int
            From ``forward``.

        Returns
        -------
        grads : dict of ndarray
            One gradient for each entry of ``params``. Ids have no gradient.
        """
        check_array("dx", dx, (*cache.shape, self.W.shape[1]))
        dW = np.zeros_like(self.W)
        np.add.at(dW, cache, dx)  # a word that occurs twice receives twice
        return {"W": dW}
