"""See where the hidden state goes while two sentences are read, and how far apart they are."""

import numpy as np
import traitlets

from rnnlib.widgets._book_widget import (
    BookWidget,
    check_network,
    check_sentence,
    check_some,
    module,
    style,
    trait,
)


class StateExplorer(BookWidget):
    """Two sentences side by side: heatmaps, paths in a plane, and the distance of their states.

    Parameters
    ----------
    network : dict
        What ``SequenceClassifier.to_spec()`` returns.
    trace : callable
        ``trace(sentence) -> dict``, the same network in Python: it fills the table where nothing
        moves.
    plane : dict
        Where the plane lies: ``mean`` (H numbers), ``axes`` (two lists of H numbers, each of length
        1 and at right angles) and ``explained`` (two shares of the variance), as principal
        component analysis gives them.
    pairs : list of (str, str)
        Pairs of sentences to choose from; the first is shown.
    cloud : list of (float, float, int), default=()
        States drawn in the background: place in the plane, and number of the class.
    """

    name = "state_explorer"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    plane = trait(traitlets.Dict)
    pairs = trait(traitlets.List)
    cloud = trait(traitlets.List)
    sentence = trait(traitlets.Unicode)
    second = trait(traitlets.Unicode)
    from_end = trait(traitlets.Bool)
    step = trait(traitlets.Int)

    def __init__(self, network, trace, plane, pairs, cloud=()):
        check_network(network)
        H = len(network["params"]["rnn.b_h"])
        if set(plane) != {"mean", "axes", "explained"} or np.shape(plane["axes"]) != (2, H):
            raise ValueError(f"plane must have mean, axes of shape (2, {H}) and explained, got {plane!r}")
        if not np.allclose(np.array(plane["axes"]) @ np.transpose(plane["axes"]), np.eye(2), atol=1e-6):
            raise ValueError("the two of plane['axes'] must have length 1 and be at right angles")
        check_some("pairs", pairs)
        for pair in pairs:
            if len(pair) != 2:
                raise ValueError(f"every one of pairs must be two sentences, got {pair!r}")
            for sentence in pair:
                check_sentence("every sentence of pairs", sentence)
        self._trace = trace
        super().__init__(
            network=network, plane=plane, pairs=[list(pair) for pair in pairs],
            cloud=[list(point) for point in cloud],
            sentence=pairs[0][0], second=pairs[0][1], from_end=False,
            step=10**6,  # beyond the last word: the last
        )  # fmt: skip

    def project(self, h):
        """Place states h of shape (T, H) in the plane; return an array of shape (T, 2)."""
        return (np.asarray(h) - self.plane["mean"]) @ np.transpose(self.plane["axes"])

    def table(self):
        """Return caption, head and body: both words, both places in the plane, the distance."""
        runs = [self._trace(sentence) for sentence in (self.sentence, self.second)]
        places = [self.project(run["h"][1:]) for run in runs]
        body = []
        for t in range(min(len(run["tokens"]) for run in runs)):
            distance = np.linalg.norm(runs[0]["h"][t + 1] - runs[1]["h"][t + 1])
            words = [run["tokens"][t] for run in runs]
            spots = [f"({place[t, 0]:.2f}, {place[t, 1]:.2f})" for place in places]
            body.append([str(t + 1), words[0], spots[0], words[1], spots[1], f"{distance:.2f}"])
        head = ["step", "first", "in the plane", "second", "in the plane", "distance"]
        return f"States of “{self.sentence}” and “{self.second}”", head, body

    def __repr__(self):
        return f"StateExplorer({self.sentence!r}, {self.second!r})"
