"""First names, for networks that learn to spell them and to make up new ones."""

from rnnlib.data._files import read_lines
from rnnlib.data._parts import Part, Parts


def load_names():
    """Load the 5,163 first names of the 1990 census of the United States.

    Returns
    -------
    Parts
        4,163 names to train, 500 to validate, 500 to test, no name twice. ``x`` is a list of str,
        letters a .. z only; ``y`` is None.

    References
    ----------
    U.S. Census Bureau, "Frequently Occurring Surnames and First Names in the 1990 Census".

    Examples
    --------
    >>> names = load_names()
    >>> names.train.x[:3]
    ['margaretta', 'adella', 'vernita']
    """
    names = read_lines("names.txt")
    return Parts(Part(names[:4163]), Part(names[4163:4663]), Part(names[4663:]))
