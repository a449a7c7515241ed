"""Pieces that many probes are made of: is it a number, has it the shape, is it close."""

import numpy as np


def wrong_shape(name, got, shape):
    """Say what is wrong with the type or shape of a result, or return None.

    Parameters
    ----------
    name : str
        What the result is called in the text.
    got : object
        What the reader's function returned.
    shape : tuple of int
        What is wanted.

    Returns
    -------
    str or None
    """
    if got is None:
        return f"It returns nothing: {name} is missing. Is there a return?"
    try:
        array = np.asarray(got, float)
    except (TypeError, ValueError):
        return f"{name} should be an array of numbers, but it is a {type(got).__name__}."
    if array.shape != shape:
        return f"{name} has the shape {array.shape}. It should be {shape}."
    return None


def close(a, b):
    """Whether two results agree, up to rounding.

    Parameters
    ----------
    a, b : array-like

    Returns
    -------
    bool
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-7, atol=1e-9))


def first_match(got, mistakes, otherwise):
    """Name the mistake that explains a wrong result.

    Parameters
    ----------
    got : array-like
        What the reader's function returned.
    mistakes : list of (array-like, str)
        What a known mistake would have returned, and what to say of it.
    otherwise : str
        What to say if none fits.

    Returns
    -------
    str
    """
    for result, message in mistakes:
        if close(got, result):
            return message
    return otherwise


def judge(name, f, arguments, right, mistakes, otherwise):
    """Call a function once and say what is wrong with what it returns.

    Parameters
    ----------
    name : str
        What the result is called in the text.
    f : callable
        The reader's function.
    arguments : tuple
        What it is called with.
    right : array-like
        What it should return.
    mistakes : list of (array-like, str)
        What a known mistake would have returned, and what to say of it.
    otherwise : str
        What to say if none fits.

    Returns
    -------
    str or None
        None if the result is right.
    """
    got = f(*arguments)
    if isinstance(got, (int, float, np.ndarray, np.number)) and not close(got, right):
        for result, message in mistakes:  # a mistake in the shape may be a known one
            if close(got, result):
                return message
    said = wrong_shape(name, got, np.shape(right))
    return said if said or close(got, right) else otherwise
