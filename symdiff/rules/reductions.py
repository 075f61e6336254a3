"""Sums, means, products, extrema and norms, over all axes or some."""

from __future__ import annotations

import re

from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer.reductions import cumulative_infer, reduce_infer
from symdiff.rules.registry import Case

AXES = "a, axis=None, *, keepdims=False; out=None"
KEPT = re.compile(r"kept\((\w+)\)")


# What the templates of a reduction leave open, and its meaning for all axes, for an
# int axis, and for any.
WORDS = {
    "COUNT": ("np.size(a)", "np.shape(a)[axis]", "(np.size(a) / np.size(out))"),
    "CENTRE": ("np.mean(a)", *["np.mean(a, axis=axis, keepdims=True)"] * 2),
    "OVER": ("", *["axis=axis, keepdims=keepdims"] * 2),
    "WITHIN": ("", *["axis=axis, keepdims=True"] * 2),
}


def over_axes(
    dot: str, a: str, when: str = "", point: str = "out_bar", tangent: str = ""
) -> list[Case]:
    """The cases of a reduction: of a number, of all axes, of some axes.

    `kept(y)` in a template is y with the reduced axes put back, words in capitals are
    those of `WORDS`. `point` and `tangent` are for an operand without axes.
    """
    cases = [("a.ndim == 0", tangent or dot, point, 0)]
    whole = KEPT.sub(r"\1", a)
    some = KEPT.sub(r"np.expand_dims(\1, axis)", a)
    any_axes = KEPT.sub(r"keep_axes(\1, a, axis)", a)
    # Only what counts the reduced numbers says it in other words for an int axis.
    one = 1 if "COUNT" in dot + a else 2
    cases += [
        ("axis is None and not keepdims", dot, whole, 0),
        ("keepdims and isinstance(axis, int)", dot, whole, one),
        ("axis is None or keepdims", dot, whole, 2),
        ("isinstance(axis, int) and not keepdims", dot, some, one),
        ("isinstance(axis, tuple) and not keepdims", dot, some, 2),
        ("axis.kind in ('scalar', 'tuple') and not keepdims", dot, some, 2),
        ("", dot, any_axes, 2),
    ]
    if when:  # It may ask for the axis as a value, and so nothing else of it.
        cases = [c for c in cases if "axis.kind" not in c[0]]
    return [
        case(
            " and ".join(filter(None, (_grouped(condition), when))),
            spelled(forward, column),
            a=spelled(reverse, column),
        )
        for condition, forward, reverse, column in cases
    ]


def _grouped(condition: str) -> str:
    return f"({condition})" if " or " in condition else condition


def spelled(text: str, column: int) -> str:
    """Write out the words of a template."""
    for word, meanings in WORDS.items():
        text = text.replace(word, meanings[column])
    return text.replace(", )", ")")


OPTIONS = "axis=axis, keepdims=keepdims"
CHECKED = [
    ([(3, 4)], {}),
    ([(3, 4)], {"axis": 0}),
    ([(3, 4)], {"axis": -1}),
    ([(2, 3, 4)], {"axis": (0, 2)}),
    ([(3, 4)], {"axis": 1, "keepdims": True}),
    ([(3, 4)], {"keepdims": True}),
    ([()], {}),
]

# The gradient in a list of numbers is a list; in all else that NumPy takes, an array.
NUMBERS = "a.kind == 'list' and a.item_ndim == 0 and axis is None and not keepdims"
rule(
    f"numpy.sum({AXES}, dtype=None)",
    cases=[
        case(NUMBERS, "np.sum(a_dot)", a="[out_bar] * len(a)"),
        *over_axes(
            "np.sum(a_dot, OVER)",
            "np.broadcast_to(kept(out_bar), np.shape(a))",
        ),
    ],
    infer=reduce_infer("sum"),
    formula="sum of a",
    examples=[*CHECKED, [[0.3, 1.2]]],
)

rule(
    f"numpy.mean({AXES}, dtype=None)",
    cases=[
        case(NUMBERS, "np.mean(a_dot)", a="[out_bar / len(a)] * len(a)"),
        *over_axes(
            "np.mean(a_dot, OVER)",
            "share = out_bar / COUNT\nnp.broadcast_to(kept(share), np.shape(a))",
        ),
    ],
    infer=reduce_infer("float"),
    formula="sum of a / number of elements",
    examples=[*CHECKED, [[0.3, 1.2]]],
)

# The sum of squared deviations does not depend on the mean to first order.
rule(
    "numpy.var(a, axis=None, *, ddof=0, keepdims=False; dtype=None, out=None)",
    cases=over_axes(
        "np.sum(2 * (a - CENTRE) * a_dot, OVER) / (COUNT - ddof)",
        "scale = 2 * out_bar / (COUNT - ddof)\n(a - CENTRE) * kept(scale)",
        point="np.zeros_like(a)",
    ),
    infer=reduce_infer("real"),
    formula="mean of (a - mean)**2",
    examples=[*CHECKED[:-1], ([(5,)], {"ddof": 1})],
)
rule(
    "numpy.std(a, axis=None, *, ddof=0, keepdims=False; dtype=None, out=None)",
    cases=over_axes(
        "np.sum((a - CENTRE) * a_dot, OVER)"
        " / (np.where(out == 0, 1, out) * (COUNT - ddof))",
        "scale = out_bar / (np.where(out == 0, 1, out) * (COUNT - ddof))\n"
        "(a - CENTRE) * kept(scale)",
        point="np.zeros_like(a)",
    ),
    infer=reduce_infer("real"),
    formula="sqrt(var)",
    note="0 where the deviation is 0",
    examples=[*CHECKED[:-1], ([(5,)], {"ddof": 1})],
)

# The winners share the cotangent: all elements that are equal to the extremum. Their
# number is an int, which would widen single precision.
WINNERS = """
winners = EQUAL
share = out_bar / np.sum(winners, OVER)
winners * kept(share)
""".strip()
SINGLE = "a.dtype == 'f4'"


def winners(op: str, equal: str) -> list[Case]:
    """The cases of an extremum, for single precision and for any other."""
    dot = (
        f"winners = a == np.{op}(a, WITHIN)\n"
        "np.sum(winners * a_dot, OVER) / np.sum(winners, OVER)"
    )
    narrow = WINNERS.replace("EQUAL", f"({equal}).astype(np.float32)")
    wide = WINNERS.replace("EQUAL", equal)
    return [*over_axes(dot, narrow, SINGLE), *over_axes(dot, wide)]


for name in ("max", "min"):
    rule(
        f"numpy.{name}({AXES})",
        cases=winners(name, "a == kept(out)"),
        infer=reduce_infer("same"),
        aliases=[f"numpy.a{name}"],
        formula=f"the {'largest' if name == 'max' else 'smallest'} element",
        note="ties share equally",
        examples=CHECKED,
    )

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


rule(
    f"numpy.prod({AXES}, dtype=None)",
    cases=_product_cases(),
    infer=reduce_infer("sum"),
    formula="product of a",
    note="by prefix and suffix products: right for any number of zeros",
    examples=CHECKED,
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

constant(
    f"numpy.argmax({AXES})",
    f"numpy.argmin({AXES})",
    "numpy.count_nonzero(a, axis=None, *, keepdims=False)",
    infer=reduce_infer("i8"),
    cost="costly",
)
constant(
    f"numpy.any({AXES})",
    f"numpy.all({AXES})",
    infer=reduce_infer("b1"),
    cost="costly",
)
