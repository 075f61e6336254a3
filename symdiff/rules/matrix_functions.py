"""Functions of matrices, and matrices made of blocks and bands."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import case, rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.infer import products
from symdiff.rules.infer.common import constant_of
from symdiff.rules.registry import Case
from symdiff.rules.systems import L

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
