"""Complex values in a real program: which rules hold for them, and real parts.

The cotangent of a complex z = x + iy is dL/dx - i dL/dy, the convention of JAX: then
the derivative of a holomorphic function is the same text as that of a real one. A real
operand of a complex result takes the real part of its contribution.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import AnyType, Array, List, Table, Tuple, Type, dtype_of
from symdiff.rules.reads import parse, reads
from symdiff.rules.registry import Case, Rule

# Operations whose rules hold for complex operands: they are holomorphic, linear, or
# have a case of their own for complex numbers.
_PLAIN = """
    add sub mul truediv pow neg pos iadd isub imul itruediv ipow divide power matmul
    imatmul getitem setitem additem tuple list unpack append pop same ifelse unbroadcast
    ndarray.astype ndarray.item ndarray.flatten plus zeros split_like builtins.sum
    builtins.abs builtins.complex left_of_matmul right_of_matmul left_of_tensordot
    right_of_tensordot left_of_dot right_of_dot left_of_solve right_of_solve undiag
    unpad untile add_windows fit twice builtins.list builtins.tuple builtins.reversed
    real_like
"""
_NUMPY = """
    exp exp2 expm1 log log2 log10 log1p sqrt square reciprocal sin cos tan arcsin arccos
    arctan sinh cosh tanh arcsinh arccosh arctanh abs sign real imag conj angle
    where real_if_close sum mean prod cumsum cumprod diff dot outer inner kron einsum
    tensordot trace cross linalg.solve linalg.inv linalg.matrix_power linalg.multi_dot
    linalg.eigvals linalg.eig reshape ravel transpose matrix_transpose swapaxes moveaxis
    expand_dims squeeze broadcast_to flip fliplr flipud roll rot90 atleast_1d atleast_2d
    atleast_3d tile repeat pad diag diagonal tril triu concatenate stack vstack dstack
    hstack column_stack split array_split append array asarray ascontiguousarray
    asanyarray full full_like copy take add.at add.reduce multiply.reduce add.outer
    multiply.outer subtract.outer hsplit vsplit dsplit rollaxis block diagflat polyval
    cumulative_sum trapezoid vdot matvec linalg.norm linalg.vector_norm
"""
_FFT = """
    fft ifft fft2 ifft2 fftn ifftn rfft irfft rfft2 irfft2 rfftn irfftn hfft ihfft
    fftshift ifftshift
"""
COMPLEX = frozenset(
    [
        *_PLAIN.split(),
        *(f"numpy.{name}" for name in _NUMPY.split()),
        *(f"numpy.fft.{name}" for name in _FFT.split()),
        *(f"scipy.fft.{name}" for name in _FFT.split()),
        "scipy.special.lambertw",
        *(f"scipy.linalg.{name}" for name in ("solve", "inv", "expm", "logm", "sqrtm")),
    ]
)


def is_complex(t: Type | Iterable[Type]) -> bool:
    """Whether a value is known to be complex, or to hold what is."""
    match t:
        case tuple():
            return any(map(is_complex, t))
        case Tuple(items=items):
            return any(map(is_complex, items))
        case List(item=item) | Table(value=item):
            return is_complex(item)
    return (dtype_of(t) or "f")[0] == "c"  # type: ignore[arg-type]


def is_unknown(t: Type | Iterable[Type]) -> bool:
    """Whether the dtype of a value, or of something in it, is not known."""
    match t:
        case tuple():
            return any(map(is_unknown, t))
        case Tuple(items=items):
            return any(map(is_unknown, items))
        case List(item=item) | Table(value=item):
            return is_unknown(item)
        case AnyType():
            return True
    return isinstance(t, Array) and t.dtype is None


def takes_complex(entry: Rule, names: Mapping[str, Atom]) -> bool:
    """Whether a rule holds for the operands of a call, be they complex or not."""
    return entry.op in COMPLEX or not any(is_complex(a.type) for a in names.values())


def projected(
    case: Case,
    names: Mapping[str, Atom],
    result: Type | tuple[Type, ...],
    mixed: bool,
) -> Case:
    """The case with real parts taken for the real operands of a complex result.

    z = x * w      →      x_bar = np.real(z_bar * w)

    `mixed`: a result of unknown dtype may be complex too.
    """
    if not case.adjoint or not (is_complex(result) or (mixed and is_unknown(result))):
        return case
    adjoint = {
        name: _real(text, name, names[name]) if name in names else text
        for name, text in case.adjoint.items()
    }
    return Case(case.when, adjoint, case.dot)


def _real(text: str, name: str, operand: Atom) -> str:
    if is_complex(operand.type) or f"{name}_bar" in reads(text):
        return text
    if isinstance(operand.type, List | Tuple):
        return text
    known = dtype_of(operand.type) is not None
    *lines, last = map(ast.unparse, parse(text))
    if last.startswith(("np.real(", "real_like(")):
        return text
    whole = f"np.real({last})" if known else f"real_like({last}, {name})"
    return "\n".join([*lines, whole])
