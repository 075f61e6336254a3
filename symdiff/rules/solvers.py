"""Solvers: what they find is differentiated, not the steps they take to find it.

Their derivative needs that of the function they are given, so it is no template: see
`symdiff.transform.adjoint.solvers`.
"""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, FLOAT, Tuple, Type
from symdiff.rules.declare import rule
from symdiff.rules.infer.common import Kwargs
from symdiff.rules.structure import refuse


def number(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python float."""
    return FLOAT


def integral(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The integral, and an estimate of its error."""
    return Tuple((FLOAT, FLOAT))


BRACKET = "xtol=2e-12, rtol=8.881784197001252e-16, maxiter=100, disp=True"
for name in ("brentq", "brenth", "bisect", "ridder"):
    rule(
        f"scipy.optimize.{name}(f, a, b, args=(), {BRACKET}; full_output=False)",
        make=refuse(f"scipy.optimize.{name} has an adjoint only"),
        infer=number,
        cost="never",
        note="by the implicit function theorem; the bracket has no derivative",
    )
rule(
    "scipy.optimize.newton(func, x0, args=(), tol=1.48e-08, maxiter=50, rtol=0.0, "
    "disp=True; fprime=None, fprime2=None, x1=None, full_output=False)",
    make=refuse("scipy.optimize.newton has an adjoint only"),
    infer=number,
    cost="never",
    note="of one unknown, by the implicit function theorem",
)
rule(
    "scipy.integrate.quad(func, a, b, args=(), epsabs=1.49e-08, epsrel=1.49e-08, "
    "limit=50, points=None; full_output=0, weight=None, complex_func=False)",
    make=refuse("scipy.integrate.quad has an adjoint only"),
    infer=integral,
    outs=2,
    cost="never",
    note="in the bounds and in what the integrand depends on",
)
rule(
    "scipy.integrate.quad_vec(f, a, b, *, args=())",
    make=refuse("scipy.integrate.quad_vec has an adjoint only"),
    infer=lambda args, kwargs: Tuple((ANY, FLOAT)),
    outs=2,
    cost="never",
    note="written by the adjoint of quad for what is an array",
)
