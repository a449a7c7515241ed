"""Check a hand-written gradient against finite differences.

A falling loss does not prove a backward pass right: a network trains, a little worse, with a
missing transpose. Nudging every number and looking at what the loss does, proves it.
"""

import numpy as np

from rnnlib.checks import check_positive


def numerical_gradient(loss, a, eps=1e-6):
    """Central-difference gradient of ``loss()`` with respect to the array ``a``.

    Parameters
    ----------
    loss : callable
        Takes nothing and returns a number. It must read ``a`` itself: every entry is nudged in
        place and put back.
    a : ndarray of float64
        Any shape.
    eps : float, default=1e-6
        How far an entry is nudged either way.

    Returns
    -------
    ndarray of the shape of ``a``

    Examples
    --------
    >>> a = np.array([3.0])
    >>> numerical_gradient(lambda: float(a[0] ** 2), a).round(6)
    array([6.])
    """
    if not isinstance(a, np.ndarray) or a.dtype != np.float64:
        got = a.dtype if isinstance(a, np.ndarray) else type(a).__name__
        raise TypeError(
            f"a must be an array of float64, got {got}: smaller types drown the difference in rounding"
        )
    check_positive("eps", eps)
    grad = np.zeros(a.shape)
    for i in np.ndindex(a.shape):
        kept = a[i]
        try:
            a[i] = kept + eps
            above = loss()
            a[i] = kept - eps
            below = loss()
        finally:
            a[i] = kept
        grad[i] = (above - below) / (2 * eps)
    return grad


def relative_error(a, b):
    """Distance of two arrays relative to their size: ||a - b|| / (||a|| + ||b||), 0 if both are 0.

    Taken over whole arrays and not entry by entry, since an entry that is nearly 0 has no
    relative accuracy to speak of.

    Examples
    --------
    >>> relative_error(np.array([1.0, 0.0]), np.array([3.0, 0.0]))
    0.5
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a and b must have the same shape, got {np.shape(a)} and {np.shape(b)}")
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if scale == 0 else float(np.linalg.norm(a - b) / scale)


def check_gradients(loss, arrays, grads, tolerance=1e-6, eps=1e-6):
    """Compare gradients with finite differences, array by array.

    A gradient that is 0, like that of a bias which softmax cancels, has no relative error. Where
    both gradients of an array lie below what nudging can resolve, they count as equal.

    Parameters
    ----------
    loss : callable
        Takes nothing and returns a number, computed from ``arrays``.
    arrays : dict of ndarray of float64
        What the loss depends on: parameters, inputs, initial states.
    grads : dict of ndarray
        The gradient to be checked for each entry of ``arrays``.
    tolerance : float, default=1e-6
        Largest relative error allowed.
    eps : float, default=1e-6
        How far an entry is nudged.

    Returns
    -------
    errors : dict of float
        The relative error of each array.

    Raises
    ------
    AssertionError
        Names the worst array, its worst entry, both values and the relative error.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> check_gradients(lambda: float(w @ w), {"w": w}, {"w": 2 * w})["w"] < 1e-6
    True
    """
    if not arrays:
        raise ValueError("arrays is empty: there is nothing to check")
    if set(arrays) != set(grads):
        raise ValueError(f"grads must have the entries {sorted(arrays)}, got {sorted(grads)}")
    errors = {}
    worst = None
    resolved = 100 * np.finfo(float).eps * abs(loss()) / eps  # rounding of the loss, over the nudge
    for name, a in arrays.items():
        if grads[name].shape != a.shape:
            raise ValueError(f"grads[{name!r}] must have shape {a.shape}, got {grads[name].shape}")
        numerical = numerical_gradient(loss, a, eps)
        errors[name] = relative_error(grads[name], numerical)
        if a.size and max(np.abs(grads[name]).max(), np.abs(numerical).max()) < resolved:
            errors[name] = 0.0
        if not errors[name] <= tolerance and (worst is None or not errors[name] <= errors[worst[0]]):
            worst = name, numerical
    if worst is not None:
        name, numerical = worst
        i = np.unravel_index(np.argmax(np.abs(grads[name] - numerical)), numerical.shape)
        raise AssertionError(
            f"gradient of {name} is off by {errors[name]:.1e} (allowed {tolerance:.0e}); worst entry "
            f"{tuple(int(k) for k in i)}: yours {grads[name][i]:.6g}, numerical {numerical[i]:.6g}"
        )
    return errors
