"""Methods of ufuncs: `reduce`, `accumulate` and `outer`."""

from __future__ import annotations

from symdiff.rules.axes import CHECKED, STARTED, over_axes
from symdiff.rules.declare import case, rule
from symdiff.rules.infer import ufuncs as infer
from symdiff.rules.registry import RULES

REDUCED = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
}
ACCUMULATED = {"add": "cumsum", "multiply": "cumprod"}


for ufunc, name in REDUCED.items():
    source = RULES[f"numpy.{name}"]
    rule(
        f"numpy.{ufunc}.reduce({STARTED}, dtype=None)".replace("axis=None", "axis=0"),
        cases=[c for c in source.cases if "kind == 'list'" not in c.when],
        infer=infer.reduced(source.infer),
        formula=source.formula,
        note=source.note,
        examples=CHECKED[:-1],
    )
for ufunc, name in ACCUMULATED.items():
    source = RULES[f"numpy.{name}"]
    rule(
        f"numpy.{ufunc}.accumulate(a, axis=0; dtype=None, out=None)",
        cases=[c for c in source.cases if "axis is None" not in c.when],
        infer=infer.reduced(source.infer),
        examples=[([(5,)], {}), ([(3, 4)], {}), ([(3, 4)], {"axis": 1})],
    )

# An extreme so far is the element where it was last set: `places`.
PLACES = (
    "places = np.maximum.accumulate(np.where(a == out, np.arange(np.size(a)), 0))\n"
)
for ufunc in ("maximum", "minimum"):
    rule(
        f"numpy.{ufunc}.accumulate(a, axis=0; dtype=None, out=None)",
        when="a.ndim == 1",
        a=f"{PLACES}np.add.at(a_bar, places, out_bar)",
        dot=f"{PLACES}a_dot[places]",
        infer=infer.reduced(RULES["numpy.cumsum"].infer),
        note="of vectors; of equal elements the last one counts",
        examples=[[(5,)]],
    )
rule(
    "numpy.logaddexp.accumulate(a, axis=0; dtype=None, out=None)",
    when="a.ndim == 1",
    a="""
share = np.exp(out[:-1] - out[1:])
later = np.copy(out_bar)
for i in range(np.size(a) - 1, 0, -1):
    later[i - 1] += later[i] * share[i - 1]
later * np.exp(a - out)
""",
    dot="""
share = np.exp(out[:-1] - out[1:])
moved = a_dot * np.exp(a - out)
for i in range(1, np.size(a)):
    moved[i] += moved[i - 1] * share[i - 1]
moved
""",
    infer=infer.reduced(RULES["numpy.cumsum"].infer),
    note="of vectors of finite numbers",
    examples=[[(5,)]],
)

WEIGHTS = """
top = OUT
raw = np.exp(np.where(a == top, 0, a) - np.where(a == top, 0, top))
weights = raw / np.sum(raw, WITHIN) * (top > -np.inf)
""".strip()
rule(
    "numpy.logaddexp.reduce(a, axis=0, *, keepdims=False; dtype=None, out=None)",
    cases=over_axes(
        WEIGHTS.replace("OUT", "np.logaddexp.reduce(a, WITHIN)")
        + "\nnp.sum(weights * a_dot, OVER)",
        WEIGHTS.replace("OUT", "kept(out)") + "\nweights * kept(out_bar)",
    ),
    infer=infer.reduced(RULES["numpy.mean"].infer),
    note="0 where all are -inf; the +inf share",
    examples=[
        ([(3,)], {}),
        ([(3, 4)], {"axis": 1}),
        ([(3, 4)], {"axis": 1, "keepdims": True}),
    ],
)

# Each operand has the axes of its own: of the result the first, or the last.
OVER_B = "tuple(range(np.ndim(a), np.ndim(out_bar)))"
OVER_A = "tuple(range(np.ndim(a)))"
OUTERS = {
    "add": ("out_bar", "out_bar", "np.add.outer(a_dot, b_dot)"),
    "subtract": ("out_bar", "-out_bar", "np.subtract.outer(a_dot, b_dot)"),
}
for name, (left, right, dot) in OUTERS.items():
    rule(
        f"numpy.{name}.outer(a, b)",
        cases=[
            case(
                "a.ndim == 1 and b.ndim == 1",
                dot,
                a=f"np.sum({left}, axis=1)",
                b=f"np.sum({right}, axis=0)",
            ),
            case(
                "",
                dot,
                a=f"np.sum({left}, axis={OVER_B})",
                b=f"np.sum({right}, axis={OVER_A})",
            ),
        ],
        infer=infer.outer,
        cost="cheap",
        examples=[[(3,), (4,)], [(2, 3), (4,)], [(3,), ()]],
    )
rule(
    "numpy.multiply.outer(a, b)",
    cases=[
        case(
            "a.ndim == 1 and b.ndim == 1",
            "np.multiply.outer(a_dot, b) + np.multiply.outer(a, b_dot)",
            a="out_bar @ b",
            b="a @ out_bar",
        ),
        case(
            "",
            "np.multiply.outer(a_dot, b) + np.multiply.outer(a, b_dot)",
            a="np.tensordot(out_bar, b, np.ndim(b))",
            b="np.tensordot(a, out_bar, np.ndim(a))",
        ),
    ],
    infer=infer.outer,
    cost="costly",
    examples=[[(3,), (4,)], [(2, 3), (4,)], [(2, 3), (4, 2)]],
)
rule(
    "numpy.divide.outer(a, b)",
    cases=[
        case(
            "a.ndim == 1 and b.ndim == 1",
            "a_dot[:, None] / b - out * (b_dot / b)",
            a="np.sum(out_bar / b, axis=1)",
            b="-np.sum(out_bar * out, axis=0) / b",
        ),
    ],
    infer=infer.outer,
    cost="costly",
    note="of vectors",
    aliases=["numpy.true_divide.outer"],
    examples=[[(3,), ("points", 4)]],
)
LARGER = "(a[:, None] {0} b) + 0.5 * (a[:, None] == b)"
for name, wins, loses in (("maximum", ">", "<"), ("minimum", "<", ">")):
    first, second = LARGER.format(wins), LARGER.format(loses)
    rule(
        f"numpy.{name}.outer(a, b)",
        when="a.ndim == 1 and b.ndim == 1",
        a=f"np.sum(out_bar * ({first}), axis=1)",
        b=f"np.sum(out_bar * ({second}), axis=0)",
        dot=f"a_dot[:, None] * ({first}) + b_dot * ({second})",
        infer=infer.outer,
        cost="costly",
        note="of vectors; a tie is split",
        examples=[[(3,), (4,)]],
    )
