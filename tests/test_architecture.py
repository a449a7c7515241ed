"""The design as a table: who may import whom, what `import rnnlib` loads, what a folder holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RNNLIB = ROOT / "rnnlib"

# module -> the rnnlib modules it may import; all may import checks
MAY_IMPORT = {
    "__init__": set(),
    "checks": set(),
    "functions": set(),
    "layers": {"functions"},
    "recurrent": {"functions"},
    "convolution": {"functions"},
    "attention": {"functions", "layers"},
    "losses": {"functions"},
    "optim": set(),
    "gradcheck": set(),
    "text": set(),
    "models": {"functions", "layers", "recurrent", "convolution", "attention"},
    "generators": {"functions", "layers", "recurrent", "attention", "models"},
    "interop": {"layers", "recurrent", "convolution", "attention"},
    "training": {"losses", "optim", "plots"},
    "plots": set(),
    "data.__init__": set(),
    "data._parts": set(),
    "data.dates": set(),
    "data.sentences": set(),
    "widgets.__init__": {
        "widgets._weights",
        "widgets.bptt_stepper",
        "widgets.predict",
        "widgets.sentence_stepper",
    },
    "data.tasks": {"data._parts"},
    "widgets.__init__": {"widgets.bptt_stepper", "widgets.predict", "widgets.sentence_stepper"},
    "widgets._source": set(),
    "widgets._weights": set(),
    "widgets._book_widget": {"widgets._source"},
    "widgets.bptt_stepper": {"widgets._book_widget"},
    "widgets.predict": {"widgets._book_widget"},
    "widgets.sentence_stepper": {"widgets._book_widget"},
}
HEAVY = {"matplotlib", "ipywidgets", "anywidget", "traitlets", "tqdm", "IPython", "matplotlib_inline"}
MAY_BE_HEAVY = {"plots", "training"}  # inside functions only


def modules():
    return {".".join(p.relative_to(RNNLIB).with_suffix("").parts): p for p in RNNLIB.rglob("*.py")}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            if node.module == "rnnlib":
                yield from (f"rnnlib.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_the_table_names_every_module():
    assert set(modules()) == set(MAY_IMPORT)


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_imports_point_downwards(name):
    tree = ast.parse(modules()[name].read_text("utf-8"))
    ours = {i.removeprefix("rnnlib.") for i in imports(tree) if i.startswith("rnnlib")}
    assert ours <= MAY_IMPORT[name] | {"checks"} - ({"checks"} if name == "checks" else set())


@pytest.mark.parametrize("name", [n for n in MAY_IMPORT if not n.startswith("widgets")])
def test_heavy_packages_load_only_where_something_is_drawn(name):
    tree = ast.parse(modules()[name].read_text("utf-8"))
    at_top = {
        i.split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for i in imports(ast.Module([node], []))
    }
    anywhere = {i.split(".")[0] for i in imports(tree)}
    assert not at_top & HEAVY
    assert name in MAY_BE_HEAVY or not anywhere & HEAVY


def test_import_rnnlib_loads_nothing_but_itself():
    code = "import sys; before = set(sys.modules); import rnnlib; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {name.split(".")[0] for name in ast.literal_eval(done.stdout)} <= {"rnnlib", "numpy"}


def test_tests_mirror_the_library():
    tested = {p.stem.removeprefix("test_") for p in (ROOT / "tests").glob("test_*.py")}
    assert {n for n in MAY_IMPORT if "." not in n and n != "__init__"} <= tested


def test_widgets_come_in_pairs():
    python = {p.stem for p in (RNNLIB / "widgets").glob("*.py") if not p.stem.startswith("_")}
    script = {p.stem for p in (RNNLIB / "widgets").glob("*.mjs")} - {"engine", "draw"}
    assert python == script
