"""What an exercise is: a function with blanks, probes that look at one term at a time, and hints.

An exercise is written once, as its solution. A line that the reader is to write carries what stands
there instead, behind ``# blank:``; the stub in the notebook is made from that, and a test compares.
"""

import ast
import copy
import inspect
import linecache
import re
import types

import numpy as np

_BLANK = re.compile(r"^(\s*)(.*?)\s*# blank: (.*)$")


class Outcome:
    """What a check found: whether it was attempted, whether it is right, and what to say.

    Attributes
    ----------
    state : {"not attempted", "not yet right", "right"}
    message : str
    """

    def __init__(self, name, state, message):
        self.name, self.state, self.message = name, state, message

    def __repr__(self):
        sign = {"not attempted": "\u25cb", "not yet right": "\u25d0", "right": "\u25cf"}[self.state]
        return f"{sign} {self.name}: {self.state}. {self.message}".rstrip()


class Exercise:
    """One exercise: call it with your function to have it checked.

    Parameters
    ----------
    solution : callable
        The function as it should be. Lines that end in ``# blank: TEXT`` are the reader's to write.
    probes : list of callable
        ``probe(candidate) -> str or None``: each looks at one thing and says what is wrong with it, without
        telling the answer. They run in their order, and the first that speaks is heard.
    hints : list of str
        The first gentle, the last plain.

    Attributes
    ----------
    name : str
        The function's.
    stub : str
        The source with its blanks.
    """

    def __init__(self, solution, probes, hints):
        self.name, self._solution, self._probes, self._hints = solution.__name__, solution, probes, hints
        self._hints_given = 0
        self.state = "not attempted"
        source = inspect.getsource(solution)
        self.stub = "\n".join(_BLANK.sub(r"\1\3", line) for line in source.splitlines())
        self._source = "\n".join(_BLANK.sub(r"\1\2", line) for line in source.splitlines())

    def __call__(self, candidate):
        """Check a function.

        Parameters
        ----------
        candidate : callable
            Yours; it must take the arguments of the stub.

        Returns
        -------
        Outcome
        """
        self.state, message = self._judge(candidate)
        return Outcome(self.name, self.state, message)

    def _judge(self, candidate):
        if candidate is None or candidate is ...:
            return "not attempted", f"Write {self.name} first."
        if not callable(candidate):
            wanted = f"give the function {self.name}, not what it returns: check.{self.name}({self.name})"
            return "not yet right", f"This is {type(candidate).__name__}; {wanted}."
        if self._is_untouched(candidate):
            what = "Fill in the blanks (...)" if "..." in self.stub else "Find the wrong line and mend it"
            return "not attempted", f"{what}, then run this cell again."
        if self._has_blanks(candidate):
            return "not attempted", "There is still a blank (...) in it."
        guarded = _Guard(candidate)
        for probe in self._probes:
            try:
                said = probe(guarded)
            except Exception as error:  # whatever the reader's code can raise: say it in one line
                said = f"It stops with {type(error).__name__}: {error}"
            if said:
                return "not yet right", said
        if guarded.changed:
            return (
                "not yet right",
                "The result is right, but it changed one of its arguments, which others still need.",
            )
        return "right", ""

    def _is_untouched(self, candidate):
        code = getattr(candidate, "__code__", None)
        return code is not None and _essence(code) == _essence(self._compile(self.stub).__code__)

    @staticmethod
    def _has_blanks(candidate):
        """Whether a ``...`` is left in a function's source, but for those that index an array."""
        code = getattr(candidate, "__code__", None)
        if code is None:
            return False
        lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
        try:
            tree = ast.parse(inspect.cleandoc("\n" + "".join(inspect.getblock(lines)))) if lines else None
        except SyntaxError:  # a piece of a larger expression, as a lambda is
            return False
        if tree is None or not tree.body or not isinstance(tree.body[0], ast.FunctionDef):
            return False
        inside = {id(n) for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)}
        blanks = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value is ...)
        return any(id(n) not in inside for n in blanks)

    def _compile(self, source):
        """Run a source of this exercise in the solution's own surroundings; return the function."""
        space = dict(self._solution.__globals__)
        exec(compile(source, f"<{self.name}>", "exec"), space)  # our own text, never the reader's
        return space[self.name]

    def hint(self):
        """Print the next hint; after the last one, begin again.

        Returns
        -------
        None
        """
        number = self._hints_given % len(self._hints)
        print(f"Hint {number + 1} of {len(self._hints)}: {self._hints[number]}")
        self._hints_given += 1

    def solution(self):
        """Print one right answer.

        Returns
        -------
        None
        """
        print(self._source)

    def __repr__(self):
        return f"check.{self.name}: {self.state}"


class _Guard:
    """A function that is given copies, so that no probe is misled; it notes if a copy was changed."""

    def __init__(self, function):
        self._function, self.changed = function, False

    def __call__(self, *arguments):
        copies = copy.deepcopy(arguments)
        result = self._function(*copies)
        pairs = zip(arguments, copies, strict=True)
        self.changed |= any(isinstance(a, np.ndarray) and not np.array_equal(a, b) for a, b in pairs)
        return result


def _essence(code):
    """Tell what a function does, without where it stands or its docstring."""
    constants = tuple(_essence(c) if isinstance(c, types.CodeType) else c for c in code.co_consts[1:])
    return code.co_code, constants, code.co_names, code.co_varnames


def blank_texts(exercise):
    """Right-hand sides that the reader is to write: what no message may tell.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    list of str
    """
    found = []
    for line in inspect.getsource(exercise._solution).splitlines():
        match = _BLANK.match(line)
        if match:
            found.append(re.sub(r"^(return |\w[\w, ]* [-+*/]?= )", "", match[2].split("  # ")[0]).strip())
    return found
