"""Whole networks: layers put together, with the same five ways in.

``forward`` and ``backward`` train them; ``trace`` tells everything that happens to one sentence,
as plain arrays for pictures; ``to_spec`` writes weights and architecture as plain data, which is
what the widgets compute with in the reader's browser; ``n_params`` counts.
"""

import numpy as np

from rnnlib.checks import check_array
from rnnlib.functions import softmax
from rnnlib.layers import Embedding, Linear
from rnnlib.recurrent import RNN


def _named(by_layer):
    """Flatten {layer: {name: array}} to {"layer.name": array}."""
    return {f"{layer}.{name}": a for layer, arrays in by_layer.items() for name, a in arrays.items()}


class _Network:
    """Parameters of named layers, counted and copied. Nothing here computes."""

    @property
    def params(self):
        """The trainable arrays of all layers, named like "rnn.W_hh"; update them in place."""
        return {
            f"{layer}.{name}": p for layer in self.layers for name, p in getattr(self, layer).params.items()
        }

    @property
    def n_params(self):
        """Number of trainable numbers."""
        return sum(p.size for p in self.params.values())


class SequenceClassifier(_Network):
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
    """

    layers = ("embedding", "rnn", "output")
    FORMAT = "rnnlib/sequence-classifier/1"

    def __init__(self, vocabulary, classes, embed_size, hidden_size, rng, dtype=np.float64):
        if len(classes) < 2:
            raise ValueError(f"classes must name at least 2 classes, got {classes}")
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
        return _named({"embedding": embedding_grads, "rnn": rnn_grads, "output": output_grads})

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
        if not 0 <= target < len(self.classes):
            raise IndexError(f"target must lie in 0 .. {len(self.classes) - 1}, got {target}")
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
            ``format``, ``words``, ``classes``, and ``params``: nested lists by parameter name.
        """
        params = {name: p.tolist() for name, p in self.params.items()}
        return {
            "format": self.FORMAT,
            "words": self.vocabulary.words,
            "classes": self.classes,
            "params": params,
        }

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
        if not isinstance(spec, dict) or spec.get("format") != cls.FORMAT:
            got = spec.get("format") if isinstance(spec, dict) else type(spec).__name__
            raise ValueError(f"spec must have the format {cls.FORMAT!r}, got {got!r}")
        if vocabulary.words != spec["words"]:
            raise ValueError("vocabulary must hold the words of the spec, in the same order")
        D, H = np.shape(spec["params"]["rnn.W_xh"])
        network = cls(vocabulary, spec["classes"], D, H, np.random.default_rng(0))
        for name, p in network.params.items():
            stored = np.array(spec["params"][name], dtype=p.dtype)
            check_array(f"spec['params'][{name!r}]", stored, p.shape)
            p[...] = stored
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
        D, H = self.rnn.W_xh.shape
        copy = SequenceClassifier(
            self.vocabulary, self.classes, D, H, np.random.default_rng(0), self.rnn.b_h.dtype
        )
        for name, p in self.params.items():
            copy.params[name][...] = np.round(p, decimals)
        return copy


class BagOfWords(_Network):
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
    """

    layers = ("hidden", "output")

    def __init__(self, n_words, hidden_size, n_classes, rng, dtype=np.float64):
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
        return _named({"hidden": hidden_grads, "output": output_grads})
