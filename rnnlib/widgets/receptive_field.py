"""What stacked convolutions can see, against the distance of two marks."""

import traitlets

from rnnlib.checks import check_size
from rnnlib.widgets._book_widget import BookWidget, module, style, trait


class ReceptiveField(BookWidget):
    """The tree of connections of causal convolutions, and two marks that it may hold or not.

    Parameters
    ----------
    measured : list of dict
        Accuracies of trained networks: ``layers``, ``width``, ``dilated``, and ``scores``, a list of
        {"gap": int, "mean": float, "low": float, "high": float}, all with the same gaps.
    layers, width : int, default=3, 2
        To begin with: 1 to 6 layers, each seeing 2 to 4 steps.
    dilated : bool, default=True
        Whether layer k skips 2^k - 1 steps between those that it sees.
    gap : int, default=12
        Steps from the first mark to the second, 1 to 47.
    """

    name = "receptive_field"
    _esm = module(name)
    _css = style(name)
    measured = trait(traitlets.List)
    layers = trait(traitlets.Int)
    width = trait(traitlets.Int)
    dilated = trait(traitlets.Bool)
    gap = trait(traitlets.Int)

    def __init__(self, measured, layers=3, width=2, dilated=True, gap=12):
        for argument, value, least, most in (
            ("layers", layers, 1, 6), ("width", width, 2, 4), ("gap", gap, 1, 47),
        ):  # fmt: skip
            if check_size(argument, value, least) > most:
                raise ValueError(f"{argument} must be at most {most}, got {value}")
        if not isinstance(dilated, bool):
            raise TypeError(f"dilated must be a bool, got {dilated!r}")
        measured = list(measured)
        gaps = [[score["gap"] for score in entry["scores"]] for entry in measured]
        if any(other != gaps[0] for other in gaps):
            raise ValueError(f"measured must have the same gaps in every entry, got {gaps}")
        super().__init__(measured=measured, layers=layers, width=width, dilated=dilated, gap=gap)

    def table(self):
        """Return caption, head and body of the accuracy at every gap, for each trained field."""
        fields = [field(entry["layers"], entry["width"], entry["dilated"]) for entry in self.measured]
        head = ["gap", *(f"field {steps}" for steps in fields)]
        by_gap = zip(*(entry["scores"] for entry in self.measured), strict=True)
        body = [[str(row[0]["gap"]), *(f"{score['mean']:.2f}" for score in row)] for row in by_gap]
        return "Accuracy of trained networks by the gap between the marks, mean of the seeds", head, body

    def __repr__(self):
        return f"ReceptiveField(layers={self.layers}, width={self.width}, gap={self.gap})"


def field(layers, width, dilated):
    """Return the number of steps that one output of the last layer sees."""
    return 1 + (width - 1) * (2**layers - 1 if dilated else layers)
