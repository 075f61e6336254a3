"""Linear systems of SciPy: dense, triangular, banded, Sylvester's."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.infer.common import like_argument
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
    infer=like_argument(0),
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
    infer=like_argument(1),
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
