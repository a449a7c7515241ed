"""Recurrent layers with hand-written gradients.

Arrays that run over time are time-major, so ``x[t]`` reads like x_t in the text.
T time steps, B sequences in the batch, D input features, H hidden units. The gates of LSTM and GRU
are stacked on a first axis: ``W_xh[0]`` belongs to the first gate.

Sequences of different lengths share a batch by a ``mask`` of shape (T, B), False where a step is
padding. A padded step passes the state on unchanged, forward, and its gradient, backward.
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

    def forward(self, x, h_0=None, mask=None):
        """Run the layer over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        h_0 : ndarray of shape (B, H), default=None
            Hidden state before the first step; None means zeros.
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding; None means that no step is.

        Returns
        -------
        h : ndarray of shape (T, B, H)
            Hidden state after each step. ``backward`` needs it: read it, do not change it.
        h_n : ndarray of shape (B, H)
            Hidden state after the last step: ``h[-1]``.
        cache : tuple
            For ``backward``.
        """
        D, H = self.W_xh.shape
        T, B = check_array("x", x, ("T", "B", D))
        padded = _padded(mask, T, B)
        z = (x.reshape(T * B, D) @ self.W_xh + self.b_h).reshape(T, B, H)  # needs no state: all steps at once
        h = np.empty((T + 1, B, H), z.dtype)  # h[0] is h_0, h[t] the state after t steps
        h[0] = _state("h_0", h_0, (B, H), z.dtype)
        from_state = np.empty((B, H), z.dtype)
        for t in range(T):
            np.matmul(h[t], self.W_hh, out=from_state)
            from_state += z[t]
            np.tanh(from_state, out=h[t + 1])
            if padded is not None:
                np.copyto(h[t + 1], h[t], where=padded[t])
        return h[1:], h[-1], (x, h, padded)

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
        x, h, padded = cache
        (T, B, D), H = x.shape, h.shape[2]
        check_array("dh", dh, (T, B, H))
        W_hh_T = self.W_hh.T.copy()  # a product with a transposed view is slower, T times
        dz = np.empty((T, B, H), h.dtype)
        dh_later = _state("dh_n", dh_n, (B, H), dz.dtype)  # what reaches h_t from step t + 1
        dh_t = np.empty((B, H), dz.dtype)
        for steps in _stretches(T, B * H):
            _tanh_slope(h[1:][steps], out=dz[steps])  # needs no gradient: many steps at once
            for t in reversed(range(T)[steps]):
                np.add(dh_later, dh[t], out=dh_t)
                dz[t] *= dh_t
                if padded is not None:
                    np.copyto(dz[t], 0, where=padded[t])
                np.matmul(dz[t], W_hh_T, out=dh_later)
                if padded is not None:
                    np.copyto(dh_later, dh_t, where=padded[t])
        # every step used the same weights, so their gradients are sums over the steps
        rows = dz.reshape(T * B, H)
        grads = {
            "W_xh": x.reshape(T * B, D).T @ rows,
            "W_hh": h[:-1].reshape(T * B, H).T @ rows,
            "b_h": rows.sum(axis=0),
        }
        return (rows @ self.W_xh.T).reshape(T, B, D), dh_later, grads


class LSTM:
    """Long short-term memory: a state c that is added to, behind gates that open and close.

    With the gates stacked in the order i, f, g, o:

    i_t, f_t, o_t = sigmoid(x_t W_xh + h_{t-1} W_hh + b_h), g_t = tanh(the same with g's weights),
    c_t = f_t c_{t-1} + i_t g_t, h_t = o_t tanh(c_t).

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
    forget_bias : float, default=1
        Initial bias of the forget gate: above 0, the layer begins by remembering.

    Attributes
    ----------
    W_xh : ndarray of shape (4, D, H)
    W_hh : ndarray of shape (4, H, H)
    b_h : ndarray of shape (4, H)

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8).
    F. A. Gers, J. Schmidhuber, F. Cummins (2000), "Learning to forget: continual prediction with
    LSTM", Neural Computation 12(10).

    Examples
    --------
    >>> lstm = LSTM(input_size=3, hidden_size=4, rng=np.random.default_rng(0))
    >>> h, (h_n, c_n), cache = lstm.forward(np.ones((5, 2, 3)))
    >>> h.shape, c_n.shape
    ((5, 2, 4), (2, 4))
    """

    def __init__(self, input_size, hidden_size, rng, dtype=np.float64, forget_bias=1.0):
        D, H = check_size("input_size", input_size), check_size("hidden_size", hidden_size)
        bound = 1 / np.sqrt(H)
        self.W_xh = check_rng(rng).uniform(-bound, bound, (4, D, H)).astype(check_dtype(dtype))
        self.W_hh = rng.uniform(-bound, bound, (4, H, H)).astype(dtype)
        self.b_h = np.zeros((4, H), dtype)
        if not isinstance(forget_bias, (int, float)) or not np.isfinite(forget_bias):
            raise ValueError(f"forget_bias must be a finite number, got {forget_bias!r}")
        self.b_h[1] = forget_bias

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W_xh": self.W_xh, "W_hh": self.W_hh, "b_h": self.b_h}

    def forward(self, x, state_0=None, mask=None):
        """Run the layer over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        state_0 : tuple (h_0, c_0) of ndarrays of shape (B, H), default=None
            State before the first step; None means zeros.
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding; None means that no step is.

        Returns
        -------
        h : ndarray of shape (T, B, H)
            Hidden state after each step. ``backward`` needs it: read it, do not change it.
        state_n : tuple (h_n, c_n) of ndarrays of shape (B, H)
            State after the last step.
        cache : tuple
            For ``backward``.
        """
        _, D, H = self.W_xh.shape
        T, B = check_array("x", x, ("T", "B", D))
        padded = _padded(mask, T, B)
        h_0, c_0 = _pair("state_0", state_0)
        # sigmoid(z) = (1 + tanh(z/2)) / 2, so one tanh serves all gates once i, f and o are halved
        halved = np.array([0.5, 0.5, 1, 0.5], self.b_h.dtype).reshape(4, 1, 1)
        lifted = np.array([0.5, 0.5, 0, 0.5], self.b_h.dtype).reshape(4, 1, 1)
        W_hh = self.W_hh * halved
        # one block: of several smaller ones, the system takes the memory back after every step of training
        memory = np.empty((7, T + 1, B, H), np.result_type(x, W_hh))
        gates, (tanh_c, h, c) = memory[:4, :T], memory[4:]
        rows = gates.reshape(4, T * B, H)
        np.matmul(x.reshape(T * B, D), self.W_xh * halved, out=rows)  # needs no state: all steps at once
        rows += self.b_h[:, None] * halved
        h[0], c[0] = _state("h_0", h_0, (B, H), h.dtype), _state("c_0", c_0, (B, H), h.dtype)
        z, new = np.empty((4, B, H), gates.dtype), np.empty((B, H), gates.dtype)
        for t in range(T):
            np.matmul(h[t], W_hh, out=z)  # one product for each gate
            z += gates[:, t]
            np.tanh(z, out=z)
            z *= halved
            np.add(z, lifted, out=gates[:, t])
            i, f, g, o = gates[:, t]
            np.multiply(i, g, out=new)
            np.multiply(f, c[t], out=c[t + 1])
            c[t + 1] += new
            np.tanh(c[t + 1], out=tanh_c[t])
            np.multiply(o, tanh_c[t], out=h[t + 1])
            if padded is not None:
                np.copyto(h[t + 1], h[t], where=padded[t])
                np.copyto(c[t + 1], c[t], where=padded[t])
        return h[1:], (h[-1], c[-1]), (x, h, c, tanh_c, gates, padded)

    def backward(self, dh, cache, dstate_n=None):
        """Backpropagate through time.

        Parameters
        ----------
        dh : ndarray of shape (T, B, H)
            Gradient of the loss at each hidden state, from the layers above.
        cache : tuple
            From ``forward``.
        dstate_n : tuple (dh_n, dc_n) of ndarrays of shape (B, H), default=None
            Gradient at the final state from whoever used it after the last step.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        dstate_0 : tuple (dh_0, dc_0) of ndarrays of shape (B, H)
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        x, h, c, tanh_c, gates, padded = cache
        (T, B, D), H = x.shape, h.shape[2]
        check_array("dh", dh, (T, B, H))
        dh_n, dc_n = _pair("dstate_n", dstate_n)
        dh_later = _state("dh_n", dh_n, (B, H), h.dtype)  # what reaches h_t and c_t from step t + 1
        dc_later = _state("dc_n", dc_n, (B, H), h.dtype)
        W_hh_T = self.W_hh.transpose(0, 2, 1).copy()  # a product with a transposed view is slower, T times
        dz = np.empty_like(gates)
        products, (dh_t, dc_t) = np.empty((4, B, H), h.dtype), np.empty((2, B, H), h.dtype)
        for steps in _stretches(T, B * H):
            # what needs no gradient, for many steps at once: the slope of each gate times what it multiplies
            i, f, g, o = now = gates[:, steps]
            local, through_c = dz[:, steps], np.empty_like(o)
            np.subtract(1, now, out=local)
            local *= now  # sigmoid' = sigmoid (1 - sigmoid)
            _tanh_slope(g, out=local[2])
            for k, partner in enumerate((g, c[steps], i, tanh_c[steps])):
                local[k] *= partner
            _tanh_slope(tanh_c[steps], out=through_c)
            through_c *= o
            for t, through_t in zip(reversed(range(T)[steps]), reversed(through_c), strict=True):
                np.add(dh_later, dh[t], out=dh_t)
                np.multiply(through_t, dh_t, out=dc_t)
                dc_t += dc_later
                dz[:3, t] *= dc_t
                dz[3, t] *= dh_t
                f_t = gates[1, t]
                if padded is not None:
                    np.copyto(dz[:, t], 0, where=padded[t])
                    np.copyto(dc_t, dc_later, where=padded[t])
                    f_t = np.where(padded[t], 1, f_t)
                np.matmul(dz[:, t], W_hh_T, out=products)
                np.add.reduce(products, axis=0, out=dh_later)
                np.multiply(dc_t, f_t, out=dc_later)
                if padded is not None:
                    np.copyto(dh_later, dh_t, where=padded[t])
        rows = dz.reshape(4, T * B, H)
        grads = {
            "W_xh": x.reshape(T * B, D).T @ rows,
            "W_hh": h[:-1].reshape(T * B, H).T @ rows,
            "b_h": rows.sum(axis=1),
        }
        dx = sum(rows[k] @ self.W_xh[k].T for k in range(4))
        return dx.reshape(T, B, D), (dh_later, dc_later), grads


