"""Peepholes on sums and products: neutral numbers, signs, and constants.

The normal form of a product is a chain from the left that starts with its constant,
`2 * u * h`; a minus stands outside it, where a sum can take it up.
"""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const, Var
from symdiff.ir.types import Array, Scalar, dtype_of, shape_of
from symdiff.transform.algebra_chains import constants
from symdiff.transform.algebra_forms import (
    Context,
    Form,
    Found,
    Rule,
    finite,
    fits,
    form,
    is_number,
    keeps,
    number,
)


def neutral(context: Context, at: Form) -> Found:
    """`x * 1`, `x / 1`, `x**1`, `x + 0`, `x - 0` are `x`, and `0 - x` is `-x`."""
    a, b = at.args
    one = 1 if at.op in ("mul", "truediv", "pow", "divide") else 0
    if is_number(b, one) and keeps(context, a, at.type):
        return a
    if at.op in ("mul", "add", "iadd") and is_number(a, one):
        return b if keeps(context, b, at.type) else None
    if at.op == "sub" and is_number(a, 0) and keeps(context, b, at.type):
        return form("neg", (b,))
    return None


def fold(context: Context, at: Form) -> Found:
    """Two literal numbers are one."""
    a, *rest = map(number, at.args)
    if a is None or None in rest:
        return None
    if at.op == "neg":
        return Const(-a)
    b = rest[0]
    assert b is not None
    match at.op:
        case "add":
            return Const(a + b)
        case "sub":
            return Const(a - b)
        case "mul" if finite(a * b):
            return Const(a * b)
    return None


def negate(context: Context, at: Form) -> Found:
    """`-(-x)` is `x`; `-(a - b)` is `b - a`."""
    (x,) = at.args
    if (inner := context.behind(x, "neg")) is not None:
        return inner.args[0]
    if (inner := context.only(x, "sub")) is not None:
        return form("sub", (inner.args[1], inner.args[0]))
    return None


def signs_of_sum(context: Context, at: Form) -> Found:
    """`a + -b` is `a - b`, `-a + b` is `b - a`, `-a - b` is `-(a + b)`."""
    a, b = at.args
    left, right = context.behind(a, "neg"), context.behind(b, "neg")
    if at.op in ("iadd", "isub"):
        other = "isub" if at.op == "iadd" else "iadd"
        return form(other, (a, right.args[0])) if right is not None else None
    if right is not None and left is None:
        return form("sub" if at.op == "add" else "add", (a, right.args[0]))
    if left is None:
        return None
    x = left.args[0]
    if right is not None:
        if at.op == "sub":
            return form("sub", (right.args[0], x))
        return form("neg", (context.make("add", x, right.args[0]),))
    if at.op == "add":
        return form("sub", (b, x))
    return form("neg", (context.make("add", x, b),))


def signs_of_product(context: Context, at: Form) -> Found:
    """`-a * b` is `-(a * b)`, so that a sum can take the minus up."""
    minus = False
    args = []
    for arg in at.args:
        if (inner := context.behind(arg, "neg")) is not None:
            minus, arg = not minus, inner.args[0]
        value = number(arg)
        if value is not None and value < 0:
            minus, arg = not minus, Const(-value)
        args.append(arg)
    if tuple(args) == at.args:
        return None
    found = form(at.op, tuple(args), at.kwargs)
    if not minus:
        return found
    inner_ = context.make(at.op, *args, **dict(at.kwargs))
    return form("neg", (inner_,))


def doubling(context: Context, at: Form) -> Found:
    """`t + t` is `2 * t`, and `2 * t + t` is `3 * t`."""
    a, b = at.args
    if dtype_of(at.type) in (None, "b1"):
        return None
    (m, t), (n, u) = _multiple(context, a), _multiple(context, b)
    if context.root(t) != context.root(u) or not isinstance(t, Var):
        return None
    total = m - n if at.op == "sub" else m + n
    if not finite(total) or not keeps(context, t, at.type):
        return None
    if a == b and context.uses[t] == 2 and t in context.local:
        context.made.add(t)
    return form("mul", (Const(total), context.root(t)))


def twice(context: Context, at: Form) -> Found:
    """`x + t + t` is `x + 2 * t`, and `t - x + t` is `2 * t - x`."""
    a, t = at.args
    inner = context.behind(a, "add", "iadd", "sub", "isub")
    if inner is None or not isinstance(a, Var) or not isinstance(t, Var):
        return None
    if a not in context.local or context.uses[a] != 1 or not keeps(context, t, t.type):
        return None
    first, last = inner.args
    ops = inner.op.removeprefix("i"), at.op.removeprefix("i")
    if last == t and ops[0] == ops[1]:
        return form(at.op, (first, _doubled(context, t)))
    if first == t and ops[1] == "add" and fits(t.type, at.type):
        return form(ops[0], (_doubled(context, t), last))
    return None


