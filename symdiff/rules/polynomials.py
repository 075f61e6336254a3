"""Polynomials, grids in powers, differences of samples."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import rank
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import case, elementwise, rule
from symdiff.rules.infer import polynomials as infer
from symdiff.rules.infer.common import UNSET, axes_of, constant_of
from symdiff.rules.infer.shapes import same_shape
from symdiff.rules.layout import place
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]

POWERS = "np.vander(np.ravel(x), np.shape(p)[0])"
rule(
    "numpy.polyval(p, x)",
    cases=[
        case(
            "p.ndim == 1",
            "np.polyval(p_dot, x) + np.polyval(np.polyder(p), x) * x_dot",
            p=f"np.ravel(out_bar) @ {POWERS}",
            x="out_bar * np.polyval(np.polyder(p), x)",
        )
    ],
    infer=infer.polyval,
    examples=[[(3,), (5,)], [(3,), (2, 2)], [(4,), ()]],
)
rule(
    "numpy.polyder(p, m=1)",
    when="p.ndim == 1 and m == 1",
    p="n = np.shape(p)[0]\np_bar[:-1] += out_bar * np.arange(n - 1, 0, -1)\np_bar",
    dot="np.polyder(p_dot)",
    infer=infer.polyder,
    cost="cheap",
    examples=[[(4,)]],
)
EXPONENTS = (
    "n = np.shape(out)[1]\ne = np.arange(n) if increasing else np.arange(n)[::-1]\n"
)
SLOPES = "slopes = e * x[:, None] ** np.maximum(e - 1, 0)\n"
rule(
    "numpy.vander(x, N=None, increasing=False)",
    x=f"{EXPONENTS}{SLOPES}np.sum(out_bar * slopes, axis=1)",
    dot=f"{EXPONENTS}{SLOPES}slopes * x_dot[:, None]",
    infer=infer.vander,
    examples=[([(4,)], {}), ([(4,)], {"N": 3, "increasing": True})],
)
# Least squares in the powers of x.
FIT = """
v = np.vander(x, deg + 1)
p = np.linalg.pinv(v)
""".strip()
rule(
    "numpy.polyfit(x, y, deg; rcond=None, full=False, w=None, cov=False)",
    cases=[
        case(
            "y.ndim == 1",
            f"{FIT}\nd = x_dot * np.polyval(np.polyder(out), x)\n"
            "e = np.arange(deg, -1, -1)\n"
            "slopes = e * x[:, None] ** np.maximum(e - 1, 0)\n"
            "r = y - v @ out\n"
            "p @ (y_dot - d) + p @ (p.T @ (slopes.T @ (x_dot * r)))",
            x=f"{FIT}\nw = p.T @ out_bar\nr = y - v @ out\n"
            "np.polyval(np.polyder(p @ w), x) * r - np.polyval(np.polyder(out), x) * w",
            y=f"{FIT}\np.T @ out_bar",
        )
    ],
    infer=infer.polyfit,
    cost="never",
    examples=[([("sorted", 6), (6,)], {"deg": 2})],
)
LINE = "np.linspace(0.0, 1.0, num, endpoint=endpoint)"
rule(
    "numpy.logspace(start, stop, num=50, endpoint=True, base=10.0; dtype=None, axis=0)",
    cases=[
        case(
            "start.ndim == 0 and stop.ndim == 0",
            f"t = {LINE}\nout * np.log(base) * (start_dot * (1 - t) + stop_dot * t)",
            start=f"np.sum(out_bar * out * np.log(base) * (1 - {LINE}))",
            stop=f"np.sum(out_bar * out * np.log(base) * {LINE})",
        )
    ],
    infer=infer.spaced,
    examples=[([(), ()], {"num": 5}), ([(), ()], {"num": 4, "endpoint": False})],
)
rule(
    "numpy.geomspace(start, stop, num=50, endpoint=True; dtype=None, axis=0)",
    cases=[
        case(
            "start.ndim == 0 and stop.ndim == 0",
            f"t = {LINE}\nout * (start_dot / start * (1 - t) + stop_dot / stop * t)",
            start=f"np.sum(out_bar * out * (1 - {LINE})) / start",
            stop=f"np.sum(out_bar * out * {LINE}) / stop",
        )
    ],
    infer=infer.spaced,
    examples=[([("points", ()), ("points", ())], {"num": 5})],
)
rule(
    "numpy.unwrap(p, discont=None, axis=-1, *, period=6.283185307179586)",
    p="out_bar",
    dot="p_dot",
    infer=same_shape,
    note="whole periods are constants",
    examples=[[(5,)]],
)
elementwise(
    "numpy.heaviside(x, h)",
    h="out_bar * (x == 0)",
    note="0 in x",
    examples=[(0.3, 0.5)],
)


def gradient_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.gradient(f, h)`: central differences inside, one-sided ones at the ends."""
    size = rank(args[0].type)
    axis = constant_of(kwargs.get("axis"))
    if size is None or axis is UNSET or constant_of(kwargs.get("edge_order"), 1) != 1:
        raise NoCase("numpy.gradient needs the rank and first-order edges")
    axes = axes_of(axis, size)
    steps = args[1:]
    if axes is None or len(steps) not in (0, 1, len(axes)):
        raise NoCase("numpy.gradient needs one spacing for all axes or one for each")
    lines: list[str] = []
    names = [f"varargs_{n}" for n in range(len(steps))] * (
        len(axes) // max(len(steps), 1)
    )
    alone = len(axes) == 1
    for n, a in enumerate(axes):
        bar = "out_bar" if alone else f"out_bar[{n}]"
        lines += _differences(a, bar, names[n] if names else "", steps, n)
    dots = ", ".join(["f_dot", *(f"varargs_{n}" for n in range(len(steps)))])
    adjoint = {"f": "\n".join([*lines, "f_bar"])}
    dot = f"np.gradient({dots}, axis=axis)"
    if alone and len(steps) == 1 and rank(steps[0].type) == 0:
        adjoint["varargs_0"] = "-np.sum(out_bar * out) / varargs_0"
        dot += " - varargs_0_dot * out / varargs_0"
    return Case("", adjoint, dot)


