"""The operators: arithmetic, powers, comparisons, logic, and their in-place forms."""

from __future__ import annotations

from symdiff.rules.declare import case, constant, elementwise, tangents
from symdiff.rules.infer.containers import boolean, operand
from symdiff.rules.infer.elementwise import inplace_infer, operator_infer

LISTS = "x.kind in ('list', 'tuple') and not y.array"
SECOND = "y.kind in ('list', 'tuple')"
NUMBERS = "x.python and y.python"
# The logarithm of a base that may be 0 or negative, without math's ValueError.
LOG = "math.log(x if x > 0 else 1.0 if x == 0 else math.nan)"

for op, infer in (("add", operator_infer("add")), ("iadd", inplace_infer("add"))):
    elementwise(
        f"{op}(x, y)",
        x="out_bar",
        y="out_bar",
        cases=[
            case(LISTS, "add(x_dot, y_dot)", x="out_bar[:len(x)]", y="out_bar[len(x):]")
        ],
        infer=infer,
        formula="x + y",
        example=(0.3, -1.2),
        aliases=["numpy.add", "operator.add"] if op == "add" else [],
    )

for op, infer in (("sub", operator_infer("sub")), ("isub", inplace_infer("sub"))):
    elementwise(
        f"{op}(x, y)",
        x="out_bar",
        y="-out_bar",
        infer=infer,
        formula="x - y",
        example=(0.3, -1.2),
        aliases=["numpy.subtract", "operator.sub"] if op == "sub" else [],
    )

for op, infer in (("mul", operator_infer("mul")), ("imul", inplace_infer("mul"))):
    elementwise(
        f"{op}(x, y)",
        x="out_bar * y",
        y="out_bar * x",
        cases=[
            case(LISTS, "mul(x_dot, y)", x="unrepeat(out_bar, x)"),
            case(
                f"{SECOND} and not x.array", "mul(x, y_dot)", y="unrepeat(out_bar, y)"
            ),
        ],
        infer=infer,
        formula="x * y",
        example=(0.3, -1.2),
        aliases=["numpy.multiply", "operator.mul"] if op == "mul" else [],
    )

for op, infer in (
    ("truediv", operator_infer("truediv")),
    ("itruediv", inplace_infer("truediv")),
):
    elementwise(
        f"{op}(x, y)",
        x="out_bar / y",
        y="-(out_bar * out / y)",
        infer=infer,
        formula="x / y",
        note="with the quotient in y's derivative, so that y**2 cannot underflow",
        example=(0.3, -1.2),
        aliases=["numpy.divide", "numpy.true_divide", "operator.truediv"]
        if op == "truediv"
        else [],
    )

for op, infer in (("mod", operator_infer("mod")), ("imod", inplace_infer("mod"))):
    elementwise(
        f"{op}(x, y)",
        x="out_bar",
        y="-(out_bar * (x // y))",
        infer=infer,
        note="1 in x, also at the jump",
        example=(5.3, 2.0),
        aliases=["numpy.mod", "numpy.remainder", "operator.mod"] if op == "mod" else [],
    )

