"""Weights to and from PyTorch, and to and from files.

``to_torch`` and ``from_torch`` speak the names and layouts of ``torch.nn`` state_dicts; arrays are
numpy arrays, so PyTorch itself is not needed. ``save`` and ``load`` write and read ``.npz`` files
that hold nothing but numbers: no pickle, so a file can do nothing when it is read.
"""

from collections.abc import Mapping

import numpy as np

from rnnlib.attention import MultiHeadAttention
from rnnlib.checks import check_grads
from rnnlib.convolution import Conv1d, Conv2d
from rnnlib.layers import Embedding, LayerNorm, Linear
from rnnlib.recurrent import GRU, LSTM, RNN, Stacked

_FORMAT = "rnnlib/params/1"
_RECURRENT = {RNN: 1, LSTM: 4, GRU: 3}
_KINDS = {Linear, Embedding, LayerNorm, Conv1d, Conv2d, MultiHeadAttention, Stacked, *_RECURRENT}


def to_torch(layer, arrays=None):
    """Write a layer's parameters under the names and in the layouts of ``torch.nn``.

    Parameters
    ----------
    layer : Linear, Embedding, LayerNorm, Conv1d, Conv2d, RNN, LSTM, GRU, Stacked or MultiHeadAttention
    arrays : dict of ndarray, default=None
        What to write instead of ``layer.params``, under the same names: gradients, for example.

    Returns
    -------
    dict of ndarray
        A state_dict of copies. ``torch.nn`` has two biases where a recurrent layer here has one; it stands in
        ``bias_ih``, and ``bias_hh`` is 0 but for the GRU's bias behind the reset gate.

    Examples
    --------
    >>> from rnnlib.layers import Linear
    >>> state = to_torch(Linear(3, 2, np.random.default_rng(0)))
    >>> {name: array.shape for name, array in state.items()}
    {'weight': (2, 3), 'bias': (2,)}
    """
    kind = type(layer)
    if kind not in _KINDS:
        raise TypeError(f"layer must be one that torch.nn has too, got {kind.__name__}")
    if arrays is not None:
        check_grads(layer.params, arrays, "arrays")
    p = {name: a.copy() for name, a in (layer.params if arrays is None else arrays).items()}
    if kind is Linear:
        return {"weight": p["W"].T, "bias": p["b"]}
    if kind is Embedding:
        return {"weight": p["W"]}
    if kind is LayerNorm:
        return {"weight": p["gain"], "bias": p["bias"]}
    if kind is Conv1d:
        return {"weight": p["W"].transpose(2, 1, 0), "bias": p["b"]}
    if kind is Conv2d:
        return {"weight": p["W"], "bias": p["b"]}
    if kind is MultiHeadAttention:
        return {
            "in_proj_weight": np.concatenate([p[f"W_{name}"].T for name in "qkv"]),
            "in_proj_bias": np.concatenate([p[f"b_{name}"] for name in "qkv"]),
            "out_proj.weight": p["W_o"].T,
            "out_proj.bias": p["b_o"],
        }
    if kind in _RECURRENT:
        return _cell_to_torch(kind, p, 0)
    state = {}
    for k, cell in enumerate(layer.layers):
        own = {name: p[f"{k}.{name}"] for name in cell.params}
        state |= _cell_to_torch(type(cell), own, k)
    return state


def _cell_to_torch(kind, p, k):
    """One recurrent layer: gates below each other, matrices transposed."""
    gates, H = _RECURRENT[kind], p["W_hh"].shape[-1]
    stacked = {name: p[name].reshape(gates, -1, H) for name in ("W_xh", "W_hh")}
    b_hh = np.zeros(gates * H, p["b_h"].dtype)
    if kind is GRU:
        b_hh[2 * H :] = p["b_reset"]
    return {
        f"weight_ih_l{k}": np.concatenate([W.T for W in stacked["W_xh"]]),
        f"weight_hh_l{k}": np.concatenate([W.T for W in stacked["W_hh"]]),
        f"bias_ih_l{k}": p["b_h"].reshape(-1),
        f"bias_hh_l{k}": b_hh,
    }


def from_torch(layer, state_dict):
    """Fill a layer with the parameters of its counterpart in ``torch.nn``.

    Parameters
    ----------
    layer : Linear, Embedding, LayerNorm, Conv1d, Conv2d, RNN, LSTM, GRU, Stacked or MultiHeadAttention
        Its parameters are overwritten.
    state_dict : mapping
        What ``state_dict()`` of the counterpart returns: tensors or arrays by name.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape is another one. The layer is unchanged then.

    Examples
    --------
    >>> from rnnlib.layers import Linear
    >>> layer, other = (Linear(3, 2, np.random.default_rng(seed)) for seed in range(2))
    >>> from_torch(layer, to_torch(other))
    >>> bool((layer.W == other.W).all())
    True
    """
    wanted = to_torch(layer)
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"state_dict must be a mapping of names to arrays, got {type(state_dict).__name__}")
    given = {name: np.asarray(value) for name, value in state_dict.items()}
    if set(given) != set(wanted):
        raise ValueError(f"state_dict must have the entries {sorted(wanted)}, got {sorted(given)}")
    for name, array in wanted.items():
        if given[name].shape != array.shape:
            raise ValueError(f"state_dict[{name!r}] must have shape {array.shape}, got {given[name].shape}")
        if given[name].dtype.kind != "f" or not _fits(given[name], array.dtype):
            raise ValueError(f"state_dict[{name!r}] must hold finite floating-point numbers of {array.dtype}")
    for name, array in _from_torch(layer, given).items():
        layer.params[name][...] = array


