"""A loss measures how wrong an output is, and says in which direction to mend it."""

import math

import numpy as np

from rnnlib.checks import any_axes, check_array
from rnnlib.functions import log_softmax


def cross_entropy(logits, targets, mask=None):
    """Mean cross-entropy of softmax(logits) against the targets.

    For one sample with target probabilities q and softmax probabilities p it is -sum(q log p).

    Parameters
    ----------
    logits : ndarray of shape (..., C)
        Scores; the leading axes are samples, or time steps by samples.
    targets : ndarray of int of shape (...), or ndarray of float of shape (..., C)
        The number of the right class, or a probability for each class.
    mask : ndarray of bool of shape (...), default=None
        False where an output does not count: a padded step. None counts all.

    Returns
    -------
    loss : float
        Mean over the outputs that count, in nats.
    dlogits : ndarray of shape (..., C)
        Its gradient: (p - q) / n where the output counts, 0 elsewhere.

    Examples
    --------
    >>> loss, dlogits = cross_entropy(np.array([[0.0, 0.0]]), np.array([1]))
    >>> round(loss, 4), dlogits
    (0.6931, array([[ 0.5, -0.5]]))
    """
    letters = any_axes(logits)
    check_array("logits", logits, (*letters, "C"))
    *outer, C = logits.shape
    n = _count(mask, tuple(outer))
    share = logits.dtype.type(1 / n) if mask is None else (mask[..., None] / n).astype(logits.dtype)
    log_p = np.ascontiguousarray(log_softmax(logits))  # below, rows are changed in place
    dlogits = np.exp(log_p)
    if isinstance(targets, np.ndarray) and targets.dtype.kind in "iu":
        check_array("targets", targets, tuple(outer), kind="i")
        counted = targets if mask is None else targets[mask]
        if counted.min() < 0 or counted.max() >= C:
            raise IndexError(f"targets must lie in 0 .. {C - 1}, got {counted.min()} .. {counted.max()}")
        right = (targets if mask is None else np.where(mask, targets, 0)).reshape(-1)
        at = np.arange(len(right)), right
        loss = -np.sum(log_p.reshape(-1, C)[at].reshape(*outer, 1) * share)
        dlogits.reshape(-1, C)[at] -= 1
    elif isinstance(targets, np.ndarray):
        check_array("targets", targets, (*outer, C))
        counted = targets if mask is None else targets[mask]
        if not (counted.min() >= 0 and np.abs(counted @ np.ones(C) - 1).max() < 1e-6):
            raise ValueError(
                "targets given as probabilities must be at least 0 and sum to 1 over the classes"
            )
        loss = -np.sum(targets * log_p * share)
        dlogits -= targets
    else:
        raise TypeError(
            "targets must be a numpy array of class numbers or of probabilities, "
            f"got {type(targets).__name__}"
        )
    dlogits *= share
    return float(loss), dlogits


def mean_squared_error(y, targets, mask=None):
    """Mean squared error: the mean of (y - target)^2 over all numbers that count.

    Parameters
    ----------
    y : ndarray of shape (..., K)
        Predictions; the leading axes are samples, or time steps by samples.
    targets : ndarray of shape (..., K)
    mask : ndarray of bool of shape (...), default=None
        False where an output does not count: a padded step. None counts all.

    Returns
    -------
    loss : float
    dy : ndarray of shape (..., K)
        Its gradient: 2 (y - target) / n where the output counts, 0 elsewhere.

    Examples
    --------
    >>> loss, dy = mean_squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 2.0]]))
    >>> loss, dy
    (0.5, array([[1., 0.]]))
    """
    check_array("y", y, (*any_axes(y), "K"))
    check_array("targets", targets, y.shape)
    n = _count(mask, y.shape[:-1]) * y.shape[-1]
    far = y - targets
    if mask is not None:
        far *= mask[..., None]
    return float(np.sum(far * far)) / n, (np.float64(2 / n) * far).astype(y.dtype)


def _count(mask, shape):
    """Count the outputs that matter; refuse a mask of another shape, or one that leaves out all."""
    if mask is None:
        return math.prod(shape)
    check_array("mask", mask, shape, kind="b")
    n = np.count_nonzero(mask)
    if n == 0:
        raise ValueError("mask leaves out every output, so there is nothing to average")
    return n