# A constant exponent has no logarithm; a negative one reuses the result.
POWERS = [
    tangents({"x": "2 * x * out_bar"}, "y == 2"),
    tangents({"x": "out_bar"}, "y == 1"),
    tangents({"x": "np.zeros_like(x)"}, "y == 0 and x.array"),
    tangents({"x": "0.0"}, "y == 0"),
    tangents({"x": "divide(0.5 * out_bar, out)"}, "y == 0.5 and x.python"),
    tangents({"x": "0.5 * out_bar / out"}, "y == 0.5 and not x.python"),
    tangents({"x": "y * out * out_bar / x"}, "y < 0"),
    tangents({"x": "y * x ** (y - 1) * out_bar"}, "y >= 1"),
    tangents({"x": "y * power(x, y - 1) * out_bar"}, "y > 0 and x.python"),
    tangents({"x": "y * x ** (y - 1) * out_bar"}, "y > 0 and not x.python"),
    tangents({"x": "y * power(x, y - 1) * out_bar"}, "y > 0"),
    tangents({"y": "out_bar * out * math.log(x)"}, "x > 0"),
    tangents(
        {
            "x": "out_bar * y * power(x, y - 1 if y else 1.0)",
            "y": f"out_bar * out * {LOG}",
        },
        NUMBERS,
    ),
]
for op, infer in (("pow", operator_infer("pow")), ("ipow", inplace_infer("pow"))):
    elementwise(
        f"{op}(x, y)",
        x="out_bar * y * x ** np.where(y == 0, 1, y - 1)",
        y="out_bar * out * np.log(np.where(x == 0, 1, x))",
        cases=POWERS,
        infer=infer,
        formula="x**y",
        note="0**0 has the derivatives 0, 0; a negative base has none in y (NaN)",
        cost="costly",
        examples=[(1.3, 2.5), (0.7, -1.2), (2.0, 3)],
        aliases=["numpy.power", "numpy.pow", "operator.pow", "builtins.pow"]
        if op == "pow"
        else [],
    )

elementwise(
    "math.pow(x, y)",
    x="out_bar * y * power(x, y - 1 if y else 1.0)",
    y=f"out_bar * out * {LOG}",
    cases=[tangents({"x": "y * power(x, y - 1) * out_bar"}, "y != 0")],
    formula="x**y",
    cost="costly",
    examples=[(1.3, 2.5), (0.7, -1.2)],
)

elementwise(
    "neg(x)",
    x="-out_bar",
    infer=operator_infer("neg"),
    formula="-x",
    example=(0.3,),
    aliases=["numpy.negative", "operator.neg"],
)
elementwise(
    "pos(x)",
    x="out_bar",
    infer=operator_infer("pos"),
    formula="x",
    example=(0.3,),
    aliases=["numpy.positive", "operator.pos"],
)

# The helpers that stand for `/` and `**` where a Python float would raise.
elementwise(
    "divide(x, y)",
    x="divide(out_bar, y)",
    y="-divide(out_bar * out, y)",
    infer=operator_infer("truediv"),
    formula="x / y",
    example=(0.3, -1.2),
)
NUMERIC_POWER = tangents(
    {
        "x": "out_bar * y * power(x, y - 1 if y else 1.0)",
        "y": f"out_bar * out * {LOG}",
    },
    NUMBERS,
)
elementwise(
    "power(x, y)",
    x="out_bar * y * power(x, np.where(y == 0, 1, y - 1))",
    y="out_bar * out * np.log(np.where(x == 0, 1, x))",
    infer=operator_infer("pow"),
    cases=[tangents({"x": "y * power(x, y - 1) * out_bar"}, "y != 0"), NUMERIC_POWER],
    formula="x**y",
    example=(1.3, 2.5),
)

STEPS = {
    "floordiv": "floor_divide",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
    "and_": "bitwise_and",
    "or_": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
}
for op, name in STEPS.items():
    constant(
        f"{op}(x, y)",
        infer=operator_infer(op),
        elementwise=True,
        aliases=[f"numpy.{name}", f"operator.{op}"],
    )
constant("ifloordiv(x, y)", infer=inplace_infer("floordiv"), elementwise=True)
constant(
    "invert(x)",
    infer=operator_infer("invert"),
    elementwise=True,
    aliases=["numpy.invert", "numpy.bitwise_not"],
)
constant("is_(x, y)", "is_not(x, y)", "contains(x, y)", "not_(x)", infer=boolean)

# Python's `and` and `or` give one of their operands: which one is a branch.
elementwise(
    "logical_and(x, y)",
    x="0.0 if x else out_bar",
    y="out_bar if x else 0.0",
    infer=operand,
    example=(0.3, -1.2),
)
elementwise(
    "logical_or(x, y)",
    x="out_bar if x else 0.0",
    y="0.0 if x else out_bar",
    infer=operand,
    example=(0.3, -1.2),
)
