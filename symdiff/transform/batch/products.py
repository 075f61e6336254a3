"""Products with the axis for the directions in front."""

from __future__ import annotations

import string

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.transform.batch.scope import NotBatched, Scope


def matmul(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`A @ v` with a `v` for each direction is `v @ A.T`; most others stay as they are.

    NumPy takes all axes but the last two for a stack of matrices.
    """
    a, b = stmt.args
    ranks = at.rank(a), at.rank(b)
    if stmt.op == "numpy.dot" and max(ranks) > 2:
        raise NotBatched("a product of stacks of matrices")
    if 0 in ranks:
        return _scaled(at, stmt, build)
    if 1 in ranks:
        return _with_vector(at, stmt, ranks, build)
    one = at.aligned(a, ranks[1], build)
    other = at.aligned(b, ranks[0], build)
    return build.apply("matmul", one, other)


def _with_vector(
    at: Scope, stmt: Apply, ranks: tuple[int, int], build: Builder
) -> Atom:
    """A product in which a vector takes part."""
    a, b = stmt.args
    one, other = at.read(a), at.read(b)
    if max(ranks) > 2:
        raise NotBatched("a product of a vector and a stack of matrices")
    if at.has(a) and at.has(b):
        text = {(1, 1): "ki,ki->k", (2, 1): "kij,kj->ki", (1, 2): "ki,kij->kj"}[ranks]
        return build.apply("numpy.einsum", Const(text), one, other)
    if at.has(b) and ranks[1] == 1:
        turned = a if ranks[0] == 1 else build.apply("numpy.transpose", a)
        return build.apply("matmul", other, turned)
    return build.apply("matmul", one, other)


def _scaled(at: Scope, stmt: Apply, build: Builder) -> Atom:
    if stmt.op == "matmul":
        raise NotBatched("a matrix product of a number")
    want = max(map(at.rank, stmt.args))
    args = (at.aligned(a, want, build) for a in stmt.args)
    return build.apply("mul", *args)


def outer(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`outer(u, v)` is `u[:, :, np.newaxis] * v`, `v` in its last axis."""
    u, v = stmt.args
    if at.rank(u) != 1 or at.rank(v) != 1:
        raise NotBatched("an outer product of arrays")
    tall = (slice(None), slice(None), None) if at.has(u) else (slice(None), None)
    column = build.apply("getitem", at.read(u), Const(tall))
    return build.apply("mul", column, at.aligned(v, 2, build))


def einsum(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """One more letter in front of what has the axis."""
    text, *operands = stmt.args
    if not isinstance(text, Const) or not isinstance(text.value, str) or stmt.kwargs:
        raise NotBatched("an einsum whose subscripts are not known")
    subscripts = text.value.replace(" ", "")
    free = [c for c in string.ascii_letters if c not in subscripts]
    if "->" not in subscripts or "." in subscripts or not free:
        raise NotBatched("an einsum with implicit axes")
    left, right = subscripts.split("->")
    letter = "k" if "k" in free else free[0]
    pairs = zip(left.split(","), operands, strict=True)
    parts = [letter + part if at.has(a) else part for part, a in pairs]
    wide = Const(f"{','.join(parts)}->{letter}{right}")
    return build.apply("numpy.einsum", wide, *map(at.read, operands))


def solve(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """`solve(A, b)` with a `b` for each direction is `solve(A, b.T).T`."""
    a, b = stmt.args
    if at.has(a) or at.rank(a) != 2 or at.rank(b) > 2:
        raise NotBatched("systems with a matrix for each direction")
    if at.rank(b) == 2:
        return build.apply("numpy.linalg.solve", a, at.read(b))
    columns = build.apply("numpy.transpose", at.read(b))
    found = build.apply("numpy.linalg.solve", a, columns)
    return build.apply("numpy.transpose", found)


RULES = {
    "matmul": matmul,
    "numpy.dot": matmul,
    "numpy.outer": outer,
    "numpy.einsum": einsum,
    "numpy.linalg.solve": solve,
}
