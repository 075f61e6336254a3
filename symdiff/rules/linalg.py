"""Linear algebra: systems, inverses, determinants, factors."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer import products as infer
from symdiff.rules.infer.common import like_argument
from symdiff.rules.structure import refuse

SOLVE_DOT = "np.linalg.solve(a, b_dot - a_dot @ out)"
BATCH = "np.linalg.solve(np.swapaxes(a, -1, -2), out_bar[..., None])[..., 0]"
BATCH_DOT = (
    "part = b_dot - (a_dot @ out[..., None])[..., 0]\n"
    "np.linalg.solve(a, part[..., None])[..., 0]"
)
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
        case(
            "a.ndim >= 3 and b.ndim == 1",
            BATCH_DOT,
            a=f"w = {BATCH}\n-(w[..., :, None] * out[..., None, :])",
            b=f"unbroadcast({BATCH}, b)",
        ),
        case(
            "",
            "",
            a="-left_of_solve(right_of_solve(out_bar, a, b), out, a, b)",
            b="unbroadcast(right_of_solve(out_bar, a, b), b)",
        ),
    ],
    infer=infer.solve,
    cost="never",
    formula="a**-1 @ b",
    note="by the transposed system",
    examples=[
        [("matrix", 3), (3,)],
        [("matrix", 3), (3, 2)],
        [("matrices", 3), (2, 3, 2)],
        [("matrix", 3), (2, 3, 2)],
        [("matrices", 3), (3,)],
    ],
)
SECOND = refuse("a second derivative of numpy.linalg.solve needs the ranks")
rule(
    "left_of_solve(w, out, a, b)",
    make=SECOND,
    infer=like_argument(2),
    cost="never",
)
rule(
    "right_of_solve(g, a, b)",
    make=SECOND,
    infer=like_argument(0),
    cost="never",
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
    cases=[
        case("a.ndim == 2", "np.sum(cofactors(a) * a_dot)", a="out_bar * cofactors(a)"),
        case(
            "",
            "np.sum(cofactors(a) * a_dot, axis=(-2, -1))",
            a="np.expand_dims(out_bar, (-2, -1)) * cofactors(a)",
        ),
    ],
    infer=infer.determinant,
    cost="never",
    note="by cofactors, which also a singular matrix has",
    examples=[[("matrix", 3)], [("matrices", 3)]],
)
# With c = det(a) * inv(a).T; the second derivative needs a to be regular.
COFACTORS = """
inner = np.sum(DOT * out, axis=(-2, -1), keepdims=True)
det = np.expand_dims(np.linalg.det(a), (-2, -1))
(inner * out - out @ np.swapaxes(DOT, -1, -2) @ out) / det
""".strip()
rule(
    "cofactors(a)",
    a=COFACTORS.replace("DOT", "out_bar"),
    dot=COFACTORS.replace("DOT", "a_dot"),
    infer=infer.square,
    cost="never",
    examples=[[("matrix", 3)], [("matrices", 3)]],
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
            "",
            "t = np.swapaxes(np.linalg.inv(a), -1, -2)\n"
            "(np.zeros_like(out0), np.sum(t * a_dot, axis=(-2, -1)))",
            a="np.expand_dims(out1_bar, (-2, -1))"
            " * np.swapaxes(np.linalg.inv(a), -1, -2)",
        ),
    ],
    outs=2,
    infer=infer.slogdet,
    cost="never",
    examples=[[("matrix", 3)], [("matrices", 3)]],
)
# The lower triangle with half of the diagonal, of a product with the factor.
HALF = "half = np.tril(P) * (1 - 0.5 * np.eye(np.shape(a)[-1]))"
rule(
    "numpy.linalg.cholesky(a)",
    cases=[
        case(
            "a.ndim == 2",
            HALF.replace("P", "np.linalg.solve(out, np.linalg.solve(out, a_dot).T)")
            + "\nout @ half",
            a=HALF.replace("P", "out.T @ out_bar")
            + "\ns = np.linalg.solve(out.T, np.linalg.solve(out.T, half.T).T)"
            "\n0.5 * (s + s.T)",
        ),
        case(
            "",
            "part = np.swapaxes(np.linalg.solve(out, a_dot), -1, -2)\n"
            + HALF.replace("P", "np.linalg.solve(out, part)")
            + "\nout @ half",
            a="t = np.swapaxes(out, -1, -2)\n"
            + HALF.replace("P", "t @ out_bar")
            + "\nu = np.linalg.solve(t, np.swapaxes(half, -1, -2))"
            "\ns = np.linalg.solve(t, np.swapaxes(u, -1, -2))"
            "\n0.5 * (s + np.swapaxes(s, -1, -2))",
        ),
    ],
    infer=infer.square,
    cost="never",
    note="the gradient is symmetric",
    examples=[[("definite", 3)], [("definites", 3)]],
)
