"""All exercises of the book under one name."""


class Check:
    """The exercises by name: ``check.rnn_step(rnn_step)`` checks, ``check.rnn_step.hint()`` helps.

    Parameters
    ----------
    chapters : dict of int to list of Exercise
        By the chapter's number, in growing difficulty.
    """

    def __init__(self, chapters):
        self._chapters = chapters
        self._by_name = {exercise.name: exercise for own in chapters.values() for exercise in own}
        twice = sum(len(own) for own in chapters.values()) - len(self._by_name)
        if twice:
            raise ValueError(f"{twice} exercises share their name with another")

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._by_name:
            raise AttributeError(
                f"there is no exercise {name!r}; there are {', '.join(sorted(self._by_name))}"
            )
        return self._by_name[name]

    def __dir__(self):
        return [*self._by_name, "progress"]

    def progress(self, chapter):
        """Print how far you are in a chapter: one line an exercise.

        Parameters
        ----------
        chapter : int
        """
        if chapter not in self._chapters:
            raise ValueError(f"chapter must be one of {sorted(self._chapters)}, got {chapter!r}")
        for exercise in self._chapters[chapter]:
            print(repr(exercise))

    def __repr__(self):
        right = sum(exercise.state == "right" for exercise in self._by_name.values())
        return f"{right} of {len(self._by_name)} exercises are right"
