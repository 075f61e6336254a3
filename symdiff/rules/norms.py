"""Norms of vectors, and of matrices by all their elements."""

from __future__ import annotations

from symdiff.rules.declare import rule
from symdiff.rules.infer.reductions import norm
from symdiff.rules.reductions import CHECKED, over_axes

# The guard gives 0 at the origin instead of 0 / 0.
EUCLID = (
    "ord is None or ord == 'fro' or ord == 2 and (a.ndim == 1 or isinstance(axis, int))"
)
VECTOR = "(a.ndim == 1 or isinstance(axis, int))"
rule(
    "numpy.linalg.norm(a, ord=None, axis=None, *, keepdims=False)",
    cases=[
        *over_axes(
            "np.sum(a * a_dot, OVER) / np.where(out == 0, 1, out)",
            "scale = out_bar / np.where(out == 0, 1, out)\na * kept(scale)",
            f"({EUCLID})",
            point="out_bar * np.sign(a)",
        ),
        *over_axes(
            "np.sum(np.sign(a) * a_dot, OVER)",
            "np.sign(a) * kept(out_bar)",
            f"ord == 1 and {VECTOR}",
            point="out_bar * np.sign(a)",
        ),
        *over_axes(
            "winners = np.abs(a) == np.max(np.abs(a), WITHIN)\n"
            "np.sum(winners * np.sign(a) * a_dot, OVER)"
            " / np.sum(winners, OVER)",
            "winners = (np.abs(a) == kept(out)) * np.sign(a)\n"
            "share = out_bar / np.sum(np.abs(winners), OVER)\n"
            "winners * kept(share)",
            f"ord == float('inf') and {VECTOR}",
            point="out_bar * np.sign(a)",
        ),
        *over_axes(
            "safe = np.where(out == 0, 1, out) ** (ord - 1)\n"
            "np.sum(a * np.abs(a) ** (ord - 2) * a_dot, OVER) / safe",
            "scale = out_bar / np.where(out == 0, 1, out) ** (ord - 1)\n"
            "a * np.abs(a) ** (ord - 2) * kept(scale)",
            f"ord >= 2 and {VECTOR}",
            point="out_bar * np.sign(a)",
        ),
    ],
    infer=norm,
    formula="sqrt(sum of a**2)",
    note="0 at the origin; the maximum norm splits ties",
    examples=[
        *CHECKED[:-1],
        ([(4,)], {"ord": 1}),
        ([(4,)], {"ord": 3}),
        ([(4,)], {"ord": float("inf")}),
        ([(3, 4)], {"ord": 1, "axis": 0}),
        ([(3, 4)], {"ord": "fro"}),
    ],
)
