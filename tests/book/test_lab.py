"""The widgets in JupyterLab, with a kernel behind them: the other of their two homes."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from browser import read_table
from numpy.testing import assert_allclose

from rnnlib.text import tokenize
from rnnlib.widgets._source import HERE

# the chapter's trained network, as it is stored, so that nothing needs to be trained here
LOAD = """import json
from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, SentenceStepper
with open("network.json", encoding="utf-8") as file:
    spec = json.load(file)
network = SequenceClassifier.from_spec(spec, Vocabulary(spec["words"]))"""
STEPPER = """stepper = SentenceStepper(
    network.to_spec(), lambda text: network.trace(tokenize(text)), ["I do not love machine learning"])
stepper"""
BPTT = """BPTTStepper(network.to_spec(), lambda text, target: network.trace_back(tokenize(text), target),
    ["I do not love machine learning"], target=1)"""
READ_BACK = "(stepper.sentence, stepper.step)"
TESTS = Path(__file__).parents[1]
GALLERY = f"""import sys
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS / "widgets")!r}]
from IPython.display import display
from test_widgets import WIDGETS
shown = [make() for make in WIDGETS]
for widget in shown:
    display(widget)"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, network):
    """Start a JupyterLab on a notebook with two widgets and one with all; yield what addresses them."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "network.json").write_text(json.dumps(network.to_spec()), encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(source) for source in (LOAD, STEPPER, BPTT, READ_BACK)]
    gallery = [nbformat.v4.new_code_cell(GALLERY)]
    for name, content in (("widgets", cells), ("gallery", gallery)):
        notebook = nbformat.v4.new_notebook(cells=content)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata["kernelspec"] = kernel
        nbformat.write(notebook, folder / f"{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = folder / "jupyter"
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(settings),  # not the settings, nor the extensions, of whoever runs this
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        "--expose-app-in-browser", "--LabApp.news_url=None", "--LabApp.check_for_updates_class="
        "jupyterlab.NeverCheckForUpdate", "--ServerApp.allow_root=True",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with open(folder / "server.log", "w+", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{address}/api?token={token}", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, Path(log.name).read_text("utf-8")[-2000:]
                    time.sleep(0.25)
            else:
                raise AssertionError("JupyterLab did not start: " + Path(log.name).read_text("utf-8")[-2000:])
            yield lambda name: f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}"
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture
def run_notebook(browser, lab):
    """Open a notebook and run its cells."""
    contexts, errors = [], []

    def opened(name):
        contexts.append(browser.new_context(viewport={"width": 1300, "height": 1000}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(lab(name))
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell", timeout=60_000)
        # to run before the kernel is up would start a second one
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=60_000,
        )
        page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(run_notebook):
    """Run the notebook with the two widgets of chapter 2."""
    page = run_notebook("widgets")
    page.wait_for_selector(".jp-OutputArea .rnn-stepper", timeout=60_000)
    page.wait_for_selector(".jp-OutputArea .rnn-bptt", timeout=60_000)
    return page


def test_every_widget_lives_in_jupyterlab(run_notebook):
    page = run_notebook("gallery")
    widgets = page.locator(".jp-OutputArea .rnn-widget")
    n_widgets = len([p for p in HERE.glob("*.mjs") if p.with_suffix(".py").exists()])
    widgets.nth(n_widgets - 1).wait_for(state="attached", timeout=60_000)
    assert widgets.count() == n_widgets
    assert page.get_by_text("Error displaying widget").count() == 0
    for slider in page.locator(".jp-OutputArea .rnn-widget input[type=range]:visible").all():
        slider.press("ArrowLeft")  # the trait goes to the kernel, which must accept it
    for field in page.locator(".jp-OutputArea .rnn-widget input[type=text]:visible").all():
        field.fill("not good")
    assert widgets.count() == n_widgets


def test_both_widgets_live_in_jupyterlab_and_the_kernel_checks_their_numbers(page, network):
    sentence = "the film was not bad, it was wonderful"
    stepper = page.locator(".jp-OutputArea .rnn-stepper")
    stepper.locator(".rnn-sentence").first.fill(sentence)
    stepper.get_by_text("rnnlib in the running kernel").wait_for()
    rows = read_table(stepper)
    run = network.trace(tokenize(sentence))
    shown = [[float(value.replace("\u2212", "-")) for value in row[2:-1]] for row in rows]
    assert_allclose(shown, run["h"][1:], rtol=0, atol=1e-6)

    # arrow keys step the widget, not the notebook's cells
    stepper.locator(".rnn-time").first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert stepper.locator("input[type=range]").input_value() == "2"

    bptt = page.locator(".jp-OutputArea .rnn-bptt")
    bptt.locator(".rnn-time").focus()
    page.keyboard.press("Home")
    assert "numerical gradient" in bptt.locator(".rnn-now-text").inner_text()
    assert bptt.locator("input[type=range]").input_value() == "1"

    # what was typed and stepped is in the kernel's object too: it is an ipywidget. A state that is still on
    # its way when the cell is run comes after it, so the cell is run until it has come.
    told = page.locator(".jp-CodeCell").last.get_by_text(f"('{sentence}', 2)")
    deadline = time.monotonic() + 30
    while not told.count():
        assert time.monotonic() < deadline, "the kernel was not told"
        page.evaluate(
            """() => {const notebook = jupyterapp.shell.currentWidget.content;
               notebook.activeCellIndex = notebook.widgets.length - 1;
               return jupyterapp.commands.execute('notebook:run-cell').then(() => null)}"""
        )
        page.wait_for_timeout(200)
