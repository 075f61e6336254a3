"""Singular values and vectors, the pseudo-inverse, least squares."""

from __future__ import annotations

from symdiff.rules.axes import only
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.matrices import stacked
from symdiff.rules.registry import Case

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
# What a cut in the singular values makes of a change `x` of the matrix: `kept` are
# those above it, `f` their inverses, 0 below it. The map is its own transpose. The
# textbook's formula needs all below the cut to be 0.
CUT = """
u, s, vt = np.linalg.svd(a, full_matrices=False)
kept = s > rcond * s[0]
f = np.where(kept, 1 / np.where(kept, s, 1), 0.0)
gap = np.where(kept[:, None] == kept, 1, s[:, None] - s)
even = np.where(kept[:, None] & kept, -np.outer(f, f), (f[:, None] - f) / gap)
both = s[:, None] + s
odd = (f[:, None] + f) / np.where(both == 0, 1, both)
e = u.T @ x @ vt.T
core = (even * (e + e.T) + odd * (e - e.T)) / 2
rest = x - u @ e @ vt
moved = u @ core @ vt + (rest @ vt.T * f**2) @ vt + (u * f**2) @ (u.T @ rest)
""".lstrip()
SIZES = [[(4, 3)], [(3, 4)], [(3, 3)]]
rule(
    "numpy.linalg.pinv(a, rcond=None; hermitian=False)",
    cases=[
        *stacked("a", PINV_DOT, "rcond is None", a=PINV),
        case(
            "a.ndim == 2",
            f"x = a_dot\n{CUT}np.transpose(moved)",
            a=f"x = np.transpose(out_bar)\n{CUT}moved",
        ),
    ],
    infer=infer.transposed,
    cost="never",
    note="of matrices of constant rank; with `rcond` what is below it may be anything",
    examples=[*SIZES, [(2, 4, 3)], *[(size, {"rcond": 0.5}) for size in SIZES]],
)
rule(
    "scipy.linalg.pinv(a; atol=None)",
    cases=stacked("a", PINV_DOT, a=PINV),
    infer=infer.transposed,
    cost="never",
    note="of matrices of constant rank",
    examples=SIZES,
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
lost = np.reshape(np.ravel(lost)[:np.size(out1)], np.shape(out1))
u, s, vt = np.linalg.svd(a, full_matrices=False)
s_dot = np.sum(u * (a_dot @ vt.T), axis=0)
(x_dot, lost, 0, s_dot)
"""
MISSED = """
missed = 2 * (b - a @ out0) * (out1_bar if np.size(out1_bar) else 0.0)
""".lstrip()
CUT_DOT = """
p = (vt.T * f) @ u.T
lost = 2 * np.sum((b - a @ out0) * (b_dot - a_dot @ out0), axis=0)
s_dot = np.sum(u * (a_dot @ vt.T), axis=0)
lost = np.reshape(np.ravel(lost)[:np.size(out1)], np.shape(out1))
(moved.T @ b + p @ b_dot, lost, 0, s_dot)
"""
TRUNCATED = [
    case(
        f"b.ndim == {rank}",
        f"x = a_dot\n{CUT}{CUT_DOT.strip()}",
        a=f"{MISSED}x = {outer}\n{CUT}moved - {inner} + (u * out3_bar) @ vt",
        b=f"{MISSED}np.linalg.pinv(a, rcond).T @ out0_bar + missed",
    )
    for rank, outer, inner in (
        (1, "np.outer(b, out0_bar)", "np.outer(missed, out0)"),
        (2, "b @ out0_bar.T", "missed @ out0.T"),
    )
]
FULL_RANK = [
    case(
        f"b.ndim == {rank}",
        LSTSQ_DOT.strip(),
        a="u, s, vt = np.linalg.svd(a, full_matrices=False)\n"
        + LSTSQ.replace("GRAD", f"{text} + (u * out3_bar) @ vt").strip(),
        b=LSTSQ.replace("GRAD", "w + missed").strip(),
    )
    for rank, text in ((1, LSTSQ_A), (2, LSTSQ_MANY))
]
SYSTEMS = [[(5, 3), (5,)], [(5, 3), (5, 2)], [(3, 5), (3,)], [(3, 5), (3, 2)]]
rule(
    "numpy.linalg.lstsq(a, b, rcond=None)",
    cases=[*only("(rcond is None or rcond == -1)", FULL_RANK), *TRUNCATED],
    outs=4,
    infer=infer.lstsq,
    cost="never",
    note="of matrices of full rank; with `rcond` what is below it may be anything",
    examples=[*SYSTEMS, *[(shapes, {"rcond": 0.5}) for shapes in SYSTEMS]],
)
rule(
    "scipy.linalg.lstsq(a, b; cond=None)",
    cases=FULL_RANK,
    outs=4,
    infer=infer.lstsq,
    cost="never",
    note="of matrices of full rank",
    examples=SYSTEMS,
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
