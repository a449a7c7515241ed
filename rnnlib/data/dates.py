"""Dates as people write them, and as machines do: "3 may 1987" and "1987-05-03".

Only ways of writing that say by themselves what is the day and what is the month: "03/05/1987" is
left out (the third of May here, the fifth of March there), and so are years of two digits.
"""

from datetime import date, timedelta

from rnnlib.checks import check_rng, check_size

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

# d, m: 3, 5; dd, mm: 03, 05; nth: 3rd; month, mon: november, nov; weekday, wd: sunday, sun
FORMATS = (
    "{d} {month} {y}",
    "{d} {mon} {y}",
    "{nth} of {month} {y}",
    "the {nth} of {month}, {y}",
    "{d}. {month} {y}",
    "{d}-{mon}-{y}",
    "{month} {d}, {y}",
    "{mon} {d}, {y}",
    "{month} {nth}, {y}",
    "{weekday}, {d} {month} {y}",
    "{weekday}, {month} {d}, {y}",
    "{wd} {d} {mon} {y}",
    "{dd}.{mm}.{y}",
    "{d}.{m}.{y}",
    "{y}/{mm}/{dd}",
    "{y}{mm}{dd}",
    "{y} {mon} {dd}",
)
SOURCE_ALPHABET = " ,-./0123456789abcdefghijlmnoprstuvwy"
TARGET_ALPHABET = "-0123456789"


def write_date(day, form):
    """Write a date in one of the ``FORMATS``, in lower case.

    Parameters
    ----------
    day : datetime.date
    form : str
        One of ``FORMATS``.

    Returns
    -------
    str

    Examples
    --------
    >>> write_date(date(1987, 5, 3), "{weekday}, {month} {d}, {y}")
    'sunday, may 3, 1987'
    """
    if not isinstance(day, date):
        raise TypeError(f"day must be a datetime.date, got {type(day).__name__}")
    if form not in FORMATS:
        raise ValueError(f"form must be one of FORMATS, got {form!r}")
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    ending = "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return form.format(
        d=day.day,
        dd=f"{day.day:02}",
        nth=f"{day.day}{ending}",
        m=day.month,
        mm=f"{day.month:02}",
        month=month,
        mon=month[:3],
        weekday=weekday,
        wd=weekday[:3],
        y=f"{day.year:04}",
    )


def make_dates(rng, n, years=(1900, 2099)):
    """Draw days and ways to write them.

    No day comes twice, so that any cut through the list is a fair split.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many; at most half as many as the years have days.
    years : tuple (first, last), default=(1900, 2099)
        Both of four digits.

    Returns
    -------
    list of (str, str)
        Each day as written, over ``SOURCE_ALPHABET``, and as in ISO 8601, over ``TARGET_ALPHABET``:
        year, month, day.

    Examples
    --------
    >>> make_dates(np.random.default_rng(1), 2)
    [('august 21st, 1994', '1994-08-21'), ('2051 jan 13', '2051-01-13')]
    """
    check_rng(rng)
    if not isinstance(years, tuple) or len(years) != 2:
        raise TypeError(f"years must be a pair (first, last), got {years!r}")
    first = check_size("years[0]", years[0], 1000)
    last = check_size("years[1]", years[1], first)
    if last > 9999:
        raise ValueError(f"years[1] must be at most 9999, got {last}")
    begin = date(first, 1, 1)
    n_days = (date(last, 12, 31) - begin).days + 1
    if check_size("n", n) > n_days // 2:
        raise ValueError(f"n must be at most {n_days // 2}, half of the days of {first} .. {last}, got {n}")
    taken, dates = set(), []
    while len(dates) < n:
        day = begin + timedelta(days=int(rng.integers(n_days)))
        if day not in taken:
            taken.add(day)
            dates.append((write_date(day, FORMATS[rng.integers(len(FORMATS))]), day.isoformat()))
    return dates
