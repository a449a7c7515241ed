"""A question to guess at before reading on."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, module, style, trait


class Predict(BookWidget):
    """One question, a few answers; choosing one says whether it is right, and why.

    Parameters
    ----------
    question : str
    choices : list of (str, bool, str)
        Each answer, whether it is right, and what to say to whoever chooses it. Exactly one is
        right.
    title : str, default="Predict first"
    """

    name = "predict"
    _esm = module(name)
    _css = style(name)
    question = trait(traitlets.Unicode)
    choices = trait(traitlets.List)
    title = trait(traitlets.Unicode)
    guess = trait(traitlets.Int, -1)

    def __init__(self, question, choices, title="Predict first"):
        right = sum(bool(is_right) for _, is_right, _ in choices)
        if right != 1:
            raise ValueError(f"choices must have exactly one right answer, got {right}")
        super().__init__(
            question=question,
            title=title,
            choices=[
                {"text": text, "right": bool(is_right), "feedback": why} for text, is_right, why in choices
            ],
        )

    def table(self):
        """Return question, head and body of the answers; all are explained, for nothing can be clicked."""
        body = [[c["text"], "right" if c["right"] else "not quite", c["feedback"]] for c in self.choices]
        return f"{self.title}: {self.question}", ["answer", "", "why"], body

    def __repr__(self):
        return f"Predict({self.question!r})"
