"""Functions of one number, elementwise: formula, derivative, points to try."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.declare import case, constant, elementwise, rule, scalar, tangents
from symdiff.rules.infer.elementwise import operator_infer, truth, ufunc_infer
from symdiff.rules.registry import Case

P = [0.3, 1.7]
N = [-2.0, 0.3]

#       function            is                derivative in x, out        tried at
scalar("numpy.exp", "exp(x)", "out", N)
scalar("numpy.exp2", "2**x", "out * log(2)", N)
scalar("numpy.expm1", "exp(x) - 1", "out + 1", N)
scalar("numpy.log", "log(x)", "1 / x", P)
scalar("numpy.log2", "log(x) / log(2)", "1 / (x * log(2))", P)
scalar("numpy.log10", "log(x) / log(10)", "1 / (x * log(10))", P)
scalar("numpy.log1p", "log(1 + x)", "1 / (1 + x)", [-0.4, 1.3])
scalar("numpy.sqrt", "sqrt(x)", "0.5 / out", [0.25, 4.0], note="infinite at 0")
scalar("numpy.cbrt", "cbrt(x)", "1 / (3 * out * out)", P, note="infinite at 0")
scalar("numpy.square", "x**2", "2 * x", N, cost="cheap")
scalar("numpy.reciprocal", "1 / x", "-out * out", N, cost="cheap")
scalar("numpy.sin", "sin(x)", "cos(x)", N)
scalar("numpy.cos", "cos(x)", "-sin(x)", N)
scalar("numpy.tan", "tan(x)", "1 + out**2", N)
scalar(
    "numpy.arcsin",
    "asin(x)",
    "1 / sqrt(1 - x * x)",
    [-0.4, 0.7],
    aliases=["numpy.asin"],
)
scalar(
    "numpy.arccos",
    "acos(x)",
    "-1 / sqrt(1 - x * x)",
    [-0.4, 0.7],
    aliases=["numpy.acos"],
)
scalar("numpy.arctan", "atan(x)", "1 / (1 + x * x)", N, aliases=["numpy.atan"])
scalar("numpy.sinh", "sinh(x)", "cosh(x)", N)
scalar("numpy.cosh", "cosh(x)", "sinh(x)", N)
scalar("numpy.tanh", "tanh(x)", "1 - out**2", N)
scalar("numpy.arcsinh", "asinh(x)", "1 / sqrt(x * x + 1)", N, aliases=["numpy.asinh"])
scalar(
    "numpy.arccosh",
    "acosh(x)",
    "1 / sqrt(x * x - 1)",
    [1.4, 3.0],
    aliases=["numpy.acosh"],
)
scalar(
    "numpy.arctanh", "atanh(x)", "1 / (1 - x * x)", [-0.4, 0.7], aliases=["numpy.atanh"]
)

#       function           derivative in x, out                      tried at
scalar("math.exp", "exp(x)", "out", N)
scalar("math.exp2", "2**x", "out * log(2)", N)
scalar("math.expm1", "exp(x) - 1", "out + 1", N)
scalar("math.log2", "log(x) / log(2)", "1 / (x * log(2))", P)
scalar("math.log10", "log(x) / log(10)", "1 / (x * log(10))", P)
scalar("math.log1p", "log(1 + x)", "1 / (1 + x)", [-0.4, 1.3])
scalar("math.sqrt", "sqrt(x)", "0.5 / out", [0.25, 4.0], note="infinite at 0")
scalar("math.cbrt", "cbrt(x)", "1 / (3 * out * out)", P, note="infinite at 0")
scalar("math.sin", "sin(x)", "cos(x)", N)
scalar("math.cos", "cos(x)", "-sin(x)", N)
scalar("math.tan", "tan(x)", "1 + out * out", N)
scalar("math.asin", "asin(x)", "1 / sqrt(1 - x * x)", [-0.4, 0.7])
scalar("math.acos", "acos(x)", "-1 / sqrt(1 - x * x)", [-0.4, 0.7])
scalar("math.atan", "atan(x)", "1 / (1 + x * x)", N)
scalar("math.sinh", "sinh(x)", "cosh(x)", N)
scalar("math.cosh", "cosh(x)", "sinh(x)", N)
scalar("math.tanh", "tanh(x)", "1 - out * out", N)
scalar("math.asinh", "asinh(x)", "1 / sqrt(x * x + 1)", N)
scalar("math.acosh", "acosh(x)", "1 / sqrt(x * x - 1)", [1.4, 3.0])
scalar("math.atanh", "atanh(x)", "1 / (1 - x * x)", [-0.4, 0.7])
scalar("math.erf", "erf(x)", "2 / sqrt(pi) * exp(-x * x)", N)
scalar("math.erfc", "erfc(x)", "-2 / sqrt(pi) * exp(-x * x)", N)


def math_log(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """`math.log(x)` or `math.log(x, base)`, which takes no keyword."""
    if len(args) == 1:
        return tangents({"x_0": "divide(out_bar, x_0)"})
    scale = "math.log(x_1)"
    return tangents(
        {
            "x_0": f"divide(out_bar, x_0 * {scale})",
            "x_1": f"-divide(out_bar * out, x_1 * {scale})",
        }
    )


rule(
    "math.log(*x)",
    make=math_log,
    infer=ufunc_infer("math.log"),
    formula="log(x)",
    examples=[[0.3], [1.7, 3.0]],
)

DEGREES = {"numpy.deg2rad": "numpy.radians", "numpy.rad2deg": "numpy.degrees"}
for op, twin in DEGREES.items():
    short = op.replace("numpy", "np")
    elementwise(f"{op}(x)", x=f"{short}(out_bar)", aliases=[twin], examples=[(0.3,)])
for op in ("math.radians", "math.degrees"):
    elementwise(f"{op}(x)", x=f"{op}(out_bar)", examples=[(0.3,)])

# The sign is computed without NumPy for Python floats, where that is ten times faster.
SIGN = tangents({"x": "out_bar * ((x > 0) - (x < 0))"}, "x.python")
# For complex numbers the direction is z / |z|; its conjugate times dz is real.
DIRECTION = case(
    "x.complex",
    "np.real(np.conj(x) * x_dot) / np.where(out == 0, 1, out)",
    x="out_bar / np.where(out == 0, 1, out) * np.conj(x)",
)
for op in ("numpy.abs", "numpy.fabs", "builtins.abs", "math.fabs"):
    elementwise(
        f"{op}(x)",
        x="out_bar * np.sign(x)",
        cases=[SIGN] if "fabs" in op else [DIRECTION, SIGN],
        formula="abs(x)",
        infer=operator_infer(op) if op == "builtins.abs" else None,
        note="0 at 0",
        examples=[(-2.0,), (0.3,)],
        aliases=["numpy.absolute"] if op == "numpy.abs" else [],
    )

elementwise(
    "numpy.sinc(x)",
    let="""
