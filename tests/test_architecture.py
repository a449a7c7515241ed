"""The design as a table: who may import whom, what `import rnnlib` loads, what a folder holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RNNLIB = ROOT / "rnnlib"


def modules():
    return {".".join(p.relative_to(RNNLIB).with_suffix("").parts): p for p in RNNLIB.rglob("*.py")}


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
}
# the folders, whose modules are alike: what each of them may import
DATA = {"data._files", "data._parts"}
WIDGET = {"widgets._book_widget", "widgets._weights"}
BELOW = {name: set() for name in ("data._files", "data._parts", "widgets._source", "widgets._weights")}
BELOW["widgets._book_widget"] = {"widgets._source"}
BELOW |= {f"exercises.{name}": set() for name in ("_check", "_exercise", "_probes")}


def may_import(name):
    """The rnnlib modules that a module may import."""
    if name in MAY_IMPORT:
        return MAY_IMPORT[name]
    folder, _, own = name.partition(".")
    if own == "__init__":  # a folder's front door names what is in it
        return {other for other in modules() if other.startswith(f"{folder}.")}
    exercise = {"exercises._exercise", "exercises._probes", *MAY_IMPORT}  # they compare with the library
    return BELOW.get(name, {"data": DATA, "exercises": exercise, "widgets": WIDGET}[folder])


HEAVY = {"matplotlib", "ipywidgets", "anywidget", "traitlets", "tqdm", "IPython", "matplotlib_inline"}
MAY_BE_HEAVY = {"plots", "training"}  # inside functions only


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
    flat = {name for name in modules() if "." not in name}
    assert flat == set(MAY_IMPORT)
    assert {name.partition(".")[0] for name in set(modules()) - flat} == {"data", "exercises", "widgets"}


@pytest.mark.parametrize("name", modules())
def test_imports_point_downwards(name):
    tree = ast.parse(modules()[name].read_text("utf-8"))
    ours = {i.removeprefix("rnnlib.") for i in imports(tree) if i.startswith("rnnlib")}
    assert ours <= may_import(name) | {"checks"} - ({"checks"} if name == "checks" else set())


@pytest.mark.parametrize("name", [n for n in modules() if not n.startswith("widgets")])
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
    assert {n for n in MAY_IMPORT if n != "__init__"} <= tested


def test_widgets_come_in_pairs():
    python = {p.stem for p in (RNNLIB / "widgets").glob("*.py") if not p.stem.startswith("_")}
    script = {p.stem for p in (RNNLIB / "widgets").glob("*.mjs")} - {"engine", "draw"}
    assert python == script
