"""Zeros that a mask put into a cotangent stay zeros, whatever multiplies them."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom
from symdiff.transform.algebra_forms import Context, Form, Found, Rule, form, is_number


def masked(context: Context, at: Form) -> Found:
    """`where(c, g, 0) / t` is `where(c, g / t, 0)`.

    The derivative of what a mask leaves out is zero also where the partial derivative
    is infinite or no number: `np.where(x > 0, np.sqrt(x), 0.0)` at 0.
    """
    for n, arg in enumerate(at.args):
        found = context.behind(arg, "numpy.where")
        side = _zero_side(found)
        if found is None or side is None or (n and at.op != "mul"):
            continue
        kept = found.args[3 - side]
        args = (*at.args[:n], kept, *at.args[n + 1 :])
        inner = context.make(at.op, *args, **dict(at.kwargs))
        arms: list[Atom] = [found.args[0], inner, inner]
        arms[side] = found.args[side]
        return form("numpy.where", tuple(arms), found.kwargs)
    return None


def _zero_side(found: Apply | None) -> int | None:
    """Which operand of `where(c, a, b)` is the literal 0."""
    if found is None or len(found.args) != 3:
        return None
    zeros = [n for n in (1, 2) if is_number(found.args[n], 0)]
    return zeros[0] if len(zeros) == 1 else None


RULES: dict[str, tuple[Rule, ...]] = {
    op: (masked,) for op in ("mul", "truediv", "divide", "neg")
}
