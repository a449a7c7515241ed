import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients
from rnnlib.losses import cross_entropy
from rnnlib.models import BagOfWords, SequenceClassifier
from rnnlib.text import Vocabulary, tokenize

VOCABULARY = Vocabulary(["i", "do", "not", "love", "hate", "it"])


def make(seed=0, classes=("negative", "positive")):
    rng = np.random.default_rng(seed)
    network = SequenceClassifier(VOCABULARY, list(classes), 3, 4, rng)
    for param in network.params.values():
        param[...] = rng.normal(size=param.shape)
    return network, rng


def test_gradients_of_all_parameters_match_finite_differences_with_padding():
    network, rng = make(classes=("a", "b", "c"))
    ids = rng.integers(7, size=(5, 2))
    mask = np.array([[1, 1], [1, 1], [1, 1], [1, 0], [1, 0]], bool)
    targets = rng.integers(3, size=(5, 2))

    def loss():
        return cross_entropy(network.forward(ids)[0], targets, mask)[0]

    logits, cache = network.forward(ids)
    grads = network.backward(cross_entropy(logits, targets, mask)[1], cache)
    assert set(check_gradients(loss, network.params, grads)) == set(network.params)


def test_bag_of_words_gradients_match_finite_differences():
    rng = np.random.default_rng(0)
    network = BagOfWords(7, 4, 3, rng)
    counts, targets = rng.integers(3, size=(5, 7)).astype(float), rng.integers(3, size=5)
    logits, cache = network.forward(counts)
    grads = network.backward(cross_entropy(logits, targets)[1], cache)
    check_gradients(lambda: cross_entropy(network.forward(counts)[0], targets)[0], network.params, grads)


def test_parameters_are_counted():
    network, _ = make()
    assert network.n_params == 7 * 3 + 3 * 4 + 4 * 4 + 4 + 4 * 2 + 2


def test_padding_at_the_end_changes_nothing_before():
    network, _ = make()
    ids = np.array([[1], [2], [3]])
    padded = np.array([[1], [2], [3], [0], [0]])
    assert_allclose(network.forward(padded)[0][:3], network.forward(ids)[0])


def test_trace_tells_what_forward_does():
    network, _ = make()
    tokens = tokenize("I do not love pancakes")
    run = network.trace(tokens)
    ids, _ = VOCABULARY.encode(tokens)
    assert_allclose(run["logits"], network.forward(ids[:, None])[0][:, 0])
    assert run["unknown"] == ["pancakes"] and run["h"].shape == (6, 4)
    assert_array_equal(run["h"][0], 0)
    assert_allclose(run["z"], run["x_W_xh"] + run["h_W_hh"] + network.rnn.b_h)
    assert_allclose(run["h"][1:], np.tanh(run["z"]))
    assert_allclose(run["p"].sum(axis=1), 1)


def test_trace_back_tells_what_backward_does():
    network, _ = make()
    tokens = tokenize("I do not love it")
    back = network.trace_back(tokens, 1)
    ids, _ = VOCABULARY.encode(tokens)
    logits, cache = network.forward(ids[:, None])
    last = np.zeros((5, 1), bool)
    last[-1] = True
    loss, dlogits = cross_entropy(logits, np.ones((5, 1), int), last)
    assert_allclose(back["loss"], loss)
    assert_allclose(back["sum"][0], network.backward(dlogits, cache)["rnn.W_hh"])
    assert_allclose(back["share"].sum(axis=0), back["sum"][0])


def test_the_spec_survives_json_and_gives_the_same_network():
    network, _ = make()
    spec = json.loads(json.dumps(network.to_spec()))
    again = SequenceClassifier.from_spec(spec, VOCABULARY)
    for name, param in network.params.items():
        assert_array_equal(again.params[name], param)


def test_rounding_makes_a_copy():
    network, _ = make()
    before = {name: p.copy() for name, p in network.params.items()}
    rounded = network.rounded(1)
    for name, param in before.items():
        assert_array_equal(network.params[name], param)
        assert_array_equal(rounded.params[name], np.round(param, 1))


def test_wrong_input_is_refused():
    network, rng = make()
    with pytest.raises(ValueError, match="classes must name at least 2 classes"):
        SequenceClassifier(VOCABULARY, ["one"], 3, 4, rng)
    with pytest.raises(ValueError, match=r"ids must have shape \(T, B\), got \(3,\)"):
        network.forward(np.array([1, 2, 3]))
    with pytest.raises(TypeError, match="ids must hold integer numbers"):
        network.forward(np.ones((3, 1)))
    with pytest.raises(IndexError, match=r"ids must lie in 0 .. 6, got 7 .. 7"):
        network.forward(np.array([[7]]))
    with pytest.raises(ValueError, match="tokens is empty"):
        network.trace([])
    with pytest.raises(IndexError, match=r"target must lie in 0 .. 1, got 2"):
        network.trace_back(["it"], 2)
    with pytest.raises(ValueError, match="spec must have the format"):
        SequenceClassifier.from_spec({}, VOCABULARY)
    with pytest.raises(ValueError, match="vocabulary must hold the words of the spec"):
        SequenceClassifier.from_spec(network.to_spec(), Vocabulary(["other"]))
