"""Sorting, interpolation, weighted means, quadrature: functions on data."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer.creation import search_float
from symdiff.rules.infer.reductions import average, python_float, trapezoid
from symdiff.rules.infer.shapes import like_indices, same_shape
from symdiff.rules.registry import Case
from symdiff.rules.running import OTHERS

rule(
    "numpy.sort(a, axis=-1, kind=None, *, stable=None; order=None)",
    when="isinstance(axis, int)",
    a="""
place = np.argsort(np.argsort(a, axis=axis, kind='stable'), axis=axis)
np.take_along_axis(out_bar, place, axis)
""",
    dot="""
order = np.argsort(a, axis=axis, kind='stable')
np.take_along_axis(a_dot, order, axis)
""",
    infer=same_shape,
    note="equal elements keep their order",
    examples=[([(5,)], {}), ([(3, 4)], {}), ([(3, 4)], {"axis": 0})],
)
TAKE = "np.take_along_axis(arr_dot, indices, axis)"
rule(
    "numpy.take_along_axis(arr, indices, axis)",
    cases=[
        case("arr.ndim == 1", TAKE, arr="np.add.at(arr_bar, indices, out_bar)"),
        case(
            "arr.ndim == 2 and axis == 0",
            TAKE,
            arr="np.add.at(arr_bar, (indices, np.arange(arr.shape[1])), out_bar)",
        ),
        case(
            "arr.ndim == 2 and (axis == 1 or axis == -1)",
            TAKE,
            arr="rows = np.arange(arr.shape[0])[:, None]\n"
            "np.add.at(arr_bar, (rows, indices), out_bar)",
        ),
    ],
    infer=like_indices,
    cost="cheap",
    examples=[
        ([(4,), [0, 0, 2]], {"axis": 0}),
        ([(2, 4), [[0, 0, 2], [1, 3, 3]]], {"axis": 1}),
        ([(4, 2), [[0, 0], [1, 3]]], {"axis": 0}),
    ],
)

# To the right of a knot, flat outside; the ends take what falls outside of them.
CELL = """
k = np.clip(np.searchsorted(xp, x, side='right') - 1, 0, len(xp) - 2)
width = xp[k + 1] - xp[k]
slope = (fp[k + 1] - fp[k]) / width
inside = (x >= xp[0]) & (x < xp[-1])
t = np.clip((x - xp[k]) / width, 0, 1)
""".strip()
ENDS_OF_CELL = "np.add.at(np.add.at(BAR, k, g * (1 - t)), k + 1, g * t)"
SLOPE = "-(out_bar * np.where(inside, slope, 0.0))"
rule(
    "numpy.interp(x, xp, fp; left=None, right=None, period=None)",
    x=f"{CELL}\nout_bar * np.where(inside, slope, 0.0)",
    fp=f"{CELL}\ng = out_bar\n{ENDS_OF_CELL.replace('BAR', 'fp_bar')}",
    xp=f"{CELL}\ng = {SLOPE}\n{ENDS_OF_CELL.replace('BAR', 'xp_bar')}",
    dot=f"{CELL}\n"
    "d = xp_dot[k] * (1 - t) + xp_dot[k + 1] * t\n"
    "np.where(inside, slope, 0.0) * (x_dot - d)"
    " + fp_dot[k] * (1 - t) + fp_dot[k + 1] * t",
    infer=search_float,
    note="at a knot the slope to its right; 0 outside",
    examples=[
        [("const", 1.3), ("sorted", 4), (4,)],
        [("points", 5), ("sorted", 4), (4,)],
    ],
)

AVERAGE = "np.average(a_dot, axis=axis, weights=weights)"
rule(
    "numpy.average(a, axis=None, weights=None; returned=False, keepdims=False)",
    cases=[
        case("a.ndim == 0", "a_dot", a="out_bar"),
        case(
            "weights is None and axis is None",
            "np.average(a_dot)",
            a="np.broadcast_to(out_bar / np.size(a), np.shape(a))",
        ),
        case(
            "weights is None and isinstance(axis, int)",
            "np.average(a_dot, axis=axis)",
            a="np.broadcast_to("
            "np.expand_dims(out_bar / np.shape(a)[axis], axis), np.shape(a))",
        ),
        case(
            "axis is None and weights.ndim == a.ndim or a.ndim == 1",
            "total = np.sum(weights)\n"
            "np.sum(weights * a_dot) / total + np.sum(weights_dot * (a - out)) / total",
            a="weights * (out_bar / np.sum(weights))",
            weights="(a - out) * (out_bar / np.sum(weights))",
        ),
        case(
            "isinstance(axis, int) and weights.ndim == a.ndim",
            "total = np.sum(weights, axis=axis)\n"
            "np.sum(weights * a_dot, axis=axis) / total"
            " + np.sum(weights_dot * (a - np.expand_dims(out, axis)), axis=axis)"
            " / total",
            a="share = out_bar / np.sum(weights, axis=axis)\n"
            "weights * np.expand_dims(share, axis)",
            weights="share = out_bar / np.sum(weights, axis=axis)\n"
            "(a - np.expand_dims(out, axis)) * np.expand_dims(share, axis)",
        ),
        case(
            "a.ndim == 2 and axis == 0 and weights.ndim == 1",
            "(weights @ a_dot + weights_dot @ (a - out)) / np.sum(weights)",
            a="np.outer(weights, out_bar / np.sum(weights))",
            weights="(a - out) @ (out_bar / np.sum(weights))",
        ),
        case(
            "a.ndim == 2 and (axis == 1 or axis == -1) and weights.ndim == 1",
            "(a_dot @ weights + (a - out[:, None]) @ weights_dot) / np.sum(weights)",
            a="np.outer(out_bar / np.sum(weights), weights)",
            weights="(out_bar / np.sum(weights)) @ (a - out[:, None])",
        ),
    ],
    infer=average,
    formula="sum of weights * a / sum of weights",
    examples=[
        ([(4,)], {}),
        ([(3, 4)], {"axis": 0}),
        ([(4,)], {"weights": ("points", 4)}),
        ([(3, 4)], {"axis": 0, "weights": ("points", 3)}),
        ([(3, 4)], {"axis": 1, "weights": ("points", 4)}),
    ],
)

# Along the last axis, and along the first one of a matrix.
ENDS = """
y_bar[..., 1:] += part
y_bar[..., :-1] += part
y_bar
""".strip()
CHORDS = """
part = 0.5 * (y[..., 1:] + y[..., :-1]) * G
part = unbroadcast(part, np.diff(x))
x_bar[..., 1:] += part
x_bar[..., :-1] += -part
x_bar
""".strip()
ROW_ENDS = ENDS.replace("..., ", "")
ROW_CHORDS = """
part = np.sum(0.5 * (y[1:] + y[:-1]) * out_bar, axis=1)
x_bar[1:] += part
x_bar[:-1] += -part
x_bar
""".strip()
EVEN = "np.trapezoid(y_dot, dx=dx, axis=axis) + np.trapezoid(y, axis=axis) * dx_dot"
QUAD = "np.trapezoid(y_dot, x=x, axis=axis) + np.trapezoid(y, x=x_dot, axis=axis)"
TALL = "np.expand_dims(out_bar, -1)"


def integral(when: str, y: str, x: str) -> list[Case]:
    """The cases of an integral: in even steps `dx`, or over the points `x`.

    A complex integral over real points gives these a real cotangent.
    """
    dx = "np.sum(out_bar * np.trapezoid(y, axis=axis))"
    points = y.replace("WIDTH", "np.diff(x)")
    real = x.replace("x_bar[", "part = np.real(part)\nx_bar[", 1)
    return [
        case(f"x is None and {when}", EVEN, y=y.replace("WIDTH", "dx"), dx=dx),
        case(f"y.complex and not x.complex and {when}", QUAD, y=points, x=real),
        case(when, QUAD, y=points, x=x),
    ]


rule(
    "numpy.trapezoid(y, x=None, dx=1.0, axis=-1)",
    cases=[
        *integral(
            "y.ndim == 1 and (axis == -1 or axis == 0)",
            f"part = 0.5 * WIDTH * out_bar\n{ENDS}",
            CHORDS.replace("G", "out_bar"),
        ),
        *integral(
            "axis == -1",
            f"part = 0.5 * WIDTH * {TALL}\n{ENDS}",
            CHORDS.replace("G", TALL),
        ),
        case(
            "y.ndim == 2 and axis == 0 and x is None",
            EVEN,
            y=f"part = 0.5 * dx * out_bar\n{ROW_ENDS}",
            dx="np.sum(out_bar * np.trapezoid(y, axis=axis))",
        ),
        case(
            "y.ndim == 2 and axis == 0 and x.ndim == 1",
            QUAD,
            y=f"part = 0.5 * np.diff(x)[:, None] * out_bar\n{ROW_ENDS}",
            x=ROW_CHORDS,
        ),
    ],
    infer=trapezoid,
    aliases=["scipy.integrate.trapezoid"],
    note="along the last axis, or along the rows of a matrix",
    examples=[
        ([(5,)], {}),
        ([(5,)], {"dx": 0.1}),
        ([(5,)], {"x": ("points", 5)}),
        ([(3, 5)], {}),
        ([(3, 5)], {"x": ("points", 5)}),
        ([(5, 3)], {"axis": 0}),
        ([(5, 3)], {"x": ("points", 5), "axis": 0}),
    ],
)
rule(
    "math.prod(iterable, start=1)",
    iterable=f"x = np.asarray(iterable)\n{OTHERS}\nleft * right * (out_bar * start)",
    infer=python_float,
    dot=f"x = np.asarray(iterable)\n{OTHERS}\n"
    "start * np.sum(left * right * np.asarray(iterable_dot))",
    examples=[[[0.3, 1.2, -0.7]]],
)
