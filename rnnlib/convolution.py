"""Convolutions and pooling: layers that look at a neighbourhood.

Sequences are time-major, (T, B, D), as everywhere in rnnlib; images are (B, C, H, W): samples,
channels, rows, columns.
"""

import numpy as np

from rnnlib.checks import check_array, check_dtype, check_rng, check_size
from rnnlib.functions import times


class Conv1d:
    """Convolution over time: y_t = sum_k x_{t + k d - left} W_k + b, with dilation d.

    Parameters
    ----------
    input_size, output_size : int
        Number of features that come in, D, and go out, K.
    width : int
        Number of steps that one output sees, w.
    rng : numpy.random.Generator
        Source of the initial weights, uniform in ±1/sqrt(D w).
    padding : {"causal", "same", "valid"}
        Where zeros are put: all before the sequence, so that y_t sees nothing after step t; half
        before and half after (then ``(width - 1) * dilation`` must be even); or nowhere, and the
        output is shorter.
    dilation : int, default=1
        Distance between the steps seen.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W : ndarray of shape (w, D, K)
        ``W[0]`` meets the earliest step.
    b : ndarray of shape (K,)

    References
    ----------
    A. van den Oord et al. (2016), "WaveNet: a generative model for raw audio", arXiv:1609.03499:
    causal, dilated convolutions.

    Examples
    --------
    >>> conv = Conv1d(3, 4, width=2, rng=np.random.default_rng(0), padding="causal", dilation=2)
    >>> y, cache = conv.forward(np.ones((5, 2, 3)))
    >>> y.shape
    (5, 2, 4)
    """

    def __init__(self, input_size, output_size, width, rng, padding="causal", dilation=1, dtype=np.float64):
        D, K = check_size("input_size", input_size), check_size("output_size", output_size)
        width, self.dilation = check_size("width", width), check_size("dilation", dilation)
        reach = (width - 1) * self.dilation
        if padding not in ("causal", "same", "valid"):
            raise ValueError(f'padding must be "causal", "same" or "valid", got {padding!r}')
        if padding == "same" and reach % 2:
            raise ValueError(
                f'padding="same" needs an even (width - 1) * dilation, got ({width} - 1) * {self.dilation}'
            )
        self.padding = padding
        self.pad = {"causal": (reach, 0), "same": (reach // 2, reach // 2), "valid": (0, 0)}[padding]
        bound = 1 / np.sqrt(D * width)
        self.W = check_rng(rng).uniform(-bound, bound, (width, D, K)).astype(check_dtype(dtype))
        self.b = np.zeros(K, dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W": self.W, "b": self.b}

    def forward(self, x):
        """Slide over the sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)

        Returns
        -------
        y : ndarray of shape (T', B, K)
            T' is T, or T - (w - 1) * dilation without padding.
        cache : ndarray
            For ``backward``.
        """
        width, D, K = self.W.shape
        T, B = check_array("x", x, ("T", "B", D))
        x = np.pad(x, (self.pad, (0, 0), (0, 0)))
        steps = len(x) - (width - 1) * self.dilation
        if steps < 1:
            raise ValueError(
                f"x has {T} steps, fewer than the {1 + (width - 1) * self.dilation} that one output sees"
            )
        y = np.zeros((steps, B, K), np.result_type(x, self.W))
        for k in range(width):
            y += times(x[k * self.dilation :][:steps], self.W[k])
        return y + self.b, x

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (T', B, K)
        cache : ndarray
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        x = cache
        width, D, K = self.W.shape
        steps = len(x) - (width - 1) * self.dilation
        check_array("dy", dy, (steps, x.shape[1], K))
        rows = dy.reshape(-1, K)
        dx, dW = np.zeros_like(x), np.empty_like(self.W)
        for k in range(width):
            seen = slice(k * self.dilation, k * self.dilation + steps)
            dW[k] = x[seen].reshape(-1, D).T @ rows
            dx[seen] += times(dy, self.W[k].T)
        left, right = self.pad
        return dx[left : len(x) - right], {"W": dW, "b": rows.sum(axis=0)}


class Conv2d:
    """Convolution over images: every output is the product of a filter with a window.

    y[b, k, i, j] = sum_{c, u, v} x[b, c, i s + u, j s + v] W[k, c, u, v] + b[k], with stride s, over
    the image with ``padding`` rows and columns of zeros around it.

    Parameters
    ----------
    in_channels, out_channels : int
        C and K.
    size : int
        Side of the square filter.
    rng : numpy.random.Generator
        Source of the initial weights, uniform in ±1/sqrt(C size^2).
    stride : int, default=1
        How far the window moves.
    padding : int, default=0
        Rows and columns of zeros on each side.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W : ndarray of shape (K, C, size, size)
    b : ndarray of shape (K,)

    References
    ----------
    Y. LeCun et al. (1998), "Gradient-based learning applied to document recognition", Proceedings
    of the IEEE 86(11).

    Examples
    --------
    >>> conv = Conv2d(1, 4, size=3, rng=np.random.default_rng(0), padding=1)
    >>> y, cache = conv.forward(np.ones((2, 1, 8, 8)))
    >>> y.shape
    (2, 4, 8, 8)
    """

    def __init__(self, in_channels, out_channels, size, rng, stride=1, padding=0, dtype=np.float64):
        C, K = check_size("in_channels", in_channels), check_size("out_channels", out_channels)
        size, self.stride = check_size("size", size), check_size("stride", stride)
        self.padding = check_size("padding", padding, least=0)
        bound = 1 / np.sqrt(C * size * size)
        self.W = check_rng(rng).uniform(-bound, bound, (K, C, size, size)).astype(check_dtype(dtype))
        self.b = np.zeros(K, dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W": self.W, "b": self.b}

    def forward(self, x):
        """Slide over the images.

        Parameters
        ----------
        x : ndarray of shape (B, C, H, W)

        Returns
        -------
        y : ndarray of shape (B, K, H', W')
            With H' = (H + 2 padding - size) // stride + 1, and W' likewise.
        cache : tuple
            For ``backward``.
        """
        K, C, size, _ = self.W.shape
        B, H, W = check_array("x", x, ("B", C, "H", "W"))
        p, s = self.padding, self.stride
        if min(H, W) + 2 * p < size:
            raise ValueError(f"x has images of {H} by {W}, smaller than the filter of {size} by {size}")
        # channels last: what a filter sees in one row of its window then lies side by side in memory
        padded = np.zeros((B, H + 2 * p, W + 2 * p, C), x.dtype)
        padded[:, p : p + H, p : p + W] = x.transpose(0, 2, 3, 1)
        rows, columns = (H + 2 * p - size) // s + 1, (W + 2 * p - size) // s + 1
        y = np.empty((B, rows, columns, K), np.result_type(x, self.W))
        windows, filters = self._windows(padded), self._rows()
        for part in self._parts(B, rows * columns):
            np.matmul(windows[part].reshape(-1, len(filters)), filters, out=y[part].reshape(-1, K))
        y += self.b
        return y.transpose(0, 3, 1, 2), (padded, x.shape, (rows, columns))

    def _rows(self):
        """Put the filters side by side: (size^2 C, K), with one row for each entry of a window."""
        return self.W.transpose(2, 3, 1, 0).reshape(-1, len(self.W))

    def _windows(self, padded):
        """View what a filter sees in each window: (B, H', W', size, size, C)."""
        size, s = self.W.shape[-1], self.stride
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::s, ::s]
        return windows.transpose(0, 1, 2, 4, 5, 3)

    def _parts(self, B, places):
        """Slices of the batch whose windows fit into a processor's cache, which is much faster."""
        images = max(1, 200_000 // (self.W[0].size * places))
        return [slice(first, first + images) for first in range(0, B, images)]

    def backward(self, dy, cache):
        """Gradients of a loss, given its gradient at the output.

        Parameters
        ----------
        dy : ndarray of shape (B, K, H', W')
        cache : tuple
            From ``forward``.

        Returns
        -------
        dx : ndarray of shape (B, C, H, W)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        padded, (B, C, height, width), (rows, columns) = cache
        K, _, size, _ = self.W.shape
        p, s = self.padding, self.stride
        check_array("dy", dy, (B, K, rows, columns))
        dy = np.ascontiguousarray(dy.transpose(0, 2, 3, 1))
        W = self.W.transpose(2, 3, 0, 1).copy()  # for each entry of a filter its (K, C) weights
        dW, dpadded = np.zeros((size * size * C, K), W.dtype), np.zeros_like(padded)
        windows = self._windows(padded)
        for part in self._parts(B, rows * columns):
            dy_part = dy[part].reshape(-1, K)
            dW += windows[part].reshape(-1, len(dW)).T @ dy_part
            for u in range(size):
                for v in range(size):  # back to where this entry of the filter had looked
                    there = np.s_[part, u : u + rows * s : s, v : v + columns * s : s]
                    dpadded[there] += (dy_part @ W[u, v]).reshape(-1, rows, columns, C)
        dW = dW.reshape(size, size, C, K).transpose(3, 2, 0, 1)
        dx = dpadded[:, p : p + height, p : p + width].transpose(0, 3, 1, 2)
        return dx, {"W": np.ascontiguousarray(dW), "b": dy.sum(axis=(0, 1, 2))}


class MaxPool2d:
    """The largest number of every window; windows lie side by side.

    Where several are largest, the first of them, row by row, gets the gradient.

    Parameters
    ----------
    size : int
        Side of the square window. Height and width of the image must be multiples of it.

    Examples
    --------
    >>> y, cache = MaxPool2d(2).forward(np.arange(4.0).reshape(1, 1, 2, 2))
    >>> y
    array([[[[3.]]]])
    """

    def __init__(self, size):
        self.size = check_size("size", size)

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, x):
        """Take the largest of each window: (B, C, H, W) becomes (B, C, H / size, W / size)."""
        windows = _windows(x, self.size)
        where = windows.argmax(axis=-1)[..., None]
        return np.take_along_axis(windows, where, axis=-1)[..., 0], (x.shape, where)

    def backward(self, dy, cache):
        """Send each gradient to the number that was largest; return (dx, {})."""
        shape, where = cache
        check_array("dy", dy, where.shape[:-1])
        dwindows = np.zeros((*dy.shape, self.size**2), dy.dtype)
        np.put_along_axis(dwindows, where, dy[..., None], axis=-1)
        return _unwindow(dwindows, shape, self.size), {}


class AvgPool2d:
    """The mean of every window; windows lie side by side.

    Parameters
    ----------
    size : int
        Side of the square window. Height and width of the image must be multiples of it.

    Examples
    --------
    >>> y, cache = AvgPool2d(2).forward(np.arange(4.0).reshape(1, 1, 2, 2))
    >>> y
    array([[[[1.5]]]])
    """

    def __init__(self, size):
        self.size = check_size("size", size)

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, x):
        """Take the mean of each window: (B, C, H, W) becomes (B, C, H / size, W / size)."""
        return _windows(x, self.size).mean(axis=-1), x.shape

    def backward(self, dy, cache):
        """Share each gradient among the window's numbers; return (dx, {})."""
        B, C, H, W = cache
        check_array("dy", dy, (B, C, H // self.size, W // self.size))
        share = dy / dy.dtype.type(self.size**2)
        return share.repeat(self.size, axis=2).repeat(self.size, axis=3), {}


def _windows(x, size):
    """Cut images into windows side by side: (B, C, H, W) to (B, C, H / size, W / size, size^2)."""
    B, C, H, W = check_array("x", x, ("B", "C", "H", "W"))
    if H % size or W % size:
        raise ValueError(f"x has images of {H} by {W}, not multiples of the window, {size}")
    cut = x.reshape(B, C, H // size, size, W // size, size)
    return cut.transpose(0, 1, 2, 4, 3, 5).reshape(B, C, H // size, W // size, size**2)


def _unwindow(windows, shape, size):
    """Put windows back into images: the inverse of `_windows`."""
    B, C, H, W = shape
    cut = windows.reshape(B, C, H // size, W // size, size, size)
    return cut.transpose(0, 1, 2, 4, 3, 5).reshape(shape)


class MaxOverTime:
    """The largest value of every feature over all steps that are not padding.

    Where several are largest, the first of them gets the gradient.

    Examples
    --------
    >>> y, cache = MaxOverTime().forward(np.array([[[1.0, 5.0]], [[3.0, 2.0]]]))
    >>> y
    array([[3., 5.]])
    """

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, x, mask=None):
        """Take the largest: x of shape (T, B, D), mask (T, B) or None, y (B, D)."""
        real = _real_steps(x, mask)
        where = np.where(real[..., None], x, -np.inf).argmax(axis=0)[None]
        return np.take_along_axis(x, where, axis=0)[0], (x.shape, where)

    def backward(self, dy, cache):
        """Send each gradient to the step that was largest; return (dx, {})."""
        shape, where = cache
        check_array("dy", dy, shape[1:])
        dx = np.zeros(shape, dy.dtype)
        np.put_along_axis(dx, where, dy[None], axis=0)
        return dx, {}


class MeanOverTime:
    """The mean of every feature over all steps that are not padding.

    Examples
    --------
    >>> y, cache = MeanOverTime().forward(np.array([[[1.0, 5.0]], [[3.0, 2.0]]]))
    >>> y
    array([[2. , 3.5]])
    """

    @property
    def params(self):
        """Nothing to train."""
        return {}

    def forward(self, x, mask=None):
        """Take the mean: x of shape (T, B, D), mask (T, B) or None, y (B, D)."""
        real = _real_steps(x, mask)
        share = (real / real.sum(axis=0)).astype(x.dtype)[..., None]  # (T, B, 1)
        return (x * share).sum(axis=0), (share, x.shape)

    def backward(self, dy, cache):
        """Share each gradient among the steps; return (dx, {})."""
        share, shape = cache
        check_array("dy", dy, shape[1:])
        return share * dy, {}


def _real_steps(x, mask):
    """Which steps are no padding, (T, B); each sequence must have one."""
    T, B, _ = check_array("x", x, ("T", "B", "D"))
    if mask is None:
        return np.ones((T, B), bool)
    check_array("mask", mask, (T, B), kind="b")
    if not mask.any(axis=0).all():
        raise ValueError(f"mask leaves no step of sequence {int(np.argmin(mask.any(axis=0)))}")
    return mask
