"""All expressions: the tables of the grammar, filled."""

from __future__ import annotations

from arrays import MATRICES, MATRIX_LEAVES, VECTOR_LEAVES, VECTORS
from grammar import TABLES, call, condition, expression, index, part, scalar, vector
from numeric import CONDITIONS, SCALAR_LEAVES, SCALARS

TABLES.update(
    {
        "condition": CONDITIONS,
        "scalar": SCALARS,
        "scalar leaf": SCALAR_LEAVES,
        "vector": VECTORS,
        "vector leaf": VECTOR_LEAVES,
        "matrix": MATRICES,
        "matrix leaf": MATRIX_LEAVES,
    }
)

__all__ = ["call", "condition", "expression", "index", "part", "scalar", "vector"]
