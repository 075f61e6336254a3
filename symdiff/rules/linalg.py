"""Linear algebra: systems, inverses, determinants, factors."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer import products as infer

SOLVE_DOT = "np.linalg.solve(a, b_dot - a_dot @ out)"
rule(
    "numpy.linalg.solve(a, b)",
    cases=[
        case(
            "a.ndim == 2 and b.ndim == 1",
            SOLVE_DOT,
            a="-np.outer(np.linalg.solve(a.T, out_bar), out)",
            b="np.linalg.solve(a.T, out_bar)",
        ),
        case(
            "a.ndim == 2 and b.ndim == 2",
            SOLVE_DOT,
            a="-(np.linalg.solve(a.T, out_bar) @ out.T)",
            b="np.linalg.solve(a.T, out_bar)",
        ),
        case(
            "a.ndim >= 2 and b.ndim >= 2",
            SOLVE_DOT,
            a="-unbroadcast(np.linalg.solve(np.swapaxes(a, -1, -2), out_bar)"
            " @ np.swapaxes(out, -1, -2), a)",
            b="unbroadcast(np.linalg.solve(np.swapaxes(a, -1, -2), out_bar), b)",
        ),
    ],
    infer=infer.solve,
    cost="never",
    formula="a**-1 @ b",
    note="by the transposed system; the ranks must be known",
    examples=[
        [("matrix", 3), (3,)],
        [("matrix", 3), (3, 2)],
        [("matrices", 3), (2, 3, 2)],
        [("matrix", 3), (2, 3, 2)],
    ],
)
rule(
    "numpy.linalg.inv(a)",
    cases=[
        case("a.ndim == 2", "-(out @ a_dot @ out)", a="-(out.T @ out_bar @ out.T)"),
        case(
            "",
            "-(out @ a_dot @ out)",
            a="t = np.swapaxes(out, -1, -2)\n-(t @ out_bar @ t)",
        ),
    ],
    infer=infer.square,
    cost="never",
    formula="a**-1",
    examples=[[("matrix", 3)], [("matrices", 3)]],
)
rule(
    "numpy.linalg.det(a)",
    when="a.ndim == 2",
    a="out_bar * cofactors(a)",
    dot="np.sum(cofactors(a) * a_dot)",
    infer=infer.determinant,
    cost="never",
    note="by cofactors, which also a singular matrix has",
    examples=[[("matrix", 3)]],
)
# With c = det(a) * inv(a).T; the second derivative needs a to be regular.
rule(
    "cofactors(a)",
    a="(np.sum(out_bar * out) * out - out @ out_bar.T @ out) / np.linalg.det(a)",
    dot="(np.sum(a_dot * out) * out - out @ a_dot.T @ out) / np.linalg.det(a)",
    infer=infer.square,
    cost="never",
    examples=[[("matrix", 3)]],
)
rule(
    "numpy.linalg.slogdet(a)",
    cases=[
        case(
            "a.ndim == 2",
            "(0.0, np.sum(np.linalg.inv(a).T * a_dot))",
            a="out1_bar * np.linalg.inv(a).T",
        ),
        case(
            "a.ndim >= 3",
            "t = np.swapaxes(np.linalg.inv(a), -1, -2)\n"
            "(np.zeros_like(out0), np.sum(t * a_dot, axis=(-2, -1)))",
            a="out1_bar[..., None, None] * np.swapaxes(np.linalg.inv(a), -1, -2)",
        ),
    ],
    outs=2,
    infer=infer.slogdet,
    cost="never",
    examples=[[("matrix", 3)], [("matrices", 3)]],
)
HALF = """
lower = np.tril(P)
half = lower - 0.5 * np.diag(np.diag(lower))
""".strip()
rule(
    "numpy.linalg.cholesky(a)",
    when="a.ndim == 2",
    a=HALF.replace("P", "out.T @ out_bar")
    + "\ns = np.linalg.solve(out.T, np.linalg.solve(out.T, half.T).T)\n0.5 * (s + s.T)",
    dot=HALF.replace("P", "np.linalg.solve(out, np.linalg.solve(out, a_dot).T)")
    + "\nout @ half",
    infer=infer.square,
    cost="never",
    note="the gradient is symmetric",
    examples=[[("definite", 3)]],
)
