"""Products of arrays: matrices, vectors, einsum, tensordot and their kin."""

from __future__ import annotations

from symdiff.rules.declare import bilinear, case, rule
from symdiff.rules.einsum import einsum_case, tensordot_case
from symdiff.rules.infer import products as infer
from symdiff.rules.infer.common import like_argument

MATMUL_DOT = "a_dot @ b + a @ b_dot"
VECTORS = case(
    "a.ndim == 1 and b.ndim == 1", MATMUL_DOT, a="out_bar * b", b="out_bar * a"
)
MATRIX_VECTOR = case(
    "a.ndim == 2 and b.ndim == 1",
    MATMUL_DOT,
    a="np.outer(out_bar, b)",
    b="a.T @ out_bar",
)
VECTOR_MATRIX = case(
    "a.ndim == 1 and b.ndim == 2", MATMUL_DOT, a="b @ out_bar", b="np.outer(a, out_bar)"
)
MATRICES = case(
    "a.ndim == 2 and b.ndim == 2", MATMUL_DOT, a="out_bar @ b.T", b="a.T @ out_bar"
)
BATCHES = case(
    "a.ndim >= 2 and b.ndim >= 2",
    MATMUL_DOT,
    a="unbroadcast(out_bar @ np.swapaxes(b, -1, -2), a)",
    b="unbroadcast(np.swapaxes(a, -1, -2) @ out_bar, b)",
)
BATCH_VECTOR = case(
    "a.ndim >= 3 and b.ndim == 1",
    MATMUL_DOT,
    a="out_bar[..., None] * b",
    b="np.tensordot(out_bar, a, np.ndim(out_bar))",
)
ANY_RANK = case(
    "",
    MATMUL_DOT,
    a="left_of_matmul(out_bar, a, b)",
    b="right_of_matmul(out_bar, a, b)",
)
MATMUL = [
    VECTORS,
    MATRIX_VECTOR,
    VECTOR_MATRIX,
    MATRICES,
    BATCHES,
    BATCH_VECTOR,
    ANY_RANK,
]
SHAPES = [
    [(4,), (4,)],
    [(3, 4), (4,)],
    [(4,), (4, 2)],
    [(3, 4), (4, 2)],
    [(2, 3, 4), (2, 4, 2)],
    [(2, 3, 4), (4, 2)],
    [(3, 4), (2, 4, 5)],
    [(2, 3, 4), (4,)],
    [(4,), (2, 4, 3)],
    [(2, 1, 3, 4), (5, 4, 2)],
]

rule(
    "matmul(a, b)",
    cases=MATMUL,
    infer=infer.matmul,
    cost="never",
    formula="a @ b",
    aliases=["numpy.matmul", "numpy.linalg.matmul", "operator.matmul"],
    examples=SHAPES,
)
rule("imatmul(a, b)", cases=MATMUL, infer=infer.matmul, cost="never", formula="a @ b")

# For operands of unknown rank; both are again linear in each of their operands.
rule(
    "left_of_matmul(g, a, b)",
    g="out_bar @ b",
    b="right_of_matmul(g, out_bar, b)",
    dot="left_of_matmul(g_dot, a, b) + left_of_matmul(g, a, b_dot)",
    infer=like_argument(1),
    cost="never",
    examples=[
        [(3, 2), (3, 4), (4, 2)],
        [(3,), (3, 4), (4,)],
        [(2,), (4,), (4, 2)],
        [(), (4,), (4,)],
    ],
)
rule(
    "right_of_matmul(g, a, b)",
    g="a @ out_bar",
    a="left_of_matmul(g, a, out_bar)",
    dot="right_of_matmul(g_dot, a, b) + right_of_matmul(g, a_dot, b)",
    infer=like_argument(2),
    cost="never",
    examples=[
        [(3, 2), (3, 4), (4, 2)],
        [(3,), (3, 4), (4,)],
        [(2,), (4,), (4, 2)],
        [(), (4,), (4,)],
    ],
)

