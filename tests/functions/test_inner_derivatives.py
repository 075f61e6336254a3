"""A function that asks for derivatives is differentiated through them."""

import copy
import runpy
from pathlib import Path

import numpy as np
import pytest
from inner_derivatives import CASES, MORE, x3

from symdiff import UnsupportedError, grad, value_and_grad
from symdiff.options import Options
from symdiff.pipeline import compile_text
from symdiff.testing import active, compare


def differs(fun, args):
    """Where the gradient and differences of the value disagree.

    The differences are those of the generated value: running the function itself
    compiles its derivatives each time.
    """
    argnums = active(args)
    both = value_and_grad(fun, argnums=argnums)
    value, bars = both(*args)
    np.testing.assert_allclose(value, fun(*copy.deepcopy(args)), rtol=1e-12)
    rows = compare(lambda *trial: both(*trial)[0], bars, args, argnums)
    return [str(row) for row in rows if not row.ok]


def name_of(case):
    return getattr(case, "__name__", "")


@pytest.mark.parametrize(("fun", "args"), CASES, ids=name_of)
def test_against_differences(fun, args):
    assert differs(fun, args) == []


@pytest.mark.slow
@pytest.mark.parametrize(("fun", "args"), MORE, ids=name_of)
def test_more_against_differences(fun, args):
    assert differs(fun, args) == []


TEXT = """
import numpy as np
import symdiff
from symdiff import grad, value_and_grad as both

A = 3.0


def energy(x: float) -> float:
    return A * np.sin(x) ** 2


slope = grad(energy)
curve = symdiff.hvp(energy)


@both
def cube(x):
    return x**3


@grad(argnums=1)
def square(a, x):
    return a * x**2


def f(x: float) -> float:
    value, bar = cube(x)
    return value * slope(x) + curve(x, x) + square(2.0, x) + bar


@grad
def own(x: float) -> float:
    return x * own(x - 1.0)
"""


def compiled(name, text=TEXT):
    return compile_text(text, "m.py", name, Options(), {})


def test_a_text_is_not_executed():
    space = {}
    exec(compiled("f").source, space)
    x = 0.7
    s, c = np.sin(x), np.cos(x)
    slope, curve, more = 6 * s * c, 6 * (c * c - s * s), -24 * s * c
    by_hand = 3 * x**2 * slope + x**3 * curve + curve + x * more + 4 + 6 * x
    assert space["f_grad"](x) == pytest.approx(by_hand, rel=1e-14)


def test_a_foreign_decorator_of_the_same_name_is_refused():
    ours = "from symdiff import grad, value_and_grad as both"
    text = TEXT.replace(ours, "from my import grad, value_and_grad as both")
    with pytest.raises(UnsupportedError, match="SD120"):
        compiled("f", text)


def test_a_derivative_of_itself_is_refused():
    with pytest.raises(UnsupportedError, match="SD204 the derivative of `own`"):
        compiled("own")


def test_both_orders_are_in_the_source():
    def outer(w):
        return np.sum(grad(lambda t: np.sum(t**3))(w) * w)

    made = grad(outer)
    np.testing.assert_allclose(made(x3), 9 * x3**2)
    assert "def function_grad(t):" in made.source


def test_meta_learning_through_five_steps():
    example = Path(__file__).parents[2] / "examples" / "maml.py"
    maml = runpy.run_path(str(example))
    rng = np.random.default_rng(3)
    w, points = rng.normal(size=8), maml["task"](rng)
    slope = grad(maml["after_steps"])
    np.testing.assert_allclose(slope(w, *points), maml["by_hand"](w, *points))
    assert "def inner_loss_grad_bwd(" in slope.source