class GRU:
    """Gated recurrent unit: a gate mixes the old state with a candidate for the new one.

    With the gates stacked in the order r, z, n:

    r_t, z_t = sigmoid(x_t W_xh + h_{t-1} W_hh + b_h),
    n_t = tanh(x_t W_xn + b_n + r_t (h_{t-1} W_hn + b_reset)), h_t = (1 - z_t) n_t + z_t h_{t-1}.

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
    W_xh : ndarray of shape (3, D, H)
    W_hh : ndarray of shape (3, H, H)
    b_h : ndarray of shape (3, H)
    b_reset : ndarray of shape (H,)

    References
    ----------
    K. Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for
    statistical machine translation", EMNLP. The reset gate is applied after the product with
    W_hn, as in cuDNN and PyTorch.

    Examples
    --------
    >>> gru = GRU(input_size=3, hidden_size=4, rng=np.random.default_rng(0))
    >>> h, h_n, cache = gru.forward(np.ones((5, 2, 3)))
    >>> h.shape, h_n.shape
    ((5, 2, 4), (2, 4))
    """

    def __init__(self, input_size, hidden_size, rng, dtype=np.float64):
        D, H = check_size("input_size", input_size), check_size("hidden_size", hidden_size)
        bound = 1 / np.sqrt(H)
        self.W_xh = check_rng(rng).uniform(-bound, bound, (3, D, H)).astype(check_dtype(dtype))
        self.W_hh = rng.uniform(-bound, bound, (3, H, H)).astype(dtype)
        self.b_h = np.zeros((3, H), dtype)
        self.b_reset = np.zeros(H, dtype)

    @property
    def params(self):
        """The trainable arrays by name; update them in place."""
        return {"W_xh": self.W_xh, "W_hh": self.W_hh, "b_h": self.b_h, "b_reset": self.b_reset}

    def forward(self, x, h_0=None, mask=None):
        """Run the layer over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        h_0 : ndarray of shape (B, H), default=None
            Hidden state before the first step; None means zeros.
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding; None means that no step is.

        Returns
        -------
        h : ndarray of shape (T, B, H)
            Hidden state after each step. ``backward`` needs it: read it, do not change it.
        h_n : ndarray of shape (B, H)
            Hidden state after the last step: ``h[-1]``.
        cache : tuple
            For ``backward``.
        """
        _, D, H = self.W_xh.shape
        T, B = check_array("x", x, ("T", "B", D))
        padded = _padded(mask, T, B)
        # sigmoid(z) = (1 + tanh(z/2)) / 2: half of z comes out of halved weights
        halved = np.array([0.5, 0.5, 1], self.b_h.dtype).reshape(3, 1, 1)
        W_hh = self.W_hh * halved
        gates = x.reshape(T * B, D) @ (self.W_xh * halved)  # needs no state: all steps at once
        gates += self.b_h[:, None] * halved
        gates = gates.reshape(3, T, B, H)
        h = np.empty((T + 1, B, H), gates.dtype)
        h[0] = _state("h_0", h_0, (B, H), h.dtype)
        from_state = np.empty((T, B, H), gates.dtype)  # what the reset gate lets through, or not
        products, passed = np.empty((3, B, H), gates.dtype), np.empty((B, H), gates.dtype)
        for t in range(T):
            np.matmul(h[t], W_hh, out=products)
            np.add(products[2], self.b_reset, out=from_state[t])
            r_and_z, (r, z, n) = gates[:2, t], gates[:, t]
            r_and_z += products[:2]
            np.tanh(r_and_z, out=r_and_z)
            r_and_z *= 0.5
            r_and_z += 0.5
            np.multiply(r, from_state[t], out=passed)
            n += passed
            np.tanh(n, out=n)
            np.subtract(h[t], n, out=passed)
            passed *= z
            np.add(n, passed, out=h[t + 1])  # (1 - z) n + z h
            if padded is not None:
                np.copyto(h[t + 1], h[t], where=padded[t])
        return h[1:], h[-1], (x, h, gates, from_state, padded)

    def backward(self, dh, cache, dh_n=None):
        """Backpropagate through time.

        Parameters
        ----------
        dh : ndarray of shape (T, B, H)
            Gradient of the loss at each hidden state, from the layers above.
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
        """
        x, h, gates, from_state, padded = cache
        (T, B, D), H = x.shape, h.shape[2]
        check_array("dh", dh, (T, B, H))
        dh_later = _state("dh_n", dh_n, (B, H), h.dtype)
        W_hh_T = self.W_hh.transpose(0, 2, 1).copy()
        # gradients at the three products with h_{t-1}, and inside the tanh of n
        dgates = np.empty((4, T, B, H), h.dtype)
        products, dh_t = np.empty((3, B, H), h.dtype), np.empty((B, H), h.dtype)
        for steps in _stretches(T, B * H):
            # what needs no gradient, for many steps at once: the slope of each gate times what it multiplies
            (r, z, n), (local_r, local_z, _, local_n) = gates[:, steps], dgates[:, steps]
            ones_less = 1 - gates[:2, steps]
            np.multiply(from_state[steps], r, out=local_r)
            local_r *= ones_less[0]
            np.subtract(h[steps], n, out=local_z)
            local_z *= z
            local_z *= ones_less[1]
            _tanh_slope(n, out=local_n)
            local_n *= ones_less[1]
            for t in reversed(range(T)[steps]):
                (r, z, _), (dr, dz, dpassed, dn) = gates[:, t], dgates[:, t]
                np.add(dh_later, dh[t], out=dh_t)
                if padded is not None:
                    dh_passed = dh_t.copy()
                    np.copyto(dh_t, 0, where=padded[t])
                dn *= dh_t
                dr *= dn
                dz *= dh_t
                np.multiply(r, dn, out=dpassed)
                np.matmul(dgates[:3, t], W_hh_T, out=products)
                np.add.reduce(products, axis=0, out=dh_later)
                dh_t *= z
                dh_later += dh_t
                if padded is not None:
                    np.copyto(dh_later, dh_passed, where=padded[t])
        rows, last = dgates[:3].reshape(3, T * B, H), dgates[3].reshape(T * B, H)
        grads = {"W_hh": h[:-1].reshape(T * B, H).T @ rows, "b_reset": rows[2].sum(axis=0)}
        rows[2] = last  # on the side of the input, n is not behind the reset gate
        grads |= {"W_xh": x.reshape(T * B, D).T @ rows, "b_h": rows.sum(axis=1)}
        dx = sum(rows[k] @ self.W_xh[k].T for k in range(3))
        return dx.reshape(T, B, D), dh_later, grads