def _from_torch(layer, state):
    """Read the layouts that `to_torch` writes."""
    kind = type(layer)
    if kind is Linear:
        return {"W": state["weight"].T, "b": state["bias"]}
    if kind is Embedding:
        return {"W": state["weight"]}
    if kind is LayerNorm:
        return {"gain": state["weight"], "bias": state["bias"]}
    if kind is Conv1d:
        return {"W": state["weight"].transpose(2, 1, 0), "b": state["bias"]}
    if kind is Conv2d:
        return {"W": state["weight"], "b": state["bias"]}
    if kind is MultiHeadAttention:
        weights, biases = np.split(state["in_proj_weight"], 3), np.split(state["in_proj_bias"], 3)
        p = {f"W_{name}": W.T for name, W in zip("qkv", weights, strict=True)}
        p |= {f"b_{name}": b for name, b in zip("qkv", biases, strict=True)}
        return p | {"W_o": state["out_proj.weight"].T, "b_o": state["out_proj.bias"]}
    if kind is Stacked:
        return {
            f"{k}.{name}": array
            for k, cell in enumerate(layer.layers)
            for name, array in _cell_from_torch(type(cell), state, k).items()
        }
    return _cell_from_torch(kind, state, 0)


def _cell_from_torch(kind, state, k):
    """One recurrent layer; the two biases are added, since only their sum matters."""
    gates = _RECURRENT[kind]
    W_xh, W_hh = (
        np.stack([W.T for W in np.split(state[f"weight_{name}_l{k}"], gates)]) for name in ("ih", "hh")
    )
    b_ih, b_hh = (state[f"bias_{name}_l{k}"].reshape(gates, -1) for name in ("ih", "hh"))
    if kind is RNN:
        return {"W_xh": W_xh[0], "W_hh": W_hh[0], "b_h": (b_ih + b_hh)[0]}
    if kind is LSTM:
        return {"W_xh": W_xh, "W_hh": W_hh, "b_h": b_ih + b_hh}
    b_h = b_ih + b_hh
    b_h[2] = b_ih[2]  # behind the reset gate the second bias stays apart
    return {"W_xh": W_xh, "W_hh": W_hh, "b_h": b_h, "b_reset": b_hh[2]}


def _fits(array, dtype):
    """Whether all numbers are finite, also in the dtype that they are going to have."""
    with np.errstate(over="ignore"):
        return bool(np.isfinite(array.astype(dtype)).all())


def save(path, layer):
    """Write the parameters of a layer or network to an ``.npz`` file.

    Parameters
    ----------
    path : str or path
        Ends in ``.npz``.
    layer : object
        Has ``params``.

    Examples
    --------
    >>> import os, tempfile
    >>> from rnnlib.layers import Linear
    >>> layer, other = (Linear(3, 2, np.random.default_rng(seed)) for seed in range(2))
    >>> path = os.path.join(tempfile.mkdtemp(), "layer.npz")
    >>> save(path, layer)
    >>> load(path, other)
    >>> bool((layer.W == other.W).all())
    True
    """
    if not str(path).endswith(".npz"):
        raise ValueError(f"path must end in .npz, got {str(path)!r}")
    np.savez_compressed(path, format=np.array(_FORMAT), **{f"params/{k}": p for k, p in layer.params.items()})


def load(path, layer):
    """Fill a layer or network with the parameters that ``save`` wrote.

    Parameters
    ----------
    path : str or path
    layer : object
        Has ``params`` with the same names and shapes; they are overwritten.

    Raises
    ------
    ValueError
        If the file is damaged, was not written by ``save``, or is of another layer. The layer is
        unchanged then.

    Examples
    --------
    >>> from rnnlib.layers import Linear
    >>> load("no such file.npz", Linear(3, 2, np.random.default_rng(0)))
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'no such file.npz'
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except Exception as error:  # a damaged archive can fail in zipfile, in zlib, or in numpy
        raise ValueError(f"{path} is damaged, or no file of parameters: {error}") from error
    found = str(arrays.pop("format", np.array("none")))
    if found != _FORMAT:
        raise ValueError(f"{path} must have the format {_FORMAT!r}, got {found!r}")
    given = {name.removeprefix("params/"): array for name, array in arrays.items()}
    if set(given) != set(layer.params):
        raise ValueError(f"{path} must hold {sorted(layer.params)}, but holds {sorted(given)}")
    for name, p in layer.params.items():
        if given[name].shape != p.shape or given[name].dtype.kind != "f":
            raise ValueError(
                f"{path}: {name} must be {p.shape} floats, got {given[name].shape} {given[name].dtype}"
            )
        if not _fits(given[name], p.dtype):
            raise ValueError(f"{path}: {name} holds NaN or infinity, or what is too large for {p.dtype}")
    for name, p in layer.params.items():
        p[...] = given[name]
