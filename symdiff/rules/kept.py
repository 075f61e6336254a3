"""Triangular factors of SciPy that are kept: of Cholesky and of LU."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.systems import GRADS, L, grad

# The lower triangle with half of the diagonal, of a product with the factor.
HALF = "half = np.tril(P) * (1 - 0.5 * np.eye(np.shape(a)[-1]))\n"
LOWER = "g = np.tril(G)\n" + HALF.replace("P", "f.T @ g")
BACK = f"y = {L}solve_triangular(f, half, trans=1, lower=True)\n"
BACK += f"s = {L}solve_triangular(f, y.T, trans=1, lower=True)\n0.5 * (s + s.T)"
AHEAD = f"p = {L}solve_triangular(f, a_dot, lower=True)\n"
AHEAD += HALF.replace("P", f"{L}solve_triangular(f, p.T, lower=True)") + "f @ half"
PAIRS = (("lower", "", ""), ("not lower", ".T", ".T"))
rule(
    f"{L}cholesky(a, lower=False; overwrite_a=False, check_finite=True)",
    cases=[
        case(
            f"a.ndim == 2 and {when}",
            f"f = out{t}\n{AHEAD}"
            if not t
            else f"f = out.T\n{AHEAD.replace('f @ half', '(f @ half).T')}",
            a=f"f = out{t}\n{LOWER.replace('G', f'out_bar{u}')}{BACK}",
        )
        for when, t, u in PAIRS
    ],
    infer=products.square,
    cost="never",
    note="the gradient is symmetric",
    examples=[([("definite", 3)], {}), ([("definite", 3)], {"lower": True})],
)
rule(
    f"{L}cho_factor(a, lower=False; overwrite_a=False, check_finite=True)",
    cases=[
        case(
            f"a.ndim == 2 and {when}",
            (
                f"f = np.tril(out0{t})\n{AHEAD}"
                if not t
                else f"f = np.tril(out0.T)\n{AHEAD.replace('f @ half', '(f @ half).T')}"
            ).rpartition("\n")[0]
            + ("\n(f @ half, 0)" if not t else "\n((f @ half).T, 0)"),
            a=f"f = np.tril(out0{t})\n{LOWER.replace('G', f'out0_bar{u}')}{BACK}",
        )
        for when, t, u in PAIRS
    ],
    outs=2,
    infer=infer.cho_factor,
    cost="never",
    note="what it leaves in the other triangle has no derivative",
)
PAIR = "f = c_and_lower[0]\nw = BACK\ns = -S\n"
CHO = f"{L}cho_solve(c_and_lower, out_bar)"
rule(
    f"{L}cho_solve(c_and_lower, b; overwrite_b=False, check_finite=True)",
    cases=[
        case(
            rank,
            "f = c_and_lower[0]\nd = c_and_lower_dot[0]\n"
            "low = c_and_lower[1]\n"
            "f = np.tril(f) if low else np.triu(f).T\n"
            "d = np.tril(d) if low else np.triu(d).T\n"
            f"{L}cho_solve(c_and_lower, b_dot - d @ (f.T @ out) - f @ (d.T @ out))",
            c_and_lower="f = c_and_lower[0]\n"
            f"w = {CHO}\ns = -({grad(product, 'w', 'out')})\n"
            "t = s + s.T\n"
            "low = c_and_lower[1]\n"
            "(np.tril(t @ np.tril(f)) if low else np.triu(np.triu(f) @ t), 0.0)",
            b=CHO,
        )
        for rank, product in GRADS
    ],
    infer=infer.solved,
    cost="never",
)

LU = """
p, l, u = scipy.linalg.lu(a)
w = scipy.linalg.solve_triangular(l, Z, trans=1, lower=True, unit_diagonal=True)
p @ scipy.linalg.solve_triangular(u, w.T).T
"""
SPLIT = "np.tril(l.T @ L_BAR, -1) + np.triu(U_BAR @ u.T)"
LU_DOT = """
z = scipy.linalg.solve_triangular(l, p.T @ a_dot, lower=True, unit_diagonal=True)
z = scipy.linalg.solve_triangular(u, z.T, trans=1).T
"""
rule(
    f"{L}lu(a; permute_l=False, overwrite_a=False, check_finite=True, p_indices=False)",
    cases=[
        case(
            "a.ndim == 2 and a.shape[0] == a.shape[1]",
            "p = out0\nl = out1\nu = out2\n"
            + LU_DOT.strip()
            + "\n(np.zeros_like(p), l @ np.tril(z, -1), np.triu(z) @ u)",
            a="p = out0\nl = out1\nu = out2\nz = "
            + SPLIT.replace("L_BAR", "out1_bar").replace("U_BAR", "out2_bar")
            + "\n"
            + "\n".join(LU.replace("Z", "z").strip().splitlines()[1:]),
        )
    ],
    outs=3,
    infer=infer.lu,
    cost="never",
    note="of square matrices",
    examples=[[("matrix", 3)]],
)
rule(
    f"{L}lu_factor(a; overwrite_a=False, check_finite=True)",
    cases=[
        case(
            "a.ndim == 2 and a.shape[0] == a.shape[1]",
            f"p, l, u = {L}lu(a)\n"
            + LU_DOT.strip()
            + "\n(l @ np.tril(z, -1) + np.triu(z) @ u, np.zeros_like(out1))",
            a=LU.strip()
            .replace("\nw =", "\ng = out0_bar\nw =")
            .replace("Z", SPLIT.replace("L_BAR", "g").replace("U_BAR", "g")),
        )
    ],
    outs=2,
    infer=infer.lu_factor,
    cost="never",
    note="of square matrices",
)
TURNED = f"{L}lu_solve(lu_and_piv, out_bar, trans=1)"
rule(
    f"{L}lu_solve(lu_and_piv, b, trans=0; overwrite_b=False, check_finite=True)",
    cases=[
        case(
            f"{rank} and trans == 0",
            "f = lu_and_piv[0]\nd = lu_and_piv_dot[0]\npiv = lu_and_piv[1]\n"
            "l = np.tril(f, -1) + np.eye(len(f))\n"
            "moved = np.tril(d, -1) @ (np.triu(f) @ out) + l @ (np.triu(d) @ out)\n"
            f"{L}lu_solve(lu_and_piv, b_dot - unpivoted(moved, piv))",
            lu_and_piv="f = lu_and_piv[0]\npiv = lu_and_piv[1]\n"
            f"w = pivoted({TURNED}, piv)\n"
            f"s = -({grad(product, 'w', 'out')})\n"
            "l = np.tril(f, -1) + np.eye(len(f))\n"
            "(np.tril(s @ np.triu(f).T, -1) + np.triu(l.T @ s), np.zeros_like(piv))",
            b=TURNED,
        )
        for rank, product in GRADS
    ],
    infer=infer.solved,
    cost="never",
)
for name, back in (("pivoted", "unpivoted"), ("unpivoted", "pivoted")):
    rule(
        f"{name}(g, pivots)",
        g=f"{back}(out_bar, pivots)",
        dot=f"{name}(g_dot, pivots)",
        infer=lambda args, kwargs: args[0].type,
        cost="cheap",
        examples=[[(3, 2), [2, 2, 2]]],
    )
