"""Time series: one number a month, over decades and centuries."""

from dataclasses import dataclass

import numpy as np

from rnnlib.data._files import read_lines


@dataclass(frozen=True, eq=False)
class Series:
    """A value for each month, and where to cut: the past to learn from, the future to be tested on.

    Attributes
    ----------
    name : str
        What it is.
    unit : str
        What the values are measured in.
    time : ndarray of datetime64[M] of shape (N,)
        The months, one after the other, none left out.
    value : ndarray of float64 of shape (N,)
    train, validation, test : slice
        Three stretches, one after the other; together, everything.

    Examples
    --------
    >>> series = load_sunspots()
    >>> series.value[series.test].shape
    (708,)
    """

    name: str
    unit: str
    time: np.ndarray
    value: np.ndarray
    train: slice
    validation: slice
    test: slice

    def __len__(self):
        return len(self.value)

    def __repr__(self):
        return f"Series of {len(self)} months, {self.time[0]} to {self.time[-1]}: {self.name} ({self.unit})"


def _load(file, name, unit, validation, test):
    """Read "1749-01 58.0" lines; the months where validation and test begin are given."""
    time, value = zip(*(line.split(" ") for line in read_lines(file)), strict=True)
    time, value = np.array(time, "datetime64[M]"), np.array(value, float)
    a, b = np.searchsorted(time, np.array([validation, test], "datetime64[M]")).tolist()
    return Series(name, unit, time, value, slice(0, a), slice(a, b), slice(b, len(time)))


def load_sunspots():
    """Load the mean sunspot number of every month from January 1749 to December 2008.

    It rises and falls with a period of about eleven years. These are the numbers as they were
    counted until 2015; since then a new scale is in use, whose numbers are higher. The value of
    February 1824 was not observed: it lies halfway between its neighbours.

    Returns
    -------
    Series
        Train to December 1899, validation to December 1949, test from 1950.

    References
    ----------
    National Geophysical Data Center, NOAA, "Monthly mean sunspot numbers"; as in statsmodels.

    Examples
    --------
    >>> load_sunspots()
    Series of 3120 months, 1749-01 to 2008-12: monthly mean sunspot number (sunspots)
    """
    return _load("sunspots.txt", "monthly mean sunspot number", "sunspots", "1900-01", "1950-01")


def load_el_nino():
    """Load the sea surface temperature of every month from January 1950 to December 2010.

    It is the mean over the Pacific off South America, 0 to 10 degrees South and 80 to 90 degrees
    West (the region Niño 1+2): a yearly wave, and El Niño on top of it.

    Returns
    -------
    Series
        Train to December 1989, validation to December 1999, test from 2000.

    References
    ----------
    National Weather Service, NOAA, ERSST.V3B, Niño 1+2; as in statsmodels.

    Examples
    --------
    >>> load_el_nino()
    Series of 732 months, 1950-01 to 2010-12: sea surface temperature, Niño 1+2 (°C)
    """
    return _load("el_nino.txt", "sea surface temperature, Niño 1+2", "°C", "1990-01", "2000-01")
