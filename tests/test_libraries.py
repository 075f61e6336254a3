"""Functions of libraries that are not ours, taken as they are by import.

Each is right against differences, or refused by a message that says what in it cannot
be differentiated and by which call it was reached.
"""

from __future__ import annotations

import warnings
from importlib import import_module

import numpy as np
import pytest

import symdiff
from symdiff import UnsupportedError
from symdiff.testing import check_grads

RNG = np.random.default_rng(8)


def normal(*shape):
    return RNG.normal(size=shape)


def positive(*shape):
    return 0.5 + RNG.random(shape)


def taken(path):
    """A function by its dotted name; the test is skipped without the library."""
    module, _, name = path.rpartition(".")
    pytest.importorskip(module.split(".")[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(import_module(module), name)


RIGHT = {
    "colorsys.rgb_to_hsv": (0.3, 0.5, 0.9),
    "colorsys.hls_to_rgb": (0.3, 0.4, 0.9),
    "statistics.correlation": ([1.0, 2.0, 4.0], [2.0, 2.5, 1.0]),
    "filterpy.kalman.predict": (normal(2), np.eye(2), normal(2, 2), 0.1),
    "numpy.polynomial.chebyshev.chebval": (0.7, normal(4)),
    "numpy.polynomial.polynomial.polyval": (normal(3), normal(4)),
    "numpy.unwrap": (4 * normal(6),),
    "scipy.integrate.simpson": (normal(7),),
    "scipy.linalg.companion": (positive(4),),
    "scipy.spatial.distance.cosine": (normal(3), normal(3)),
    "scipy.spatial.distance.jensenshannon": (positive(3), positive(3)),
    "scipy.spatial.distance.minkowski": (normal(3), normal(3), 3),
    "scipy.special.softmax": (normal(4),),
    "statsmodels.stats.stattools.durbin_watson": (normal(6),),
    "statsmodels.tools.eval_measures.rmse": (normal(5), normal(5)),
}


@pytest.mark.parametrize("path", RIGHT)
def test_right(path):
    check_grads(taken(path), RIGHT[path], modes=("rev",))


@pytest.mark.parametrize("norm", ["HuberT", "TukeyBiweight"])
def test_a_method_of_a_library_object(norm):
    made = taken(f"statsmodels.robust.norms.{norm}")()
    check_grads(made.rho, (np.array([-3.0, -0.4, 0.2, 1.0, 2.5, 7.0]),), modes=("rev",))


def test_a_library_function_inside_of_a_program():
    distance = taken("scipy.spatial.distance.minkowski")

    def spread(points):
        total = 0.0
        for i in range(len(points)):
            for j in range(i):
                total += distance(points[i], points[j], 3) ** 2
        return total

    check_grads(spread, (normal(4, 2),))


def test_what_is_passive_is_called_as_it_is():
    window = taken("scipy.signal.get_window")

    def smoothed(x):
        return np.sum((window("hann", 5) * x) ** 2)

    made = symdiff.grad(smoothed)
    check_grads(smoothed, (normal(5),))
    assert "hann" in made.specialize(normal(5)).source


REFUSED = {
    "scipy.stats.skew": (normal(7),),
    "scipy.stats.zscore": (normal(5),),
    "scipy.optimize.rosen": (normal(4),),
    "statistics.fmean": ([1.0, 2.0, 4.0],),
}


@pytest.mark.parametrize("path", REFUSED)
def test_refused_where_the_user_calls_it(path):
    function = taken(path)

    def program(x):
        return np.sum(function(x)) ** 2

    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(program)(*REFUSED[path])
    (finding,) = caught.value.diagnostics
    assert finding.filename == __file__
    assert finding.code == "SD201"
    assert f"`{path}` has no derivative rule" in finding.message


@pytest.mark.slow
def test_refused_where_the_user_calls_an_installed_package():
    loss = taken("sklearn.metrics.mean_squared_error")

    def program(y):
        return loss(np.zeros(3), y)

    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(program)(np.ones(3))
    (finding,) = caught.value.diagnostics
    assert finding.filename == __file__
    assert "`sklearn.metrics.mean_squared_error` has no derivative" in finding.message


def test_what_is_refused_in_another_file_says_by_which_call(tmp_path, monkeypatch):
    path = tmp_path / "helpers_of_the_test.py"
    path.write_text("def inner(x):\n    return eval('x')\n")
    monkeypatch.syspath_prepend(tmp_path)
    inner = import_module("helpers_of_the_test").inner

    def program(x):
        return inner(x) ** 2

    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(program)(1.0)
    (finding,) = caught.value.diagnostics
    line = program.__code__.co_firstlineno + 1
    assert (finding.filename, finding.span.line) == (str(path), 2)
    assert finding.notes == (f"reached by the call of `inner` at {__file__}:{line}",)
