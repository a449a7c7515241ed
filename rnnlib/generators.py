"""Networks that write: language models, and an encoder-decoder with attention.

They are built and used like the networks of ``models``; on top of that they write: ``sample`` draws
one symbol after the other, ``decode`` takes the likeliest.
"""

import numpy as np

from rnnlib.attention import AdditiveAttention
from rnnlib.checks import (
    check_array,
    check_number_below,
    check_padding,
    check_positive,
    check_rng,
    check_size,
    check_sizes,
)
from rnnlib.functions import softmax
from rnnlib.layers import Embedding, Linear
from rnnlib.models import (
    Network,
    TransformerEncoder,
    make_recurrent,
    named,
    states_and_gates,
)
from rnnlib.recurrent import GRU


def draw(logits, temperature, rng):
    """Draw a number with the probabilities softmax(logits / temperature).

    A temperature below 1 makes the likely likelier; near 0 the likeliest always wins.

    Parameters
    ----------
    logits : ndarray of shape (V,)
    temperature : float
        Above 0.
    rng : numpy.random.Generator

    Returns
    -------
    int

    Examples
    --------
    >>> draw(np.array([0.0, 5.0, 0.0]), 0.1, np.random.default_rng(0))
    1
    """
    check_array("logits", logits, ("V",))
    scores = logits.astype(np.float64) - logits.max()  # 0 for the likeliest, whatever the temperature
    with np.errstate(over="ignore"):
        scores = np.maximum(scores / check_positive("temperature", temperature), -1e6)
    p = softmax(scores)
    return int(check_rng(rng).choice(len(p), p=p / p.sum()))