rule(
    "left_of_tensordot(g, a, b, axes=2)",
    g="np.tensordot(out_bar, b, axes)",
    b="right_of_tensordot(g, out_bar, b, axes)",
    dot="left_of_tensordot(g_dot, a, b, axes) + left_of_tensordot(g, a, b_dot, axes)",
    infer=like_argument(1),
    cost="never",
    examples=[
        ([(2, 5), (2, 3, 4), (3, 4, 5)], {}),
        ([(3, 5), (2, 3, 4), (4, 2, 5)], {"axes": ((0, 2), (1, 0))}),
    ],
)
rule(
    "right_of_tensordot(g, a, b, axes=2)",
    g="np.tensordot(a, out_bar, axes)",
    a="left_of_tensordot(g, a, out_bar, axes)",
    dot="right_of_tensordot(g_dot, a, b, axes) + right_of_tensordot(g, a_dot, b, axes)",
    infer=like_argument(2),
    cost="never",
    examples=[
        ([(2, 5), (2, 3, 4), (3, 4, 5)], {}),
        ([(3, 5), (2, 3, 4), (4, 2, 5)], {"axes": ((0, 2), (1, 0))}),
    ],
)
DOT = "np.dot(a_dot, b) + np.dot(a, b_dot)"
rule(
    "numpy.dot(a, b; out=None)",
    cases=[
        case(one.when, DOT, **dict(one.adjoint))
        for one in (VECTORS, MATRIX_VECTOR, VECTOR_MATRIX, MATRICES)
    ]
    + [
        case(
            "a.ndim == 0 or b.ndim == 0",
            DOT,
            a="unbroadcast(out_bar * b, a)",
            b="unbroadcast(out_bar * a, b)",
        ),
        case(
            "a.ndim >= 1 and b.ndim == 1",
            DOT,
            a="out_bar[..., None] * b",
            b="np.tensordot(out_bar, a, np.ndim(out_bar))",
        ),
        case(
            "a.ndim >= 1 and b.ndim >= 2",
            DOT,
            a="np.tensordot(out_bar, np.swapaxes(b, -1, -2), np.ndim(b) - 1)",
            b="np.moveaxis(np.tensordot(a, out_bar, "
            "(tuple(range(np.ndim(a) - 1)), tuple(range(np.ndim(a) - 1)))), 0, -2)",
        ),
        case("", DOT, a="left_of_dot(out_bar, a, b)", b="right_of_dot(out_bar, a, b)"),
    ],
    infer=infer.dot,
    cost="never",
    formula="a @ b",
    examples=[
        *SHAPES[:4],
        [(2, 3, 4), (4,)],
        [(2, 3, 4), (5, 4, 2)],
        [(4,), (2, 4, 3)],
        [(), (3,)],
        [(3,), ()],
    ],
)
rule(
    "left_of_dot(g, a, b)",
    g="np.dot(out_bar, b)",
    b="right_of_dot(g, out_bar, b)",
    dot="left_of_dot(g_dot, a, b) + left_of_dot(g, a, b_dot)",
    infer=like_argument(1),
    cost="never",
    examples=[
        [(3, 2), (3, 4), (4, 2)],
        [(3,), (3, 4), (4,)],
        [(2,), (4,), (4, 2)],
        [(), (4,), (4,)],
    ],
)
rule(
    "right_of_dot(g, a, b)",
    g="np.dot(a, out_bar)",
    a="left_of_dot(g, a, out_bar)",
    dot="right_of_dot(g_dot, a, b) + right_of_dot(g, a_dot, b)",
    infer=like_argument(2),
    cost="never",
    examples=[
        [(3, 2), (3, 4), (4, 2)],
        [(3,), (3, 4), (4,)],
        [(2,), (4,), (4, 2)],
        [(), (4,), (4,)],
    ],
)

