"""Weights short enough for a page: half-precision numbers, written as text."""

import base64
import copy

import numpy as np


def half(network):
    """Return a copy of a network whose weights are numbers of half precision.

    A weight keeps about three digits. Widgets show this copy, so that Python and the browser
    compute with the very same numbers, and a page carries less than 3 bytes a weight.

    Parameters
    ----------
    network : object
        Anything with ``params``.

    Returns
    -------
    object
        Of the same class and dtype; the network given is left as it is.

    Raises
    ------
    ValueError
        If a weight is too large for half precision (above 65504).
    """
    rounded = copy.deepcopy(network)
    for name, p in rounded.params.items():
        with np.errstate(over="ignore"):
            short = p.astype(np.float16)
        if not np.isfinite(short).all():
            raise ValueError(f"network has a weight in {name!r} that half precision cannot hold")
        p[...] = short
    return rounded


def pack(spec):
    """Write the weights of a spec as short text; `unpack` in engine.mjs reads it.

    Parameters
    ----------
    spec : dict
        What ``to_spec()`` returns, of a network that `half` rounded.

    Returns
    -------
    dict
        The same, each of ``params`` as {"shape": ..., "half": base64 of little-endian float16}.

    Raises
    ------
    ValueError
        If a weight would lose digits: pass the network through `half` first.
    """
    params = {}
    for name, value in spec["params"].items():
        full = np.array(value)
        short = full.astype("<f2")
        if not np.array_equal(short.astype(full.dtype), full):
            raise ValueError(f"spec['params'][{name!r}] would lose digits: make the spec of half(network)")
        params[name] = {
            "shape": list(full.shape),
            "half": base64.b64encode(short.tobytes()).decode("ascii"),
        }
    return spec | {"params": params}
