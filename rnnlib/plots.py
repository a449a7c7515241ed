"""Figures that follow the reader's theme, and the few kinds of plot that the chapters share.

Every figure is drawn in one ink on nothing. The book turns that ink into the page's own text
colour, so the same figure serves light and dark; a white PNG is stored beside it for viewers
that show no SVG. Functions here take arrays and plain lists, never layers.
"""

import numpy as np

INK = "#000001"  # black to the eye; a colour of its own for the build, which replaces it
ORANGE, BLUE, GREEN, PURPLE, GREY = "#d9730d", "#3a7bd5", "#2a9d6f", "#b5529f", "#8c8c8c"


def use():
    """Set matplotlib, and the notebook's figure formats, to the book's look."""
    import matplotlib as mpl

    inked = ["text.color", "xtick.color", "ytick.color", "grid.color", "patch.edgecolor"]
    inked += [f"axes.{part}color" for part in ("edge", "label", "title")]
    inked += ["legend.edgecolor", "legend.labelcolor"]
    clear = ["figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor"]
    mpl.rcParams.update(
        {
            **dict.fromkeys(inked, INK),
            **dict.fromkeys(clear, "none"),
            "legend.framealpha": 0,
            "svg.fonttype": "none",  # text stays text: it can be searched, and takes the page's colour
            "svg.hashsalt": "book",  # the same ids every time
            "font.family": "sans-serif",
            "font.size": 11,
            "figure.figsize": (7, 3.4),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": mpl.cycler(color=[ORANGE, BLUE, GREEN, PURPLE, GREY]),
        }
    )
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None:
        _set_formats(shell)


def _set_formats(shell):
    from functools import partial

    from IPython.core.pylabtools import print_figure
    from matplotlib.figure import Figure
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", "png", metadata={"Date": None, "Creator": None})
    on_white = partial(print_figure, fmt="png", base64=True, facecolor="white", dpi=80)
    shell.display_formatter.formatters["image/png"].for_type(Figure, on_white)


def _axes(ax):
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


def states(h, words, ax=None):
    """Heatmap of hidden states: a row for each unit, a column for each step.

    Parameters
    ----------
    h : ndarray of shape (T, H)
        Values in [-1, 1].
    words : list of str
        T labels for the columns.
    ax : Axes, default=None
        None makes a figure.

    Returns
    -------
    Axes
    """
    from matplotlib.colors import LinearSegmentedColormap

    if len(words) != len(h):
        raise ValueError(f"words must have one entry for each of the {len(h)} steps, got {len(words)}")
    ax = _axes(ax)
    diverging = LinearSegmentedColormap.from_list("book", [BLUE, "#f4f4f4", ORANGE])
    image = ax.imshow(np.asarray(h).T, cmap=diverging, vmin=-1, vmax=1, aspect="auto")
    ax.set_xticks(range(len(words)), words, rotation=30, ha="right")
    ax.set_yticks(range(h.shape[1]), [str(i + 1) for i in range(h.shape[1])])
    ax.set_ylabel("hidden unit")
    ax.figure.colorbar(image, ax=ax, label="state")
    return ax


def history(loss, score=(), ax=None):
    """Training loss over the epochs, with a score on an axis of its own if there is one.

    Parameters
    ----------
    loss, score : sequence of float
    ax : Axes, default=None
        None makes a figure.

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    epochs = range(1, len(loss) + 1)
    ax.plot(epochs, loss, color=ORANGE, label="training loss")
    ax.set_xlabel("epoch")
    ax.set_ylabel("training loss (nats)")
    if len(score):
        right = ax.twinx()
        right.plot(epochs, score, color=BLUE, linestyle="--", label="score")
        right.set_ylabel("score")
        right.spines["right"].set_visible(True)
        ax.figure.legend(loc="outside upper right", ncols=2)
    return ax


def unrolled(words, ax=None):
    """Draw the same cell once as a loop and once for every word, with what flows between.

    Parameters
    ----------
    words : list of str
        One to six labels.
    ax : Axes, default=None
        None makes a figure.

    Returns
    -------
    Axes
    """
    from matplotlib.patches import FancyBboxPatch

    if not 1 <= len(words) <= 6:
        raise ValueError(f"words must be one to six labels, got {len(words)}")
    ax = _axes(ax)
    ax.set_axis_off()
    ax.set_aspect("equal")

    def arrow(start, end, colour=INK, curve=None):
        style = {
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": 1.8,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 13,
        }
        if curve:
            style["connectionstyle"] = curve
        ax.annotate("", end, start, arrowprops=style)

    def cell(x, t, word):
        ax.add_patch(
            FancyBboxPatch(
                (x - 0.42, -0.3),
                0.84,
                0.6,
                boxstyle="round,pad=0.02",
                fill=False,
                linewidth=1.8,
                edgecolor=INK,
            )
        )
        ax.text(x, 0, "tanh", ha="center", va="center")
        arrow((x, -0.95), (x, -0.33))
        arrow((x, 0.33), (x, 0.95))
        ax.text(x, -1.18, f"$x_{{{t}}}$ {word}".strip(), ha="center", va="center")
        ax.text(x, 1.15, f"$y_{{{t}}}$", ha="center", va="center")
        ax.text(x + 0.08, -0.62, "$W_{xh}$", ha="left", va="center", fontsize=9)
        ax.text(x + 0.08, 0.62, "$W_{hy}$", ha="left", va="center", fontsize=9)

    cell(0, "t", "")
    arrow((0.44, 0.14), (0.44, -0.14), ORANGE, "arc3,rad=-2.6")
    ax.text(1.0, 0, "$h_{t-1}$\n$W_{hh}$", ha="left", va="center", color=ORANGE, fontsize=9)
    ax.text(1.85, 0, "=", fontsize=18, ha="center", va="center")
    first = 3.3
    arrow((first - 0.95, 0), (first - 0.46, 0), ORANGE)
    ax.text(first - 1.0, 0.22, "$h_0$", ha="center", va="center", color=ORANGE)
    for i, word in enumerate(words):
        x = first + 1.7 * i
        cell(x, i + 1, word)
        if i + 1 < len(words):
            arrow((x + 0.46, 0), (x + 1.24, 0), ORANGE)
            ax.text(x + 0.85, 0.2, f"$h_{{{i + 1}}}$", ha="center", va="center", color=ORANGE)
            ax.text(x + 0.85, -0.22, "$W_{hh}$", ha="center", va="center", color=ORANGE, fontsize=9)
    ax.set_xlim(-0.7, first + 1.7 * len(words) - 0.9)
    ax.set_ylim(-1.45, 1.4)
    return ax
