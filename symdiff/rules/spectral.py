"""SciPy's factorisations, which share NumPy's derivatives."""

from __future__ import annotations

from symdiff.rules.declare import rule
from symdiff.rules.eigen import EIGH, EIGH_DOT, EIGVALSH, EIGVALSH_DOT
from symdiff.rules.infer import factors as infer
from symdiff.rules.matrices import stacked
from symdiff.rules.orthogonal import qr_cases
from symdiff.rules.singular import SVD_EXAMPLES, VALUES, svd_cases

L = "scipy.linalg."
UNCHECKED = "overwrite_a=False, check_finite=True"

# With v.T @ b @ v = 1 the vectors also stretch with b.
GENERAL = """
w = out0
v = out1
gap = R(w) - C(w)
gap = np.where(gap == 0, np.inf, gap)
turn = T(v) @ out1_bar
"""
IN_A = "inner = D(out0_bar) + turn / gap\ns = v @ inner @ T(v)\n0.5 * (s + T(s))"
IN_B = """
stretch = out0_bar * w + 0.5 * V(turn)
inner = D(stretch) + turn / gap * R(w)
s = v @ inner @ T(v)
-0.5 * (s + T(s))
"""
ALONG = """
w = out0
v = out1
gap = R(w) - C(w)
gap = np.where(gap == 0, np.inf, gap)
da = T(v) @ (0.5 * (a_dot + T(a_dot))) @ v
db = T(v) @ (0.5 * (b_dot + T(b_dot))) @ v
inner = (da - db * R(w)) / gap
shrink = 0.5 * V(db)
(V(da) - w * V(db), v @ inner - v * R(shrink))
"""
VALUES_ONLY = "b is None and eigvals_only"
rule(
    f"{L}eigh(a, b=None, *, lower=True, eigvals_only=False; overwrite_a=False,"
    " overwrite_b=False, type=1, check_finite=True, subset_by_index=None,"
    " subset_by_value=None, driver=None)",
    cases=[
        *stacked("a", EIGVALSH_DOT, VALUES_ONLY, a=EIGVALSH),
        *stacked("a", EIGH_DOT, "b is None and not eigvals_only", a=EIGH),
        *stacked(
            "a",
            ALONG,
            "not eigvals_only",
            a=GENERAL.strip() + "\n" + IN_A,
            b=GENERAL.strip() + "\n" + IN_B.strip(),
        ),
    ],
    outs=2,
    infer=infer.eigh,
    cost="never",
    note="the gradient is symmetric; equal eigenvalues do not rotate their vectors",
    examples=[
        ([("definite", 3)], {}),
        ([("definite", 3)], {"eigvals_only": True}),
        ([("definite", 3)], {"b": ("definite", 3)}),
    ],
)
rule(
    f"{L}eigvalsh(a; b=None, lower=True, {UNCHECKED})",
    cases=stacked("a", EIGVALSH_DOT, a=EIGVALSH),
    infer=infer.eigenvalues,
    cost="never",
    examples=[[("definite", 3)]],
)
rule(
    f"{L}svd(a, full_matrices=True, compute_uv=True; {UNCHECKED},"
    " lapack_driver='gesdd')",
    cases=svd_cases("scipy.linalg"),
    outs=3,
    infer=infer.svd,
    cost="never",
    note="the columns that full_matrices=True adds have no derivative",
    examples=SVD_EXAMPLES,
)
rule(
    f"{L}svdvals(a; {UNCHECKED})",
    cases=stacked(
        "a",
        f"{VALUES}\np = T(u) @ a_dot @ T(vt)\nV(p)",
        a=f"{VALUES}\nu @ (C(out_bar) * vt)",
    ),
    infer=infer.singular_values,
    cost="never",
    examples=[[(4, 3)]],
)
SQUARE = "a.shape[-1] == a.shape[-2]"
rule(
    f"{L}qr(a, *, mode='full'; overwrite_a=False, lwork=None, pivoting=False,"
    " check_finite=True)",
    cases=qr_cases(
        f"(mode == 'economic' or mode == 'full' and {SQUARE})",
        f"mode == 'r' and {SQUARE} and False",
        f"{L}qr(a, mode='economic')",
    ),
    outs=2,
    infer=infer.scipy_qr,
    cost="never",
    note="of a square matrix, or with mode='economic'",
    examples=[([(4, 3)], {"mode": "economic"}), ([(3, 3)], {})],
)
