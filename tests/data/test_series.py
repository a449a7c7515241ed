import numpy as np
import pytest

from rnnlib.data.series import load_el_nino, load_sunspots


@pytest.mark.parametrize("load", [load_sunspots, load_el_nino])
def test_months_follow_each_other_and_the_parts_cover_them(load):
    series = load()
    assert series.time.dtype == np.dtype("datetime64[M]") and series.value.dtype == np.float64
    assert (np.diff(series.time) == np.timedelta64(1, "M")).all()
    assert np.isfinite(series.value).all() and len(series.time) == len(series.value) == len(series)
    cuts = [series.train, series.validation, series.test]
    assert cuts[0].start == 0 and cuts[-1].stop == len(series)
    assert cuts[0].stop == cuts[1].start < cuts[1].stop == cuts[2].start
    assert series.name and series.unit


def test_sunspots_are_those_of_the_source():
    series = load_sunspots()
    assert str(series.time[0]) == "1749-01" and series.value[0] == 58.0
    at = {str(t): v for t, v in zip(series.time, series.value, strict=True)}
    assert at["2008-12"] == 0.8
    assert 2 * at["1824-02"] == pytest.approx(at["1824-01"] + at["1824-03"], abs=0.1)  # interpolated
    assert series.value.max() == 253.8 and str(series.time[series.value.argmax()]) == "1957-10"
    assert str(series.time[series.test][0]) == "1950-01"


def test_sunspots_come_back_after_eleven_years():
    value = load_sunspots().value - load_sunspots().value.mean()
    correlation = [value[:-lag] @ value[lag:] for lag in range(60, 200)]
    assert 120 <= 60 + int(np.argmax(correlation)) <= 140


def test_el_nino_is_a_yearly_wave_and_more():
    series = load_el_nino()
    assert str(series.time[0]) == "1950-01" and series.value[0] == 23.11
    year = series.value.reshape(-1, 12).mean(axis=0)
    assert int(year.argmax()) in (1, 2) and int(year.argmin()) in (7, 8)  # warm in March, cool in September
    unusual = (series.value.reshape(-1, 12) - year).mean(axis=1)
    assert {1950 + int(i) for i in np.argsort(unusual)[-3:]} >= {1983, 1997}
