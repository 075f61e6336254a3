"""Triangles and diagonals of matrices, and the trace."""

from __future__ import annotations

from symdiff.rules.declare import case, linear, rule
from symdiff.rules.infer import shapes as infer
from symdiff.rules.infer.common import like_argument
from symdiff.rules.infer.products import trace

for name in ("tril", "triu"):
    linear(
        f"numpy.{name}(m, k=0)",
        m=f"np.{name}(out_bar, k)",
        infer=infer.same_shape,
        cost="cheap",
        examples=[([(3, 4)], {}), ([(3, 3)], {"k": -1}), ([(2, 3, 3)], {"k": 1})],
    )
# The diagonal is the last axis of its array; as an index it comes first.
DIAGONAL = """
n = np.arange(np.shape(out_bar)[-1])
v_bar[n + ROW, n + COLUMN] += np.moveaxis(out_bar, -1, 0)
v_bar
""".strip()
UPPER = DIAGONAL.replace(" + ROW", "").replace("COLUMN", "k")
LOWER = DIAGONAL.replace("ROW", "-k").replace("+ -k", "- k").replace(" + COLUMN", "")
MIDDLE = DIAGONAL.replace(" + ROW", "").replace(" + COLUMN", "")


def flat(text: str) -> str:
    """The same for a diagonal that is a vector."""
    return text.replace("np.moveaxis(out_bar, -1, 0)", "out_bar")


rule(
    "numpy.diag(v, k=0)",
    cases=[
        case("v.ndim == 1", "np.diag(v_dot, k)", v="np.diagonal(out_bar, k)"),
        case("v.ndim == 2 and k == 0", "np.diag(v_dot)", v=flat(MIDDLE)),
        case("v.ndim == 2 and k > 0", "np.diag(v_dot, k)", v=flat(UPPER)),
        case("v.ndim == 2 and k < 0", "np.diag(v_dot, k)", v=flat(LOWER)),
        case("", "np.diag(v_dot, k)", v="undiag(out_bar, v, k)"),
    ],
    infer=infer.diag,
    view=["v"],
    cost="cheap",
    examples=[
        ([(3,)], {}),
        ([(3,)], {"k": -1}),
        ([(3, 4)], {}),
        ([(3, 4)], {"k": 1}),
        ([(3, 4)], {"k": -1}),
    ],
)
rule(
    "undiag(g, v, k=0)",
    g="np.diag(out_bar, k)",
    dot="undiag(g_dot, v, k)",
    infer=like_argument(1),
    cost="cheap",
    examples=[([(3, 3), (3,)], {}), ([(4, 4), (3,)], {"k": -1}), ([(3,), (3, 4)], {})],
)
# Along other axes, those two are brought to the front for a moment.
FRONT = "m = np.moveaxis(a_bar, (axis1, axis2), (0, 1))\n"
BACK = "\nnp.moveaxis(m, (0, 1), (axis1, axis2))"
PLAIN = "axis1 == 0 and axis2 == 1"
SIGNS = (("offset == 0", MIDDLE), ("offset > 0", UPPER), ("offset < 0", LOWER))


def _at(text: str, bar: str) -> str:
    named = text.replace("v_bar", bar).replace("+ k]", "+ offset]")
    return named.replace("- k", "- offset")


def _around(text: str) -> str:
    lines = _at(text, "m").splitlines()
    return FRONT + "\n".join(lines[:-1]) + BACK


rule(
    "numpy.diagonal(a, offset=0, axis1=0, axis2=1)",
    cases=[
        *(
            case(
                f"{rank}{PLAIN} and {when}",
                "np.diagonal(a_dot, offset)",
                a=_at(text, "a_bar"),
            )
            for when, general in SIGNS
            for rank, text in (("a.ndim == 2 and ", flat(general)), ("", general))
        ),
        *(
            case(
                when,
                "np.diagonal(a_dot, offset, axis1=axis1, axis2=axis2)",
                a=_around(text),
            )
            for when, text in SIGNS
        ),
    ],
    infer=infer.diagonal,
    view=["a"],
    cost="free",
    examples=[
        ([(3, 4)], {}),
        ([(3, 4)], {"offset": 1}),
        ([(4, 3)], {"offset": -1}),
        ([(3, 4, 2)], {}),
        ([(2, 3, 4)], {"axis1": -2, "axis2": -1}),
        ([(2, 3, 4)], {"axis1": 0, "axis2": 2, "offset": 1}),
    ],
)
EYE = "np.eye(np.shape(a)[0], np.shape(a)[1], offset)"
rule(
    "numpy.trace(a, offset=0, axis1=0, axis2=1; dtype=None, out=None)",
    cases=[
        case("a.ndim == 2", "np.trace(a_dot, offset)", a=f"out_bar * {EYE}"),
        case(
            "axis1 == 0 and axis2 == 1",
            "np.trace(a_dot, offset)",
            a=f"np.tensordot({EYE}, out_bar, 0)",
        ),
        case(
            "",
            "np.trace(a_dot, offset, axis1, axis2)",
            a="unit = np.eye(np.shape(a)[axis1], np.shape(a)[axis2], offset)\n"
            "np.moveaxis(np.tensordot(unit, out_bar, 0), (0, 1), (axis1, axis2))",
        ),
    ],
    infer=trace,
    examples=[
        ([(3, 3)], {}),
        ([(3, 4)], {"offset": 1}),
        ([(3, 3, 2)], {}),
        ([(2, 3, 4)], {"axis1": -2, "axis2": -1}),
    ],
)
