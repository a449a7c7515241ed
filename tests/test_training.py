import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.generators import CharLanguageModel
from rnnlib.layers import Linear
from rnnlib.losses import cross_entropy
from rnnlib.optim import SGD
from rnnlib.training import History, fit, fit_stream

X = np.random.default_rng(0).normal(size=(40, 2))
EXAMPLES = list(zip(X, X @ np.array([[1.0], [-2.0]]) + 0.5, strict=True))


def loss(network, batch):
    x, y = (np.stack(column) for column in zip(*batch, strict=True))
    y_hat, cache = network.forward(x)
    _, grads = network.backward(2 * (y_hat - y) / len(batch), cache)
    return float(np.mean(np.sum((y_hat - y) ** 2, axis=1))), grads


def train(seed=0, **kwargs):
    network = Linear(2, 1, np.random.default_rng(seed))
    settings = {"epochs": 60, "batch_size": 7, "rng": np.random.default_rng(seed), "progress": False} | kwargs
    return network, fit(network, EXAMPLES, loss, SGD(network.params, 0.1), **settings)


def test_a_linear_layer_learns_a_line():
    network, history = train()
    assert_allclose(network.W[:, 0], [1, -2], atol=1e-3)
    assert_allclose(network.b, [0.5], atol=1e-3)
    assert len(history) == len(history.norm) == 60 and history.loss[-1] < 1e-6 < history.loss[0]


def test_the_same_seed_trains_the_same_network():
    assert_array_equal(train(seed=3)[0].W, train(seed=3)[0].W)
    assert not np.array_equal(train(seed=3, epochs=1)[0].W, train(seed=4, epochs=1)[0].W)


def test_every_example_is_seen_once_an_epoch_the_rest_too():
    seen = []

    def watch(network, batch):
        seen.append(len(batch))
        return loss(network, batch)

    network = Linear(2, 1, np.random.default_rng(0))
    fit(network, EXAMPLES, watch, SGD(network.params, 0.1), 1, 7, np.random.default_rng(0), progress=False)
    assert seen == [7, 7, 7, 7, 7, 5]


def test_clipping_bounds_the_step():
    network = Linear(2, 1, np.random.default_rng(0))
    before = network.W.copy()
    fit(
        network,
        EXAMPLES,
        loss,
        SGD(network.params, 1.0),
        1,
        40,
        np.random.default_rng(0),
        clip=1e-3,
        progress=False,
    )
    assert np.linalg.norm(network.W - before) <= 1e-3


def test_early_stop_goes_back_to_the_best_parameters():
    scores = iter([1.0, 3.0, 2.0, 2.5, 9.0])
    kept = []

    def validate(network):
        kept.append(network.W.copy())
        return next(scores)

    network, history = train(validate=validate, patience=2)
    assert history.score == [1.0, 3.0, 2.0, 2.5]
    assert_array_equal(network.W, kept[1])


def test_a_loss_that_is_no_number_stops_training():
    with pytest.raises(FloatingPointError, match="the loss is nan in epoch 1: try a smaller learning rate"):
        network = Linear(2, 1, np.random.default_rng(0))
        fit(
            network,
            EXAMPLES,
            lambda n, b: (np.nan, {}),
            SGD(network.params, 1),
            1,
            7,
            np.random.default_rng(0),
        )


def test_history_says_what_happened_and_plots_itself():
    _, history = train(epochs=3, validate=lambda network: 0.5)
    assert "3 epochs" in repr(history) and "score 0.500" in repr(history)
    assert repr(History()) == "History of 0 epochs"
    axes = history.plot()
    assert axes.get_xlabel() == "epoch" and len(axes.lines[0].get_xdata()) == 3


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        train(epochs=0)
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        train(batch_size=0)
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator"):
        train(rng=0)
    with pytest.raises(ValueError, match="patience needs validate"):
        train(patience=3)
    with pytest.raises(ValueError, match="examples is empty"):
        fit(None, [], loss, None, 1, 1, np.random.default_rng(0))


def test_truncated_bptt_carries_the_state_and_cuts_the_gradient():
    """With plain gradient descent, each piece gives the gradient of its own loss, its state given."""
    rng = np.random.default_rng(0)
    network, other = (CharLanguageModel(4, 3, 5, np.random.default_rng(1), "LSTM") for _ in range(2))
    ids = rng.integers(4, size=(8, 2))
    history = fit_stream(network, ids, SGD(network.params, 0.1), epochs=1, steps=3, clip=None)
    sgd, states, total = SGD(other.params, 0.1), None, 0.0
    for first, last in [(0, 3), (3, 6), (6, 7)]:
        logits, states, cache = other.forward(ids[first:last], states)
        value, dlogits = cross_entropy(logits, ids[first + 1 : last + 1])
        sgd.step(other.backward(dlogits, cache))
        total += value * (last - first)
    for name, p in other.params.items():
        assert_allclose(network.params[name], p, err_msg=name)
    assert_allclose(history.loss, [total / 7])


@pytest.mark.parametrize("steps", [1, 2, 3, 100])
def test_the_length_of_the_pieces_does_not_change_what_is_read(steps):
    """The state is carried, so pieces give the loss of the whole text; a step too small to learn shows it."""
    network = CharLanguageModel(4, 3, 5, np.random.default_rng(1), "LSTM")
    ids = np.random.default_rng(0).integers(4, size=(8, 2))
    whole = cross_entropy(network.forward(ids[:-1])[0], ids[1:])[0]
    history = fit_stream(network, ids, SGD(network.params, 1e-12), epochs=2, steps=steps)
    assert_allclose(history.loss, [whole, whole], rtol=1e-9)


def test_a_stream_refuses_wrong_input():
    network = CharLanguageModel(4, 3, 5, np.random.default_rng(0))
    sgd = SGD(network.params, 0.1)
    with pytest.raises(ValueError, match=r"ids must have shape \(T, B\), got \(5,\)"):
        fit_stream(network, np.zeros(5, int), sgd, 1, 2)
    with pytest.raises(ValueError, match="ids must have at least 2 steps"):
        fit_stream(network, np.zeros((1, 2), int), sgd, 1, 2)
    with pytest.raises(ValueError, match="steps must be at least 1, got 0"):
        fit_stream(network, np.zeros((5, 2), int), sgd, 1, 0)


def test_wrong_training_is_refused():
    layer, other = (Linear(2, 1, np.random.default_rng(seed)) for seed in range(2))
    rng = np.random.default_rng(0)

    def train(**changed):
        given = {"optimizer": SGD(layer.params, 0.1), "epochs": 2, "batch_size": 10, "rng": rng} | changed
        fit(layer, EXAMPLES, loss, **given)

    with pytest.raises(ValueError, match="optimizer must have been made for network.params"):
        train(optimizer=SGD(other.params, 0.1))
    for clip in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="clip must be a finite number above 0"):
            train(clip=clip)
    with pytest.raises(ValueError, match="patience must be at least 1, got 0"):
        train(patience=0, validate=lambda network: 1.0)
    with pytest.raises(ValueError, match="validate must return a finite number, got nan"):
        train(validate=lambda network: float("nan"))
