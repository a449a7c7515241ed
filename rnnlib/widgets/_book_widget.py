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


def check_spec(name, spec, kind, form=None):
    """Refuse anything but what ``to_spec()`` of a kind of model writes, packed or not."""
    got = spec.get("format") if isinstance(spec, dict) else None
    if got != f"rnnlib/{form or kind}/1":
        raise TypeError(f"{name} must be what {kind}.to_spec() returns, got {got or type(spec).__name__}")


def check_network(network):
    """Refuse anything but what ``to_spec()`` of a sequence classifier writes."""
    check_spec("network", network, "SequenceClassifier", form="sequence-classifier")


def check_mlp(name, network):
    """Refuse anything but what ``to_spec()`` of an MLP writes; return its sizes."""
    check_spec(name, network, "MLP")
    return network["config"]["sizes"]


def check_sentence(name, sentence):
    """Refuse anything but a str."""
    if not isinstance(sentence, str):
        raise TypeError(f"{name} must be a str, got {type(sentence).__name__}")


def check_some(name, values):
    """Refuse an empty list of what is to be shown."""
    if not values:
        raise ValueError(f"{name} is empty: the widget needs at least one to show")


def check_sentences(name, sentences):
    """Refuse an empty list, and anything in it but str."""
    check_some(name, sentences)
    for sentence in sentences:
        check_sentence(f"every one of {name}", sentence)


def check_index(name, value, n):
    """Refuse a number that counts none of ``n`` things from 0."""
    if not 0 <= value < n:
        raise IndexError(f"{name} must lie in 0 .. {n - 1}, got {value}")


def module(name):
    """Make the trait that holds a widget's JavaScript."""
    return traitlets.Unicode(module_source(name)).tag(sync=True)


def style(name):
    """Make the trait that holds a widget's style sheet, the shared one included."""
    return traitlets.Unicode(css_source(name)).tag(sync=True)
