"""Attention: every step looks at all others, and decides for itself where to look.

Sequences are time-major, (T, B, D), as everywhere in rnnlib. Weights of attention are (B, T_q, T_k):
for each sequence one row for each query, with a share for each key; a row sums to 1.

A ``mask`` of shape (T_k, B) is False where a key is padding; nobody looks there. A query that may
look nowhere at all gets zeros.
"""

import numpy as np

from rnnlib.checks import check_array, check_dtype, check_rng, check_share, check_size
from rnnlib.functions import relu, times
from rnnlib.layers import Dropout, LayerNorm, Linear


def sinusoidal_positions(n_steps, size, dtype=np.float64):
    """Positions as waves: at step t, sin(t / 10000^(2i/D)) and its cosine, for i = 0 .. D/2 - 1.

    Sines stand in the even columns, cosines in the odd ones.

    Parameters
    ----------
    n_steps : int
        T.
    size : int
        D, an even number.
    dtype : dtype, default=float64
        float64 or float32.

    Returns
    -------
    ndarray of shape (T, D)

    References
    ----------
    A. Vaswani et al. (2017), "Attention is all you need", NeurIPS.

    Examples
    --------
    >>> sinusoidal_positions(2, 2).round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """
    T, D = check_size("n_steps", n_steps), check_size("size", size)
    if D % 2:
        raise ValueError(f"size must be even, got {D}: every sine has its cosine")
    angles = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, D).astype(check_dtype(dtype))


def causal_mask(n_queries, n_keys):
    """Who may look at whom when nobody sees the future: key j is open to query i if j <= i.

    Where there are more keys than queries, the queries are the last of the steps. Fewer keys than
    queries are refused: the first queries could look nowhere.

    Examples
    --------
    >>> causal_mask(2, 2)
    array([[ True, False],
           [ True,  True]])
    """
    shape = check_size("n_queries", n_queries), check_size("n_keys", n_keys)
    if n_keys < n_queries:
        raise ValueError(f"n_keys must be at least n_queries for a causal mask, got {n_keys} and {n_queries}")
    return np.tri(*shape, k=n_keys - n_queries, dtype=bool)


def _yes_or_no(name, value):
    """Refuse anything but True and False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return value


def _look(scores, v, allowed):
    """Weights a = softmax(scores) where allowed, 0 elsewhere, and what is seen with them: a v."""
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    across = np.ascontiguousarray(
        scores.reshape(-1, scores.shape[-1]).T
    )  # many short rows are slow to search
    top = across.max(axis=0).reshape(*scores.shape[:-1], 1)
    a = scores - np.where(np.isfinite(top), top, 0)
    np.exp(a, out=a)  # a row of -inf becomes a row of 0
    total = a.sum(axis=-1, keepdims=True)
    a /= np.where(total > 0, total, 1)
    return a @ v, a


def _look_back(dy, a, v):
    """Gradients of `_look` at the scores and at v."""
    da = dy @ v.swapaxes(-1, -2)
    dscores = da
    dscores -= np.einsum("...ij,...ij->...i", da, a)[..., None]  # the Jacobian of softmax
    dscores *= a
    return dscores, a.swapaxes(-1, -2) @ dy


def _allowed(mask, causal, n_queries, n_keys, B):
    """Both masks as one, (B or 1, T_q, T_k), or None if all may look everywhere."""
    allowed = causal_mask(n_queries, n_keys)[None] if causal else None
    if mask is not None:
        check_array("mask", mask, (n_keys, B), kind="b")
        allowed = mask.T[:, None] if allowed is None else allowed & mask.T[:, None]
    return allowed


class DotProductAttention:
    """Scaled dot-product attention: y = softmax(q k^T / sqrt(D)) v. It has nothing to train.

    Parameters
    ----------
    causal : bool, default=False
        Whether a query may not look at later keys.

    References
    ----------
    A. Vaswani et al. (2017), "Attention is all you need", NeurIPS.

    Examples
    --------
    >>> x = np.eye(3)[:, None]  # three steps, one sequence
    >>> y, a, cache = DotProductAttention(causal=True).forward(x, x, x)
    >>> a[0, 0]
    array([1., 0., 0.])
    """

    def __init__(self, causal=False):
        self.causal = _yes_or_no("causal", causal)

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, q, k, v, mask=None):
        """Look.

        Parameters
        ----------
        q : ndarray of shape (T_q, B, D)
            What each query looks for.
        k : ndarray of shape (T_k, B, D)
            What each key offers.
        v : ndarray of shape (T_k, B, D_v)
            What is seen there.
        mask : ndarray of bool of shape (T_k, B), default=None
            False where a key is padding.

        Returns
        -------
        y : ndarray of shape (T_q, B, D_v)
        a : ndarray of shape (B, T_q, T_k)
            Weights of attention.
        cache : tuple
            For ``backward``.
        """
        n_queries, B, D = check_array("q", q, ("T_q", "B", "D"))
        (n_keys,) = check_array("k", k, ("T_k", B, D))
        check_array("v", v, (n_keys, B, "D_v"))
        q, k, v = (array.transpose(1, 0, 2) for array in (q, k, v))  # each sequence for itself
        scores = q @ k.swapaxes(1, 2) / np.sqrt(D).astype(q.dtype)
        y, a = _look(scores, v, _allowed(mask, self.causal, n_queries, n_keys, B))
        return y.transpose(1, 0, 2), a, (q, k, v, a)

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (T_q, B, D_v)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dq, dk, dv : ndarrays of the shapes of q, k and v
        grads : dict
            Empty.
        """
        q, k, v, a = cache
        check_array("dy", dy, (q.shape[1], len(q), v.shape[2]))
        dscores, dv = _look_back(dy.transpose(1, 0, 2), a, v)
        dscores = dscores / np.sqrt(q.shape[2]).astype(q.dtype)
        dq, dk = dscores @ k, dscores.swapaxes(1, 2) @ q
        return dq.transpose(1, 0, 2), dk.transpose(1, 0, 2), dv.transpose(1, 0, 2), {}


