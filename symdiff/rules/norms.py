"""Norms of vectors, of matrices, and along axes."""

from __future__ import annotations

import re

from symdiff.rules.axes import CHECKED, over_axes
from symdiff.rules.declare import case, rule
from symdiff.rules.infer.reductions import matrix_norm, norm
from symdiff.rules.matrices import stacked
from symdiff.rules.registry import Case

# The guard gives 0 at the origin instead of 0 / 0.
EUCLID = over_axes(
    "np.sum(a * a_dot, OVER) / np.where(out == 0, 1, out)",
    "scale = out_bar / np.where(out == 0, 1, out)\na * kept(scale)",
    "EUCLID",
    point="out_bar * np.sign(a)",
)
# Of complex numbers the direction is z / |z|; its conjugate times dz is real.
COMPLEX = [
    *over_axes(
        "np.real(np.sum(np.conj(a) * a_dot, OVER)) / np.where(out == 0, 1, out)",
        "scale = out_bar / np.where(out == 0, 1, out)\nnp.conj(a) * kept(scale)",
        "EUCLID and a.complex",
        point="out_bar / np.where(out == 0, 1, out) * np.conj(a)",
    ),
    case("a.complex"),
]
SUM = over_axes(
    "np.sum(np.sign(a) * a_dot, OVER)",
    "np.sign(a) * kept(out_bar)",
    "ord == 1 and VECTOR",
    point="out_bar * np.sign(a)",
)


def extreme(order: str, op: str) -> list[Case]:
    """The cases of the largest or smallest absolute value, which ties share."""
    return over_axes(
        f"winners = np.abs(a) == np.{op}(np.abs(a), WITHIN)\n"
        "np.sum(winners * np.sign(a) * a_dot, OVER)"
        " / np.sum(winners, OVER)",
        "winners = (np.abs(a) == kept(out)) * np.sign(a)\n"
        "share = out_bar / np.sum(np.abs(winners), OVER)\n"
        "winners * kept(share)",
        f"ord == float('{order}') and VECTOR",
        point="out_bar * np.sign(a)",
    )


POWER = over_axes(
    "safe = np.where(out == 0, 1, out) ** (ord - 1)\n"
    "np.sum(a * np.abs(a) ** (ord - 2) * a_dot, OVER) / safe",
    "scale = out_bar / np.where(out == 0, 1, out) ** (ord - 1)\n"
    "a * np.abs(a) ** (ord - 2) * kept(scale)",
    "ord >= 2 and VECTOR",
    point="out_bar * np.sign(a)",
)
ROOT = over_axes(
    "safe = np.where(out == 0, 1, out) ** (ord - 1)\n"
    "np.sum(np.sign(a) * np.abs(a) ** (ord - 1) * a_dot, OVER) / safe",
    "scale = out_bar / np.where(out == 0, 1, out) ** (ord - 1)\n"
    "np.sign(a) * np.abs(a) ** (ord - 1) * kept(scale)",
    "ord != 0 and ord < 2 and VECTOR",
    point="out_bar * np.sign(a)",
)
COUNT = case("ord == 0 and VECTOR", "0.0 * out", a="np.zeros_like(a)")
VECTORS = [
    *COMPLEX,
    *EUCLID,
    *SUM,
    *extreme("inf", "max"),
    *extreme("-inf", "min"),
    *POWER,
    *ROOT,
]

# Of a matrix: its singular values, or the sums of its columns or rows.
SINGULAR = "u, s, vt = np.linalg.svd(a, full_matrices=False)\n"
WINNERS = "top = s == np.PEAK(s, axis=-1, keepdims=True)\n"
SHARE = "top = top.astype(a.dtype)\nshare = top / np.sum(top, axis=-1, keepdims=True)\n"
LINES = """
sums = np.sum(np.abs(a), axis=FIRST)
top = sums == np.PEAK(sums, axis=-1, keepdims=True)
""".lstrip()


def of_matrices(when: str) -> list[Case]:
    """The cases of the norms of matrices; `M(y)` is y with two axes more."""
    plain = f"{when} and keepdims == False"
    cases = [
        *stacked(
            "a",
            f"{SINGULAR}np.sum(u @ vt * a_dot, axis=(-2, -1))",
            f"ord == 'nuc' and {plain}",
            a=f"{SINGULAR}M(out_bar) * (u @ vt)",
        )
    ]
    for order, peak in (("2", "max"), ("-2", "min")):
        let = SINGULAR + WINNERS.replace("PEAK", peak) + SHARE
        cases += stacked(
            "a",
            f"{let}np.sum(u @ (C(share) * vt) * a_dot, axis=(-2, -1))",
            f"ord == {order} and {plain}",
            a=f"{let}M(out_bar) * (u @ (C(share) * vt))",
        )
    for order, first, mark in (("1", "-2", "R"), ("float('inf')", "-1", "C")):
        for sign, peak in (("", "max"), ("-", "min")):
            let = LINES.replace("FIRST", first).replace("PEAK", peak) + SHARE
            signed = f"{sign}{order}" if sign == "" or order == "1" else "float('-inf')"
            cases += stacked(
                "a",
                f"{let}np.sum({mark}(share) * np.sign(a) * a_dot, axis=(-2, -1))",
                f"ord == {signed} and {plain}",
                a=f"{let}M(out_bar) * ({mark}(share) * np.sign(a))",
            )
    return [_ranked(c) for c in cases]


