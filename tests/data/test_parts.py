import dataclasses

import numpy as np
import pytest

from rnnlib.data._parts import Part, Parts


def test_a_part_counts_examples_not_steps():
    assert len(Part(np.zeros((7, 3, 2)), np.zeros(3, int))) == 3
    assert len(Part(np.zeros((7, 3)), np.zeros((7, 3), int))) == 3
    assert len(Part(["a", "b"])) == 2


def test_parts_are_taken_apart():
    part = Part([1, 2], np.array([0, 1]))
    x, y = part
    assert x is part.x and y is part.y
    train, validation, test = Parts(part, Part([3]), Part([4]))
    assert train is part and (validation.x, test.x) == ([3], [4])


def test_parts_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Part([1]).x = [2]
