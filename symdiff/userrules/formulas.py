"""A formula → its contributions, derived by sympy and spelled in NumPy's words."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symdiff.errors import UsageError
from symdiff.rules.contribution import times
from symdiff.rules.derive import derive

_SPELLED = {
    "asin": "np.arcsin",
    "acos": "np.arccos",
    "atan": "np.arctan",
    "atan2": "np.arctan2",
    "asinh": "np.arcsinh",
    "acosh": "np.arccosh",
    "atanh": "np.arctanh",
    "Abs": "np.abs",
    "gamma": "scipy.special.gamma",
    "loggamma": "scipy.special.gammaln",
    "polygamma": "scipy.special.polygamma",
    "erf": "scipy.special.erf",
    "erfc": "scipy.special.erfc",
}
_HYPERBOLIC = ("sinh", "cosh", "tanh", "cbrt", "log1p", "expm1", "exp2", "log2")
_SAME = frozenset(("exp", "log", "sqrt", "sin", "cos", "tan", "sign", *_HYPERBOLIC))


def partials(formula: str, names: Sequence[str], what: str) -> dict[str, str]:
    """The contribution to each name: `out_bar * np.cos(x)` for `sin(x)`.

    Raises `UsageError` if sympy knows no derivative, or NumPy no function for it.
    """
    try:
        found = derive(formula, names)
    except (ValueError, SyntaxError, TypeError) as error:
        raise UsageError(f"{what}: {error}") from None
    return {name: times(_spelled(text, what)) for name, text in found.items()}


def _spelled(text: str, what: str) -> str:
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            spelled = f"np.{name}" if name in _SAME else _SPELLED.get(name)
            if spelled is None:
                raise UsageError(f"{what}: NumPy has no `{name}`, which {text} needs")
            node.func = ast.parse(spelled, mode="eval").body
        if isinstance(node, ast.Name) and node.id == "pi":
            node.id = "np.pi"
    return ast.unparse(tree)
