"""Eigenvalues, singular values, orthogonal factors, and what is made of them.

Where two values coincide the term with their difference is left out: it belongs to a
rotation within their common space, on which a well defined result does not depend.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import List, Tuple, Type, rank
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.layout import count_of
from symdiff.rules.matrices import stacked
from symdiff.rules.registry import Case

GAPS = "gap = R(w) - C(w)\ngap = np.where(gap == 0, np.inf, gap)"
EIGH = f"""
w = out0
v = out1
{GAPS}
inner = D(out0_bar) + T(v) @ out1_bar / gap
s = v @ inner @ T(v)
0.5 * (s + T(s))
"""
EIGH_DOT = f"""
w = out0
v = out1
{GAPS}
inner = T(v) @ (0.5 * (a_dot + T(a_dot))) @ v
(V(inner), v @ (inner / gap))
"""
EIGVALSH = "w, v = np.linalg.eigh(a)\nv @ (C(out_bar) * T(v))"
EIGVALSH_DOT = "w, v = np.linalg.eigh(a)\nV(inner)".replace(
    "V(inner)", "np.sum(v * (0.5 * (a_dot + T(a_dot)) @ v), axis=-2)"
)
rule(
    "numpy.linalg.eigh(a, UPLO='L')",
    cases=stacked("a", EIGH_DOT, a=EIGH),
    outs=2,
    infer=infer.eigh,
    cost="never",
    note="the gradient is symmetric; equal eigenvalues do not rotate their vectors",
    examples=[[("definite", 3)], [("definites", 3)]],
)
rule(
    "numpy.linalg.eigvalsh(a, UPLO='L')",
    cases=stacked("a", EIGVALSH_DOT, a=EIGVALSH),
    infer=infer.eigenvalues,
    cost="never",
    note="the gradient is symmetric",
    examples=[[("definite", 3)], [("definites", 3)]],
)

# v's columns have norm 1; the imaginary part of their scale is left to LAPACK.
EIG = f"""
w = out0
v = out1
{GAPS}
overlap = T(v) @ out1_bar
scale = np.real(V(overlap))
inner = D(out0_bar) + (overlap - T(v) @ np.conj(v) * R(scale)) / gap
real_like(np.linalg.solve(T(v), inner @ T(v)), a)
"""
EIG_DOT = f"""
w = out0
v = out1
{GAPS}
inner = np.linalg.solve(v, a_dot @ v)
turn = v @ (inner / gap)
scale = np.real(np.sum(np.conj(v) * turn, axis=-2))
(V(inner), turn - v * R(scale))
"""
rule(
    "numpy.linalg.eig(a)",
    cases=stacked("a", EIG_DOT, a=EIG),
    outs=2,
    infer=infer.eig,
    cost="never",
    note="of distinct eigenvalues; a loss must not depend on the vectors' phases",
    examples=[[("turning", 3)]],
)
rule(
    "numpy.linalg.eigvals(a)",
    cases=stacked(
        "a",
        "w, v = np.linalg.eig(a)\ninner = np.linalg.solve(v, a_dot @ v)\nV(inner)",
        a="w, v = np.linalg.eig(a)\n"
        "real_like(np.linalg.solve(T(v), C(out_bar) * T(v)), a)",
    ),
    infer=infer.complex_eigenvalues,
    cost="never",
    note="of distinct eigenvalues",
    examples=[[("turning", 3)]],
)

SVD = """
gap = R(s) * R(s) - C(s) * C(s)
f = (gap != 0) / np.where(gap == 0, 1, gap)
safe = np.where(s == 0, 1, s)
j = f * (T(u) @ u_bar)
k = f * (vt @ T(vt_bar))
inner = D(s_bar) + (j + T(j)) * R(s) + C(s) * (k + T(k))
left = (u_bar - u @ (T(u) @ u_bar)) / R(safe)
right = (vt_bar - vt_bar @ T(vt) @ vt) / C(safe)
u @ inner @ vt + left @ vt + u @ right
"""
SVD_DOT = """
gap = R(s) * R(s) - C(s) * C(s)
f = (gap != 0) / np.where(gap == 0, 1, gap)
safe = np.where(s == 0, 1, s)
v = T(vt)
p = T(u) @ a_dot @ v
uj = f * (p * R(s) + C(s) * T(p))
vj = f * (C(s) * p + T(p) * R(s))
left = (a_dot @ v - u @ p) / R(safe)
right = (T(u) @ a_dot - p @ vt) / C(safe)
(u @ uj + left, V(p), T(vj) @ vt + right)
"""
SHORT = "u = out0\ns = out1\nvt = out2\nu_bar = out0_bar\ns_bar = out1_bar\n"
SHORT += "vt_bar = out2_bar"
FULL = """
s = out1
n = np.shape(s)[-1]
u = out0[..., :n]
vt = out2[..., :n, :]
u_bar = leading(out0_bar, n, -1)
s_bar = out1_bar
vt_bar = leading(out2_bar, n, -2)
""".strip()
# The tangents of the other columns are not defined.
PADDED = SVD_DOT.strip().replace(
    "(u @ uj + left, V(p), T(vj) @ vt + right)",
    "more_u = np.full_like(out0[..., n:], np.nan)\n"
    "more_vt = np.full_like(out2[..., n:, :], np.nan)\n"
    "u_dot = np.concatenate([u @ uj + left, more_u], axis=-1)\n"
    "vt_dot = np.concatenate([T(vj) @ vt + right, more_vt], axis=-2)\n"
    "(u_dot, V(p), vt_dot)",
)
BARS = ("u_bar", "s_bar", "vt_bar")


def _without_bars(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(s for s in lines if not s.startswith(BARS))


SQUARE = "(full_matrices == False or a.shape[-1] == a.shape[-2])"
VALUES = "u, s, vt = np.linalg.svd(a, full_matrices=False)"


def svd_cases(module: str) -> list[Case]:
    """The cases of an SVD: values only, reduced, and full."""
    values = VALUES.replace("np.linalg", module)
    return [
        *stacked(
            "a",
            f"{values}\np = T(u) @ a_dot @ T(vt)\nV(p)",
            "not compute_uv",
            a=f"{values}\nu @ (C(out_bar) * vt)",
        ),
        *stacked(
            "a",
            f"{_without_bars(SHORT)}\n{SVD_DOT.strip()}",
            f"compute_uv and {SQUARE}",
            a=f"{SHORT}\n{SVD.strip()}",
        ),
        *stacked(
            "a",
            f"{_without_bars(FULL)}\n{PADDED}",
            "compute_uv",
            a=f"{FULL}\n{SVD.strip()}",
        ),
    ]


SVD_EXAMPLES = [
    ([(4, 3)], {"full_matrices": False}),
    ([(3, 4)], {"full_matrices": False}),
    ([(3, 3)], {}),
    ([(4, 3)], {"compute_uv": False}),
]
SVD_STACKED = [
    ([(2, 4, 3)], {"full_matrices": False}),
    ([(2, 3, 4)], {"compute_uv": False}),
]
rule(
    "numpy.linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)",
    cases=svd_cases("np.linalg"),
    outs=3,
    infer=infer.svd,
    cost="never",
    note="the columns that full_matrices=True adds have no derivative",
    examples=[*SVD_EXAMPLES, *SVD_STACKED],
)
rule(
    "numpy.linalg.svdvals(x)",
    cases=stacked(
        "x",
        f"{VALUES}\np = T(u) @ x_dot @ T(vt)\nV(p)".replace("svd(a", "svd(x"),
        x=f"{VALUES}\nu @ (C(out_bar) * vt)".replace("svd(a", "svd(x"),
    ),
    infer=infer.singular_values,
    cost="never",
    examples=[[(4, 3)], [(2, 3, 4)]],
)
rule(
    "leading(g, n, axis)",
    cases=[
        case(
            "axis == -1",
            "leading(g_dot, n, axis)",
            g="g_bar[..., :n] += out_bar\ng_bar",
        ),
        case(
            "axis == -2",
            "leading(g_dot, n, axis)",
            g="g_bar[..., :n, :] += out_bar\ng_bar",
        ),
    ],
    infer=infer.unshaped,
    view=["g"],
    cost="cheap",
)

# The first columns of a wide matrix decide q; the others are q.T @ a.
QR = """
k = np.shape(q)[-1]
r = UPPER[..., :k]
q_bar = Q_BAR + a[..., k:] @ T(rest)
m = r @ T(head) - T(q_bar) @ q
low = np.tril(m, -1)
diagonal = V(m)
right = q_bar + q @ (low + T(low) + D(diagonal))
square = T(right)
solution = np.linalg.solve(r, square)
np.concatenate([T(solution), q @ rest], axis=-1)
"""
TALL = """
m = r @ T(R_BAR) - T(Q_BAR) @ q
low = np.tril(m, -1)
diagonal = V(m)
right = Q_BAR + q @ (low + T(low) + D(diagonal))
square = T(right)
solution = np.linalg.solve(r, square)
T(solution)
"""
QR_DOT = """
k = np.shape(q)[-1]
r = UPPER[..., :k]
head = a_dot[..., :k]
square = T(head)
t = T(r)
solution = np.linalg.solve(t, square)
x = T(solution)
c = T(q) @ x
low = np.tril(c, -1)
turn = low - T(low)
q_dot = q @ turn + x - q @ c
r_dot = T(q) @ (a_dot - q_dot @ UPPER)
RESULT
"""
OF_PAIR = "q = out0\nr = out1\n"
SPLIT = "rest = R_BAR[..., np.shape(q)[-1] :]\nhead = R_BAR[..., : np.shape(q)[-1]]\n"
NARROW = "a.shape[-2] >= a.shape[-1]"


def _qr(text: str, q_bar: str, r_bar: str, upper: str) -> str:
    return (
        text.strip()
        .replace("R_BAR", r_bar)
        .replace("Q_BAR", q_bar)
        .replace("UPPER", upper)
    )


def qr_cases(modes: str, alone: str, module: str) -> list[Case]:
    """The cases of a QR decomposition: tall or square matrices, and any others."""
    pair = ("out0_bar", "out1_bar", "out1")
    again = f"q, upper = {module}\n"
    single = ("np.zeros_like(q)", "out_bar", "upper")
    both_dot = OF_PAIR + _qr(QR_DOT, *pair).replace("RESULT", "(q_dot, r_dot)")
    r_dot = again + _qr(QR_DOT, *single).replace("RESULT", "r_dot")
    return [
        *stacked("a", both_dot, f"{modes} and {NARROW}", a=OF_PAIR + _qr(TALL, *pair)),
        *stacked("a", both_dot, modes, a=OF_PAIR + _qr(SPLIT + QR.strip(), *pair)),
        *stacked("a", r_dot, alone, a=again + _qr(SPLIT + QR.strip(), *single)),
    ]


rule(
    "numpy.linalg.qr(a, mode='reduced')",
    cases=qr_cases("mode == 'reduced'", "mode == 'r'", "np.linalg.qr(a)"),
    outs=2,
    infer=infer.qr,
    cost="never",
    examples=[
        ([(4, 3)], {}),
        ([(3, 3)], {}),
        ([(3, 5)], {}),
        ([(2, 4, 3)], {}),
        ([(4, 3)], {"mode": "r"}),
    ],
)

PINV = """
p = out
lost = out_bar - out_bar @ a @ p
more = out_bar - p @ a @ out_bar
T(lost) @ p @ T(p) + T(p) @ p @ T(more) - T(p) @ out_bar @ T(p)
"""
PINV_DOT = """
p = out
d = T(a_dot)
p @ T(p) @ (d - d @ a @ p) + (d - p @ a @ d) @ T(p) @ p - p @ a_dot @ p
"""
for name in ("numpy.linalg.pinv", "scipy.linalg.pinv"):
    extra = "rcond=None, hermitian=False" if name.startswith("numpy") else "; atol=None"
    rule(
        f"{name}(a, {extra})" if extra[0] != ";" else f"{name}(a{extra})",
        cases=stacked("a", PINV_DOT, a=PINV),
        infer=infer.transposed,
        cost="never",
        note="of matrices of constant rank",
        examples=[
            [(4, 3)],
            [(3, 4)],
            [(3, 3)],
            *([[(2, 4, 3)]] if extra[0] != ";" else []),
        ],
    )

# For any full rank: the residual is 0 of a wide matrix, the other term of a tall one.
LSTSQ = """
p = np.linalg.pinv(a)
best = out0
r = b - a @ best
missed = 2 * r * (out1_bar if np.size(out1_bar) else 0.0)
w = p.T @ out0_bar
GRAD
"""
LSTSQ_A = "np.outer(r, p @ w) + np.outer(p.T @ best, out0_bar - a.T @ w)"
LSTSQ_A += " - np.outer(w + missed, best)"
LSTSQ_MANY = (
    "r @ (p @ w).T + p.T @ best @ (out0_bar - a.T @ w).T - (w + missed) @ best.T"
)
LSTSQ_DOT = """
p = np.linalg.pinv(a)
best = out0
r = b - a @ best
x_dot = p @ (b_dot - a_dot @ best) + p @ (p.T @ (a_dot.T @ r))
x_dot = x_dot + a_dot.T @ (p.T @ best) - p @ (a @ (a_dot.T @ (p.T @ best)))
lost = 2 * np.sum(r * (b_dot - a_dot @ best), axis=0)
u, s, vt = np.linalg.svd(a, full_matrices=False)
s_dot = np.sum(u * (a_dot @ vt.T), axis=0)
(x_dot, lost * np.ones_like(out1), 0, s_dot)
"""
for name in ("numpy.linalg.lstsq", "scipy.linalg.lstsq"):
    tail = ", rcond=None" if name.startswith("numpy") else "; cond=None"
    b_bar = LSTSQ.replace("GRAD", "w + missed").strip()
    values = "u, s, vt = np.linalg.svd(a, full_matrices=False)\n"
    plus = " + (u * out3_bar) @ vt"
    rule(
        f"{name}(a, b{tail})",
        cases=[
            case(
                "b.ndim == 1",
                LSTSQ_DOT.strip(),
                a=values + LSTSQ.replace("GRAD", LSTSQ_A + plus).strip(),
                b=b_bar,
            ),
            case(
                "b.ndim == 2",
                LSTSQ_DOT.strip(),
                a=values + LSTSQ.replace("GRAD", LSTSQ_MANY + plus).strip(),
                b=b_bar,
            ),
        ],
        outs=4,
        infer=infer.lstsq,
        cost="never",
        note="of matrices of full rank",
        examples=[[(5, 3), (5,)], [(5, 3), (5, 2)], [(3, 5), (3,)]],
    )

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
COND = """
u, s, vt = np.linalg.svd(x, full_matrices=False)
large = np.outer(u[:, 0], vt[0])
small = np.outer(u[:, -1], vt[-1])
"""
rule(
    "numpy.linalg.cond(x, p=None)",
    cases=[
        case(
            "x.ndim == 2 and (p is None or p == 2)",
            f"{COND.strip()}\nnp.sum((large - out * small) * x_dot) / s[-1]",
            x=f"{COND.strip()}\n(large - out * small) * (out_bar / s[-1])",
        ),
    ],
    infer=infer.number,
    cost="never",
    note="in the spectral norm",
    examples=[[(4, 3)]],
)
constant("numpy.linalg.matrix_rank(A, tol=None)", infer=infer.rank, cost="never")


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
