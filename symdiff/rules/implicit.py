"""`symdiff.fixed_point` and `symdiff.root`: functions of their equation's parameters.

As for the solvers of SciPy, their derivative needs that of the function they are
given, so it is no template: see `symdiff.transform.adjoint.implicit`.
"""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import FLOAT, Array, Scalar, Type, dtype_of
from symdiff.rules.declare import case, rule
from symdiff.rules.infer.common import Kwargs


def like_start(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """What has the shape of the start, and is a float where that is a whole number."""
    kind = args[1].type
    if isinstance(kind, Scalar):
        return kind if kind.dtype[0] in "fc" else FLOAT
    whole = isinstance(kind, Array) and (dtype_of(kind) or "f8")[0] not in "fc"
    return Array("f8", kind.shape) if whole and isinstance(kind, Array) else kind


# What the handlers of both modes write, in short.
INVERSE = "np.linalg.inv(np.eye(len(out)) - phi_in_z)"
rule(
    "fixed_point(phi, z0, args=(), tol=1e-10, maxiter=1000, floor=1.0)",
    cases=[
        case(
            "",
            f"{INVERSE} @ (phi_in_args @ args_dot)",
            args=f"phi_in_args.T @ ({INVERSE}.T @ out_bar)",
        )
    ],
    infer=like_start,
    cost="never",
    aliases=["symdiff.fixed_point"],
    note="by a second iteration; the start has no derivative",
)
rule(
    "root(residual, z0, args=(), tol=1e-10, maxiter=0)",
    cases=[
        case(
            "",
            "-np.linalg.solve(residual_in_z, residual_in_args @ args_dot)",
            args="-residual_in_args.T @ np.linalg.solve(residual_in_z.T, out_bar)",
        )
    ],
    infer=like_start,
    cost="never",
    aliases=["symdiff.root"],
    note="by the implicit function theorem; the start has no derivative",
)
