"""Elementwise functions of two or three numbers, and choices between them."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.declare import constant, elementwise, rule, tangents
from symdiff.rules.infer.elementwise import numbers, ufunc_infer, where
from symdiff.rules.registry import Case

# 0.5 * (x == y) is double precision, which a single precision operand must not become.
SINGLE = (
    "x.dtype == 'f4' and y.dtype == 'f4' or x.dtype == 'f4' and y.python"
    " or x.python and y.dtype == 'f4'"
)
EXTREMA = {"maximum": (">", "<"), "minimum": ("<", ">")}
for op, (wins, loses) in EXTREMA.items():
    elementwise(
        f"numpy.{op}(x, y)",
        x=f"out_bar * ((x {wins} y) + 0.5 * (x == y))",
        y=f"out_bar * ((x {loses} y) + 0.5 * (x == y))",
        cases=[
            tangents(
                {
                    "x": f"0.5 * (out_bar * (x {wins} y) + out_bar * (x {wins}= y))",
                    "y": f"0.5 * (out_bar * (x {loses} y) + out_bar * (x {loses}= y))",
                },
                SINGLE,
            )
        ],
        formula="Max(x, y)" if op == "maximum" else "Min(x, y)",
        note="a tie is split; NaN gets nothing",
        examples=[(0.3, -1.2), (0.3, 2.5)],
    )
for op, wins, loses in (("fmax", ">", "<"), ("fmin", "<", ">")):
    chosen, other = f"(x {wins} y) | np.isnan(y)", f"(x {loses} y) | np.isnan(x)"
    elementwise(
        f"numpy.{op}(x, y)",
        x=f"0.5 * (out_bar * ({chosen}) + out_bar * ({chosen} | (x == y)))",
        y=f"0.5 * (out_bar * ({other}) + out_bar * ({other} | (x == y)))",
        formula="Max(x, y)" if op == "fmax" else "Min(x, y)",
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


def hypot_case(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """`math.hypot` of any number of coordinates; 0 at the origin."""
    names = [f"x_{n}" for n in range(len(args))]
    return tangents({name: f"out_bar * {name} / (out or 1.0)" for name in names})


rule(
    "math.hypot(*x)",
    make=hypot_case,
    infer=ufunc_infer("math.hypot"),
    formula="sqrt(x**2 + y**2)",
    note="0 at the origin",
    examples=[[0.3, -1.2], [0.3, -1.2, 0.7]],
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

# exp(x - out) is the weight of x, brought to 1 where both are the same infinity.
for op, exp in (("logaddexp", "exp"), ("logaddexp2", "exp2")):
    elementwise(
        f"numpy.{op}(x, y)",
        let=f"""
u = np.{exp}(np.where(x == out, 0, x) - np.where(x == out, 0, out))
v = np.{exp}(np.where(y == out, 0, y) - np.where(y == out, 0, out))
w = (out > -np.inf) / (u + v)
""".strip(),
        x="out_bar * (u * w)",
        y="out_bar * (v * w)",
        formula="log(exp(x) + exp(y))" if exp == "exp" else "log(2**x + 2**y) / log(2)",
        note="two operands of +inf share; two of -inf get nothing",
        cost="costly",
        examples=[(0.3, -1.2)],
    )

for op in ("numpy.fmod", "math.fmod"):
    elementwise(
        f"{op}(x, y)",
        x="out_bar",
        y="-(out_bar * float(np.trunc(x / y)))"
        if op == "math.fmod"
        else "-(out_bar * np.trunc(x / y))",
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
    x="out_bar * ((x > 0) - (x < 0)) * math.copysign(1.0, y)",
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
