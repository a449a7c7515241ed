"""Recurrent layers with hand-written gradients.

Arrays that run over time are time-major, so ``x[t]`` reads like x_t in the text.
T time steps, B sequences in the batch, D input features, H hidden units.
"""

import numpy as np

from rnnlib.checks import check_array, check_dtype, check_rng, check_size


class RNN:
    """Elman recurrent layer: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h).

    Parameters
    ----------
    input_size : int
        Number of input features, D.
    hidden_size : int
        Number of hidden units, H.
    rng : numpy.random.Generator
        Source of the initial weights, uniform in ±1/sqrt(H).
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    W_xh : ndarray of shape (D, H)
    W_hh : ndarray of shape (H, H)
    b_h : ndarray of shape (H,)

    References
    ----------
    J. L. Elman (1990), "Finding structure in time", Cognitive Science 14(2), 179-211.

    Examples
    --------
    >>> rnn = RNN(input_size=3, hidden_size=4, rng=np.random.default_rng(0))
    >>> h, h_n, cache = rnn.forward(np.ones((5, 2, 3)))
    >>> h.shape, h_n.shape
    ((5, 2, 4), (2, 4))
    """

    def __init__(self, input_size, hidden_size, rng, dtype=np.float64):
        D, H = check_size("input_size", input_size), check_size("hidden_size", hidden_size)
        bound = 1 / np.sqrt(H)
        self.W_xh = check_rng(rng).uniform(-bound, bound, (D, H)).astype(check_dtype(dtype))
        self.W_hh = rng.uniform(-bound, bound, (H, H)).astype(dtype)
        self.b_h = np.zeros(H, dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W_xh": self.W_xh, "W_hh": self.W_hh, "b_h": self.b_h}

    def forward(self, x, h_0=None):
        """Run the layer over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        h_0 : ndarray of shape (B, H), default=None
            Hidden state before the first step; None means zeros.

        Returns
        -------
        h : ndarray of shape (T, B, H)
            Hidden state after each step.
        h_n : ndarray of shape (B, H)
            Hidden state after the last step: ``h[-1]``.
        cache : tuple
            For ``backward``.
        """
        D, H = self.W_xh.shape
        T, B = check_array("x", x, ("T", "B", D))
        if h_0 is None:
            h_0 = np.zeros((B, H), self.b_h.dtype)
        check_array("h_0", h_0, (B, H))
        from_input = x @ self.W_xh + self.b_h  # needs no state, so all steps at once
        h = np.empty((T + 1, B, H), from_input.dtype)  # h[0] is h_0, h[t] the state after t steps
        h[0] = h_0
        for t in range(T):
            np.tanh(from_input[t] + h[t] @ self.W_hh, out=h[t + 1])
        return h[1:], h[-1], (x, h)

    def backward(self, dh, cache, dh_n=None):
        """Backpropagate through time.

        Parameters
        ----------
        dh : ndarray of shape (T, B, H)
            Gradient of the loss at each hidden state, from the layers above. What passes
            between the steps is added here.
        cache : tuple
            From ``forward``.
        dh_n : ndarray of shape (B, H), default=None
            Gradient at the final state from whoever used it after the last step.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        dh_0 : ndarray of shape (B, H)
        grads : dict of ndarray
            One gradient for each entry of ``params``.

        References
        ----------
        P. J. Werbos (1990), "Backpropagation through time: what it does and how to do it",
        Proceedings of the IEEE 78(10), 1550-1560.
        """
        x, h = cache
        (T, B, D), H = x.shape, h.shape[2]
        check_array("dh", dh, (T, B, H))
        if dh_n is None:
            dh_n = np.zeros((B, H), h.dtype)
        check_array("dh_n", dh_n, (B, H))
        dz = 1 - h[1:] ** 2  # tanh'(z_t); becomes the gradient at z_t below
        dh_later = dh_n  # what reaches h_t from step t + 1
        for t in reversed(range(T)):
            dz[t] *= dh[t] + dh_later
            dh_later = dz[t] @ self.W_hh.T
        # every step used the same weights, so their gradients are sums over the steps
        rows = dz.reshape(T * B, H)
        grads = {
            "W_xh": x.reshape(T * B, D).T @ rows,
            "W_hh": h[:-1].reshape(T * B, H).T @ rows,
            "b_h": rows.sum(axis=0),
        }
        return dz @ self.W_xh.T, dh_later, grads
