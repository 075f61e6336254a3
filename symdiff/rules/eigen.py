"""Eigenvalues and eigenvectors.

Where two values coincide the term with their difference is left out: it belongs to a
rotation within their common space, on which a well defined result does not depend.
"""

from __future__ import annotations

from symdiff.rules.declare import rule
from symdiff.rules.infer import factors as infer
from symdiff.rules.matrices import stacked

GAPS = "gap = R(w) - C(w)\ngap = np.where(gap == 0, np.inf, gap)"
EIGH = f"""
w = out0
v = out1
{GAPS}
inner = D(out0_bar) + T(v) @ out1_bar / gap
s = v @ inner @ T(v)
0.5 * (s + T(s))
"""
EIGH_DOT = f"""
w = out0
v = out1
{GAPS}
inner = T(v) @ (0.5 * (a_dot + T(a_dot))) @ v
(V(inner), v @ (inner / gap))
"""
EIGVALSH = "w, v = np.linalg.eigh(a)\nv @ (C(out_bar) * T(v))"
EIGVALSH_DOT = "w, v = np.linalg.eigh(a)\nV(inner)".replace(
    "V(inner)", "np.sum(v * (0.5 * (a_dot + T(a_dot)) @ v), axis=-2)"
)
rule(
    "numpy.linalg.eigh(a, UPLO='L')",
    cases=stacked("a", EIGH_DOT, a=EIGH),
    outs=2,
    infer=infer.eigh,
    cost="never",
    note="the gradient is symmetric; equal eigenvalues do not rotate their vectors",
    examples=[[("definite", 3)], [("definites", 3)]],
)
rule(
    "numpy.linalg.eigvalsh(a, UPLO='L')",
    cases=stacked("a", EIGVALSH_DOT, a=EIGVALSH),
    infer=infer.eigenvalues,
    cost="never",
    note="the gradient is symmetric",
    examples=[[("definite", 3)], [("definites", 3)]],
)

# v's columns have norm 1; the imaginary part of their scale is left to LAPACK.
EIG = f"""
w = out0
v = out1
{GAPS}
overlap = T(v) @ out1_bar
scale = np.real(V(overlap))
inner = D(out0_bar) + (overlap - T(v) @ np.conj(v) * R(scale)) / gap
real_like(np.linalg.solve(T(v), inner @ T(v)), a)
"""
EIG_DOT = f"""
w = out0
v = out1
{GAPS}
inner = np.linalg.solve(v, a_dot @ v)
turn = v @ (inner / gap)
scale = np.real(np.sum(np.conj(v) * turn, axis=-2))
(V(inner), turn - v * R(scale))
"""
rule(
    "numpy.linalg.eig(a)",
    cases=stacked("a", EIG_DOT, a=EIG),
    outs=2,
    infer=infer.eig,
    cost="never",
    note="of distinct eigenvalues; a loss must not depend on the vectors' phases",
    examples=[[("turning", 3)]],
)
rule(
    "numpy.linalg.eigvals(a)",
    cases=stacked(
        "a",
        "w, v = np.linalg.eig(a)\ninner = np.linalg.solve(v, a_dot @ v)\nV(inner)",
        a="w, v = np.linalg.eig(a)\n"
        "real_like(np.linalg.solve(T(v), C(out_bar) * T(v)), a)",
    ),
    infer=infer.complex_eigenvalues,
    cost="never",
    note="of distinct eigenvalues",
    examples=[[("turning", 3)]],
)
