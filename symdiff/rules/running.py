"""Products over axes, and running sums and products."""

from __future__ import annotations

import re

from symdiff.rules.axes import ALL, CHECKED, OPTIONS, PLAIN, STARTED, only
from symdiff.rules.declare import case, rule
from symdiff.rules.infer.reductions import cumulative_infer, reduce_infer
from symdiff.rules.reductions import CHOICES, STARTS
from symdiff.rules.registry import Case

# Products of all others, by prefixes and suffixes, so that zeros do no harm.
OTHERS = """
one = np.ones_like(x[:1])
left = np.concatenate([one, np.cumprod(x[:-1], axis=0)])
right = np.concatenate([np.cumprod(x[:0:-1], axis=0)[::-1], one])
""".strip()
FLAT = """
m = np.moveaxis(a, axis, tuple(range(len(axis))))
x = np.reshape(m, (-1,) + np.shape(m)[len(axis):])
""".strip()
PROD = [
    ("a.ndim == 0", "", "{bar}"),
    ("a.ndim == 1", f"x = a\n{OTHERS}", "left * right * {bar}"),
    (
        "axis is None",
        f"x = np.ravel(a)\n{OTHERS}",
        "np.reshape(left * right, np.shape(a)) * {bar}",
    ),
    (
        "isinstance(axis, tuple)",
        f"{FLAT}\n{OTHERS}",
        "np.moveaxis(np.reshape(left * right, np.shape(m)), "
        "tuple(range(len(axis))), axis) * {bar}",
    ),
    (
        "isinstance(axis, int)",
        f"x = np.moveaxis(a, axis, 0)\n{OTHERS}",
        "np.moveaxis(left * right, 0, axis) * {bar}",
    ),
]


def _product_cases() -> list[Case]:
    out = []
    for when, let, grad in PROD:
        for kept in ("keepdims", "axis is None", ""):
            condition = " and ".join(filter(None, (when, kept)))
            bar = (
                "out_bar"
                if kept or when == "a.ndim == 0"
                else "np.expand_dims(out_bar, axis)"
            )
            prefix = f"{let}\n" if let else ""
            tangent = grad.replace("{bar}", "a_dot")
            dot = f"np.sum({tangent}, {OPTIONS})" if let else "a_dot"
            out.append(
                case(condition, prefix + dot, a=prefix + grad.replace("{bar}", bar))
            )
    return out


def chosen(one: Case, mask: str, start: str) -> Case:
    """A case of the product, of the elements where `mask` holds, times a start.

    Where the mask does not hold, `filled` is 1 and the derivative 0.
    """
    let = ""
    text, dot = one.adjoint["a"], one.dot
    if mask:
        let = f"filled = np.where({mask}, a, 1.0)\n"
        moved = f"moved = np.where({mask}, a_dot, 0.0)\n"
        text = re.sub(r"\ba\b", "filled", text)
        dot = moved + re.sub(r"\ba_dot\b", "moved", re.sub(r"\ba\b", "filled", dot))
    *lines, last = text.splitlines()
    last = f"{last} * {start}" if start else last
    last = f"np.where({mask}, {last}, 0.0)" if mask else last
    adjoint = {"a": let + "\n".join([*lines, last])}
    if start:
        whole = f"np.prod({'filled' if mask else 'a'}, {OPTIONS})"
        *lines, last = dot.splitlines()
        dot = "\n".join([*lines, f"({last}) * {start} + {whole} * {start}_dot"])
        adjoint[start] = f"{let}np.sum(out_bar * {whole})"
    return Case(one.when, adjoint, let + dot)


PRODUCT = _product_cases()
rule(
    f"numpy.prod({STARTED}, dtype=None)",
    cases=[
        *only(PLAIN, PRODUCT),
        *only(ALL, [chosen(one, "", "initial") for one in PRODUCT]),
        *only("initial is None", [chosen(one, "where", "") for one in PRODUCT]),
        *[chosen(one, "where", "initial") for one in PRODUCT],
    ],
    infer=reduce_infer("sum"),
    formula="product of a",
    note="by prefix and suffix products: right for any number of zeros",
    examples=[*CHECKED, *CHOICES, *STARTS],
)

rule(
    "numpy.cumsum(a, axis=None; dtype=None, out=None)",
    cases=[
        case(
            "a.ndim == 1",
            "np.cumsum(a_dot)",
            a="np.cumsum(out_bar[::-1])[::-1]",
        ),
        case(
            "axis is None",
            "np.cumsum(a_dot)",
            a="np.reshape(np.cumsum(out_bar[::-1])[::-1], np.shape(a))",
        ),
        case(
            "",
            "np.cumsum(a_dot, axis=axis)",
            a="np.flip(np.cumsum(np.flip(out_bar, axis=axis), axis=axis), axis=axis)",
        ),
    ],
    infer=cumulative_infer("sum"),
    examples=[
        ([(5,)], {}),
        ([(3, 4)], {}),
        ([(3, 4)], {"axis": 0}),
        ([(3, 4)], {"axis": -1}),
    ],
)

# A scan against the direction of the product: no division, so zeros do no harm.
SCAN = """
before = np.concatenate([np.ones_like(y[:1]), y[:-1]])
rest = np.zeros(np.shape(x)[1:])
grad = np.zeros_like(x)
for k in reversed(range(len(x))):
    rest = rest + g[k]
    grad[k] += rest * before[k]
    rest = rest * x[k]
""".strip()
FORWARD = """
before = np.concatenate([np.ones_like(y[:1]), y[:-1]])
run = np.zeros(np.shape(x)[1:])
tangent = np.zeros_like(x)
for k in range(len(x)):
    run = run * x[k] + before[k] * d[k]
    tangent[k] += run
""".strip()
rule(
    "numpy.cumprod(a, axis=None; dtype=None, out=None)",
    cases=[
        case(
            "axis is None",
            f"x = np.ravel(a)\ny = out\nd = np.ravel(a_dot)\n{FORWARD}\ntangent",
            a=f"x = np.ravel(a)\ny = out\ng = out_bar\n{SCAN}\n"
            "np.reshape(grad, np.shape(a))",
        ),
        case(
            "",
            "x = np.moveaxis(a, axis, 0)\ny = np.moveaxis(out, axis, 0)\n"
            f"d = np.moveaxis(a_dot, axis, 0)\n{FORWARD}\n"
            "np.moveaxis(tangent, 0, axis)",
            a="x = np.moveaxis(a, axis, 0)\ny = np.moveaxis(out, axis, 0)\n"
            f"g = np.moveaxis(out_bar, axis, 0)\n{SCAN}\nnp.moveaxis(grad, 0, axis)",
        ),
    ],
    infer=cumulative_infer("sum"),
    examples=[
        ([(5,)], {}),
        ([(3, 4)], {}),
        ([(3, 4)], {"axis": 0}),
        ([(3, 4)], {"axis": -1}),
    ],
)