class AdditiveAttention:
    """Additive attention: score_ij = w tanh(q_i W_q + k_j W_k), y_i = sum_j softmax(score)_ij v_j.

    Parameters
    ----------
    query_size, key_size : int
        Features of a query, D_q, and of a key, D_k.
    size : int
        Units that compare them, A.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W_q : ndarray of shape (D_q, A)
    W_k : ndarray of shape (D_k, A)
    w : ndarray of shape (A,)

    References
    ----------
    D. Bahdanau, K. Cho, Y. Bengio (2015), "Neural machine translation by jointly learning to align
    and translate", ICLR.

    Examples
    --------
    >>> attention = AdditiveAttention(3, 2, size=4, rng=np.random.default_rng(0))
    >>> q, k = np.ones((1, 2, 3)), np.ones((5, 2, 2))
    >>> y, a, cache = attention.forward(q, k, k)
    >>> a.shape, float(a.sum().round(6))
    ((2, 1, 5), 2.0)
    """

    def __init__(self, query_size, key_size, size, rng, dtype=np.float64):
        sizes = check_size("query_size", query_size), check_size("key_size", key_size)
        A, dtype = check_size("size", size), check_dtype(dtype)
        self.W_q, self.W_k = (
            check_rng(rng).uniform(-1 / np.sqrt(D), 1 / np.sqrt(D), (D, A)).astype(dtype) for D in sizes
        )
        self.w = rng.uniform(-1 / np.sqrt(A), 1 / np.sqrt(A), A).astype(dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W_q": self.W_q, "W_k": self.W_k, "w": self.w}

    def forward(self, q, k, v, mask=None):
        """Look.

        Parameters
        ----------
        q : ndarray of shape (T_q, B, D_q)
        k : ndarray of shape (T_k, B, D_k)
        v : ndarray of shape (T_k, B, D_v)
        mask : ndarray of bool of shape (T_k, B), default=None
            False where a key is padding.

        Returns
        -------
        y : ndarray of shape (T_q, B, D_v)
        a : ndarray of shape (B, T_q, T_k)
            Weights of attention.
        cache : tuple
            For ``backward``.
        """
        n_queries, B = check_array("q", q, ("T_q", "B", len(self.W_q)))
        (n_keys,) = check_array("k", k, ("T_k", B, len(self.W_k)))
        check_array("v", v, (n_keys, B, "D_v"))
        q, k, v = (array.transpose(1, 0, 2) for array in (q, k, v))
        u = np.tanh((q @ self.W_q)[:, :, None] + (k @ self.W_k)[:, None])  # (B, T_q, T_k, A)
        y, a = _look(u @ self.w, v, _allowed(mask, False, n_queries, n_keys, B))
        return y.transpose(1, 0, 2), a, (q, k, v, u, a)

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (T_q, B, D_v)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dq, dk, dv : ndarrays of the shapes of q, k and v
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        q, k, v, u, a = cache
        check_array("dy", dy, (q.shape[1], len(q), v.shape[2]))
        dscores, dv = _look_back(dy.transpose(1, 0, 2), a, v)
        dz = dscores[..., None] * self.w * (1 - u * u)  # (B, T_q, T_k, A)
        dz_q, dz_k = dz.sum(axis=2), dz.sum(axis=1)
        grads = {
            "W_q": np.einsum("bid,bia->da", q, dz_q),
            "W_k": np.einsum("bjd,bja->da", k, dz_k),
            "w": np.einsum("bij,bija->a", dscores, u),
        }
        dq, dk = dz_q @ self.W_q.T, dz_k @ self.W_k.T
        return dq.transpose(1, 0, 2), dk.transpose(1, 0, 2), dv.transpose(1, 0, 2), grads


class MultiHeadAttention:
    """Several scaled dot-product attentions side by side, each with maps of its own.

    Head i sees q W_q, k W_k and v W_v in its own D / n_heads columns; what the heads saw is put side
    by side again and goes through W_o.

    Parameters
    ----------
    size : int
        Number of features, D.
    n_heads : int
        A divisor of D.
    rng : numpy.random.Generator
        Source of the initial weights, uniform in ±1/sqrt(D).
    causal : bool, default=False
        Whether a query may not look at later keys.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W_q, W_k, W_v, W_o : ndarray of shape (D, D)
    b_q, b_k, b_v, b_o : ndarray of shape (D,)

    References
    ----------
    A. Vaswani et al. (2017), "Attention is all you need", NeurIPS.

    Examples
    --------
    >>> attention = MultiHeadAttention(size=4, n_heads=2, rng=np.random.default_rng(0))
    >>> y, a, cache = attention.forward(np.ones((5, 3, 4)))
    >>> y.shape, a.shape
    ((5, 3, 4), (3, 2, 5, 5))
    """

    def __init__(self, size, n_heads, rng, causal=False, dtype=np.float64):
        D, self.n_heads, self.causal = (
            check_size("size", size),
            check_size("n_heads", n_heads),
            _yes_or_no("causal", causal),
        )
        if D % self.n_heads:
            raise ValueError(f"n_heads must divide size, got {n_heads} heads for {D} features")
        bound, dtype = 1 / np.sqrt(D), check_dtype(dtype)
        for name in "qkvo":
            setattr(self, f"W_{name}", check_rng(rng).uniform(-bound, bound, (D, D)).astype(dtype))
            setattr(self, f"b_{name}", np.zeros(D, dtype))

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {f"{kind}_{name}": getattr(self, f"{kind}_{name}") for name in "qkvo" for kind in "Wb"}

    def _split(self, x):
        """Cut the features into heads: (T, B, D) to (B, heads, T, D / heads)."""
        T, B, D = x.shape
        return x.reshape(T, B, self.n_heads, D // self.n_heads).transpose(1, 2, 0, 3)

    def _join(self, x):
        """Put the heads side by side: the inverse of `_split`."""
        B, heads, T, width = x.shape
        return x.transpose(2, 0, 1, 3).reshape(T, B, heads * width)

    def forward(self, x, memory=None, mask=None):
        """Look.

        Parameters
        ----------
        x : ndarray of shape (T_q, B, D)
            The queries come from here.
        memory : ndarray of shape (T_k, B, D), default=None
            Keys and values come from here; None means ``x``: self-attention.
        mask : ndarray of bool of shape (T_k, B), default=None
            False where a key is padding.

        Returns
        -------
        y : ndarray of shape (T_q, B, D)
        a : ndarray of shape (B, n_heads, T_q, T_k)
            Weights of attention of each head.
        cache : tuple
            For ``backward``.
        """
        n_queries, B = check_array("x", x, ("T_q", "B", len(self.b_o)))
        source = x if memory is None else memory
        (n_keys,) = check_array("memory", source, ("T_k", B, len(self.b_o)))
        q, k, v = times(x, self.W_q), times(source, self.W_k), times(source, self.W_v)
        for product, bias in ((q, self.b_q), (k, self.b_k), (v, self.b_v)):
            product += bias
        q, k, v = map(self._split, (q, k, v))
        scale = q.dtype.type(1 / np.sqrt(q.shape[-1]))
        allowed = _allowed(mask, self.causal, n_queries, n_keys, B)
        scores = q @ k.swapaxes(2, 3)
        scores *= scale
        seen, a = _look(scores, v, None if allowed is None else allowed[:, None])
        joined = self._join(seen)
        y = times(joined, self.W_o)
        y += self.b_o
        return y, a, (x, memory, q, k, v, a, joined, scale)

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (T_q, B, D)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (T_q, B, D)
        dmemory : ndarray of shape (T_k, B, D), or None
            None for self-attention, where ``dx`` holds all of it.
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        x, memory, q, k, v, a, joined, scale = cache
        check_array("dy", dy, x.shape)
        D = x.shape[2]
        dscores, dv = _look_back(self._split(times(dy, self.W_o.T)), a, v)
        dscores *= scale
        dq, dk, dv = map(self._join, (dscores @ k, dscores.swapaxes(2, 3) @ q, dv))
        source = x if memory is None else memory
        grads = {}
        for name, inputs, d in (("q", x, dq), ("k", source, dk), ("v", source, dv), ("o", joined, dy)):
            rows = d.reshape(-1, D)
            grads[f"W_{name}"] = inputs.reshape(-1, D).T @ rows
            grads[f"b_{name}"] = rows.sum(axis=0)
        dx, dsource = times(dq, self.W_q.T), times(dk, self.W_k.T) + times(dv, self.W_v.T)
        return (dx + dsource, None, grads) if memory is None else (dx, dsource, grads)


class AttentionPooling:
    """One vector for a whole sequence: a mean whose weights are learned, y = sum_t a_t x_t.

    The weights are a = softmax over t of w tanh(x_t W + b).

    Parameters
    ----------
    input_size : int
        Number of features, D.
    size : int
        Units that judge a step, A.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W : ndarray of shape (D, A)
    b, w : ndarray of shape (A,)

    References
    ----------
    Z. Yang et al. (2016), "Hierarchical attention networks for document classification", NAACL.

    Examples
    --------
    >>> pooling = AttentionPooling(3, size=4, rng=np.random.default_rng(0))
    >>> y, a, cache = pooling.forward(np.ones((5, 2, 3)))
    >>> y.shape, a.shape
    ((2, 3), (2, 5))
    """

    def __init__(self, input_size, size, rng, dtype=np.float64):
        D, A = check_size("input_size", input_size), check_size("size", size)
        self.W = check_rng(rng).uniform(-1 / np.sqrt(D), 1 / np.sqrt(D), (D, A)).astype(check_dtype(dtype))
        self.b = np.zeros(A, dtype)
        self.w = rng.uniform(-1 / np.sqrt(A), 1 / np.sqrt(A), A).astype(dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W": self.W, "b": self.b, "w": self.w}

    def forward(self, x, mask=None):
        """Pool.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding: its weight is 0.

        Returns
        -------
        y : ndarray of shape (B, D)
        a : ndarray of shape (B, T)
            Weights of attention.
        cache : tuple
            For ``backward``.
        """
        T, B = check_array("x", x, ("T", "B", len(self.W)))
        u = np.tanh(x @ self.W + self.b)  # (T, B, A)
        rows = x.transpose(1, 0, 2)
        y, a = _look((u @ self.w).T[:, None], rows, _allowed(mask, False, 1, T, B))
        return y[:, 0], a[:, 0], (rows, u, a)

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (B, D)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        rows, u, a = cache
        B, T, D = rows.shape
        check_array("dy", dy, (B, D))
        dscores, drows = _look_back(dy[:, None], a, rows)
        dscores = dscores[:, 0].T[..., None]  # (T, B, 1)
        dz = (dscores * self.w * (1 - u * u)).reshape(T * B, -1)
        x = rows.transpose(1, 0, 2)
        grads = {"W": x.reshape(T * B, D).T @ dz, "b": dz.sum(axis=0), "w": (dscores * u).sum(axis=(0, 1))}
        return drows.transpose(1, 0, 2) + (dz @ self.W.T).reshape(T, B, D), grads


class TransformerBlock:
    """A layer of a Transformer: attention between the steps, then a small network at each step.

    x = x + attention(norm(x)), then x = x + relu(norm(x) W_1 + b_1) W_2 + b_2. Normalising comes
    first in both halves, so the sum itself passes through untouched.

    Parameters
    ----------
    size : int
        Number of features, D.
    n_heads : int
        Heads of attention, a divisor of D.
    hidden_size : int
        Units of the small network.
    rng : numpy.random.Generator
        Source of the initial weights.
    causal : bool, default=False
        Whether no step may look at later ones: False for an encoder, True for a language model.
    dropout : float, default=0
        Probability that a feature is silenced in what either half adds, while training.
    dtype : dtype, default=float64
        float64 or float32.

    References
    ----------
    A. Vaswani et al. (2017), "Attention is all you need", NeurIPS. R. Xiong et al. (2020), "On layer
    normalization in the Transformer architecture", ICML: normalising first.

    Examples
    --------
    >>> block = TransformerBlock(size=4, n_heads=2, hidden_size=8, rng=np.random.default_rng(0))
    >>> y, a, cache = block.forward(np.ones((5, 3, 4)))
    >>> y.shape, a.shape
    ((5, 3, 4), (3, 2, 5, 5))
    """

    def __init__(self, size, n_heads, hidden_size, rng, causal=False, dropout=0.0, dtype=np.float64):
        self.norm_1, self.norm_2 = LayerNorm(size, dtype), LayerNorm(size, dtype)
        self.attention = MultiHeadAttention(size, n_heads, rng, causal, dtype)
        check_size("hidden_size", hidden_size)
        self.linear_1 = Linear(size, hidden_size, rng, dtype)
        self.linear_2 = Linear(hidden_size, size, rng, dtype)
        self.dropout = Dropout(check_share("dropout", dropout))

    @property
    def params(self):
        """The trainable arrays, named like "attention.W_q"; update them in place."""
        names = ("norm_1", "attention", "norm_2", "linear_1", "linear_2")
        return {f"{name}.{key}": p for name in names for key, p in getattr(self, name).params.items()}

    def forward(self, x, mask=None, rng=None):
        """Run the block.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding: nobody looks there.
        rng : numpy.random.Generator, default=None
            For dropout, while training.

        Returns
        -------
        y : ndarray of shape (T, B, D)
        a : ndarray of shape (B, n_heads, T, T)
            Weights of attention.
        cache : tuple
            For ``backward``.
        """
        normal_1, cache_1 = self.norm_1.forward(x)
        seen, a, attention_cache = self.attention.forward(normal_1, mask=mask)
        seen, dropout_1 = self.dropout.forward(seen, rng)
        middle = x + seen
        normal_2, cache_2 = self.norm_2.forward(middle)
        z, linear_1 = self.linear_1.forward(normal_2)
        added, linear_2 = self.linear_2.forward(relu(z))
        added, dropout_2 = self.dropout.forward(added, rng)
        return (
            middle + added,
            a,
            (cache_1, attention_cache, dropout_1, cache_2, linear_1, z, linear_2, dropout_2),
        )

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (T, B, D)
        cache : tuple
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        cache_1, attention_cache, dropout_1, cache_2, linear_1, z, linear_2, dropout_2 = cache
        grads = {}
        dadded, _ = self.dropout.backward(dy, dropout_2)
        dactive, grads["linear_2"] = self.linear_2.backward(dadded, linear_2)
        dnormal, grads["linear_1"] = self.linear_1.backward(dactive * (z > 0), linear_1)
        dmiddle, grads["norm_2"] = self.norm_2.backward(dnormal, cache_2)
        dmiddle = dy + dmiddle  # past the small network, and through it
        dseen, _ = self.dropout.backward(dmiddle, dropout_1)
        dnormal, _, grads["attention"] = self.attention.backward(dseen, attention_cache)
        dx, grads["norm_1"] = self.norm_1.backward(dnormal, cache_1)
        return dmiddle + dx, {f"{n}.{key}": g for n, layer in grads.items() for key, g in layer.items()}
