"""Dates, read back by rules of their own."""

import re
from datetime import date

import numpy as np
import pytest

from rnnlib.data.dates import FORMATS, SOURCE_ALPHABET, TARGET_ALPHABET, make_dates, write_date

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def read(written):
    """Year, month and day, without a look at the format: as a reader would."""
    if match := re.fullmatch(r"(\d{4})/?(\d\d)/?(\d\d)", written):
        return tuple(map(int, match.groups()))
    if match := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", written):
        return tuple(map(int, match.groups()))[::-1]
    (year,) = re.findall(r"\d{4}", written)
    (day,) = re.findall(r"\d+", written.replace(year, ""))
    names = [w[:3] for w in re.findall("[a-z]+", written)]
    (month,) = [MONTHS.index(name) + 1 for name in names if name in MONTHS]
    return int(year), month, int(day)


@pytest.fixture(scope="module")
def dates():
    return make_dates(np.random.default_rng(0), 5000)


def test_dates_read_back(dates):
    for written, iso in dates:
        assert read(written) == tuple(map(int, iso.split("-")))
        assert date.fromisoformat(iso).isoformat() == iso


def test_weekdays_are_right():
    for form in FORMATS:
        if "{w" in form:
            assert write_date(date(2024, 2, 29), form).startswith("thu")
            assert write_date(date(1900, 1, 1), form).startswith("mon")


def test_endings_are_english():
    written = [write_date(date(2000, 1, day), "{nth} of {month} {y}").split()[0] for day in range(1, 32)]
    special = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    assert written == [f"{day}{special.get(day, 'th')}" for day in range(1, 32)]


def test_alphabets_are_what_is_needed_and_no_more():
    year = [date.fromordinal(date(2024, 1, 1).toordinal() + i) for i in range(366)]
    source = {c for day in year for form in FORMATS for c in write_date(day, form)}
    assert "".join(sorted(source)) == SOURCE_ALPHABET
    assert "".join(sorted({c for day in year for c in day.isoformat()})) == TARGET_ALPHABET


def test_no_writing_means_two_days():
    days = [date.fromordinal(date(1999, 1, 1).toordinal() + i) for i in range(2 * 365)]
    meaning = {}
    for day in days:
        for form in FORMATS:
            assert meaning.setdefault(write_date(day, form), day) == day


def test_no_day_comes_twice_and_the_years_are_kept(dates):
    days = [iso for _, iso in dates]
    assert len(set(days)) == len(days) == 5000
    assert min(days) >= "1900-01-01" and max(days) <= "2099-12-31"
    few = make_dates(np.random.default_rng(0), 180, years=(1987, 1987))
    assert {iso[:4] for _, iso in few} == {"1987"}


def test_all_formats_occur_equally_often(dates):
    days = {iso: written for written, iso in dates}
    counts = dict.fromkeys(FORMATS, 0)
    for iso, written in days.items():
        fits = [form for form in FORMATS if write_date(date.fromisoformat(iso), form) == written]
        for form in fits:  # "may" is short and long
            counts[form] += 1 / len(fits)
    assert min(counts.values()) > 200 and max(counts.values()) < 400


def test_the_seed_decides():
    assert make_dates(np.random.default_rng(7), 20) == make_dates(np.random.default_rng(7), 20)


def test_wrong_input_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
        make_dates(0, 3)
    with pytest.raises(ValueError, match="n must be at least 1"):
        make_dates(rng, 0)
    with pytest.raises(ValueError, match="n must be at most 182"):
        make_dates(rng, 183, years=(1987, 1987))
    with pytest.raises(TypeError, match="years must be a pair"):
        make_dates(rng, 3, years=1987)
    with pytest.raises(ValueError, match=r"years\[1\] must be at least 1988"):
        make_dates(rng, 3, years=(1988, 1987))
    with pytest.raises(ValueError, match=r"years\[1\] must be at most 9999"):
        make_dates(rng, 3, years=(1988, 10_000))
    with pytest.raises(TypeError, match="day must be a datetime.date"):
        write_date("1987-05-03", FORMATS[0])
    with pytest.raises(ValueError, match="form must be one of FORMATS"):
        write_date(date(1987, 5, 3), "{d}/{m}/{y}")
