"""The functions between the layers.

Each works on arrays of any shape; the softmax pair works along the last axis.
"""

import numpy as np

from rnnlib.checks import any_axes, check_array


def sigmoid(z):
    """Squash numbers into (0, 1): 1 / (1 + exp(-z)).

    Written with tanh, which cannot overflow.

    Examples
    --------
    >>> float(sigmoid(np.array(0.0)))
    0.5
    """
    check_array("z", z, any_axes(z, 0))
    return 0.5 * (1 + np.tanh(0.5 * z))


def times(x, W):
    """Multiply the last axis of x by the matrix W: x W, in one product whatever the leading axes.

    numpy's ``x @ W`` makes a product for every leading index of x, which is slower for short ones.

    Parameters
    ----------
    x : ndarray of shape (..., D)
    W : ndarray of shape (D, K)

    Returns
    -------
    ndarray of shape (..., K)

    Examples
    --------
    >>> times(np.ones((4, 5, 3)), np.ones((3, 2))).shape
    (4, 5, 2)
    """
    return (x.reshape(-1, x.shape[-1]) @ W).reshape(*x.shape[:-1], W.shape[1])


def relu(z):
    """Cut off what is below 0: max(z, 0).

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    check_array("z", z, any_axes(z, 0))
    return np.maximum(z, 0)


def log_softmax(z):
    """Logarithm of the softmax along the last axis, safe for large scores.

    Parameters
    ----------
    z : ndarray of shape (..., C)
        Scores.

    Returns
    -------
    ndarray of shape (..., C)

    Examples
    --------
    >>> log_softmax(np.array([0.0, 0.0])).round(3)
    array([-0.693, -0.693])
    """
    check_array("z", z, (*any_axes(z), "C"))
    shifted = z - z.max(axis=-1, keepdims=True)  # the same result, and exp cannot overflow
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(z):
    """Turn scores into probabilities along the last axis.

    Parameters
    ----------
    z : ndarray of shape (..., C)
        Scores.

    Returns
    -------
    ndarray of shape (..., C)
        Positive numbers that sum to 1 along the last axis.

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    return np.exp(log_softmax(z))
