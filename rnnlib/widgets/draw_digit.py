"""Draw a digit, and watch a convnet and a recurrent network read it."""

import numpy as np
import traitlets

from rnnlib.checks import check_array
from rnnlib.widgets._book_widget import BookWidget, check_spec, module, style, trait

SHEET, BLOCK = 32, 4
FORMATS = {"cnn": "ImageClassifier", "rnn": "RecurrentClassifier"}


class DrawDigit(BookWidget):
    """A sheet to draw on; what the kernels see, what a CNN believes, and a recurrent network row by row.

    The sheet has 32 by 32 cells. Blocks of 4 by 4 cells are counted and divided by 16: the
    networks read 8 by 8 numbers in [0, 1], made as those of the data set were. A reader's own
    drawing is first moved to the middle and scaled to the height of the sheet (or to 26 columns,
    if it is wide), as the digits of the data set are; an example is shown as it is.

    Parameters
    ----------
    cnn : dict
        What ``ImageClassifier.to_spec()`` returns, for images of side 8 and ten classes; packed or not.
    rnn : dict
        What ``RecurrentClassifier.to_spec()`` returns, for 8 features and ten classes, reading "last"
        or "all"; packed or not. Its output is applied to the state after every row.
    trace_cnn : callable
        ``trace_cnn(image) -> p``: ten probabilities, the same network in Python; it fills the table
        where nothing moves.
    trace_rnn : callable
        ``trace_rnn(image) -> p``: probabilities after each row, (8, 10).
    examples : ndarray of shape (N, 8, 8)
        Digits to choose from, multiples of 1/16 in [0, 1]; the first is shown.
    labels : list of int
        What they are.
    """

    name = "draw_digit"
    _esm = module(name)
    _css = style(name)
    cnn = trait(traitlets.Dict)
    rnn = trait(traitlets.Dict)
    examples = trait(traitlets.List)
    labels = trait(traitlets.List, traitlets.Int())
    ink = trait(traitlets.Unicode)
    fit = trait(traitlets.Bool)
    row = trait(traitlets.Int, 8)
    kernel = trait(traitlets.Int, 0)

    def __init__(self, cnn, rnn, trace_cnn, trace_rnn, examples, labels):
        for argument, spec in (("cnn", cnn), ("rnn", rnn)):
            check_spec(argument, spec, FORMATS[argument])
        if (cnn["config"]["side"], cnn["config"]["n_classes"]) != (8, 10):
            raise ValueError(f"cnn must read images of side 8 into 10 classes, got {cnn['config']}")
        if (rnn["config"]["input_size"], rnn["config"]["n_classes"]) != (8, 10):
            raise ValueError(f"rnn must read rows of 8 features into 10 classes, got {rnn['config']}")
        if rnn["config"]["read"] not in ("last", "all"):
            raise ValueError(f'rnn must read "last" or "all", got {rnn["config"]["read"]!r}')
        n, *_ = check_array("examples", examples, ("N", 8, 8))
        sixteenths = np.asarray(examples, np.float64) * BLOCK**2
        if (sixteenths != sixteenths.round()).any() or sixteenths.min() < 0 or sixteenths.max() > BLOCK**2:
            raise ValueError("examples must hold multiples of 1/16 in [0, 1]: the counts of the data set")
        if len(labels) != n:
            raise ValueError(f"labels must have one entry for each of the {n} examples, got {len(labels)}")
        self._trace_cnn, self._trace_rnn = trace_cnn, trace_rnn
        self._shown = examples[0]
        super().__init__(
            cnn=cnn, rnn=rnn, examples=np.asarray(examples, np.float64).tolist(),
            labels=[int(label) for label in labels], ink=sheet_of(examples[0]), fit=False,
        )  # fmt: skip

    def table(self):
        """Return caption, head and body of both networks' beliefs about the first example."""
        p, rows = self._trace_cnn(self._shown), self._trace_rnn(self._shown)
        head = [
            "digit",
            "CNN",
            *(f"{self.rnn['config']['cell']} after row {i + 1}" for i in range(len(rows))),
        ]
        body = [[str(k), f"{p[k]:.2f}", *(f"{row[k]:.2f}" for row in rows)] for k in range(10)]
        return f"What the networks believe about an example, a {self.labels[0]}", head, body

    def __repr__(self):
        return f"DrawDigit({len(self.labels)} examples)"


def sheet_of(image):
    """Return a sheet whose blocks have the image's counts, as text: 8 hexadecimal signs a row.

    In each block the ink lies towards the neighbours that have more, as between drawn lines; the
    order is that of ``sheetOf`` in draw_digit.mjs.
    """
    image = np.asarray(image, np.float64)
    side = len(image)
    places = (np.arange(SHEET) + 0.5) / BLOCK - 0.5
    low = np.floor(places).astype(int)
    share = places - low
    a, b = np.clip(low, 0, side - 1), np.clip(low + 1, 0, side - 1)
    left = (1 - share) * image[:, a] + share * image[:, b]  # (8, 32)
    between = (1 - share)[:, None] * left[a] + share[:, None] * left[b]  # (32, 32)
    cells = np.zeros((SHEET, SHEET), int)
    for i in range(side):
        for j in range(side):
            block = np.s_[BLOCK * i : BLOCK * (i + 1), BLOCK * j : BLOCK * (j + 1)]
            order = np.argsort(-between[block].ravel(), kind="stable")
            inked = np.zeros(BLOCK**2, int)
            inked[order[: round(float(image[i, j]) * BLOCK**2)]] = 1
            cells[block] = inked.reshape(BLOCK, BLOCK)
    return np.packbits(cells.astype(np.uint8), axis=1).tobytes().hex()
