"""`symdiff.rule`: each way to declare a rule, what it refuses, how it is checked."""

from __future__ import annotations

import numpy as np
import pytest

import symdiff
from rules import declared
from rules.declared import Spring, blur, cube, powers, product, rounded, softplus, wrong
from symdiff.errors import UnsupportedError, UsageError
from symdiff.testing import check_grads, check_rule

X = np.array([1.0, -2.0, 0.5, 3.0, 0.1])


def by_formula(x):
    return np.sum(softplus(x) ** 2)


def broadcast(x):
    return np.sum(np.sin(product(x[:, None], x[:3])))


def by_function(x):
    return np.sum(np.sin(blur(x, 3)))


def by_two_contributions(x):
    return np.sum(np.sin(powers(x, x + 1.0, n=3) * powers(x, 0.5)))


def by_pair(x):
    w = x[0]
    y = cube(x, w)
    for _ in range(2):
        y = cube(y, 0.3)
    return np.sum(y)


def saved_and_then_stored_into(x):
    y = x * 1.0
    z = cube(y, 0.3)
    y[0] = 5.0
    z[1] = y[0]
    return np.sum(y * z)


SPRING = Spring(3.0)


def by_method(x):
    return SPRING.energy(x) ** 2


BOTH = [by_formula, broadcast, by_two_contributions]
REVERSE = [by_function, by_pair, saved_and_then_stored_into, by_method]


@pytest.mark.parametrize("f", [*BOTH, *REVERSE])
def test_gradient(f):
    modes = ("fwd", "rev") if f in BOTH else ("rev",)
    check_grads(f, (X * 0.4,), modes=modes)


@pytest.mark.parametrize("f", [by_formula, broadcast, by_function])
def test_second_order(f):
    check_grads(f, (X * 0.4,), order=2, modes=("rev",))


def test_the_function_itself():
    assert symdiff.grad(softplus)(2.0) == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_the_rule_is_used_and_not_the_text():
    grad = symdiff.grad(lambda x: np.sum(rounded(x) * x))
    np.testing.assert_allclose(grad(X), np.round(X) + X)


def test_source():
    source = symdiff.grad(by_function).specialize(X).source
    assert "from rules.declared import blur" in source
    assert "x_bar = blur(np.cos(blur(x, 3)), 3)" in source


def test_saved_values_are_handed_on():
    source = symdiff.grad(by_pair).specialize(X).source
    assert "y, cube_saved" in source
    assert "x_part, w_part = cube_bwd(cube_saved, y_bar)" in source


def test_static_parameters_have_no_derivative():
    with pytest.raises(UnsupportedError, match="SD201"):
        symdiff.grad(lambda t: np.sum(declared_half(X, t)))(2.0)
    assert symdiff.grad(lambda t: np.sum(powers(X, 2.0, n=t)))(2.0) == 0.0


def declared_half(a, b):
    return a * b


symdiff.rule(declared_half, a="out_bar * b", returns="a")


@pytest.mark.parametrize("f", [softplus, rounded])
def test_check_rule_of_a_right_one(f):
    if f is rounded:
        with pytest.raises(AssertionError, match="rounded is wrong"):
            check_rule(f, (X,))
    else:
        check_rule(f, (X,))


def test_check_rule_does_not_move_static_parameters():
    check_rule(powers, (X, X + 3.0, 2.0))
    check_rule(cube, (X, 0.5))


def test_check_rule_of_a_wrong_one():
    with pytest.raises(
        AssertionError, match=r"(?s)wrong is wrong.*x\[0\]: symdiff 1.03"
    ):
        check_rule(wrong, (np.ones(2),))


def test_check_rule_needs_a_rule():
    with pytest.raises(UsageError, match="no rule has been declared"):
        check_rule(np.tanh, (X,))


def test_forward_mode_needs_a_tangent():
    with pytest.raises(UnsupportedError, match="forward mode"):
        symdiff.jvp(by_function, (X,), (X,))


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ({"y": "out_bar"}, "names 'y', but it takes x"),
        ({"x": "out_bar * gain"}, "`gain` is not one of out, out_bar, x, x_bar"),
        ({"x": "gain(x)"}, "`gain` is not defined"),
        ({"x": "x.cumsum()"}, r"write `np.cumsum\(...\)` instead of a method"),
        ({"x": "x.flags * out_bar"}, "the attribute `flags` is not known"),
        ({"x": "[v for v in x]"}, "which a rule cannot hold"),
        ({"x": "out_bar +"}, "is not valid Python"),
        ({"x": "y = out_bar"}, "does not end in an expression"),
        ({"formula": "gain(x)"}, "no derivative of 'gain"),
        ({"formula": "besselj(0, x)"}, "NumPy has no `besselj`"),
        ({"static": "n", "x": "out_bar"}, "names 'n', but it takes x"),
        ({"forward": declared.cube_fwd}, "needs both `forward` and `backward`"),
        (
            {"forward": declared.cube_fwd, "backward": declared.cube_bwd},
            "must take the parameters of",
        ),
    ],
)
def test_refused(how, what):
    with pytest.raises(UsageError, match=what):
        symdiff.rule(declared.wrong, **how)


def test_functions_without_a_name_are_refused():
    with pytest.raises(UsageError, match="cannot be imported by that name"):
        symdiff.rule(lambda x: x, x="out_bar")
    with pytest.raises(UsageError, match="rule needs a function"):
        symdiff.rule()
    with pytest.raises(UsageError, match="a rule belongs to a function"):
        symdiff.rule(3.0, x="out_bar")


def test_templates_that_cannot_be_read():
    def two(x, out_bar):
        return out_bar, out_bar

    def strange(x, y, out_bar):
        return out_bar

    def nothing(x):
        pass

    for template, what in (
        (two, "must return the cotangents of x"),
        (strange, "takes 'y'"),
        (nothing, "does not end in a return"),
    ):
        with pytest.raises(UsageError, match=what):
            symdiff.rule(declared.wrong)(template)


def test_a_rule_that_changes_is_compiled_again():
    def f(x):
        return np.sum(changing(x))

    grad = symdiff.grad(f)
    symdiff.rule(changing, x="2 * x * out_bar", returns="x")
    np.testing.assert_allclose(grad(X), 2 * X)
    symdiff.rule(changing, x="0.0 * out_bar", returns="x")
    np.testing.assert_allclose(grad(X), 0 * X)


def changing(x):
    return x**2


TEXT = """
import numpy as np
import symdiff

def g(x):
    return x * x

symdiff.rule(g, x="out_bar")

def f(x):
    return g(x)
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import symdiff", "symdiff.rule"),
        ("import symdiff as sd", "sd.rule"),
        ("from symdiff import rule", "rule"),
        ("from symdiff import rule as declare", "declare"),
    ],
)
def test_a_text_is_not_run_and_its_rules_are_not_known(line, name):
    from symdiff.options import Options
    from symdiff.pipeline import compile_text

    text = TEXT.replace("import symdiff", line).replace("symdiff.rule", name)
    with pytest.raises(UnsupportedError, match="declared when the module runs"):
        compile_text(text, "m.py", "f", Options(), {})
    with pytest.raises(UsageError, match="declared when the module runs"):
        compile_text(text, "m.py", "g", Options(), {})
