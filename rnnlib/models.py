"""Networks that classify: layers put together, with the same five ways in.

``forward`` and ``backward`` train them; ``trace`` tells everything that happens to one example,
as plain arrays for pictures; ``to_spec`` writes weights and architecture as plain data, which is
what the widgets compute with in the reader's browser; ``n_params`` counts.
"""

import numpy as np

from rnnlib.attention import AttentionPooling, TransformerBlock, sinusoidal_positions
from rnnlib.checks import (
    check_array,
    check_number_below,
    check_padding,
    check_share,
    check_size,
    check_sizes,
)
from rnnlib.convolution import Conv1d, Conv2d, MaxOverTime, MaxPool2d, MeanOverTime
from rnnlib.functions import relu, softmax
from rnnlib.layers import Dropout, Embedding, LayerNorm, Linear
from rnnlib.recurrent import GRU, LSTM, RNN, Stacked

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


class Network:
    """Named layers: their parameters, counted, and written down. Nothing here computes.

    A network keeps in ``config`` what it was made with, and names its layers in ``layers``.
    """

    layers = ()

    @property
    def params(self):
        """The trainable arrays of all layers, named like "rnn.W_hh"; update them in place."""
        return named({layer: getattr(self, layer).params for layer in self.layers})

    @property
    def n_params(self):
        """Number of trainable numbers."""
        return sum(p.size for p in self.params.values())

    def to_spec(self):
        """Weights and architecture as plain data that JSON can hold without loss.

        Returns
        -------
        dict
            ``format``, ``config`` (what the network was made with) and ``params``: nested lists by
            parameter name.
        """
        params = {name: p.tolist() for name, p in self.params.items()}
        dtype = next(iter(self.params.values())).dtype.name
        config = {k: list(v) if isinstance(v, list) else v for k, v in self.config.items()}
        return {"format": self.format_name(), "config": config | {"dtype": dtype}, "params": params}

    @classmethod
    def format_name(cls):
        """Name of the format that `to_spec` writes."""
        return f"rnnlib/{cls.__name__}/1"

    @classmethod
    def from_spec(cls, spec):
        """Build the network that ``to_spec`` wrote down.

        Parameters
        ----------
        spec : dict

        Returns
        -------
        Network
            Of the class that this is called on.
        """
        check_format(spec, cls.format_name(), ("config", "params"))
        try:
            network = cls(**spec["config"], rng=np.random.default_rng(0))
        except TypeError as error:
            raise ValueError(f"spec['config'] must be what {cls.__name__} is made with: {error}") from error
        fill(network, spec["params"])
        return network


def named(by_layer):
    """Flatten {layer: {name: array}} to {"layer.name": array}."""
    return {f"{layer}.{name}": a for layer, arrays in by_layer.items() for name, a in arrays.items()}


def check_format(spec, wanted, entries):
    """Refuse anything but a spec of the wanted format with the wanted entries."""
    if not isinstance(spec, dict) or spec.get("format") != wanted:
        got = spec.get("format") if isinstance(spec, dict) else type(spec).__name__
        raise ValueError(f"spec must have the format {wanted!r}, got {got!r}")
    missing = [name for name in entries if name not in spec]
    if missing:
        raise ValueError(f"spec must have the entries {list(entries)}, {missing} are missing")


def fill(network, params):
    """Put stored parameters into a network, all of them or an error."""
    if not isinstance(params, dict) or set(params) != set(network.params):
        got = sorted(params) if isinstance(params, dict) else type(params).__name__
        raise ValueError(f"spec['params'] must have the entries {sorted(network.params)}, got {got}")
    stored = {}
    for name, p in network.params.items():
        try:
            stored[name] = np.array(params[name])
        except ValueError:
            stored[name] = np.array(None)  # ragged
        if stored[name].dtype.kind not in "fi":
            raise ValueError(f"spec['params'][{name!r}] must be nested lists of numbers of shape {p.shape}")
        with np.errstate(over="ignore"):
            stored[name] = stored[name].astype(p.dtype)
        check_array(f"spec['params'][{name!r}]", stored[name], p.shape)
    for name, p in network.params.items():
        p[...] = stored[name]


