"""From formulas to partial derivatives, and back as a check, by sympy.

A formula is written as in the tables: `log(1 + x)`. A partial may also use `out`, the
value of the formula itself, where that is shorter: `1 - out**2` for `tanh(x)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from symdiff.rules.registry import Case, Rule

PREFIX = re.compile(r"\b(np|math|scipy\.special)\.")
PLAIN = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
DIGITS = 30


def derive(formula: str, names: Sequence[str] = ("x",)) -> dict[str, str]:
    """The partial derivatives of a formula in its arguments, in the tables' notation.

    Raises `ValueError` if sympy knows no derivative in closed form.
    """
    import sympy

    value = read(formula, names)
    found = {}
    for name in names:
        partial = sympy.diff(value, _symbol(name))
        if partial.has(sympy.Derivative, sympy.Subs):
            raise ValueError(f"no derivative of {formula!r} in {name!r} is known")
        found[name] = str(_shortest(partial, value))
    return found


def confirm(
    formula: str, partials: Mapping[str, str], point: Mapping[str, float]
) -> None:
    """Check partials against the formula at a point, to 25 digits.

    Raises `ValueError` with both values if one of them is wrong.
    """
    import sympy

    names = list(point)
    value = read(formula, names)
    at = {_symbol(n): sympy.Rational(str(v)) for n, v in point.items()}
    for name, text in partials.items():
        claimed = read(text, [*names, "out"]).subs(_symbol("out"), value)
        exact = sympy.diff(value, _symbol(name))
        a, b = (e.subs(at).evalf(DIGITS) for e in (claimed, exact))
        if abs(a - b) > sympy.Float(10) ** (5 - DIGITS) * max(1, abs(b)):
            raise ValueError(f"d/d{name} {formula} is {b} at {point}, not {a} = {text}")


def partials_of(entry: Rule, case: Case) -> dict[str, str] | None:
    """The partials that a case of an elementwise rule claims, as formulas.

    None if it chooses between formulas (masks and guards), which has no closed form.
    """
    texts = {}
    for name, text in case.adjoint.items():
        if re.search(r"\n|where|if |isnan|sign|[<>=]", text):
            return None
        texts[name] = re.sub(r"\bout_bar\b", "1", text)
    return texts


def read(text: str, names: Sequence[str]) -> Any:
    """A formula or partial as a sympy expression, its arguments real symbols."""
    import sympy

    local: dict[str, Any] = {n: _symbol(n) for n in names}
    local |= {old: getattr(sympy, new) for old, new in PLAIN.items()}
    local |= {
        "float": lambda a: a,
        "divide": lambda a, b: a / b,
        "power": lambda a, b: a**b,
        "expit": lambda a: 1 / (1 + sympy.exp(-a)),
        "cbrt": sympy.cbrt,
        "gammaln": sympy.loggamma,
        "ellipk": sympy.elliptic_k,
        "ellipe": sympy.elliptic_e,
    }
    local |= _bessel()
    plain = PREFIX.sub("", text)
    return sympy.sympify(plain, locals=local, rational=True)


def _bessel() -> dict[str, Any]:
    """SciPy's names of the Bessel functions: `j0`, `j1`, `jv` and so on."""
    import sympy

    found: dict[str, Any] = {}
    for letter in "jyik":
        plain = getattr(sympy, f"bessel{letter}")
        found[f"{letter}v"] = found[f"{letter}n"] = plain
        for n in (0, 1):
            found[f"{letter}{n}"] = lambda x, f=plain, n=n: f(n, x)
    found["kve"] = lambda v, x: sympy.exp(x) * sympy.besselk(v, x)
    for n in (0, 1):
        found[f"k{n}e"] = lambda x, n=n: sympy.exp(x) * sympy.besselk(n, x)
    return found


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, real=True)


def _shortest(partial: Any, value: Any) -> Any:
    """The partial with the fewest operations, `out` standing for the formula."""
    import sympy

    out = _symbol("out")
    plain = [partial, sympy.factor(partial), sympy.cancel(partial)]
    candidates = [*plain, *(p.subs(value, out) for p in plain)]
    return min(candidates, key=lambda e: (sympy.count_ops(e), str(e)))
