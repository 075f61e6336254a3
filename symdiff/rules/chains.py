"""Powers and chains of matrices, systems of tensors, products along axes."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import List, Tuple, Type, rank
from symdiff.rules.declare import case, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.layout import count_of
from symdiff.rules.matrices import stacked
from symdiff.rules.registry import Case

TIMES = "np.linalg.matrix_power(b, k)"
BETWEEN = f"""
t = T(b)
grad = np.zeros_like(b)
for k in range(m):
    grad = grad + {TIMES.replace("(b", "(t")} @ out_bar @ {
    TIMES.replace("(b, k", "(t, m - 1 - k")
}
"""
ALONG = f"""
dot = np.zeros_like(b)
for k in range(m):
    dot = dot + {TIMES} @ b_dot @ {TIMES.replace("k)", "m - 1 - k)")}
"""
rule(
    "numpy.linalg.matrix_power(a, n)",
    cases=[
        *stacked(
            "a",
            f"b = a\nm = n\nb_dot = a_dot\n{ALONG.strip()}\ndot",
            "n >= 0",
            a=f"b = a\nm = n\n{BETWEEN.strip()}\ngrad",
        ),
        *stacked(
            "a",
            "b = np.linalg.inv(a)\nm = -n\nb_dot = -(b @ a_dot @ b)\n"
            f"{ALONG.strip()}\ndot",
            "n < 0",
            a=f"b = np.linalg.inv(a)\nm = -n\n{BETWEEN.strip()}\n-(t @ grad @ t)",
        ),
    ],
    infer=products.square,
    cost="never",
    note="for a constant exponent",
    examples=[
        ([("matrix", 3)], {"n": 3}),
        ([("matrix", 3)], {"n": -2}),
        ([("matrix", 3)], {"n": 0}),
        ([("matrices", 3)], {"n": 2}),
    ],
)


def multi_dot_case(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """`np.linalg.multi_dot([a, b, c])`: what stands left and right of each, turned."""
    n = count_of(args[0], "numpy.linalg.multi_dot")
    items = [f"arrays[{k}]" for k in range(n)]
    ranks = [rank(t) for t in _types(args[0])]
    write = _turned if ranks and all(r == 2 for r in ranks) else _by_helpers
    parts = [
        write(items[k], " @ ".join(items[:k]), " @ ".join(items[k + 1 :]))
        for k in range(n)
    ]
    dots = [
        "np.linalg.multi_dot(["
        + ", ".join(f"arrays_dot[{j}]" if j == k else items[j] for j in range(n))
        + "])"
        for k in range(n)
    ]
    return Case("", {"arrays": f"[{', '.join(parts)}]"}, " + ".join(dots))


def _types(atom: Atom) -> list[Type]:
    match atom.type:
        case Tuple(items=items):
            return list(items)
        case List(item=item):
            return [item]
    return []


def _turned(x: str, before: str, after: str) -> str:
    left = f"({before}).T @ " if before else ""
    return f"{left}out_bar" + (f" @ ({after}).T" if after else "")


def _by_helpers(x: str, before: str, after: str) -> str:
    whole = f"{x} @ {after}" if after else x
    right = f"right_of_matmul(out_bar, {before}, {whole})" if before else "out_bar"
    return f"left_of_matmul({right}, {x}, {after})" if after else right


rule(
    "numpy.linalg.multi_dot(arrays; out=None)",
    make=multi_dot_case,
    infer=infer.unsure,
    cost="never",
)
FLAT = "n = math.isqrt(np.size(a))\n"
INVERSE = "t = np.reshape(out, (n, n)).T\n"
rule(
    "numpy.linalg.tensorinv(a, ind=2)",
    a=FLAT
    + INVERSE
    + "np.reshape(-(t @ np.reshape(out_bar, (n, n)) @ t), np.shape(a))",
    dot=FLAT
    + "t = np.reshape(out, (n, n))\n"
    + "np.reshape(-(t @ np.reshape(a_dot, (n, n)) @ t), np.shape(out))",
    infer=infer.unshaped,
    cost="never",
    examples=[([(4, 6, 8, 3)], {}), ([(24, 8, 3)], {"ind": 1})],
)
FLAT = "n = np.size(b)\nm = np.reshape(a, (n, n))\n"
ADJOINT = "w = np.linalg.solve(m.T, np.ravel(out_bar))\n"
rule(
    "numpy.linalg.tensorsolve(a, b; axes=None)",
    a=FLAT + ADJOINT + "-np.reshape(np.outer(w, np.ravel(out)), np.shape(a))",
    b=FLAT + ADJOINT + "np.reshape(w, np.shape(b))",
    dot=FLAT
    + "rest = np.ravel(b_dot) - np.reshape(a_dot, (n, n)) @ np.ravel(out)\n"
    + "np.reshape(np.linalg.solve(m, rest), np.shape(out))",
    infer=infer.unshaped,
    cost="never",
    examples=[[("tensor", (2, 3, 6)), (2, 3)]],
)
rule(
    "numpy.vecdot(x1, x2, *, axis=-1)",
    cases=[
        case(
            "x1.ndim == 1 and x2.ndim == 1",
            "np.vecdot(x1_dot, x2) + np.vecdot(x1, x2_dot)",
            x1="out_bar * x2",
            x2="out_bar * x1",
        ),
        case(
            "",
            "np.vecdot(x1_dot, x2, axis=axis) + np.vecdot(x1, x2_dot, axis=axis)",
            x1="unbroadcast(np.expand_dims(out_bar, axis) * x2, x1)",
            x2="unbroadcast(np.expand_dims(out_bar, axis) * x1, x2)",
        ),
    ],
    infer=infer.vecdot,
    cost="never",
    aliases=["numpy.linalg.vecdot"],
    examples=[[(4,), (4,)], [(3, 4), (4,)], ([(3, 4), (3, 1)], {"axis": 0})],
)
rule(
    "numpy.matvec(x1, x2)",
    x1="unbroadcast(out_bar[..., :, None] * x2[..., None, :], x1)",
    x2="unbroadcast((np.swapaxes(x1, -1, -2) @ out_bar[..., None])[..., 0], x2)",
    dot="np.matvec(x1_dot, x2) + np.matvec(x1, x2_dot)",
    infer=infer.matvec,
    cost="never",
    examples=[[(3, 4), (4,)], [(2, 3, 4), (4,)], [(3, 4), (2, 4)]],
)
rule(
    "numpy.vecmat(x1, x2)",
    x1="unbroadcast((x2 @ out_bar[..., None])[..., 0], x1)",
    x2="unbroadcast(x1[..., :, None] * out_bar[..., None, :], x2)",
    dot="np.vecmat(x1_dot, x2) + np.vecmat(x1, x2_dot)",
    infer=infer.vecmat,
    cost="never",
    examples=[[(4,), (4, 3)], [(2, 4), (4, 3)], [(4,), (2, 4, 3)]],
)
