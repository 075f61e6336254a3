"""The types of factors of matrices."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, INT, Array, Length, Tuple, Type
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    broadcast,
    constant_of,
    promote,
    result,
    shape_in,
)


def floating(atom: Atom) -> str | None:
    """The floating-point dtype of what is computed of a matrix."""
    found = array_of(atom.type)
    dtype = None if found is None else found.dtype
    return "f8" if dtype is not None and dtype[0] in "iub" else dtype


def _least(m: Length, n: Length) -> Length | None:
    """The smaller of two lengths, where that is known."""
    if m == n:
        return m
    return min(m, n) if isinstance(m, int) and isinstance(n, int) else None


def _matrix(dtype: str | None, lead: Shape, *lengths: Length | None) -> Array:
    known = [d for d in lengths if d is not None]
    return Array(dtype, (*lead, *known) if len(known) == len(lengths) else None)


def eigenvalues(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One vector a matrix."""
    shape = shape_in(args[0].type)
    return Array(floating(args[0]), None if shape is None else shape[:-1])


def eigh(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Eigenvalues and eigenvectors."""
    if constant_of(kwargs.get("eigvals_only"), False):
        return eigenvalues(args, kwargs)
    vectors = Array(floating(args[0]), shape_in(args[0].type))
    return Tuple((eigenvalues(args, kwargs), vectors))


def complex_eigenvalues(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Eigenvalues of any matrix, which may be complex."""
    shape = shape_in(args[0].type)
    return Array("c16", None if shape is None else shape[:-1])


def eig(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Eigenvalues and eigenvectors of any matrix, which may be complex."""
    vectors = Array("c16", shape_in(args[0].type))
    return Tuple((complex_eigenvalues(args, kwargs), vectors))


def singular_values(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """As many as the shorter side is long."""
    shape = shape_in(args[0].type)
    dtype = floating(args[0])
    if shape is None or len(shape) < 2:
        return Array(dtype, None)
    return _matrix(dtype, shape[:-2], _least(*shape[-2:]))


def svd(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`u, s, vt`, or `s` alone."""
    values = singular_values(args, kwargs)
    wanted = constant_of(kwargs.get("compute_uv"), True)
    if wanted is UNSET:
        return ANY
    if not wanted:
        return values
    shape, dtype = shape_in(args[0].type), floating(args[0])
    full = constant_of(kwargs.get("full_matrices"), True)
    if shape is None or full is UNSET or len(shape) < 2:
        return Tuple((Array(dtype, None), values, Array(dtype, None)))
    lead, (m, n) = shape[:-2], shape[-2:]
    k = _least(m, n)
    u = _matrix(dtype, lead, m, m if full else k)
    return Tuple((u, values, _matrix(dtype, lead, n if full else k, n)))


def qr(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`q, r`, or `r` alone."""
    mode = constant_of(kwargs.get("mode"), "reduced")
    shape, dtype = shape_in(args[0].type), floating(args[0])
    if mode not in ("reduced", "economic", "r", "full", "complete"):
        return ANY
    one = Array(dtype, None)
    if shape is None or len(shape) < 2:
        return one if mode == "r" else Tuple((one, one))
    lead, (m, n) = shape[:-2], shape[-2:]
    k = m if mode in ("full", "complete") else _least(m, n)
    upper = _matrix(dtype, lead, k, n)
    return upper if mode == "r" else Tuple((_matrix(dtype, lead, m, k), upper))


def scipy_qr(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`q, r` in full by default."""
    return qr(args, {"mode": Const("full"), **kwargs})


def transposed(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A matrix of the transposed shape."""
    shape = shape_in(args[0].type)
    if shape is None or len(shape) < 2:
        return Array(floating(args[0]), None)
    return Array(floating(args[0]), (*shape[:-2], shape[-1], shape[-2]))


def lstsq(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Solution, residuals, rank and singular values."""
    a, b = shape_in(args[0].type), shape_in(args[1].type)
    dtype = promote([args[0].type, args[1].type])
    dtype = "f8" if dtype is not None and dtype[0] in "iub" else dtype
    x = Array(dtype, None if a is None or b is None else (a[-1], *b[1:]))
    return Tuple((x, Array(dtype, None), ANY, singular_values(args, kwargs)))


def lu(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`p, l, u` of a square matrix."""
    one = Array(floating(args[0]), shape_in(args[0].type))
    return Tuple((one, one, one))


def lu_factor(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Both factors in one matrix, and the pivots."""
    shape = shape_in(args[0].type)
    pivots = Array(None, None if shape is None else shape[:-1])
    return Tuple((Array(floating(args[0]), shape), pivots))


def cho_factor(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The factor, and which triangle it is."""
    return Tuple((Array(floating(args[0]), shape_in(args[0].type)), ANY))


def solved(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The solution of a system whose matrix comes first in whatever form."""
    dtype = floating(args[-1])
    return Array(dtype, shape_in(args[-1].type))


def system(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The solution of `a x = b` for one matrix."""
    dtype = promote([args[0].type, args[1].type])
    dtype = "f8" if dtype is not None and dtype[0] in "iub" else dtype
    return Array(dtype, shape_in(args[1].type))


def unknown_dtype(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A matrix like the first one, real or complex."""
    return Array(None, shape_in(args[0].type))


def frechet(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The derivative of expm, where it is asked for alone."""
    one = Array(floating(args[0]), shape_in(args[0].type))
    both = constant_of(kwargs.get("compute_expm"), True)
    return ANY if both is UNSET else Tuple((one, one)) if both else one


def number(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """One number a matrix."""
    shape = shape_in(args[0].type)
    return ANY if shape is None else result(floating(args[0]), shape[:-2])


def rank(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An integer a matrix."""
    shape = shape_in(args[0].type)
    return ANY if shape is None else result("i8", shape[:-2])


def vecdot(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.vecdot(x1, x2)` along the last axis."""
    dtype = promote([args[0].type, args[1].type])
    shape = broadcast([shape_in(a.type) for a in args])
    if shape is None or constant_of(kwargs.get("axis"), -1) != -1:
        return ANY
    return result(dtype, shape[:-1])


def matvec(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.matvec(x1, x2)`: matrices times vectors."""
    dtype = promote([args[0].type, args[1].type])
    a, b = shape_in(args[0].type), shape_in(args[1].type)
    if a is None or b is None:
        return Array(dtype, None)
    lead = broadcast([a[:-2], b[:-1]])
    return Array(dtype, None if lead is None else (*lead, a[-2]))


def vecmat(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.vecmat(x1, x2)`: vectors times matrices."""
    dtype = promote([args[0].type, args[1].type])
    a, b = shape_in(args[0].type), shape_in(args[1].type)
    if a is None or b is None:
        return Array(dtype, None)
    lead = broadcast([a[:-1], b[:-2]])
    return Array(dtype, None if lead is None else (*lead, b[-1]))


def unshaped(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of unknown shape, of the operands' floating-point dtype."""
    return Array(floating(args[0]), None)


def integer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python int."""
    return INT


def unsure(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A number or an array."""
    return ANY
