"""Elementwise functions of two or three numbers, and choices between them."""

from __future__ import annotations

from symdiff.rules.declare import constant, elementwise, tangents
from symdiff.rules.infer.elementwise import numbers, ufunc_infer, where

TIES = "a tie is split; NaN gets nothing"

elementwise(
    "numpy.maximum(x, y)",
    x="out_bar * ((x > y) + 0.5 * (x == y))",
    y="out_bar * ((x < y) + 0.5 * (x == y))",
    formula="Max(x, y)",
    note=TIES,
    examples=[(0.3, -1.2), (0.3, 2.5)],
)
elementwise(
    "numpy.minimum(x, y)",
    x="out_bar * ((x < y) + 0.5 * (x == y))",
    y="out_bar * ((x > y) + 0.5 * (x == y))",
    formula="Min(x, y)",
    note=TIES,
    examples=[(0.3, -1.2), (0.3, 2.5)],
)
elementwise(
    "numpy.fmax(x, y)",
    x="out_bar * ((x > y) + 0.5 * (x == y) + np.isnan(y))",
    y="out_bar * ((x < y) + 0.5 * (x == y) + np.isnan(x))",
    formula="Max(x, y)",
    note="a tie is split",
    examples=[(0.3, -1.2), (0.3, 2.5)],
)
elementwise(
    "numpy.fmin(x, y)",
    x="out_bar * ((x < y) + 0.5 * (x == y) + np.isnan(y))",
    y="out_bar * ((x > y) + 0.5 * (x == y) + np.isnan(x))",
    formula="Min(x, y)",
    note="a tie is split",
    examples=[(0.3, -1.2), (0.3, 2.5)],
)
elementwise(
    "numpy.clip(a, a_min, a_max)",
    a="out_bar * ((a >= a_min) & (a <= a_max))",
    a_min="out_bar * ((a < a_min) & (a_min <= a_max))",
    a_max="out_bar * (np.maximum(a, a_min) > a_max)",
    cases=[
        tangents({"a": "out_bar"}, "a_min is None and a_max is None"),
        tangents(
            {"a": "out_bar * (a <= a_max)", "a_max": "out_bar * (a > a_max)"},
            "a_min is None",
        ),
        tangents(
            {"a": "out_bar * (a >= a_min)", "a_min": "out_bar * (a < a_min)"},
            "a_max is None",
        ),
    ],
    infer=numbers,
    note="1 at a bound: it belongs to the inside",
    examples=[(0.3, -1.0, 1.0), (3.0, -1.0, 1.0), (-3.0, -1.0, 1.0)],
)
elementwise(
    "numpy.where(condition, x, y)",
    x="np.where(condition, out_bar, 0.0)",
    y="np.where(condition, 0.0, out_bar)",
    infer=where,
    note="exactly 0 on the other side of the mask",
    examples=[(True, 0.3, -1.2), (False, 0.3, -1.2)],
)
elementwise(
    "numpy.hypot(x, y)",
    let="h = np.where(out == 0, 1, out)",
    x="out_bar * (x / h)",
    y="out_bar * (y / h)",
    formula="sqrt(x**2 + y**2)",
    note="0 at the origin",
    cost="costly",
    examples=[(0.3, -1.2)],
)
elementwise(
    "numpy.arctan2(y, x)",
    let="r = np.hypot(y, x)\nh = np.where(r == 0, 1, r)",
    y="out_bar * (x / h / h)",
    x="-(out_bar * (y / h / h))",
    formula="atan2(y, x)",
    note="0 at the origin",
    cost="costly",
    aliases=["numpy.atan2"],
    examples=[(0.3, -1.2), (-0.4, 0.9)],
)
elementwise(
    "math.atan2(y, x)",
    let="h = math.hypot(y, x) or 1.0",
    y="out_bar * (x / h / h)",
    x="-(out_bar * (y / h / h))",
    formula="atan2(y, x)",
    note="0 at the origin",
    cost="costly",
    examples=[(0.3, -1.2), (-0.4, 0.9)],
)

# exp(x - out) is the weight of x; where the result is infinite it is the larger operand's.
for op, exp in (("logaddexp", "exp"), ("logaddexp2", "exp2")):
    elementwise(
        f"numpy.{op}(x, y)",
        let="""
end = np.isinf(out)
finite = np.where(end, 0, out)
""".strip(),
        x=f"out_bar * np.where(end, ((x > y) + 0.5 * (x == y)) * (out > 0), np.{exp}(np.where(end, 0, x) - finite))",
        y=f"out_bar * np.where(end, ((x < y) + 0.5 * (x == y)) * (out > 0), np.{exp}(np.where(end, 0, y) - finite))",
        formula="log(exp(x) + exp(y))" if exp == "exp" else "log(2**x + 2**y) / log(2)",
        cost="costly",
        examples=[(0.3, -1.2)],
    )

for op in ("numpy.fmod", "math.fmod"):
    elementwise(
        f"{op}(x, y)",
        x="out_bar",
        y="-(out_bar * np.trunc(x / y))",
        examples=[(5.3, 2.0), (-5.3, 2.0)],
    )
elementwise(
    "numpy.float_power(x, y)",
    x="out_bar * y * np.float_power(x, np.where(y == 0, 1, y - 1))",
    y="out_bar * out * np.log(np.where(x == 0, 1, x))",
    formula="x**y",
    cost="costly",
    examples=[(1.3, 2.5)],
)
elementwise(
    "numpy.copysign(x, y)",
    x="out_bar * np.sign(x) * np.copysign(1.0, y)",
    note="0 at 0; constant in y",
    examples=[(0.3, -1.2)],
)
elementwise(
    "math.copysign(x, y)",
    x="out_bar * np.sign(x) * np.copysign(1.0, y)",
    note="0 at 0; constant in y",
    examples=[(0.3, -1.2)],
)
elementwise(
    "numpy.ldexp(x, n)",
    x="np.ldexp(out_bar, n)",
    infer=ufunc_infer("numpy.positive"),
    examples=[(0.3, 3)],
)
constant("math.isclose(a, b)", infer=ufunc_infer("numpy.less"))
