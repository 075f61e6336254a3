"""Reductions that leave NaN out: of what is NaN the gradient is 0."""

from __future__ import annotations

import re

from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer.reductions import cumulative_infer, reduce_infer
from symdiff.rules.reductions import AXES, over_axes
from symdiff.rules.registry import RULES, Case

# `here` marks what counts, `n` is how much of it there is.
HERE = "here = ~np.isnan(a)\n"
COUNT = "n = np.sum(here, WITHIN)\n"
ZERO = "np.where(here, a_dot, 0.0)"
WITH_NAN = [
    ([("gaps", (3, 4))], {}),
    ([("gaps", (3, 4))], {"axis": 0}),
    ([("gaps", (3, 4))], {"axis": 1, "keepdims": True}),
    ([("gaps", (2, 3, 4))], {"axis": (0, 2)}),
]
rule(
    f"numpy.nansum({AXES}, dtype=None)",
    cases=over_axes(
        f"{HERE}np.sum({ZERO}, OVER)",
        f"{HERE}np.where(here, kept(out_bar), 0.0)",
        point="np.where(np.isnan(a), 0.0, out_bar)",
    ),
    infer=reduce_infer("sum"),
    formula="sum of a, NaN left out",
    examples=WITH_NAN,
)
rule(
    f"numpy.nanmean({AXES}, dtype=None)",
    cases=over_axes(
        f"{HERE}np.sum({ZERO}, OVER) / np.sum(here, OVER)",
        f"{HERE}share = out_bar / np.sum(here, OVER)\nnp.where(here, kept(share), 0.0)",
    ),
    infer=reduce_infer("float"),
    formula="mean of a, NaN left out",
    examples=WITH_NAN,
)
FILLED = "filled = np.where(np.isnan(a), 1.0, a)\n"
MOVED = "moved = np.where(np.isnan(a), 0.0, a_dot)\n"


def _filled(one: Case) -> Case:
    """A case of the product, of the elements with 1 for NaN."""
    *lines, last = re.sub(r"\ba\b", "filled", one.adjoint["a"]).splitlines()
    whole = "\n".join([*lines, f"np.where(np.isnan(a), 0.0, {last})"])
    dot = re.sub(r"\ba_dot\b", "moved", re.sub(r"\ba\b", "filled", one.dot))
    return case(one.when, FILLED + MOVED + dot, a=FILLED + whole)


rule(
    f"numpy.nanprod({AXES}, dtype=None)",
    cases=[_filled(one) for one in RULES["numpy.prod"].cases],
    infer=reduce_infer("sum"),
    formula="product of a, NaN left out",
    examples=WITH_NAN,
)
for name in ("max", "min"):
    rule(
        f"numpy.nan{name}({AXES})",
        cases=over_axes(
            f"winners = a == np.nan{name}(a, WITHIN)\n"
            "np.sum(np.where(winners, a_dot, 0.0), OVER) / np.sum(winners, OVER)",
            "winners = a == kept(out)\nshare = out_bar / np.sum(winners, OVER)\n"
            "np.where(winners, kept(share), 0.0)",
        ),
        infer=reduce_infer("same"),
        note="ties share equally",
        examples=WITH_NAN,
    )
DEVIATION = f"{HERE}{COUNT}d = np.where(here, a - np.nanmean(a, WITHIN), 0.0)\n"
SPREAD = "axis=None, *, ddof=0, keepdims=False; dtype=None, out=None"
rule(
    f"numpy.nanvar(a, {SPREAD})",
    cases=over_axes(
        f"{DEVIATION}np.sum(2 * d * np.where(here, a_dot, 0.0) / (n - ddof), OVER)",
        f"{DEVIATION}2 * d / (n - ddof) * kept(out_bar)",
        point="np.zeros_like(a)",
    ),
    infer=reduce_infer("real"),
    formula="variance of a, NaN left out",
    examples=WITH_NAN,
)
rule(
    f"numpy.nanstd(a, {SPREAD})",
    cases=over_axes(
        f"{DEVIATION}np.sum(d * np.where(here, a_dot, 0.0) / (n - ddof), OVER)"
        " / np.where(out == 0, 1, out)",
        f"{DEVIATION}scale = out_bar / np.where(out == 0, 1, out)\n"
        "d / (n - ddof) * kept(scale)",
        point="np.zeros_like(a)",
    ),
    infer=reduce_infer("real"),
    formula="deviation of a, NaN left out",
    note="0 where the deviation is 0",
    examples=WITH_NAN,
)
rule(
    "numpy.nancumsum(a, axis=None; dtype=None, out=None)",
    cases=[
        case(
            "a.ndim == 1",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot))",
            a="np.where(np.isnan(a), 0.0, np.cumsum(out_bar[::-1])[::-1])",
        ),
        case(
            "axis is None",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot))",
            a="g = np.reshape(np.cumsum(out_bar[::-1])[::-1], np.shape(a))\n"
            "np.where(np.isnan(a), 0.0, g)",
        ),
        case(
            "",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot), axis=axis)",
            a="g = np.flip(np.cumsum(np.flip(out_bar, axis), axis=axis), axis)\n"
            "np.where(np.isnan(a), 0.0, g)",
        ),
    ],
    infer=cumulative_infer("sum"),
    examples=[([("gaps", (5,))], {}), ([("gaps", (3, 4))], {"axis": 0})],
)
constant(
    "numpy.nanargmax(a, axis=None; keepdims=False, out=None)",
    "numpy.nanargmin(a, axis=None; keepdims=False, out=None)",
    infer=reduce_infer("i8"),
)
