"""What only the source of a Jacobian calls: sums by direction, sparse matrices."""

from __future__ import annotations

from symdiff.rules.declare import rule
from symdiff.rules.infer import jacobians as infer
from symdiff.rules.structure import refuse

rule(
    "unbroadcast_each(g, x)",
    g="ones = (1,) * (np.ndim(g) - np.ndim(x) - 1)\n"
    "spread = np.reshape(out_bar, np.shape(g)[:1] + ones + np.shape(x))\n"
    "np.broadcast_to(spread, np.shape(g))",
    dot="unbroadcast_each(g_dot, x)",
    infer=infer.each_like_second,
    cost="cheap",
    examples=[([(2, 3, 4), (4,)], {}), ([(2, 3, 4), (3, 1)], {}), ([(2, 3), ()], {})],
)
rule(
    "scipy.sparse.csr_matrix(arg1, shape=None)",
    make=refuse("a sparse matrix has no derivative; use the dense product"),
    infer=infer.sparse_matrix,
    cost="cheap",
)
