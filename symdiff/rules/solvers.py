"""Solvers: what they find is differentiated, not the steps they take to find it.

Their derivative needs that of the function they are given, so it is no template: see
`symdiff.transform.adjoint.solvers`.
"""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, FLOAT, Array, Tuple, Type
from symdiff.rules.declare import case, rule
from symdiff.rules.infer.common import Kwargs, shape_in
from symdiff.rules.structure import refuse


def number(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python float."""
    return FLOAT


def integral(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The integral, and an estimate of its error."""
    return Tuple((FLOAT, FLOAT))


def path(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The state at each time."""
    shapes = [shape_in(a.type) for a in args[1:3]]
    if any(shape is None or len(shape) != 1 for shape in shapes):
        return Array("f8", None)
    (length,), (count,) = (shape or () for shape in shapes)
    return Array("f8", (count, length))


def unknowns(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """As many numbers as the start has."""
    return Array("f8", shape_in(args[1].type))


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
# What the handlers of both modes write, in short.
DOT = "np.einsum('tij,j->ti', sensitivity, np.append(y0_dot, args_dot))"
ROOT = "-jacobian_in_args.T @ np.linalg.solve(jacobian.T, out_bar)"
rule(
    "scipy.optimize.fsolve(func, x0, args=(), xtol=1.49012e-08, maxfev=0; fprime=None, "
    "full_output=0, col_deriv=0, band=None, epsfcn=None, factor=100, diag=None)",
    cases=[
        case(
            "",
            "-np.linalg.solve(jacobian, jacobian_in_args @ args_dot)",
            args=ROOT,
        )
    ],
    infer=unknowns,
    cost="never",
    note="by the implicit function theorem; the start has no derivative",
)
PATH = "np.einsum('ti,tij->j', out_bar, sensitivity)"
rule(
    "scipy.integrate.odeint(func, y0, t, args=(), rtol=None, atol=None, tcrit=None, "
    "h0=0.0, hmax=0.0, hmin=0.0, mxstep=0; Dfun=None, full_output=0, tfirst=False)",
    cases=[case("", DOT, y0=PATH, args=PATH)],
    infer=path,
    cost="never",
    note="in the start and in what the slope depends on, by forward sensitivities",
)
rule(
    "scipy.integrate.quad_vec(f, a, b, *, args=())",
    make=refuse("scipy.integrate.quad_vec has an adjoint only"),
    infer=lambda args, kwargs: Tuple((ANY, FLOAT)),
    outs=2,
    cost="never",
    note="written by the adjoint of quad for what is an array",
)