def _differences(
    axis: int, bar: str, step: str, steps: tuple[Atom, ...], n: int
) -> list[str]:
    """Spread a cotangent to the neighbours on an axis, evenly spaced or not."""

    def at(part: str) -> str:
        return place(axis, part)

    rows = [f"g = {bar}"]
    spaced = steps and rank(steps[n % len(steps)].type) != 0
    if not spaced:
        rows[0] += f" / {step}" if step else ""
        return [
            *rows,
            f"half = 0.5 * g[{at('1:-1')}]",
            f"f_bar[{at('2:')}] += half",
            f"f_bar[{at(':-2')}] += -half",
            f"f_bar[{at('1')}] += g[{at('0')}]",
            f"f_bar[{at('0')}] += -g[{at('0')}]",
            f"f_bar[{at('-1')}] += g[{at('-1')}]",
            f"f_bar[{at('-2')}] += -g[{at('-1')}]",
        ]
    if axis:
        raise NoCase("numpy.gradient needs even spacing on all axes but the first")
    return [
        *rows,
        f"h = np.diff({step})",
        "left = h[:-1]",
        "right = h[1:]",
        "inner = g[1:-1] / (left * right * (left + right))",
        "f_bar[2:] += inner * left**2",
        "f_bar[1:-1] += inner * (right**2 - left**2)",
        "f_bar[:-2] += -inner * right**2",
        "f_bar[1] += g[0] / h[0]",
        "f_bar[0] += -g[0] / h[0]",
        "f_bar[-1] += g[-1] / h[-1]",
        "f_bar[-2] += -g[-1] / h[-1]",
    ]


rule(
    "numpy.gradient(f, *varargs, axis=None, edge_order=1)",
    make=gradient_case,
    infer=infer.gradient,
    note="a cotangent for each axis",
    examples=[
        [(5,)],
        [(5,), ("points", ())],
        [(5,), ("increasing", 5)],
        ([(3, 5)], {"axis": 0}),
        ([(3, 5)], {"axis": 1}),
    ],
)
