"""Layers without a memory: the linear map, the embedding, layer normalisation, dropout.

A layer owns its parameters and nothing else: what ``backward`` needs, ``forward`` returns as a
cache.
"""

import numpy as np

from rnnlib.checks import (
    any_axes,
    check_array,
    check_dtype,
    check_positive,
    check_rng,
    check_share,
    check_size,
)
from rnnlib.functions import times


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
        y = times(x, self.W)
        y += self.b
        return y, x

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
        return times(dy, self.W.T), {"W": rows.T @ drows, "b": drows.sum(axis=0)}


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

    Examples
    --------
    >>> table = Embedding(n_words=10, embed_size=3, rng=np.random.default_rng(0))
    >>> x, cache = table.forward(np.array([[1, 2], [3, 3]]))
    >>> x.shape
    (2, 2, 3)
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
        x : ndarray of shape (..., D), with the axes of ``ids`` first
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
        dx : ndarray of shape (..., D), with the axes of ``ids`` first
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


class LayerNorm:
    """Layer normalisation: y = gain (x - mean) / sqrt(var + eps) + bias, over the last axis.

    Every vector is normalised by itself, so neither the batch nor the other steps matter.

    Parameters
    ----------
    size : int
        Number of features, D.
    dtype : dtype, default=float64
        float64 or float32.
    eps : float, default=1e-5
        Keeps the division finite.

    Attributes
    ----------
    gain, bias : ndarray of shape (D,)
        Ones and zeros at first.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton (2016), "Layer normalization", arXiv:1607.06450.

    Examples
    --------
    >>> y, cache = LayerNorm(2).forward(np.array([[1.0, 3.0]]))
    >>> y.round(3)
    array([[-1.,  1.]])
    """

    def __init__(self, size, dtype=np.float64, eps=1e-5):
        self.gain = np.ones(check_size("size", size), check_dtype(dtype))
        self.bias = np.zeros(size, dtype)
        self.eps = check_positive("eps", eps)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"gain": self.gain, "bias": self.bias}

    def forward(self, x):
        """Normalise the last axis.

        Parameters
        ----------
        x : ndarray of shape (..., D)

        Returns
        -------
        y : ndarray of shape (..., D)
        cache : tuple
            For ``backward``.
        """
        check_array("x", x, (*any_axes(x), len(self.gain)))
        normal = x - x.mean(axis=-1, keepdims=True)
        scale = 1 / np.sqrt((normal * normal).mean(axis=-1, keepdims=True) + self.eps)
        normal *= scale
        y = self.gain * normal
        y += self.bias
        return y, (normal, scale)

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (..., D)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (..., D)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        normal, scale = cache
        check_array("dy", dy, normal.shape)
        D = len(self.gain)
        grads = {"gain": (dy * normal).reshape(-1, D).sum(axis=0), "bias": dy.reshape(-1, D).sum(axis=0)}
        dnormal = dy * self.gain
        # mean and variance depend on every feature: take out what only moves or stretches the vector
        mean = dnormal.mean(axis=-1, keepdims=True)
        along = (dnormal * normal).mean(axis=-1, keepdims=True)
        dnormal -= mean
        dnormal -= normal * along
        dnormal *= scale
        return dnormal, grads


class Dropout:
    """Silence random features while training, so that none can rely on another.

    Those that stay are scaled up by 1 / (1 - p), so the sum keeps its size on average.

    Parameters
    ----------
    p : float
        Probability of being silenced, 0 <= p < 1.

    References
    ----------
    N. Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
    overfitting", JMLR 15.

    Examples
    --------
    >>> y, cache = Dropout(0.5).forward(np.ones(4), np.random.default_rng(0))
    >>> y
    array([2., 0., 0., 0.])
    """

    def __init__(self, p):
        self.p = check_share("p", p)

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, x, rng=None):
        """Silence features, or none.

        Parameters
        ----------
        x : ndarray of any shape
        rng : numpy.random.Generator, default=None
            Draws who is silenced; None, outside training, silences nobody.

        Returns
        -------
        y : ndarray of the shape of ``x``
        cache : ndarray or None
            For ``backward``.
        """
        check_array("x", x, any_axes(x, 0))
        if rng is None or check_rng(rng) and self.p == 0:
            return x, None
        keep = (rng.random(x.shape) >= self.p).astype(x.dtype) / x.dtype.type(1 - self.p)
        return x * keep, keep

    def backward(self, dy, cache):
        """Gradient at the input: nothing passes a silenced feature.

        Parameters
        ----------
        dy : ndarray of the shape of ``x``
        cache : ndarray or None
            From ``forward``.

        Returns
        -------
        dx : ndarray of the shape of ``x``
        grads : dict
            Empty.
        """
        check_array("dy", dy, any_axes(dy, 0) if cache is None else cache.shape)
        if cache is None:
            return dy, {}
        return dy * cache, {}
