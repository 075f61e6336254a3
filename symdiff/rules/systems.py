"""Linear algebra of SciPy: systems, factors that are kept, functions of matrices."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import case, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.infer.common import constant_of
from symdiff.rules.registry import Case

L = "scipy.linalg."
UNCHECKED = "overwrite_a=False, overwrite_b=False, check_finite=True"

# The gradient in the matrix of a system, of one right-hand side and of several.
GRADS = (("b.ndim == 1", "np.outer(W, X)"), ("b.ndim == 2", "W @ X.T"))


def grad(text: str, w: str, x: str) -> str:
    """The product of a solution and an adjoint solution."""
    return text.replace("W", w).replace("X", x)


def solve_cases() -> list[Case]:
    """The cases of a dense system, by what is known of the matrix."""
    general = f"{L}solve(a.T, out_bar)"
    kept = f"{L}solve(a, out_bar, assume_a=assume_a, lower=lower)"
    cases = []
    for rank, product in GRADS:
        for when, back, order in (
            ("not transposed and (assume_a is None or assume_a == 'gen')", general, 0),
            ("transposed", f"{L}solve(a, out_bar)", 1),
            ("(assume_a == 'sym' or assume_a == 'pos' or assume_a == 'her')", kept, 0),
        ):
            pair = ("out", "w") if order else ("w", "out")
            moved = "a_dot.T" if order else "a_dot"
            cases.append(
                case(
                    f"a.ndim == 2 and {rank} and {when}",
                    f"{L}solve(a, b_dot - {moved} @ out, assume_a=assume_a,"
                    " lower=lower, transposed=transposed)",
                    a=f"w = {back}\n-({grad(product, *pair)})",
                    b=back,
                )
            )
    return cases


rule(
    f"{L}solve(a, b, lower=False, *, assume_a=None, transposed=False; {UNCHECKED})",
    cases=solve_cases(),
    infer=infer.system,
    cost="never",
    examples=[
        ([("matrix", 3), (3,)], {}),
        ([("matrix", 3), (3, 2)], {}),
        ([("matrix", 3), (3,)], {"transposed": True}),
    ],
)
rule(
    f"{L}inv(a; overwrite_a=False, check_finite=True, assume_a=None, lower=False)",
    a="-(out.T @ out_bar @ out.T)",
    when="a.ndim == 2",
    dot="-(out @ a_dot @ out)",
    infer=products.square,
    cost="never",
    formula="a**-1",
    examples=[[("matrix", 3)]],
)
rule(
    f"{L}det(a; overwrite_a=False, check_finite=True)",
    cases=[
        case("a.ndim == 2", "np.sum(cofactors(a) * a_dot)", a="out_bar * cofactors(a)"),
    ],
    infer=products.determinant,
    cost="never",
    note="by cofactors, which also a singular matrix has",
    examples=[[("matrix", 3)]],
)


def triangular_cases() -> list[Case]:
    """The cases of a triangular system, lower or upper, transposed or not."""
    cases = []
    for rank, product in GRADS:
        for lower in (True, False):
            for turned in (True, False):
                for unit in (True, False):
                    words = ("" if lower else "not ", "" if turned else "not ")
                    when = f"{words[0]}lower and {words[1]}trans"
                    when += f" and {'' if unit else 'not '}unit_diagonal"
                    cases.append(_triangular(rank, when, product, lower, turned, unit))
    return cases


def _triangular(
    rank: str, when: str, product: str, lower: bool, turned: bool, unit: bool
) -> Case:
    options = ", lower=True" if lower else ""
    options += ", unit_diagonal=True" if unit else ""
    trans, back = (", trans=1", "") if turned else ("", ", trans=1")
    triangle = ("np.tril(" if lower else "np.triu(", ", -1" if lower else ", 1")
    mask = f"{triangle[0]}M{triangle[1] if unit else ''})"
    pair = ("out", "w") if turned else ("w", "out")
    whole = mask.replace("M", grad(product, *pair))
    moved = mask.replace("M", "a_dot") + (".T" if turned else "")
    adjoint = f"{L}solve_triangular(a, out_bar{back}{options})"
    return case(
        f"{rank} and {when}",
        f"{L}solve_triangular(a, b_dot - {moved} @ out{trans}{options})",
        a=f"w = {adjoint}\n-{whole}",
        b=adjoint,
    )


rule(
    f"{L}solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False"
    "; overwrite_b=False, check_finite=True)",
    cases=triangular_cases(),
    infer=infer.system,
    cost="never",
    examples=[
        ([("matrix", 3), (3,)], {}),
        ([("matrix", 3), (3, 2)], {"lower": True}),
        ([("matrix", 3), (3,)], {"trans": 1, "lower": True}),
        ([("matrix", 3), (3,)], {"trans": "T", "unit_diagonal": True}),
    ],
)

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

BANDED = f"{L}solve_banded((upper, lower), turned, out_bar)"
ENDS = "lower, upper = l_and_u\nturned = transposed_bands(ab, lower, upper)\n"
rule(
    f"{L}solve_banded(l_and_u, ab, b; overwrite_ab=False, overwrite_b=False,"
    " check_finite=True)",
    ab=f"{ENDS}-bands_of({BANDED}, out, lower, upper)",
    b=f"{ENDS}{BANDED}",
    dot="lower, upper = l_and_u\n"
    f"{L}solve_banded(l_and_u, ab, b_dot - banded_times(ab_dot, out, lower, upper))",
    infer=infer.solved,
    cost="never",
    examples=[
        [("const", (1, 1)), ("banded", (3, 5)), (5,)],
        [("const", (1, 2)), ("banded", (4, 5)), (5, 2)],
    ],
)
rule(
    "transposed_bands(ab, lower, upper)",
    ab="transposed_bands(out_bar, upper, lower)",
    dot="transposed_bands(ab_dot, lower, upper)",
    infer=lambda args, kwargs: args[0].type,
    cost="cheap",
)
rule(
    "bands_of(w, x, lower, upper)",
    w="banded_times(out_bar, x, lower, upper)",
    x="banded_times(transposed_bands(out_bar, lower, upper), w, upper, lower)",
    dot="bands_of(w_dot, x, lower, upper) + bands_of(w, x_dot, lower, upper)",
    infer=infer.unshaped,
    cost="costly",
)
rule(
    "banded_times(ab, x, lower, upper)",
    ab="bands_of(out_bar, x, lower, upper)",
    x="banded_times(transposed_bands(ab, lower, upper), out_bar, upper, lower)",
    dot="banded_times(ab_dot, x, lower, upper) + banded_times(ab, x_dot, lower, upper)",
    infer=lambda args, kwargs: args[1].type,
    cost="costly",
)

SYLVESTER = f"w = {L}solve_sylvester(a.T, b.T, out_bar)\n"
rule(
    f"{L}solve_sylvester(a, b, q)",
    a=f"{SYLVESTER}-(w @ out.T)",
    b=f"{SYLVESTER}-(out.T @ w)",
    q=f"{L}solve_sylvester(a.T, b.T, out_bar)",
    dot=f"{L}solve_sylvester(a, b, q_dot - a_dot @ out - out @ b_dot)",
    infer=infer.solved,
    cost="never",
    formula="a @ x + x @ b = q",
    examples=[[("matrix", 3), ("definite", 2), (3, 2)]],
)
LYAPUNOV = f"w = {L}solve_continuous_lyapunov(a.T, out_bar)\n"
rule(
    f"{L}solve_continuous_lyapunov(a, q)",
    a=f"{LYAPUNOV}-(w @ out.T + w.T @ out)",
    q=f"{L}solve_continuous_lyapunov(a.T, out_bar)",
    dot=f"{L}solve_continuous_lyapunov(a, q_dot - a_dot @ out - out @ a_dot.T)",
    infer=infer.solved,
    cost="never",
    formula="a @ x + x @ a.T = q",
    aliases=[f"{L}solve_lyapunov"],
    examples=[[("definite", 3), (3, 3)]],
)

# The derivative of a function of a matrix along E is a block of the function of
# [[a, E], [0, a]].
BLOCK = """
n = np.shape(a)[0]
top = np.concatenate([A, E], axis=1)
low = np.concatenate([np.zeros_like(a), A], axis=1)
FUNCTION(np.concatenate([top, low]))[:n, n:]
""".strip()


def along(function: str, a: str, direction: str) -> str:
    """The derivative of a function of a matrix along a direction."""
    text = BLOCK.replace("A", a).replace("E", direction)
    return text.replace("FUNCTION", function)


rule(
    f"{L}expm(A)",
    when="A.ndim == 2",
    A=f"{L}expm_frechet(A.T, out_bar, compute_expm=False)",
    dot=f"{L}expm_frechet(A, A_dot, compute_expm=False)",
    infer=products.square,
    cost="never",
    examples=[[("matrix", 3)]],
)


def frechet(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """The derivative of the derivative of expm, by a matrix of blocks."""
    if constant_of(kwargs.get("compute_expm"), True):
        raise NoCase("scipy.linalg.expm_frechet needs compute_expm=False")
    m = "t = A.T\nz = np.zeros_like(t)\n"
    m += "m = np.concatenate([np.concatenate([t, z], axis=1),"
    m += " np.concatenate([E.T, t], axis=1)])\n"
    m += "g = np.concatenate([np.concatenate([z, out_bar], axis=1),"
    m += " np.concatenate([z, z], axis=1)])\n"
    m += f"n = np.shape(A)[0]\ns = {L}expm_frechet(m, g, compute_expm=False)\n"
    d = "z = np.zeros_like(A)\n"
    d += "m = np.concatenate([np.concatenate([A, E], axis=1),"
    d += " np.concatenate([z, A], axis=1)])\n"
    d += "g = np.concatenate([np.concatenate([A_dot, E_dot], axis=1),"
    d += " np.concatenate([z, A_dot], axis=1)])\n"
    d += "n = np.shape(A)[0]\n"
    d += f"{L}expm_frechet(m, g, compute_expm=False)[:n, n:]"
    return Case("", {"A": f"{m}s[:n, :n] + s[n:, n:]", "E": f"{m}s[:n, n:]"}, d)


rule(
    f"{L}expm_frechet(A, E, *, compute_expm=True; method=None, check_finite=True)",
    make=frechet,
    infer=infer.frechet,
    cost="never",
)
rule(
    f"{L}logm(A)",
    A=along(f"{L}logm", "t", "out_bar")
    .replace("n = np.shape(a)[0]", "t = A.T\nn = np.shape(t)[0]")
    .replace("zeros_like(a)", "zeros_like(t)"),
    dot=along(f"{L}logm", "a", "A_dot").replace("n =", "a = A\nn ="),
    infer=products.square,
    cost="never",
    note="of matrices without eigenvalues on the negative real axis",
    examples=[[("definite", 3)]],
)
rule(
    f"{L}sqrtm(A)",
    A=f"{L}solve_sylvester(out.T, out.T, out_bar)",
    dot=f"{L}solve_sylvester(out, out, A_dot)",
    infer=products.square,
    cost="never",
    formula="x @ x = a",
    note="of matrices without eigenvalues on the negative real axis",
    examples=[[("definite", 3)]],
)


def block_diag_case(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """Each block has its rows and columns of the cotangent."""
    lines, adjoint = ["i = 0\nj = 0"], {}
    for n in range(len(args)):
        x = f"arrs_{n}"
        lines.append(f"rows = np.shape({x})[0]\ncolumns = np.shape({x})[1]")
        adjoint[x] = "\n".join([*lines, "out_bar[i : i + rows, j : j + columns]"])
        lines.append("i = i + rows\nj = j + columns")
    dots = ", ".join(f"arrs_{n}_dot" for n in range(len(args)))
    return Case("", adjoint, f"{L}block_diag({dots})")


rule(
    f"{L}block_diag(*arrs)",
    make=block_diag_case,
    infer=infer.unshaped,
    cost="cheap",
    note="of matrices",
    examples=[[(2, 3), (1, 2)], [(2, 2)]],
)
SUMS = """
for k in range(np.shape(X)[0]):
    grad[k] += np.trace(out_bar, OFFSET)
"""
START = "grad = np.zeros_like(X)"
BELOW = START.replace("X", "c") + SUMS.replace("X", "c").replace("OFFSET", "-k")
rule(
    f"{L}toeplitz(c, r=None)",
    cases=[
        case(
            "r is None",
            f"{L}toeplitz(c_dot)",
            c=f"{BELOW.strip()}\n"
            "for k in range(1, np.shape(c)[0]):\n"
            "    grad[k] += np.trace(out_bar, k)\ngrad",
        ),
        case(
            "",
            f"{L}toeplitz(c_dot, r_dot)",
            c=f"{BELOW.strip()}\ngrad",
            r="grad = np.zeros_like(r)\n"
            "for k in range(1, np.shape(r)[0]):\n"
            "    grad[k] += np.trace(out_bar, k)\ngrad",
        ),
    ],
    infer=infer.unshaped,
    cost="cheap",
    note="r[0] is not read",
    examples=[([(4,)], {}), ([(4,)], {"r": ("points", 3)})],
)
