"""sympy confirms every partial that the table gives, from the formula beside it."""

from __future__ import annotations

import pytest

from symdiff.rules import RULES, find
from symdiff.rules.derive import confirm, derive, partials_of

pytest.importorskip("sympy")

# Kinks, and functions whose formula sympy reads but whose partial chooses.
CHECKED = sorted(
    {
        e.op
        for e in RULES.values()
        if e.formula
        and e.elementwise
        and e.cases
        and e.examples
        and any(partials_of(e, case) for case in e.cases)
    }
)


@pytest.mark.parametrize("op", CHECKED)
def test_partials_of_the_table(op):
    entry = find(op)
    names = [p.name for p in entry.params]
    for case in entry.cases:
        partials = partials_of(entry, case)
        if not partials or _special(case.when):
            continue
        for example in entry.examples:
            point = dict(zip(names, map(float, example), strict=True))
            confirm(entry.formula, partials, point)


def _special(when):
    """Whether a case holds for some exponents only."""
    return any(sign in when for sign in ("==", "!=", "<", ">", "kind in"))


def test_most_of_the_table_is_confirmed():
    assert len(CHECKED) > 60


@pytest.mark.parametrize(
    ("formula", "partial"),
    [
        ("exp(x)", "out"),
        ("sin(x)", "cos(x)"),
        ("tanh(x)", "1 - out**2"),
        ("x**3", "3*x**2"),
    ],
)
def test_derive(formula, partial):
    assert derive(formula)["x"] == partial


def test_derive_of_two_arguments():
    found = derive("x * exp(y)", ("x", "y"))
    assert found["y"] == "out"
    confirm("x * exp(y)", found, {"x": 0.5, "y": 1.25})


def test_a_wrong_partial_is_found():
    with pytest.raises(ValueError, match="not"):
        confirm("sin(x)", {"x": "-cos(x)"}, {"x": 0.5})


def test_a_formula_without_a_derivative():
    with pytest.raises(ValueError, match="no derivative"):
        derive("f(x)")
