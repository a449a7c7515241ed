"""Train a small RNN in the reader's own browser, and see where it stops learning."""

import numpy as np
import traitlets

from rnnlib.checks import check_positive, check_size
from rnnlib.widgets._book_widget import BookWidget, module, style, trait

N_SYMBOLS, N_CLASSES = 6, 4  # four distractors and the two marks; XX, XY, YX, YY


class Xorshift:
    """A random generator of three shifts, so that Python and the browser can draw the same numbers.

    Parameters
    ----------
    seed : int
        From 1 on.

    References
    ----------
    G. Marsaglia (2003), "Xorshift RNGs", Journal of Statistical Software 8(14).

    Examples
    --------
    >>> random = Xorshift(1)
    >>> [round(random.next(), 3) for _ in range(3)]
    [0.029, 0.912, 0.744]
    """

    def __init__(self, seed):
        self._state = check_size("seed", seed) * 2654435761 % 2**32 or 1  # small seeds differ in high bits
        for _ in range(10):
            self.next()

    def next(self):
        """Draw a number in [0, 1)."""
        s = self._state
        s ^= s << 13 & 0xFFFFFFFF
        s ^= s >> 17
        s ^= s << 5 & 0xFFFFFFFF
        self._state = s
        return s / 2**32

    def array(self, *shape, low=-1.0, high=1.0):
        """Draw an array of numbers in [low, high), row by row."""
        flat = [low + (high - low) * self.next() for _ in range(int(np.prod(shape)))]
        return np.array(flat).reshape(shape)


def initial_weights(random, hidden_size, gain):
    """Weights to begin with: W_hh is a random orthogonal matrix times the gain.

    Parameters
    ----------
    random : Xorshift
    hidden_size : int
    gain : float

    Returns
    -------
    dict of ndarray
        ``W_xh``, ``W_hh``, ``b_h``, ``W`` and ``b`` (of the output).
    """
    H, bound = hidden_size, 1 / np.sqrt(hidden_size)
    W_xh = random.array(N_SYMBOLS, H, low=-bound, high=bound)
    rows = random.array(H, H)
    for i in range(H):  # Gram-Schmidt: take from each row what the rows above have, then scale it to 1
        for j in range(i):
            rows[i] -= (rows[i] @ rows[j]) * rows[j]
        rows[i] /= np.linalg.norm(rows[i])
    W = random.array(H, N_CLASSES, low=-bound, high=bound)
    return {"W_xh": W_xh, "W_hh": gain * rows, "b_h": np.zeros(H), "W": W, "b": np.zeros(N_CLASSES)}


def next_batch(random, n, T):
    """Draw the order task with its marks far apart, as ``make_order(..., positions="far")`` places them.

    Parameters
    ----------
    random : Xorshift
    n, T : int
        Number of sequences, and steps of each.

    Returns
    -------
    x : ndarray of int of shape (T, n)
    y : ndarray of int of shape (n,)
    """
    x, y = np.zeros((T, n), int), np.zeros(n, int)
    first = T // 10, max(T // 5, T // 10 + 1)
    second = T // 2, max(3 * T // 5, T // 2 + 1)
    for b in range(n):
        y[b] = int(N_CLASSES * random.next())
        at = [lo + int((hi - lo) * random.next()) for lo, hi in (first, second)]
        x[:, b] = [int((N_SYMBOLS - 2) * random.next()) for _ in range(T)]
        x[at[0], b], x[at[1], b] = N_SYMBOLS - 2 + y[b] // 2, N_SYMBOLS - 2 + y[b] % 2
    return x, y


class TrainInPage(BookWidget):
    """Train an RNN on the order task in the page: loss, accuracy and gradient by lag as it learns.

    Parameters
    ----------
    first_updates : callable
        ``first_updates(settings) -> list of (loss, norm)``, the same training in Python: the loss
        and the gradient's norm before clipping at each of the first updates. It fills the table
        where nothing moves.
    T, hidden_size, seed : int
    gain, lr : float
    clip : float
        Largest norm of the gradient; 0 clips nothing.
    batch_size : int, default=32
    most : int, default=2000
        Updates after which it stops.
    """

    name = "train_in_page"
    _esm = module(name)
    _css = style(name)
    settings = trait(traitlets.Dict)
    batch_size = trait(traitlets.Int)
    most = trait(traitlets.Int)

    def __init__(
        self,
        first_updates,
        T=20,
        hidden_size=16,
        gain=1.0,
        lr=0.01,
        clip=1.0,
        seed=1,
        batch_size=32,
        most=2000,
    ):
        settings = {
            "T": check_size("T", T, 2), "H": check_size("hidden_size", hidden_size), "gain": float(gain),
            "lr": check_positive("lr", lr), "clip": check_positive("clip", clip) if clip else 0,
            "seed": check_size("seed", seed),
        }  # fmt: skip
        self._first_updates = first_updates
        super().__init__(
            settings=settings,
            batch_size=check_size("batch_size", batch_size),
            most=check_size("most", most),
        )

    def table(self):
        """Return caption, head and body of the first updates."""
        rows = self._first_updates(self.settings)
        body = [[str(k + 1), f"{loss:.5f}", f"{norm:.5f}"] for k, (loss, norm) in enumerate(rows)]
        told = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        head = ["update", "loss of the batch", "norm of the gradient"]
        return f"The first updates of an RNN on the order task ({told})", head, body

    def __repr__(self):
        return f"TrainInPage({self.settings})"