class Stacked:
    """Recurrent layers on top of each other: each reads the hidden states of the one below.

    Parameters
    ----------
    cell : type
        ``RNN``, ``LSTM`` or ``GRU``.
    input_size : int
        Number of input features of the lowest layer, D.
    hidden_size : int
        Number of hidden units of each layer, H.
    num_layers : int
        Number of layers, N.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : dtype, default=float64
        float64 or float32.

    Attributes
    ----------
    layers : list
        The N layers, the lowest first.

    Examples
    --------
    >>> deep = Stacked(GRU, input_size=3, hidden_size=4, num_layers=2, rng=np.random.default_rng(0))
    >>> h, states, caches = deep.forward(np.ones((5, 2, 3)))
    >>> h.shape, len(states)
    ((5, 2, 4), 2)
    """

    def __init__(self, cell, input_size, hidden_size, num_layers, rng, dtype=np.float64):
        if cell not in (RNN, LSTM, GRU):
            raise TypeError(f"cell must be RNN, LSTM or GRU, got {cell!r}")
        sizes = [check_size("input_size", input_size)]
        sizes += [hidden_size] * (check_size("num_layers", num_layers) - 1)
        self.layers = [cell(size, hidden_size, rng, dtype) for size in sizes]

    @property
    def params(self):
        """The trainable arrays, named like "0.W_xh" for the lowest layer; update them in place."""
        return {f"{k}.{name}": p for k, layer in enumerate(self.layers) for name, p in layer.params.items()}

    def forward(self, x, states_0=None, mask=None):
        """Run all layers over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (T, B, D)
        states_0 : list, default=None
            For each layer its state before the first step; None means zeros.
        mask : ndarray of bool of shape (T, B), default=None
            False where a step is padding; None means that no step is.

        Returns
        -------
        h : ndarray of shape (T, B, H)
            Hidden state of the top layer after each step.
        states_n : list
            For each layer its state after the last step.
        caches : list of tuple
            For ``backward``.
        """
        states_0 = self._one_each("states_0", states_0)
        h, states_n, caches = x, [], []
        for layer, state_0 in zip(self.layers, states_0, strict=True):
            h, state_n, cache = layer.forward(h, state_0, mask)
            states_n.append(state_n)
            caches.append(cache)
        return h, states_n, caches

    def backward(self, dh, caches, dstates_n=None):
        """Backpropagate through the layers and through time.

        Parameters
        ----------
        dh : ndarray of shape (T, B, H)
            Gradient of the loss at each hidden state of the top layer.
        caches : list of tuple
            From ``forward``.
        dstates_n : list, default=None
            For each layer the gradient at its final state; None means zeros.

        Returns
        -------
        dx : ndarray of shape (T, B, D)
        dstates_0 : list
            For each layer the gradient at its initial state.
        grads : dict of ndarray
            One gradient for each entry of ``params``.
        """
        dstates_n = self._one_each("dstates_n", dstates_n)
        dstates_0, grads = [None] * len(self.layers), {}
        for k in reversed(range(len(self.layers))):
            dh, dstates_0[k], layer_grads = self.layers[k].backward(dh, caches[k], dstates_n[k])
            grads |= {f"{k}.{name}": g for name, g in layer_grads.items()}
        return dh, dstates_0, grads

    def _one_each(self, name, states):
        """Refuse anything but None and a list with one entry for each layer."""
        if states is None:
            return [None] * len(self.layers)
        if not isinstance(states, (list, tuple)) or len(states) != len(self.layers):
            got = f"{len(states)}" if isinstance(states, (list, tuple)) else type(states).__name__
            raise ValueError(
                f"{name} must be a list with one state for each of {len(self.layers)} layers, got {got}"
            )
        return states


def _tanh_slope(h, out):
    """Slope of tanh where its value is h, 1 - h^2, written into ``out``."""
    np.multiply(h, h, out=out)
    return np.subtract(1, out, out=out)


def _stretches(T, size):
    """Cut T steps of ``size`` numbers into slices, the last first, that fit into a processor's cache."""
    n = max(65_536 // size, 1)
    return [slice(max(end - n, 0), end) for end in range(T, 0, -n)]


def _padded(mask, T, B):
    """Where steps are padding, (T, B, 1), or None if none is."""
    if mask is None:
        return None
    check_array("mask", mask, (T, B), kind="b")
    return ~mask[..., None]


def _state(name, value, shape, dtype):
    """Check and copy a state or its gradient; make zeros of None."""
    state = np.zeros(shape, dtype)
    if value is not None:
        check_array(name, value, shape)
        state[...] = value
    return state


def _pair(name, state):
    """Take the two parts of an LSTM's state, or of None."""
    if state is None:
        return None, None
    if not isinstance(state, tuple) or len(state) != 2:
        got = f"{len(state)} of them" if isinstance(state, tuple) else type(state).__name__
        raise TypeError(f"{name} must be a tuple of two arrays, one for h and one for c, got {got}")
    return state