def _ranked(one: Case) -> Case:
    """Write out `M(y)`: a number for one matrix, with axes for a stack."""
    alone = "a.ndim == 2" in one.when

    def spell(text: str) -> str:
        if alone:
            return re.sub(r"\bM\((\w+)\)", r"\1", text)
        return re.sub(r"\bM\((\w+)\)", r"\1[..., None, None]", text)

    return Case(one.when, {"a": spell(one.adjoint["a"])}, spell(one.dot))


def named(cases: list[Case], euclid: str, vector: str, x: str = "a") -> list[Case]:
    """The cases with the conditions of one function, for an operand called `x`."""

    def renamed(text: str) -> str:
        text = text.replace("EUCLID", euclid).replace("VECTOR", vector)
        return re.sub(r"\ba(_dot)?\b", rf"{x}\1", text)

    return [
        Case(
            renamed(c.when),
            {x: renamed(text) for _, text in c.adjoint.items()},  # noqa: B035
            renamed(c.dot),
        )
        for c in cases
    ]


WHOLE = "(a.ndim == 1 or isinstance(axis, int))"
rule(
    "numpy.linalg.norm(a, ord=None, axis=None, *, keepdims=False)",
    cases=[
        *named(
            [*VECTORS, COUNT],
            f"(ord is None or ord == 'fro' or ord == 2 and {WHOLE})",
            WHOLE,
        ),
        *of_matrices("a.ndim == 2 and axis is None"),
    ],
    infer=norm,
    formula="sqrt(sum of a**2)",
    note="0 at the origin; ties share equally",
    aliases=["scipy.linalg.norm"],
    examples=[
        *CHECKED[:-1],
        ([(4,)], {"ord": 1}),
        ([(4,)], {"ord": 3}),
        ([(4,)], {"ord": 1.5}),
        ([(4,)], {"ord": float("inf")}),
        ([(4,)], {"ord": float("-inf")}),
        ([(3, 4)], {"ord": 1, "axis": 0}),
        ([(3, 4)], {"ord": "fro"}),
        *(
            ([(3, 4)], {"ord": order})
            for order in ("nuc", 1, -1, 2, -2, float("inf"), float("-inf"))
        ),
    ],
)
rule(
    "numpy.linalg.vector_norm(x, *, axis=None, keepdims=False, ord=2)",
    cases=named([*VECTORS, COUNT], "ord == 2", "ord == ord", "x"),
    infer=norm,
    note="0 at the origin; ties share equally",
    examples=[
        ([(3, 4)], {}),
        ([(3, 4)], {"axis": 1, "ord": 3}),
        ([(3, 4)], {"ord": 1, "keepdims": True}),
    ],
)
rule(
    "numpy.linalg.matrix_norm(x, *, keepdims=False, ord='fro')",
    cases=[
        case(
            "ord == 'fro' and keepdims",
            "safe = np.where(out == 0, 1, out)\n"
            "np.sum(x * x_dot, axis=(-2, -1), keepdims=True) / safe",
            x="x * (out_bar / np.where(out == 0, 1, out))",
        ),
        *stacked(
            "x",
            "np.sum(x * x_dot, axis=(-2, -1)) / np.where(out == 0, 1, out)",
            "ord == 'fro'",
            x="scale = out_bar / np.where(out == 0, 1, out)\n"
            "x * scale[..., None, None]",
        ),
        *named(of_matrices("a.ndim >= 2"), "", "", "x"),
    ],
    infer=matrix_norm,
    note="0 at the origin",
    examples=[
        ([(3, 4)], {}),
        ([(2, 3, 4)], {}),
        ([(2, 3, 4)], {"ord": "nuc"}),
        ([(2, 3, 4)], {"ord": 2}),
        ([(2, 3, 4)], {"ord": 1}),
        ([(2, 3, 4)], {"ord": float("inf")}),
        ([(3, 4)], {"keepdims": True}),
    ],
)