z = np.pi * x
near = np.pi * z * (z * z / 30 - 1 / 3)
far = (np.cos(z) - out) / np.where(x == 0, 1, x)
""".strip(),
    x="out_bar * np.where(np.abs(x) < 1e-3, near, far)",
    formula="sin(pi * x) / (pi * x)",
    note="a Taylor series below 1e-3, so that 0 and its neighbours are exact",
    cost="costly",
    examples=[(0.3,), (-1.7,)],
)
elementwise(
    "numpy.nan_to_num(x, *, nan=0.0, posinf=None, neginf=None; copy=True)",
    x="out_bar * np.isfinite(x)",
    note="0 where the value is replaced",
    infer=ufunc_infer("numpy.positive"),
    examples=[(0.3,)],
)

# Of a complex number the sign is its direction, which varies.
elementwise(
    "numpy.sign(x)",
    complex_only=True,
    cases=[
        case(
            "x.complex",
            "(x_dot - out * np.real(np.conj(out) * x_dot))"
            " / np.where(x == 0, np.inf, np.abs(x))",
            x="(out_bar - np.conj(out) * np.real(out * out_bar))"
            " / np.where(x == 0, np.inf, np.abs(x))",
        ),
    ],
    x="np.zeros_like(x)",
    note="constant in a real number",
    examples=[(-2.0,), (0.3,)],
)
for name in ["floor", "ceil", "trunc", "rint", "spacing"]:
    constant(f"numpy.{name}(x)", infer=ufunc_infer(f"numpy.{name}"), elementwise=True)
constant("numpy.fix(x)", infer=ufunc_infer("numpy.floor"), elementwise=True)
for name in ["isnan", "isinf", "isfinite", "signbit", "logical_not"]:
    constant(f"numpy.{name}(x)", infer=truth, elementwise=True)
constant("numpy.isneginf(x)", "numpy.isposinf(x)", infer=truth, elementwise=True)
constant("numpy.iscomplex(x)", "numpy.isreal(x)", infer=truth, elementwise=True)
for name in ["logical_and", "logical_or", "logical_xor"]:
    constant(f"numpy.{name}(x, y)", infer=truth, elementwise=True)
constant(
    "numpy.isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)",
    infer=truth,
    elementwise=True,
)
for name in ["nextafter", "gcd", "lcm"]:
    constant(
        f"numpy.{name}(x, y)", infer=ufunc_infer(f"numpy.{name}"), elementwise=True
    )
