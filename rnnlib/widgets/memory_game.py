"""Be the network: read one symbol at a time, keep three cells, answer at the end."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_some, module, style, trait

KEYS = ("name", "rule", "question", "symbols", "classes", "network", "sequences", "answers", "score")


class MemoryGame(BookWidget):
    """The reader keeps three cells while symbols pass by, then sees what a trained network kept.

    Parameters
    ----------
    tasks : list of dict
        For each task ``name``, ``rule`` and ``question`` (str); ``symbols`` and ``classes`` (lists
        of str); ``network``, what ``to_spec()`` of a RecurrentClassifier with one layer of three
        units returns that reads one-hot symbols and answers after every step; ``sequences`` (lists
        of symbol numbers) and their ``answers`` (class numbers); ``score``, the share of new
        sequences that the network answers right.
    trace : callable
        ``trace(k, ids) -> dict``, the network of task k in Python, as ``RecurrentClassifier.trace``:
        it fills the table where nothing moves.
    """

    name = "memory_game"
    _esm = module(name)
    _css = style(name)
    tasks = trait(traitlets.List)
    task = trait(traitlets.Int)
    round = trait(traitlets.Int)
    step = trait(traitlets.Int)
    cells = trait(traitlets.List)
    kept = trait(traitlets.List)
    answer = trait(traitlets.Int, -1)
    played = trait(traitlets.Int)
    right = trait(traitlets.Int)

    def __init__(self, tasks, trace):
        check_some("tasks", tasks)
        for task in tasks:
            if set(task) != set(KEYS):
                raise ValueError(f"a task must have the entries {list(KEYS)}, got {sorted(task)}")
            config = task["network"].get("config", {})
            wanted = {"cell": "RNN", "num_layers": 1, "read": "all", "hidden_size": 3}
            if any(config.get(key) != value for key, value in wanted.items()):
                raise ValueError(f"the network of {task['name']!r} must have {wanted}, got {config}")
            if config["input_size"] != len(task["symbols"]) or config["n_classes"] != len(task["classes"]):
                raise ValueError(
                    f"symbols and classes of {task['name']!r} must fit its network, got {config}"
                )
            if not task["sequences"] or len(task["sequences"]) != len(task["answers"]):
                raise ValueError(f"{task['name']!r} must have sequences, and an answer for each")
        self._trace = trace
        super().__init__(tasks=list(tasks), cells=[0, 0, 0])

    def table(self):
        """Return caption, head and body: what the network keeps in the first game."""
        task = self.tasks[0]
        ids = task["sequences"][0]
        run = self._trace(0, ids)
        h = run["layers"][0]["h"][1:]
        body = [
            [
                str(t + 1),
                task["symbols"][i],
                *(f"{v:.2f}" for v in h[t]),
                task["classes"][run["p"][t].argmax()],
            ]
            for t, i in enumerate(ids)
        ]
        caption = f"{task['rule']} What a trained network with three units keeps, and would answer"
        return caption, ["step", "symbol", "cell 1", "cell 2", "cell 3", "it would answer"], body

    def __repr__(self):
        return f"MemoryGame({[task['name'] for task in self.tasks]})"
