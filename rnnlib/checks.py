"""Errors that name the argument, what came and what was wanted.

Every public function checks what it is given with these, so that a mistake is reported where
it was made and not as a broadcasting error three calls further down.
"""

import numpy as np

KINDS = {"f": ("f", "floating-point"), "i": ("iu", "integer"), "b": ("b", "boolean")}
AXES = tuple(f"N{i}" for i in range(64))  # as many as an array can have


def check_array(name, value, shape, kind="f"):
    """Refuse anything but an array of the wanted shape and kind.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.
    shape : tuple
        One entry per axis: a number that must match, or a letter that stands for any size of at
        least 1. A letter that occurs twice must mean the same size.
    kind : {"f", "i", "b"}
        Floating point, integer or boolean.

    Returns
    -------
    sizes : tuple of int
        The sizes of the lettered axes, each letter once, in their order.

    Raises
    ------
    TypeError
        If ``value`` is no array, or its numbers are of another kind.
    ValueError
        If the shape is another one, or a floating-point array holds NaN or infinity.

    Examples
    --------
    >>> check_array("x", np.zeros((5, 2, 3)), ("T", "B", 3))
    (5, 2)
    """
    letters, word = KINDS[kind]
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} must be a numpy array of {word} numbers, got {type(value).__name__}")
    if value.dtype.kind not in letters:
        raise TypeError(f"{name} must hold {word} numbers, got dtype {value.dtype}")
    sizes = {}
    fits = value.ndim == len(shape)
    for got, wanted in zip(value.shape, shape, strict=False):
        if got != wanted:
            fits &= isinstance(wanted, str) and got > 0 and sizes.setdefault(wanted, got) == got
    if not fits:
        wanted = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        empty = ", and none of them may be 0" if 0 in value.shape else ""
        raise ValueError(f"{name} must have shape ({wanted}){empty}, got {value.shape}")
    if kind == "f" and not np.isfinite(value).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        raise ValueError(f"{name} must hold finite numbers, got {value[where]} at {where}")
    return tuple(sizes.values())


def any_axes(value, last=1):
    """Letters for a shape whose leading axes, all but the ``last`` ones, may be many and of any size."""
    axes = value.ndim if isinstance(value, np.ndarray) else last  # what is no array is refused later
    return AXES[: max(axes - last, 0)]


def check_size(name, value, least=1):
    """Refuse anything but a whole number of at least 1, or of what ``least`` says; return it as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def check_sizes(**sizes):
    """Check several sizes by their names; return them as a dict of ints."""
    return {name: check_size(name, value) for name, value in sizes.items()}


def check_number_below(name, value, n):
    """Refuse anything but a whole number of 0 .. n - 1; return it as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__}")
    if not 0 <= value < n:
        raise IndexError(f"{name} must lie in 0 .. {n - 1}, got {value}")
    return int(value)


def check_share(name, value):
    """Refuse anything but a number in [0, 1); return it as a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number in [0, 1), got {type(value).__name__}")
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be a number in [0, 1), got {value}")
    return float(value)


def check_positive(name, value):
    """Refuse anything but a finite number above 0; return it as a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, got {value}")
    return float(value)


def check_rng(rng):
    """Refuse anything but a numpy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {type(rng).__name__}: np.random.default_rng(0)"
        )
    return rng


def check_dtype(dtype):
    """Refuse anything but float32 and float64; return it as a numpy dtype."""
    try:
        kind = np.dtype(dtype)
    except TypeError:
        kind = None
    if kind not in (np.float32, np.float64):
        raise TypeError(f"dtype must be float32 or float64, got {dtype!r}")
    return kind


def check_params(params, called="params"):
    """Refuse anything but a dict of arrays of finite numbers, at least one."""
    if not isinstance(params, dict) or not params:
        raise TypeError(f"{called} must be a dict of arrays, got {params!r:.40}")
    for name, param in params.items():
        check_array(f"{called}[{name!r}]", param, any_axes(param, 0))
    return params


def check_grads(params, grads, called="grads"):
    """Refuse gradients that do not fit the parameters one to one."""
    if not isinstance(grads, dict) or set(params) != set(grads):
        got = sorted(grads) if isinstance(grads, dict) else type(grads).__name__
        raise ValueError(f"{called} must have the entries {sorted(params)}, got {got}")
    for name, param in params.items():
        check_array(f"{called}[{name!r}]", grads[name], param.shape)


def check_padding(mask, T, B):
    """Refuse a mask whose padding does not come last, or that leaves a sequence without a step."""
    check_array("mask", mask, (T, B), kind="b")
    if not mask[0].all():
        raise ValueError("mask must have a real first step in every sequence: padding comes last")
    if (mask[1:] > mask[:-1]).any():
        raise ValueError("mask must have its padding last: here a real step follows a padded one")