bilinear(
    "numpy.vdot(a, b)",
    infer=infer.vdot,
    cases=[
        case(
            "a.complex or b.complex",
            "np.vdot(a_dot, b) + np.vdot(a, b_dot)",
            a="np.reshape(np.conj(out_bar * np.ravel(b)), np.shape(a))",
            b="np.reshape(out_bar * np.conj(np.ravel(a)), np.shape(b))",
        ),
        case(
            "",
            "np.vdot(a_dot, b) + np.vdot(a, b_dot)",
            a="np.reshape(out_bar * np.ravel(b), np.shape(a))",
            b="np.reshape(out_bar * np.ravel(a), np.shape(b))",
        ),
    ],
    formula="sum of a * b",
    examples=[[(4,), (4,)], [(2, 3), (2, 3)], [(2, 3), (3, 2)]],
)
rule(
    "numpy.inner(a, b)",
    cases=[
        case(
            VECTORS.when,
            "np.inner(a_dot, b) + np.inner(a, b_dot)",
            **dict(VECTORS.adjoint),
        ),
        case(
            "a.ndim == 0 or b.ndim == 0",
            "np.inner(a_dot, b) + np.inner(a, b_dot)",
            a="unbroadcast(out_bar * b, a)",
            b="unbroadcast(out_bar * a, b)",
        ),
        case(
            "a.ndim >= 1 and b.ndim >= 1",
            "np.inner(a_dot, b) + np.inner(a, b_dot)",
            a="np.tensordot(out_bar, b, np.ndim(b) - 1)",
            b="np.tensordot(out_bar, a, "
            "(tuple(range(np.ndim(a) - 1)), tuple(range(np.ndim(a) - 1))))",
        ),
    ],
    infer=infer.inner,
    cost="never",
    examples=[[(4,), (4,)], [(3, 4), (4,)], [(3, 4), (2, 4)], [(2, 3, 4), (5, 4)]],
)
rule(
    "numpy.outer(a, b; out=None)",
    cases=[
        case(
            "a.ndim == 1 and b.ndim == 1",
            "np.outer(a_dot, b) + np.outer(a, b_dot)",
            a="out_bar @ b",
            b="a @ out_bar",
        ),
        case(
            "",
            "np.outer(a_dot, b) + np.outer(a, b_dot)",
            a="np.reshape(out_bar @ np.ravel(b), np.shape(a))",
            b="np.reshape(np.ravel(a) @ out_bar, np.shape(b))",
        ),
    ],
    infer=infer.outer,
    cost="costly",
    examples=[[(3,), (4,)], [(2, 3), (4,)], [(), (4,)]],
)
rule(
    "numpy.kron(a, b)",
    cases=[
        case(
            "a.ndim == 1 and b.ndim == 1",
            "np.kron(a_dot, b) + np.kron(a, b_dot)",
            a="np.reshape(out_bar, (len(a), len(b))) @ b",
            b="a @ np.reshape(out_bar, (len(a), len(b)))",
        ),
        case(
            "a.ndim == 2 and b.ndim == 2",
            "np.kron(a_dot, b) + np.kron(a, b_dot)",
            a="np.einsum('ikjl,kl->ij', np.reshape(out_bar, "
            "(a.shape[0], b.shape[0], a.shape[1], b.shape[1])), b)",
            b="np.einsum('ikjl,ij->kl', np.reshape(out_bar, "
            "(a.shape[0], b.shape[0], a.shape[1], b.shape[1])), a)",
        ),
    ],
    infer=infer.kron,
    cost="costly",
    examples=[[(3,), (4,)], [(2, 3), (4, 2)]],
)
rule(
    "numpy.cross(a, b, *, axis=-1)",
    aliases=["numpy.linalg.cross"],
    a="unbroadcast(np.cross(b, out_bar, axis=axis), a)",
    b="unbroadcast(np.cross(out_bar, a, axis=axis), b)",
    dot="np.cross(a_dot, b, axis=axis) + np.cross(a, b_dot, axis=axis)",
    infer=infer.cross,
    formula="a x b, of three components",
    examples=[[(3,), (3,)], [(4, 3), (4, 3)], [(4, 3), (3,)]],
)
rule(
    "numpy.einsum(*operands, optimize=False; out=None)",
    make=einsum_case,
    infer=infer.einsum,
    cost="never",
    note="the subscripts must be a constant",
    examples=[
        ["ij,jk->ik", (3, 4), (4, 2)],
        ["ij->i", (3, 4)],
        ["ii->i", (3, 3)],
        ["ii", (3, 3)],
        ["ij,j", (3, 4), (4,)],
        ["i,i,i->", (3,), (3,), (3,)],
        ["ijkl,kl->ij", (2, 3, 4, 5), (4, 5)],
        ["...ij,...j->...i", (2, 3, 4), (2, 4)],
        ["...ij,j->...i", (2, 3, 4), (4,)],
        ["ij,ij->ij", (3, 4), (1, 4)],
        ["ij->ji", (3, 4)],
        ["ij->", (3, 4)],
    ],
)
rule(
    "numpy.tensordot(a, b, axes=2)",
    aliases=["numpy.linalg.tensordot"],
    make=tensordot_case,
    infer=infer.tensordot,
    cost="never",
    examples=[
        ([(2, 3, 4), (3, 4, 5)], {}),
        ([(3, 4), (4, 5)], {"axes": 1}),
        ([(3,), (4,)], {"axes": 0}),
        ([(2, 3, 4), (4, 2, 5)], {"axes": ((0, 2), (1, 0))}),
        ([(2, 3, 4), (5, 3)], {"axes": (1, 1)}),
    ],
)
