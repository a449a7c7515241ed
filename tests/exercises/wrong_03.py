"""Typical wrong answers to the exercises of chapter 3, and words that the answer to them must have."""

import numpy as np

from rnnlib.exercises.chapter_03 import make_windows


def windows_with(change_x=lambda x: x, change_y=lambda y, series: y):
    def answer(series, T):
        x, y = make_windows(series, T)
        return change_x(x), change_y(y, series)

    return answer


WRONG = {
    "distance": [
        (lambda a, b: np.linalg.norm(a - b), "one number for the whole sentence"),
        (lambda a, b: np.abs(a - b).sum(axis=1), "absolute differences"),
        (lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=0)), "runs over time"),
        (lambda a, b: ((a - b) ** 2).sum(axis=1), "square of the distance"),
    ],
    "make_windows": [
        (windows_with(lambda x: x[..., 0]), "no axis for the features"),
        (windows_with(lambda x: x.swapaxes(0, 1)), "batch first"),
        (windows_with(change_y=lambda y, series: series[2:-1]), "has just read"),
    ],
    "masked_step": [
        (lambda old, new, real: new, "The padded step changed a state"),
        (lambda old, new, real: new * real[:, None], "is forgotten"),
        (lambda old, new, real: np.where(real[:, None], old, new), "changed places"),
    ],
    "mean_of_real": [
        (lambda h, mask: h.mean(axis=0), "the padded ones too"),
        (lambda h, mask: (h * mask[..., None]).sum(0) / len(h), "number of all steps"),
        (lambda h, mask: (h * mask[..., None]).sum(0), "That is the sum"),
    ],
}
