"""The text of a scalar function's contribution: its derivative times `out_bar`."""

from __future__ import annotations

import ast


def times(partial: str) -> str:
    """Write `out_bar * (partial)` as people do: `2 * x * out_bar`, `out_bar / x`."""
    return _product(ast.parse(partial, mode="eval").body)


def safe(partial: str, python: bool) -> str:
    """The same with a division that does not raise where a Python float is zero.

    Only where the denominator can be a Python float: always in a function of `math`
    (`python`), elsewhere where it is written in the argument alone.
    """
    tree = ast.parse(partial, mode="eval").body
    inner = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    if not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Div):
        return times(partial)
    names = {n.id for n in ast.walk(inner.right) if isinstance(n, ast.Name)}
    if not names or (not python and names != {"x"}):
        return times(partial)
    sign = "-" if inner is not tree else ""
    return f"{sign}divide({_product(inner.left)}, {ast.unparse(inner.right)})"


def _product(tree: ast.expr) -> str:
    match tree:
        case ast.Constant(value=1):
            return "out_bar"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _product(operand)
            return f"-({inner})" if " " in inner else f"-{inner}"
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return f"{_product(left)} / {_factor(right)}"
        case ast.Constant():
            return f"{ast.unparse(tree)} * out_bar"
        case ast.BinOp(op=ast.Mult()) if isinstance(_first(tree), ast.Constant):
            return f"{ast.unparse(tree)} * out_bar"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return f"{_product(left)} * {_factor(right)}"
    return f"out_bar * {_factor(tree)}"


def _factor(tree: ast.expr) -> str:
    text = ast.unparse(tree)
    tight = isinstance(tree, ast.Name | ast.Constant | ast.Call | ast.Attribute)
    power = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Pow)
    return text if tight or power else f"({text})"


def _first(tree: ast.expr) -> ast.expr:
    while isinstance(tree, ast.BinOp):
        tree = tree.left
    return tree
