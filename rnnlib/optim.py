"""Optimisers: how the parameters move, given their gradients.

An optimiser keeps the arrays of ``params`` and updates them in place.
"""

import numpy as np

from rnnlib.checks import check_grads, check_params, check_positive, check_share


class SGD:
    """Gradient descent, with momentum if wanted: v = momentum v + g, p = p - lr v.

    Parameters
    ----------
    params : dict of ndarray
        Updated in place.
    lr : float
        Learning rate, above 0.
    momentum : float, default=0
        Share of the last step that is kept, 0 <= momentum < 1.

    Examples
    --------
    >>> params = {"w": np.array([1.0])}
    >>> SGD(params, lr=0.1).step({"w": np.array([2.0])})
    >>> params["w"]
    array([0.8])
    """

    def __init__(self, params, lr, momentum=0.0):
        momentum = check_share("momentum", momentum)
        self.params, self.lr, self.momentum = check_params(params), check_positive("lr", lr), momentum
        self._v = {name: np.zeros_like(p) for name, p in params.items()}

    def step(self, grads):
        """Update every parameter once; ``grads`` has one gradient for each."""
        check_grads(self.params, grads)
        for name, p in self.params.items():
            self._v[name] *= self.momentum
            self._v[name] += grads[name]
            p -= self.lr * self._v[name]


class Adam:
    """Gradient descent with a step size of its own for every parameter.

    With m and v the running means of g and g^2, both corrected for having started at zero,
    a step is p = p - lr m / (sqrt(v) + eps).

    Parameters
    ----------
    params : dict of ndarray
        Updated in place.
    lr : float, default=0.001
        Learning rate, above 0.
    beta1, beta2 : float, default=0.9 and 0.999
        How much of the running means is kept at each step.
    eps : float, default=1e-8
        Keeps the division finite.

    References
    ----------
    D. P. Kingma, J. Ba (2015), "Adam: a method for stochastic optimization", arXiv:1412.6980.

    Examples
    --------
    >>> params = {"w": np.array([1.0])}
    >>> Adam(params, lr=0.1).step({"w": np.array([2.0])})
    >>> params["w"].round(3)
    array([0.9])
    """

    def __init__(self, params, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        beta1, beta2 = check_share("beta1", beta1), check_share("beta2", beta2)
        self.params, self.lr, self.eps = (
            check_params(params),
            check_positive("lr", lr),
            check_positive("eps", eps),
        )
        self.beta1, self.beta2 = beta1, beta2
        # all parameters as one row: a few long sums instead of many short ones
        n = sum(p.size for p in params.values())
        self._m, self._v, self._g, self._step = np.zeros((4, n), np.result_type(*params.values()))
        self._t = 0

    def step(self, grads):
        """Update every parameter once; ``grads`` has one gradient for each."""
        check_grads(self.params, grads)
        self._t += 1
        m, v, g, step = self._m, self._v, self._g, self._step
        np.concatenate([grads[name].reshape(-1) for name in self.params], out=g, casting="same_kind")
        np.subtract(g, m, out=step)
        step *= 1 - self.beta1
        m += step  # m + (1 - beta1) (g - m)
        g *= g
        g -= v
        g *= 1 - self.beta2
        v += g  # v + (1 - beta2) (g^2 - v)
        np.divide(m, 1 - self.beta1**self._t, out=step)
        np.divide(v, 1 - self.beta2**self._t, out=g)
        np.sqrt(g, out=g)
        g += self.eps
        step = self.lr * step / g
        end = 0
        for p in self.params.values():
            begin, end = end, end + p.size
            p -= step[begin:end].reshape(p.shape)


def clip_by_norm(grads, max_norm):
    """Scale all gradients down together if their common norm is larger than ``max_norm``.

    Parameters
    ----------
    grads : dict of ndarray
        Scaled in place.
    max_norm : float
        Largest norm allowed, above 0.

    Returns
    -------
    norm : float
        The norm before clipping.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio (2013), "On the difficulty of training recurrent neural
    networks", ICML.

    Examples
    --------
    >>> grads = {"w": np.array([3.0, 4.0])}
    >>> clip_by_norm(grads, 1.0), grads["w"]
    (5.0, array([0.6, 0.8]))
    """
    check_positive("max_norm", max_norm)
    check_params(grads, "grads")
    norm = float(np.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in grads.values())))
    if norm > max_norm:
        for g in grads.values():
            g *= max_norm / norm
    return norm
