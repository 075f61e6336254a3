"""A derivative as it is written in NumPy → the same as MathML."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any
from xml.dom import minidom

from symdiff.explain.labels import UPSTREAM
from symdiff.page.markup import escaped

_BAR = "∂L/∂"
_ENTITIES = {"&InvisibleTimes;": "\u2062", "&ApplyFunction;": "\u2061", "&dd;": "d"}


class _NoMaths(Exception):
    """What has no form as mathematics is shown as code."""


def equation(left: str, upstream: str, local: str) -> str:
    """`∂L/∂left = local` with the upstream as `∂L/∂upstream`; code if it has to be.

    Products are kept in their order, as those of matrices do not commute.
    """
    try:
        tree = ast.parse(local, mode="eval").body
        right = _mathml(_Reader(upstream, not _matrices(tree)).read(tree))
    except (_NoMaths, SyntaxError):
        return f"<code>∂L/∂({escaped(left)}) = {escaped(local)}</code>"
    begin = '<math display="block">'
    return f"{begin}<mrow>{_partial(left)}<mo>=</mo>{right}</mrow></math>"


def _partial(name: str) -> str:
    text = f"<mi>{escaped(name)}</mi>"
    if not name.isidentifier():
        text = f"<mo>(</mo>{text}<mo>)</mo>"
    return (
        f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{text}</mrow></mfrac>"
    )


def _mathml(expr: Any) -> str:
    from sympy.printing.mathml import MathMLPresentationPrinter

    class Printer(MathMLPresentationPrinter):  # type: ignore[misc]
        """Names stay as they are (`x_1` is no index); the upstream is a fraction."""

        def _print_Symbol(self, sym: Any, style: str = "plain") -> Any:
            if sym.name.startswith(_BAR):
                text = _partial(sym.name.removeprefix(_BAR))
                return minidom.parseString(text).documentElement
            found = self.dom.createElement("mi")
            found.appendChild(self.dom.createTextNode(sym.name))
            return found

    settings = {"order": "none", "mul_symbol": "&#xB7;"}
    text: str = Printer(settings).doprint(expr)
    for entity, letter in _ENTITIES.items():
        text = text.replace(entity, letter)
    return text


def _matrices(tree: ast.expr) -> bool:
    """Whether the order of a product matters."""
    return any(
        isinstance(node, ast.MatMult)
        or (isinstance(node, ast.Attribute) and node.attr == "T")
        for node in ast.walk(tree)
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a NumPy expression as one of sympy's, as it is written: not evaluated."""

    upstream: str
    commutative: bool

    def read(self, node: ast.expr) -> Any:
        """One expression; raises `_NoMaths` for what is none of mathematics."""
        import sympy as sp

        match node:
            case ast.Name(id=name):
                text = f"{_BAR}{self.upstream}" if name == UPSTREAM else name
                return sp.Symbol(text, commutative=self.commutative)
            case ast.Constant(value=int() | float() as number):
                whole = isinstance(number, int)
                return sp.Integer(number) if whole else sp.Float(number, 6)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _product(sp.Integer(-1), self.read(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return _binary(op, self.read(left), self.read(right))
            case ast.Attribute(value=value, attr="T"):
                return sp.Pow(self.read(value), sp.Symbol("⊤"), evaluate=False)
            case ast.Call(func=func, args=args, keywords=[]):
                name = ast.unparse(func).removeprefix("np.")
                if name in _FUNCTIONS:
                    given = [self.read(arg) for arg in args]
                    return sp.Function(name)(*given, evaluate=False)
        raise _NoMaths


_CIRCLE = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan")
_POWERS = ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "abs", "sign")
_FUNCTIONS = frozenset((*_CIRCLE, *_POWERS, "sum", "outer"))
"""What is written as a function of mathematics; other calls read better as code."""


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    import sympy as sp

    match op:
        case ast.Add():
            return sp.Add(left, right, evaluate=False)
        case ast.Sub():
            return sp.Add(left, _product(sp.Integer(-1), right), evaluate=False)
        case ast.Mult() | ast.MatMult():
            return _product(left, right)
        case ast.Div():
            return _product(left, sp.Pow(right, -1, evaluate=False))
        case ast.Pow():
            return sp.Pow(left, right, evaluate=False)
    raise _NoMaths


def _product(left: Any, right: Any) -> Any:
    """A product without parentheses around the one to its left."""
    import sympy as sp

    factors = left.args if isinstance(left, sp.Mul) else (left,)
    return sp.Mul(*factors, right, evaluate=False)