def make_recurrent(cell, input_size, hidden_size, num_layers, rng, dtype):
    """Make the recurrent part of a network from the cell's name."""
    if not isinstance(cell, str) or cell not in CELLS:
        raise ValueError(f"cell must be one of {sorted(CELLS)}, got {cell!r}")
    return Stacked(CELLS[cell], input_size, hidden_size, num_layers, rng, dtype)


class SequenceClassifier(Network):
    """Reads words one at a time and gives an opinion after each.

    For step t, with word number w_t: x_t is row w_t of the embedding,
    h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h), logits_t = h_t W + b.

    Parameters
    ----------
    vocabulary : Vocabulary
        The V words that can be read.
    classes : list of str
        Names of the C classes, at least 2.
    embed_size, hidden_size : int
        Features of a word, D, and hidden units, H.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    embedding : Embedding
    rnn : RNN
    output : Linear

    Examples
    --------
    >>> from rnnlib.text import Vocabulary
    >>> words = Vocabulary(["good", "bad", "not"])
    >>> network = SequenceClassifier(words, ["no", "yes"], 4, 8, np.random.default_rng(0))
    >>> network.trace(["not", "bad"])["p"].shape
    (2, 2)
    """

    layers = ("embedding", "rnn", "output")

    def __init__(self, vocabulary, classes, embed_size, hidden_size, rng, dtype=np.float64):
        if not isinstance(classes, (list, tuple)) or not all(isinstance(name, str) for name in classes):
            raise TypeError(f"classes must be a list of names, got {classes!r}")
        if len(classes) < 2:
            raise ValueError(f"classes must name at least 2 classes, got {classes}")
        if isinstance(vocabulary, str) or not hasattr(vocabulary, "encode"):
            raise TypeError(f"vocabulary must be a Vocabulary, got {type(vocabulary).__name__}")
        self.vocabulary, self.classes = vocabulary, list(classes)
        self.embedding = Embedding(len(vocabulary), embed_size, rng, dtype)
        self.rnn = RNN(embed_size, hidden_size, rng, dtype)
        self.output = Linear(hidden_size, len(classes), rng, dtype)

    def forward(self, ids):
        """Read a batch of sentences.

        Parameters
        ----------
        ids : ndarray of int of shape (T, B)
            Word numbers. Filled-up steps come last and change nothing before them: leave their
            outputs out of the loss.

        Returns
        -------
        logits : ndarray of shape (T, B, C)
            Scores after every word.
        cache : tuple
            For ``backward``.
        """
        check_array("ids", ids, ("T", "B"), kind="i")
        x, embedding_cache = self.embedding.forward(ids)
        h, _, rnn_cache = self.rnn.forward(x)
        logits, output_cache = self.output.forward(h)
        return logits, (embedding_cache, rnn_cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores.

        Parameters
        ----------
        dlogits : ndarray of shape (T, B, C)
        cache : tuple
            From ``forward``.

        Returns
        -------
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        embedding_cache, rnn_cache, output_cache = cache
        dh, output_grads = self.output.backward(dlogits, output_cache)
        dx, _, rnn_grads = self.rnn.backward(dh, rnn_cache)
        embedding_grads = self.embedding.backward(dx, embedding_cache)
        return named({"embedding": embedding_grads, "rnn": rnn_grads, "output": output_grads})

    def trace(self, tokens):
        """Everything that happens while one sentence is read, step by step.

        Parameters
        ----------
        tokens : list of str
            T words.

        Returns
        -------
        dict
            ``tokens`` and ``unknown`` (lists of str), ``ids`` of shape (T,), ``x`` (T, D), the two
            products ``x_W_xh`` and ``h_W_hh`` (T, H), their sum with the bias ``z`` (T, H), ``h``
            (T + 1, H) from h_0 to h_T, ``logits`` and ``p`` (T, C).
        """
        ids, unknown = self.vocabulary.encode(tokens)
        x, _ = self.embedding.forward(ids)
        h, _, _ = self.rnn.forward(x[:, None])
        h = np.concatenate([np.zeros_like(h[:1, 0]), h[:, 0]])
        x_W_xh, h_W_hh = x @ self.rnn.W_xh, h[:-1] @ self.rnn.W_hh
        logits, _ = self.output.forward(h[1:])
        return {
            "tokens": list(tokens),
            "unknown": unknown,
            "ids": ids,
            "x": x,
            "x_W_xh": x_W_xh,
            "h_W_hh": h_W_hh,
            "z": x_W_xh + h_W_hh + self.rnn.b_h,
            "h": h,
            "logits": logits,
            "p": softmax(logits),
        }

    def trace_back(self, tokens, target):
        """Everything that happens while the error of the last word travels back, step by step.

        The loss is the cross-entropy after the last word. This spells out, for one sentence, what
        ``backward`` does at once for a batch.

        Parameters
        ----------
        tokens : list of str
            T words.
        target : int
            Number of the right class.

        Returns
        -------
        dict
            ``tokens``, ``loss`` (float), and arrays with one entry for each step from 1 to T: the
            gradient at every state ``dh`` and before tanh ``dz`` (T, H); each step's ``share`` of
            dW_hh and their running ``sum`` from the last step back (T, H, H).
        """
        check_number_below("target", target, len(self.classes))
        run = self.trace(tokens)
        T, H = run["z"].shape
        dh, dz = np.zeros((T, H)), np.zeros((T, H))
        share, total = np.zeros((T, H, H)), np.zeros((T, H, H))
        dlogits = run["p"][-1] - np.eye(len(self.classes))[target]
        dh_t = dlogits @ self.output.W.T  # the only output that the loss looks at is the last
        for t in reversed(range(T)):
            dh[t] = dh_t
            dz[t] = dh[t] * (1 - run["h"][t + 1] ** 2)
            share[t] = np.outer(run["h"][t], dz[t])  # run["h"][t] is the state before this step
            total[t] = share[t] + (total[t + 1] if t + 1 < T else 0)
            dh_t = dz[t] @ self.rnn.W_hh.T
        loss = float(-np.log(run["p"][-1, target]))
        return {"tokens": run["tokens"], "loss": loss, "dh": dh, "dz": dz, "share": share, "sum": total}

    def to_spec(self):
        """Weights and architecture as plain data that JSON can hold without loss.

        Returns
        -------
        dict
            ``format``, ``words``, ``classes``, ``dtype``, and ``params``: nested lists by parameter name.
        """
        params = {name: p.tolist() for name, p in self.params.items()}
        return {
            "format": self.format_name(),
            "words": list(self.vocabulary.words),
            "classes": list(self.classes),
            "dtype": self.rnn.b_h.dtype.name,
            "params": params,
        }

    @classmethod
    def format_name(cls):
        """Name of the format that `to_spec` writes."""
        return "rnnlib/sequence-classifier/1"

    @classmethod
    def from_spec(cls, spec, vocabulary):
        """Build the network that ``to_spec`` wrote down.

        Parameters
        ----------
        spec : dict
        vocabulary : Vocabulary
            Made of ``spec["words"]``.

        Returns
        -------
        SequenceClassifier
        """
        check_format(spec, cls.format_name(), ("words", "classes", "params"))
        if vocabulary.words != spec["words"]:
            raise ValueError("vocabulary must hold the words of the spec, in the same order")
        shape = np.shape(spec["params"]["rnn.W_xh"]) if "rnn.W_xh" in spec["params"] else ()
        if len(shape) != 2:
            raise ValueError("spec['params'] must have a matrix 'rnn.W_xh'")
        dtype = spec.get("dtype", "float64")
        network = cls(vocabulary, spec["classes"], *shape, np.random.default_rng(0), dtype)
        fill(network, spec["params"])
        return network

    def rounded(self, decimals):
        """Return a copy whose weights are rounded, short enough to follow by hand.

        Parameters
        ----------
        decimals : int

        Returns
        -------
        SequenceClassifier
        """
        check_size("decimals", decimals, least=0)
        D, H = self.rnn.W_xh.shape
        copy = SequenceClassifier(
            self.vocabulary, self.classes, D, H, np.random.default_rng(0), self.rnn.b_h.dtype
        )
        for name, p in self.params.items():
            copy.params[name][...] = np.round(p, decimals)
        return copy


class BagOfWords(Network):
    """Counts the words and classifies the counts: a network that cannot know their order.

    With n the vector of counts: logits = tanh(n W_1 + b_1) W_2 + b_2.

    Parameters
    ----------
    n_words, hidden_size, n_classes : int
        V, H and C.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = BagOfWords(10, 8, 2, np.random.default_rng(0))
    >>> logits, cache = network.forward(np.ones((5, 10)))
    >>> logits.shape
    (5, 2)
    """

    layers = ("hidden", "output")

    def __init__(self, n_words, hidden_size, n_classes, rng, dtype=np.float64):
        self.config = check_sizes(n_words=n_words, hidden_size=hidden_size, n_classes=n_classes)
        self.hidden = Linear(n_words, hidden_size, rng, dtype)
        self.output = Linear(hidden_size, n_classes, rng, dtype)

    def forward(self, counts):
        """Classify counts of shape (B, V); return logits of shape (B, C) and a cache."""
        z, hidden_cache = self.hidden.forward(counts)
        a = np.tanh(z)
        logits, output_cache = self.output.forward(a)
        return logits, (hidden_cache, a, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (B, C)."""
        hidden_cache, a, output_cache = cache
        da, output_grads = self.output.backward(dlogits, output_cache)
        _, hidden_grads = self.hidden.backward(da * (1 - a**2), hidden_cache)
        return named({"hidden": hidden_grads, "output": output_grads})

    def trace(self, counts):
        """Tell what happens to one bag, of shape (V,): ``hidden`` (H,), ``logits`` and ``p`` (C,)."""
        check_array("counts", counts, (self.config["n_words"],))
        logits, (_, a, _) = self.forward(counts[None])
        return {"hidden": a[0], "logits": logits[0], "p": softmax(logits[0])}


class MLP(Network):
    """A feedforward network: linear maps with tanh or relu between them.

    Parameters
    ----------
    sizes : list of int
        Features of the input, of each hidden layer, and of the output; at least two.
    rng : numpy.random.Generator
        Source of the initial weights.
    activation : {"tanh", "relu"}
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = MLP([3, 8, 2], np.random.default_rng(0))
    >>> logits, cache = network.forward(np.ones((5, 3)))
    >>> logits.shape, network.n_params
    ((5, 2), 50)
    """

    def __init__(self, sizes, rng, activation="tanh", dtype=np.float64):
        if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
            raise ValueError(f"sizes must be a list of at least 2 sizes, got {sizes!r}")
        if activation not in ("tanh", "relu"):
            raise ValueError(f'activation must be "tanh" or "relu", got {activation!r}')
        sizes = [check_size("every one of sizes", size) for size in sizes]
        self.config = {"sizes": sizes, "activation": activation}
        self.linear = [Linear(a, b, rng, dtype) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]

    @property
    def params(self):
        """The trainable arrays, named like "0.W" for the first layer; update them in place."""
        return named({k: layer.params for k, layer in enumerate(self.linear)})

    def forward(self, x):
        """Map x of shape (..., D) to logits of shape (..., C); return them and a cache."""
        caches = []
        for k, layer in enumerate(self.linear):
            x, cache = layer.forward(x)
            if k < len(self.linear) - 1:
                x = np.tanh(x) if self.config["activation"] == "tanh" else relu(x)
            caches.append((cache, x))
        return x, caches

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the output, of shape (..., C)."""
        d, grads = dlogits, {}
        for k in reversed(range(len(self.linear))):
            inputs, a = cache[k]
            if k < len(self.linear) - 1:
                d = d * (1 - a * a) if self.config["activation"] == "tanh" else d * (a > 0)
            d, grads[k] = self.linear[k].backward(d, inputs)
        return named(grads)

    def trace(self, x):
        """Tell what happens to one x, of shape (D,): ``activations`` of each layer, ``logits``, ``p``."""
        logits, cache = self.forward(x)
        return {"activations": [a for _, a in cache], "logits": logits, "p": softmax(logits)}


class RecurrentClassifier(Network):
    """Reads vectors one after the other and gives an opinion, at the end or after each.

    Parameters
    ----------
    input_size, hidden_size, n_classes : int
        D, H and C.
    rng : numpy.random.Generator
        Source of the initial weights.
    cell : {"RNN", "LSTM", "GRU"}
    num_layers : int, default=1
    read : {"last", "all", "mean", "max", "attention"}
        What the output looks at: the state after the last real step; every state, one opinion each;
        or all states pooled into one.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = RecurrentClassifier(3, 8, 2, np.random.default_rng(0), cell="GRU")
    >>> logits, cache = network.forward(np.ones((5, 4, 3)))
    >>> logits.shape
    (4, 2)
    """

    def __init__(
        self, input_size, hidden_size, n_classes, rng, cell="RNN", num_layers=1, read="last", dtype=np.float64
    ):
        pools = {"mean": MeanOverTime, "max": MaxOverTime}
        if read not in ("last", "all", "attention", *pools):
            raise ValueError(f'read must be "last", "all", "mean", "max" or "attention", got {read!r}')
        self.config = check_sizes(input_size=input_size, hidden_size=hidden_size, n_classes=n_classes)
        self.config |= {"cell": cell, "num_layers": check_size("num_layers", num_layers), "read": read}
        self.layers = ("rnn", "pool", "output") if read == "attention" else ("rnn", "output")
        self.rnn = make_recurrent(cell, input_size, hidden_size, num_layers, rng, dtype)
        self.pool = (
            AttentionPooling(hidden_size, hidden_size, rng, dtype)
            if read == "attention"
            else pools[read]()
            if read in pools
            else None
        )
        self.output = Linear(hidden_size, n_classes, rng, dtype)

    def forward(self, x, mask=None):
        """Read a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding; padding comes last.

        Returns
        -------
        logits : ndarray of shape (B, C), or (T, B, C) if every state is read
        cache : tuple
            For ``backward``.
        """
        T, B = check_array("x", x, ("T", "B", self.config["input_size"]))
        if mask is not None:
            check_padding(mask, T, B)
        h, _, rnn_cache = self.rnn.forward(x, mask=mask)
        seen, pool_cache = h, None
        if self.config["read"] == "last":
            seen = h[-1]  # padding passes the state on, so this is the state after the last real step
        elif self.pool is not None:
            seen, *_, pool_cache = self.pool.forward(h, mask)
        logits, output_cache = self.output.forward(seen)
        return logits, (rnn_cache, h.shape, pool_cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores."""
        rnn_cache, shape, pool_cache, output_cache = cache
        grads = {}
        dh, grads["output"] = self.output.backward(dlogits, output_cache)
        if self.config["read"] == "last":
            at_end, dh = dh, np.zeros(shape, dh.dtype)
            dh[-1] = at_end
        elif self.pool is not None:
            dh, grads["pool"] = self.pool.backward(dh, pool_cache)
        _, _, grads["rnn"] = self.rnn.backward(dh, rnn_cache)
        return named(grads)

    def trace(self, x):
        """Everything that happens while one sequence is read.

        Parameters
        ----------
        x : ndarray of shape (T, D)

        Returns
        -------
        dict
            ``layers``: for each layer, the lowest first, what `states_and_gates` returns; ``logits``
            and ``p`` (C,) or (T, C); with attention, its ``weights`` (T,).
        """
        check_array("x", x, ("T", self.config["input_size"]))
        logits, (caches, _, pool_cache, _) = self.forward(x[:, None])
        run = {"layers": states_and_gates(self.rnn, caches)}
        logits = logits[:, 0] if self.config["read"] == "all" else logits[0]
        if self.config["read"] == "attention":
            run["weights"] = pool_cache[2][0, 0]
        return run | {"logits": logits, "p": softmax(logits)}


def states_and_gates(stacked, caches):
    """States and gates of every layer, from what it kept while it read one sequence.

    Parameters
    ----------
    stacked : Stacked
    caches : list of tuple
        From ``stacked.forward`` with a batch of one sequence.

    Returns
    -------
    list of dict
        For each layer ``h`` (T + 1, H), from h_0 to h_T; for an LSTM also ``c`` (T + 1, H) and
        ``gates`` (4, T, H), in the order i, f, g, o; for a GRU ``gates`` (3, T, H): r, z, n.

    Examples
    --------
    >>> deep = Stacked(LSTM, 3, 4, 2, np.random.default_rng(0))
    >>> _, _, caches = deep.forward(np.ones((5, 1, 3)))
    >>> runs = states_and_gates(deep, caches)
    >>> len(runs), runs[0]["h"].shape, runs[0]["gates"].shape
    (2, (6, 4), (4, 5, 4))
    """
    runs = []
    for layer, cache in zip(stacked.layers, caches, strict=True):
        run = {"h": cache[1][:, 0]}
        if isinstance(layer, LSTM):
            run |= {"c": cache[2][:, 0], "gates": cache[4][:, :, 0]}
        elif isinstance(layer, GRU):
            run |= {"gates": cache[2][:, :, 0]}
        runs.append(run)
    return runs


class ImageClassifier(Network):
    """Two convolutions with relu and pooling, then a linear map: a small network for images.

    Parameters
    ----------
    side : int
        Height and width of the images, a multiple of 4.
    n_classes : int
        C.
    channels : list of two int
        Filters of either convolution.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = ImageClassifier(8, 10, [4, 8], np.random.default_rng(0))
    >>> logits, cache = network.forward(np.ones((2, 1, 8, 8)))
    >>> logits.shape
    (2, 10)
    """

    layers = ("conv_1", "conv_2", "output")

    def __init__(self, side, n_classes, channels, rng, dtype=np.float64):
        if check_size("side", side) % 4:
            raise ValueError(f"side must be a multiple of 4, got {side}")
        if not isinstance(channels, (list, tuple)) or len(channels) != 2:
            raise ValueError(f"channels must be a list of 2 sizes, got {channels!r}")
        channels = [check_size("both of channels", n) for n in channels]
        self.config = check_sizes(side=side, n_classes=n_classes) | {"channels": channels}
        self.conv_1 = Conv2d(1, channels[0], 3, rng, padding=1, dtype=dtype)
        self.conv_2 = Conv2d(channels[0], channels[1], 3, rng, padding=1, dtype=dtype)
        self.pool = MaxPool2d(2)
        self.output = Linear(channels[1] * (side // 4) ** 2, n_classes, rng, dtype)

    def forward(self, x):
        """Classify images of shape (B, 1, side, side); return logits (B, C) and a cache."""
        side = self.config["side"]
        check_array("x", x, ("B", 1, side, side))
        caches = []
        for conv in (self.conv_1, self.conv_2):
            z, conv_cache = conv.forward(x)
            x, pool_cache = self.pool.forward(relu(z))
            caches.append((conv_cache, z, pool_cache, x))
        logits, output_cache = self.output.forward(x.reshape(len(x), -1))
        return logits, (caches, x.shape, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (B, C)."""
        caches, shape, output_cache = cache
        grads = {}
        d, grads["output"] = self.output.backward(dlogits, output_cache)
        d = d.reshape(shape)
        for name, (conv_cache, z, pool_cache, _) in zip(("conv_2", "conv_1"), reversed(caches), strict=True):
            d, _ = self.pool.backward(d, pool_cache)
            d, grads[name] = getattr(self, name).backward(d * (z > 0), conv_cache)
        return named(grads)

    def trace(self, x):
        """Tell what happens to one image, (side, side): ``maps`` after either half, ``logits``, ``p``."""
        check_array("x", x, (self.config["side"],) * 2)
        logits, (caches, _, _) = self.forward(x[None, None])
        return {"maps": [c[3][0] for c in caches], "logits": logits[0], "p": softmax(logits[0])}


class ConvSequenceClassifier(Network):
    """Causal convolutions over time, each with twice the dilation, and the largest value of each feature.

    Parameters
    ----------
    input_size, hidden_size, n_classes : int
        D, features of every convolution H, and C.
    num_layers : int
        Number of convolutions; layer k has the dilation 2^k.
    rng : numpy.random.Generator
        Source of the initial weights.
    width : int, default=3
        Steps that one output of a convolution sees.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = ConvSequenceClassifier(3, 8, 2, num_layers=3, rng=np.random.default_rng(0))
    >>> logits, cache = network.forward(np.ones((20, 4, 3)))
    >>> logits.shape, network.reach
    ((4, 2), 15)
    """

    def __init__(self, input_size, hidden_size, n_classes, num_layers, rng, width=3, dtype=np.float64):
        self.config = check_sizes(
            input_size=input_size,
            hidden_size=hidden_size,
            n_classes=n_classes,
            num_layers=num_layers,
            width=width,
        )
        self.convs = [
            Conv1d(hidden_size if k else input_size, hidden_size, width, rng, "causal", 2**k, dtype)
            for k in range(num_layers)
        ]
        self.pool = MaxOverTime()
        self.output = Linear(hidden_size, n_classes, rng, dtype)

    @property
    def reach(self):
        """Number of steps that the last convolution's output can see: its receptive field."""
        return 1 + (self.config["width"] - 1) * (2 ** len(self.convs) - 1)

    @property
    def params(self):
        """The trainable arrays, named like "0.W" for the first convolution; update them in place."""
        return named({k: conv.params for k, conv in enumerate(self.convs)} | {"output": self.output.params})

    def forward(self, x, mask=None):
        """Classify x of shape (T, B, D), mask (T, B) or None; return logits (B, C) and a cache."""
        T, B = check_array("x", x, ("T", "B", self.config["input_size"]))
        if mask is not None:
            check_padding(mask, T, B)
        caches = []
        for conv in self.convs:
            z, cache = conv.forward(x)
            x = relu(z)
            caches.append((cache, x))
        pooled, pool_cache = self.pool.forward(x, mask)
        logits, output_cache = self.output.forward(pooled)
        return logits, (caches, pool_cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (B, C)."""
        caches, pool_cache, output_cache = cache
        grads = {}
        d, grads["output"] = self.output.backward(dlogits, output_cache)
        d, _ = self.pool.backward(d, pool_cache)
        for k in reversed(range(len(self.convs))):
            conv_cache, a = caches[k]
            d, grads[k] = self.convs[k].backward(d * (a > 0), conv_cache)
        return named(grads)

    def trace(self, x):
        """Tell what happens to a sequence, (T, D): ``activations`` (T, H) a layer, ``logits``, ``p``."""
        check_array("x", x, ("T", self.config["input_size"]))
        logits, (caches, _, _) = self.forward(x[:, None])
        return {"activations": [a[:, 0] for _, a in caches], "logits": logits[0], "p": softmax(logits[0])}


class TransformerEncoder(Network):
    """Words with their positions through Transformer blocks: what classifier and language model share.

    Parameters
    ----------
    n_words, size, n_heads, num_layers, n_outputs : int
        Words that can be read, V; features D; heads; blocks; scores that come out of each step.
    rng : numpy.random.Generator
        Source of the initial weights.
    causal : bool
        Whether no step may look at later ones.
    dropout : float, default=0
    dtype : dtype, default=float64
        float64 or float32.
    """

    def __init__(
        self, n_words, size, n_heads, num_layers, n_outputs, rng, causal, dropout=0.0, dtype=np.float64
    ):
        if check_size("size", size) % 2:
            raise ValueError(f"size must be even, got {size}: every sine of the positions has its cosine")
        self.embedding = Embedding(n_words, size, rng, dtype)
        self.embedding.W *= 0.5  # about the size of the positions, so that neither drowns the other
        self.dropout = Dropout(check_share("dropout", dropout))
        self.blocks = [
            TransformerBlock(size, n_heads, 4 * size, rng, causal, dropout, dtype)
            for _ in range(check_size("num_layers", num_layers))
        ]
        self.norm = LayerNorm(size, dtype)
        self.output = Linear(size, check_size("n_outputs", n_outputs), rng, dtype)

    @property
    def params(self):
        """The trainable arrays, named like "blocks.0.attention.W_q"; update them in place."""
        parts = {"embedding": self.embedding.params}
        parts |= {f"blocks.{k}": block.params for k, block in enumerate(self.blocks)}
        return named(parts | {"norm": self.norm.params, "output": self.output.params})

    def encode(self, ids, mask=None, rng=None):
        """Read ids of shape (T, B); return features (T, B, D), weights of each block, and a cache."""
        T, B = check_array("ids", ids, ("T", "B"), kind="i")
        if mask is not None:
            check_padding(mask, T, B)
        x, embedding_cache = self.embedding.forward(ids)
        positions = sinusoidal_positions(T, x.shape[2], x.dtype)[:, None]
        x, dropout_cache = self.dropout.forward(x + positions, rng)
        weights, caches = [], []
        for block in self.blocks:
            x, a, cache = block.forward(x, mask, rng)
            weights.append(a)
            caches.append(cache)
        y, norm_cache = self.norm.forward(x)
        return y, weights, (embedding_cache, dropout_cache, caches, norm_cache)

    def decode_gradients(self, dy, cache):
        """Gradients of everything below the output, given the gradient at the features."""
        embedding_cache, dropout_cache, caches, norm_cache = cache
        grads = {}
        d, grads["norm"] = self.norm.backward(dy, norm_cache)
        for k in reversed(range(len(self.blocks))):
            d, grads[f"blocks.{k}"] = self.blocks[k].backward(d, caches[k])
        d, _ = self.dropout.backward(d, dropout_cache)
        grads["embedding"] = self.embedding.backward(d, embedding_cache)
        return grads


class TransformerClassifier(TransformerEncoder):
    """Reads all words at once, each looking at all others, and classifies their mean.

    Parameters
    ----------
    n_words, size, n_heads, num_layers, n_classes : int
        V, features D, heads, blocks, and C.
    rng : numpy.random.Generator
        Source of the initial weights.
    dropout : float, default=0
        While training.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = TransformerClassifier(10, 8, 2, 1, 3, np.random.default_rng(0))
    >>> logits, cache = network.forward(np.ones((5, 4), int))
    >>> logits.shape
    (4, 3)
    """

    def __init__(self, n_words, size, n_heads, num_layers, n_classes, rng, dropout=0.0, dtype=np.float64):
        self.config = check_sizes(
            n_words=n_words, size=size, n_heads=n_heads, num_layers=num_layers, n_classes=n_classes
        )
        super().__init__(n_words, size, n_heads, num_layers, n_classes, rng, False, dropout, dtype)
        self.config["dropout"] = self.dropout.p
        self.pool = MeanOverTime()

    def forward(self, ids, mask=None, rng=None):
        """Classify ids of shape (T, B), mask (T, B) or None; return logits (B, C) and a cache.

        ``rng`` draws the dropout while training.
        """
        y, _, cache = self.encode(ids, mask, rng)
        pooled, pool_cache = self.pool.forward(y, mask)
        logits, output_cache = self.output.forward(pooled)
        return logits, (cache, pool_cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (B, C)."""
        encoder_cache, pool_cache, output_cache = cache
        d, output_grads = self.output.backward(dlogits, output_cache)
        d, _ = self.pool.backward(d, pool_cache)
        return named(self.decode_gradients(d, encoder_cache) | {"output": output_grads})

    def trace(self, ids):
        """Tell what happens to ids, (T,): ``weights`` of each block (heads, T, T), ``logits``, ``p``."""
        check_array("ids", ids, ("T",), kind="i")
        logits, _ = self.forward(ids[:, None])
        _, weights, _ = self.encode(ids[:, None])
        return {"weights": [a[0] for a in weights], "logits": logits[0], "p": softmax(logits[0])}