def twice_less(context: Context, at: Form) -> Found:
    """`-t - t` is `-2 * t`."""
    a, t = at.args
    inner = context.behind(a, "neg")
    if inner is None or inner.args[0] != t or not isinstance(t, Var):
        return None
    return form("neg", (_doubled(context, t),)) if keeps(context, t, at.type) else None


def _doubled(context: Context, t: Var) -> Atom:
    if context.uses[t] == 2 and t in context.local:
        context.made.add(t)
    return context.make("mul", Const(2), t)


def negative(context: Context, at: Form) -> Found:
    """`-1.0 + x` is `x - 1.0`."""
    a, b = at.args
    left, right = number(a), number(b)
    if right is not None and right < 0:
        turned = {"add": "sub", "sub": "add", "iadd": "isub", "isub": "iadd"}
        return form(turned[at.op], (a, Const(-right)))
    if at.op in ("add", "iadd") and left is not None and left < 0:
        return form("sub", (b, Const(-left)))
    return None


def _multiple(context: Context, atom: Atom) -> tuple[int | float, Atom]:
    found = context.behind(atom, "mul")
    factor = number(found.args[0]) if found is not None else None
    if found is None or factor is None:
        return 1, atom
    return factor, found.args[1]


def reciprocal(context: Context, at: Form) -> Found:
    """`x * (1 / y)` is `x / y`, and `x / (1 / y)` is `x * y`."""
    a, b = at.args
    if at.op == "truediv":
        inner = context.only(b, "truediv")
        if inner is not None and is_number(inner.args[0], 1):
            return form("mul", (a, inner.args[1]))
        return None
    for x, y in ((a, b), (b, a)):
        inner = context.behind(y, "truediv")
        if inner is None or not is_number(inner.args[0], 1):
            continue
        n = inner.args[1]
        if context.only(y, "truediv") or shape_of(n.type) == ():
            return form("truediv", (x, n))
    return None


def plain_division(context: Context, at: Form) -> Found:
    """`divide(x, y)` is `x / y` where one is NumPy's: that does not raise."""
    if any(isinstance(a.type, Array) or _numpy(a) for a in at.args):
        return Form("truediv", at.args, (), at.type)
    bottom = number(at.args[1])
    return Form("truediv", at.args, (), at.type) if bottom else None


def _numpy(atom: Atom) -> bool:
    return isinstance(atom.type, Scalar) and not atom.type.python


def needless_float(context: Context, at: Form) -> Found:
    """`1.0 * n + x` is `n + x` where `x` makes a float of it anyway."""
    for k, arg in enumerate(at.args):
        inner = context.behind(arg, "mul")
        if inner is None or not is_number(inner.args[0], 1):
            continue
        args = (*at.args[:k], inner.args[1], *at.args[k + 1 :])
        found = form(at.op, args)
        if fits(found.type, at.type):
            return found
    return None


def zero_power(context: Context, at: Form) -> Found:
    """`g * x**0` is `g` where `g` has the full shape."""
    for x, y in (at.args, at.args[::-1]):
        power = context.behind(y, "pow")
        if power is not None and is_number(power.args[1], 0) and fits(x.type, at.type):
            return x
    return None


def first_contribution(context: Context, at: Form) -> Found:
    """`zeros_like(x) + e` is `e` where `e` has the shape of `x`."""
    for x, y in (at.args, at.args[::-1]):
        if at.op == "iadd" and x is not at.args[0]:
            continue
        if context.behind(x, "numpy.zeros_like", "numpy.zeros") is None:
            continue
        if fits(y.type, at.type) and isinstance(at.type, Array):
            return y
    return None


RULES: dict[str, tuple[Rule, ...]] = {
    "mul": (
        *(fold, neutral, signs_of_product, needless_float, zero_power),
        *(reciprocal, constants),
    ),
    "truediv": (neutral, signs_of_product, needless_float, reciprocal, constants),
    "divide": (neutral, signs_of_product, plain_division),
    "matmul": (signs_of_product,),
    "numpy.outer": (signs_of_product,),
    "pow": (neutral,),
    "add": (
        fold,
        neutral,
        needless_float,
        first_contribution,
        signs_of_sum,
        negative,
        doubling,
        twice,
    ),
    "sub": (
        fold,
        neutral,
        needless_float,
        twice_less,
        signs_of_sum,
        negative,
        doubling,
        twice,
    ),
    "iadd": (neutral, first_contribution, signs_of_sum, negative, doubling, twice),
    "isub": (neutral, twice_less, signs_of_sum, negative, twice),
    "neg": (fold, negate),
}
