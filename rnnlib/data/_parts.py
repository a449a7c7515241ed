"""What every data set of the book comes in: examples, and their split into three parts."""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Part:
    """Examples and what is wanted for them; ``x, y = part`` takes it apart.

    Attributes
    ----------
    x : ndarray or list
        The inputs.
    y : ndarray or None
        The targets, None where there are none. Its last axis counts the examples, or its only one.

    Examples
    --------
    >>> part = Part(["a", "b", "c"], None)
    >>> len(part)
    3
    """

    x: object
    y: object = None

    def __len__(self):
        return len(self.x) if self.y is None else self.y.shape[-1]

    def __iter__(self):
        return iter((self.x, self.y))

    def __repr__(self):
        return f"Part of {len(self)} examples"


@dataclass(frozen=True, eq=False)
class Parts:
    """One data set in three parts, split once and for all: the same on every machine.

    Attributes
    ----------
    train : Part
        To learn from.
    validation : Part
        To choose by: sizes, rates, when to stop.
    test : Part
        To report on, once.

    Examples
    --------
    >>> parts = Parts(Part(["a", "b"]), Part(["c"]), Part(["d"]))
    >>> parts
    Parts: 2 to train, 1 to validate, 1 to test
    """

    train: Part
    validation: Part
    test: Part

    def __iter__(self):
        return iter((self.train, self.validation, self.test))

    def __repr__(self):
        return (
            f"Parts: {len(self.train)} to train, {len(self.validation)} to validate, {len(self.test)} to test"
        )