class CharLanguageModel(Network):
    """Reads symbols one at a time and says after each what may come next.

    Parameters
    ----------
    n_symbols, embed_size, hidden_size : int
        V, D and H.
    rng : numpy.random.Generator
        Source of the initial weights.
    cell : {"RNN", "LSTM", "GRU"}
    num_layers : int, default=1
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = CharLanguageModel(5, 3, 8, np.random.default_rng(0))
    >>> logits, states, cache = network.forward(np.zeros((6, 2), int))
    >>> logits.shape
    (6, 2, 5)
    """

    layers = ("embedding", "rnn", "output")

    def __init__(self, n_symbols, embed_size, hidden_size, rng, cell="GRU", num_layers=1, dtype=np.float64):
        self.config = check_sizes(n_symbols=n_symbols, embed_size=embed_size, hidden_size=hidden_size)
        self.config |= {"cell": cell, "num_layers": check_size("num_layers", num_layers)}
        self.embedding = Embedding(n_symbols, embed_size, rng, dtype)
        self.rnn = make_recurrent(cell, embed_size, hidden_size, num_layers, rng, dtype)
        self.output = Linear(hidden_size, n_symbols, rng, dtype)

    def forward(self, ids, states_0=None, mask=None):
        """Read a batch.

        Parameters
        ----------
        ids : ndarray of int of shape (T, B)
        states_0 : list, default=None
            States to begin with, as a call before returned them; None means zeros.
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding.

        Returns
        -------
        logits : ndarray of shape (T, B, V)
            Scores of what comes next, after every step.
        states_n : list
            For each layer its state after the last step.
        cache : tuple
            For ``backward``.
        """
        check_array("ids", ids, ("T", "B"), kind="i")
        x, embedding_cache = self.embedding.forward(ids)
        h, states_n, rnn_cache = self.rnn.forward(x, states_0, mask)
        logits, output_cache = self.output.forward(h)
        return logits, states_n, (embedding_cache, rnn_cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (T, B, V).

        Nothing flows back into the states that the batch began with: truncated BPTT.
        """
        embedding_cache, rnn_cache, output_cache = cache
        grads = {}
        dh, grads["output"] = self.output.backward(dlogits, output_cache)
        dx, _, grads["rnn"] = self.rnn.backward(dh, rnn_cache)
        grads["embedding"] = self.embedding.backward(dx, embedding_cache)
        return named(grads)

    def trace(self, ids):
        """Tell what happens while ids, (T,), are read: ``layers`` (`states_and_gates`), ``logits``, ``p``."""
        check_array("ids", ids, ("T",), kind="i")
        logits, _, (_, caches, _) = self.forward(ids[:, None])
        layers = states_and_gates(self.rnn, caches)
        return {"layers": layers, "logits": logits[:, 0], "p": softmax(logits[:, 0])}

    def sample(self, start, length, rng, temperature=1.0, stop=None):
        """Write.

        Parameters
        ----------
        start : ndarray of int of shape (T,)
            Symbols to begin with, at least one.
        length : int
            Largest number of symbols to add.
        rng : numpy.random.Generator
        temperature : float, default=1
            Above 0; below 1 the likely gets likelier.
        stop : int, default=None
            Symbol after which nothing is added; it is part of the result.

        Returns
        -------
        ndarray of int
            The symbols that were added.
        """
        check_array("start", start, ("T",), kind="i")
        if stop is not None:
            check_number_below("stop", stop, self.config["n_symbols"])
        written, states, ids = [], None, start
        for _ in range(check_size("length", length)):
            logits, states, _ = self.forward(np.asarray(ids)[:, None], states)
            ids = [draw(logits[-1, 0], temperature, rng)]
            written += ids
            if ids[0] == stop:
                break
        return np.array(written)


class CausalLanguageModel(TransformerEncoder):
    """A small decoder-only Transformer: each symbol looks at those before it and says what comes next.

    Parameters
    ----------
    n_symbols, size, n_heads, num_layers : int
        V, features D, heads and blocks.
    rng : numpy.random.Generator
        Source of the initial weights.
    dropout : float, default=0
        While training.
    dtype : dtype, default=float64
        float64 or float32.

    Examples
    --------
    >>> network = CausalLanguageModel(5, 8, 2, 1, np.random.default_rng(0))
    >>> logits, cache = network.forward(np.zeros((6, 2), int))
    >>> logits.shape
    (6, 2, 5)
    """

    def __init__(self, n_symbols, size, n_heads, num_layers, rng, dropout=0.0, dtype=np.float64):
        self.config = check_sizes(n_symbols=n_symbols, size=size, n_heads=n_heads, num_layers=num_layers)
        super().__init__(n_symbols, size, n_heads, num_layers, n_symbols, rng, True, dropout, dtype)
        self.config["dropout"] = self.dropout.p

    def forward(self, ids, mask=None, rng=None):
        """Read ids of shape (T, B), mask (T, B) or None; return logits (T, B, V) and a cache.

        ``rng`` draws the dropout while training.
        """
        y, _, cache = self.encode(ids, mask, rng)
        logits, output_cache = self.output.forward(y)
        return logits, (cache, output_cache)

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (T, B, V)."""
        encoder_cache, output_cache = cache
        d, output_grads = self.output.backward(dlogits, output_cache)
        return named(self.decode_gradients(d, encoder_cache) | {"output": output_grads})

    def trace(self, ids):
        """Tell what happens to ids, (T,): ``weights`` of each block (heads, T, T), ``logits``, ``p``."""
        check_array("ids", ids, ("T",), kind="i")
        y, weights, _ = self.encode(ids[:, None])
        logits = self.output.forward(y)[0][:, 0]
        return {"weights": [a[0] for a in weights], "logits": logits, "p": softmax(logits)}

    def sample(self, start, length, rng, temperature=1.0, stop=None):
        """Write, as `CharLanguageModel.sample` does; everything so far is read again for each symbol."""
        check_array("start", start, ("T",), kind="i")
        if stop is not None:
            check_number_below("stop", stop, self.config["n_symbols"])
        ids = list(start)
        for _ in range(check_size("length", length)):
            logits, _ = self.forward(np.array(ids)[:, None])
            ids.append(draw(logits[-1, 0], temperature, rng))
            if ids[-1] == stop:
                break
        return np.array(ids[len(start) :])


class EncoderDecoder(Network):
    """Reads a whole sequence, then writes another, looking back at the first while it writes.

    The encoder's states are keys and values; each state of the decoder is a query. What it sees is put
    beside it, and both give the scores of the next symbol. The decoder begins where the encoder ended.

    Parameters
    ----------
    n_source, n_target : int
        Symbols that can be read, and written.
    embed_size, hidden_size : int
        D and H.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    References
    ----------
    The scores are those of D. Bahdanau, K. Cho, Y. Bengio (2015), ICLR. That the query is the state
    after the step, and not before it, is from M.-T. Luong, H. Pham, C. D. Manning (2015), "Effective
    approaches to attention-based neural machine translation", EMNLP.

    Examples
    --------
    >>> network = EncoderDecoder(6, 5, 4, 8, np.random.default_rng(0))
    >>> source, target = np.ones((7, 2), int), np.ones((3, 2), int)
    >>> logits, a, cache = network.forward(source, target)
    >>> logits.shape, a.shape
    ((3, 2, 5), (2, 3, 7))
    """

    layers = ("source", "encoder", "target", "decoder", "attention", "output")

    def __init__(self, n_source, n_target, embed_size, hidden_size, rng, dtype=np.float64):
        self.config = check_sizes(
            n_source=n_source, n_target=n_target, embed_size=embed_size, hidden_size=hidden_size
        )
        self.source, self.target = (Embedding(n, embed_size, rng, dtype) for n in (n_source, n_target))
        self.encoder, self.decoder = (GRU(embed_size, hidden_size, rng, dtype) for _ in range(2))
        self.attention = AdditiveAttention(hidden_size, hidden_size, hidden_size, rng, dtype)
        self.output = Linear(2 * hidden_size, n_target, rng, dtype)

    def forward(self, source, target, source_mask=None):
        """Read the source and, at each step, the right symbol so far: teacher forcing.

        Parameters
        ----------
        source : ndarray of int of shape (T_s, B)
        target : ndarray of int of shape (T_t, B)
            What was written before each step: a start symbol, then the right answer but for its last.
        source_mask : ndarray of bool of shape (T_s, B), default=None
            False where a step of the source is padding.

        Returns
        -------
        logits : ndarray of shape (T_t, B, n_target)
        a : ndarray of shape (B, T_t, T_s)
            Weights of attention.
        cache : tuple
            For ``backward``.
        """
        T, B = check_array("source", source, ("T_s", "B"), kind="i")
        if source_mask is not None:
            check_padding(source_mask, T, B)
        check_array("target", target, ("T_t", B), kind="i")
        x, source_cache = self.source.forward(source)
        memory, h_n, encoder_cache = self.encoder.forward(x, mask=source_mask)
        y, target_cache = self.target.forward(target)
        h, _, decoder_cache = self.decoder.forward(y, h_n)
        seen, a, attention_cache = self.attention.forward(h, memory, memory, source_mask)
        logits, output_cache = self.output.forward(np.concatenate([h, seen], axis=-1))
        caches = (source_cache, encoder_cache, target_cache, decoder_cache, attention_cache, output_cache)
        return logits, a, caches

    def backward(self, dlogits, cache):
        """Gradients of all parameters, given the gradient at the scores, of shape (T_t, B, n_target)."""
        source_cache, encoder_cache, target_cache, decoder_cache, attention_cache, output_cache = cache
        grads = {}
        both, grads["output"] = self.output.backward(dlogits, output_cache)
        dh, dseen = np.split(both, 2, axis=-1)
        dquery, dkey, dvalue, grads["attention"] = self.attention.backward(dseen, attention_cache)
        dy, dh_n, grads["decoder"] = self.decoder.backward(dh + dquery, decoder_cache)
        dx, _, grads["encoder"] = self.encoder.backward(dkey + dvalue, encoder_cache, dh_n)
        grads["target"] = self.target.backward(dy, target_cache)
        grads["source"] = self.source.backward(dx, source_cache)
        return named(grads)

    def decode(self, source, start, stop, length):
        """Write by always taking the likeliest symbol.

        Parameters
        ----------
        source : ndarray of int of shape (T_s,)
        start, stop : int
            The symbol to begin with, and the one that ends the answer.
        length : int
            Largest number of symbols.

        Returns
        -------
        ids : ndarray of int
            What was written, with ``stop`` if it came.
        a : ndarray of shape (len(ids), T_s)
            Where it looked for each symbol.
        """
        check_array("source", source, ("T_s",), kind="i")
        check_number_below("start", start, self.config["n_target"])
        check_number_below("stop", stop, self.config["n_target"])
        memory, h, _ = self.encoder.forward(self.source.forward(source[:, None])[0])
        written, looked, last = [], [], start
        for _ in range(check_size("length", length)):
            y, _ = self.target.forward(np.array([[last]]))
            state, h, _ = self.decoder.forward(y, h)
            seen, a, _ = self.attention.forward(state, memory, memory)
            logits, _ = self.output.forward(np.concatenate([state, seen], axis=-1))
            last = int(logits[0, 0].argmax())
            written.append(last)
            looked.append(a[0, 0])
            if last == stop:
                break
        return np.array(written), np.array(looked)

    def trace(self, source, target):
        """Tell what happens to one pair, (T_s,) and (T_t,): ``weights`` (T_t, T_s), ``logits``, ``p``.

        Also ``encoder`` (T_s + 1, H) and ``decoder`` (T_t + 1, H): states from the first on.
        """
        check_array("source", source, ("T_s",), kind="i")
        check_array("target", target, ("T_t",), kind="i")
        logits, a, cache = self.forward(source[:, None], target[:, None])
        states = {"encoder": cache[1][1][:, 0], "decoder": cache[3][1][:, 0]}
        return states | {"weights": a[0], "logits": logits[:, 0], "p": softmax(logits[:, 0])}
