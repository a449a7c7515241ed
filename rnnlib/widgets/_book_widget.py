"""What all widgets of the book have in common: two homes, one state, a table of their numbers."""

import html
import json

import anywidget
import traitlets

from rnnlib.widgets._source import css_source, module_source


class BookWidget(anywidget.AnyWidget):
    """A widget that works with a kernel and, through its HTML form, without one.

    In Jupyter the live widget is shown. In a built page, and wherever a stored notebook is read,
    its HTML form stands: the state as inert JSON, from which the book's script brings the widget
    to life, and a plain table of the numbers for everybody else.
    """

    def table(self):
        """Return caption, head and body of the widget's numbers, for where nothing moves."""
        raise NotImplementedError

    def book_state(self):
        """Return the traits that the browser needs, as plain data."""
        return {name: getattr(self, name) for name in self.trait_names(book=True)}

    def to_html(self):
        """Return the widget as inert HTML: state for the book's script, table for everybody."""
        state = json.dumps(self.book_state()).replace("<", "\\u003c")
        caption, head, body = self.table()
        cells = "".join(f"<th scope='col'>{html.escape(text)}</th>" for text in head)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in body
        )
        return (
            f'<div class="rnn-slot" data-rnn-widget="{self.name}">'
            f'<script type="application/json">{state}</script>'
            f"<table><caption>{html.escape(caption)}</caption>"
            f"<thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def __repr__(self):
        return f"{type(self).__name__}()"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata


def trait(kind, *args, **kwargs):
    """Make a trait that travels to the browser, with a kernel and without."""
    return kind(*args, **kwargs).tag(sync=True, book=True)


def check_network(network):
    """Refuse anything but what ``to_spec()`` of a sequence classifier writes."""
    if not isinstance(network, dict) or network.get("format") != "rnnlib/sequence-classifier/1":
        raise TypeError(
            f"network must be what SequenceClassifier.to_spec() returns, got {type(network).__name__}"
        )


def check_mlp(name, network):
    """Refuse anything but what ``to_spec()`` of an MLP writes, packed or not; return its sizes."""
    if not isinstance(network, dict) or network.get("format") != "rnnlib/MLP/1":
        raise TypeError(f"{name} must be what MLP.to_spec() returns, got {type(network).__name__}")
    return network["config"]["sizes"]


def check_sentence(name, sentence):
    """Refuse anything but a str."""
    if not isinstance(sentence, str):
        raise TypeError(f"{name} must be a str, got {type(sentence).__name__}")


def module(name):
    """Make the trait that holds a widget's JavaScript."""
    return traitlets.Unicode(module_source(name)).tag(sync=True)


def style(name):
    """Make the trait that holds a widget's style sheet, the shared one included."""
    return traitlets.Unicode(css_source(name)).tag(sync=True)
