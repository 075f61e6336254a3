"""Orthogonal factors."""

from __future__ import annotations

from symdiff.rules.declare import rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.matrices import stacked
from symdiff.rules.registry import Case

# The first columns of a wide matrix decide q; the others are q.T @ a.
QR = """
k = np.shape(q)[-1]
r = UPPER[..., :k]
q_bar = Q_BAR + a[..., k:] @ T(rest)
m = r @ T(head) - T(q_bar) @ q
low = np.tril(m, -1)
diagonal = V(m)
right = q_bar + q @ (low + T(low) + D(diagonal))
square = T(right)
solution = np.linalg.solve(r, square)
np.concatenate([T(solution), q @ rest], axis=-1)
"""
TALL = """
m = r @ T(R_BAR) - T(Q_BAR) @ q
low = np.tril(m, -1)
diagonal = V(m)
right = Q_BAR + q @ (low + T(low) + D(diagonal))
square = T(right)
solution = np.linalg.solve(r, square)
T(solution)
"""
QR_DOT = """
k = np.shape(q)[-1]
r = UPPER[..., :k]
head = a_dot[..., :k]
square = T(head)
t = T(r)
solution = np.linalg.solve(t, square)
x = T(solution)
c = T(q) @ x
low = np.tril(c, -1)
turn = low - T(low)
q_dot = q @ turn + x - q @ c
r_dot = T(q) @ (a_dot - q_dot @ UPPER)
RESULT
"""
OF_PAIR = "q = out0\nr = out1\n"
SPLIT = "rest = R_BAR[..., np.shape(q)[-1] :]\nhead = R_BAR[..., : np.shape(q)[-1]]\n"
NARROW = "a.shape[-2] >= a.shape[-1]"


def _qr(text: str, q_bar: str, r_bar: str, upper: str) -> str:
    return (
        text.strip()
        .replace("R_BAR", r_bar)
        .replace("Q_BAR", q_bar)
        .replace("UPPER", upper)
    )


def qr_cases(modes: str, alone: str, module: str) -> list[Case]:
    """The cases of a QR decomposition: tall or square matrices, and any others."""
    pair = ("out0_bar", "out1_bar", "out1")
    again = f"q, upper = {module}\n"
    single = ("np.zeros_like(q)", "out_bar", "upper")
    both_dot = OF_PAIR + _qr(QR_DOT, *pair).replace("RESULT", "(q_dot, r_dot)")
    r_dot = again + _qr(QR_DOT, *single).replace("RESULT", "r_dot")
    return [
        *stacked("a", both_dot, f"{modes} and {NARROW}", a=OF_PAIR + _qr(TALL, *pair)),
        *stacked("a", both_dot, modes, a=OF_PAIR + _qr(SPLIT + QR.strip(), *pair)),
        *stacked("a", r_dot, alone, a=again + _qr(SPLIT + QR.strip(), *single)),
    ]


rule(
    "numpy.linalg.qr(a, mode='reduced')",
    cases=qr_cases("mode == 'reduced'", "mode == 'r'", "np.linalg.qr(a)"),
    outs=2,
    infer=infer.qr,
    cost="never",
    examples=[
        ([(4, 3)], {}),
        ([(3, 3)], {}),
        ([(3, 5)], {}),
        ([(2, 4, 3)], {}),
        ([(4, 3)], {"mode": "r"}),
    ],
)
