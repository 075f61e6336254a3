"""Directional derivatives, Jacobians, Hessians: the transforms beside `grad`.

All of them take functions that a transform has made, so they compose to any order.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from symdiff.derived import GradFunction
from symdiff.errors import UsageError
from symdiff.load import Variant
from symdiff.options import Argnums, Options, Transform
from symdiff.structures import flattened, has_float, matching

if TYPE_CHECKING:
    from symdiff.sparse.derivative import SparseJacobian

P = ParamSpec("P")
T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """Return `x`, through which no derivative flows."""
    return x


def elementwise_grad(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[P]:
    """Make the gradient of the sum of a function's result.

    For a function that works element by element that is its derivative at each one.
    """
    return _derived(fun, "elementwise", argnums)


def jacfwd(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[P]:
    """Make the Jacobian, of shape out.shape + in.shape, column by column.

    It is the cheaper way where the result has more numbers than the arguments.
    """
    return _derived(fun, "jacfwd", argnums)


def jacrev(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[P]:
    """Make the Jacobian, of shape out.shape + in.shape, row by row.

    It is the cheaper way where the arguments have more numbers than the result.
    """
    return _derived(fun, "jacrev", argnums)


@overload
def jacobian(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[P]: ...
@overload
def jacobian(
    fun: Callable[P, Any], argnums: Argnums = 0, *, sparsity: Any
) -> SparseJacobian: ...
def jacobian(
    fun: Callable[P, Any], argnums: Argnums = 0, *, sparsity: Any = None
) -> GradFunction[P] | SparseJacobian:
    """Make the Jacobian, of shape out.shape + in.shape, in the cheaper mode.

    Which one that is is seen from the shapes of each call. With `sparsity` it is a
    `scipy.sparse.csr_matrix` of shape (out.size, in.size) for one array argument and an
    array as the result; `sparsity` is "detect", or a boolean matrix (dense or sparse)
    that is true wherever an element may differ from zero.
    """
    made = _derived(fun, "jacobian", argnums)
    return made if sparsity is None else _sparse(made, sparsity)


@overload
def hessian(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[P]: ...
@overload
def hessian(
    fun: Callable[P, Any], argnums: Argnums = 0, *, sparsity: Any
) -> SparseJacobian: ...
def hessian(
    fun: Callable[P, Any], argnums: Argnums = 0, *, sparsity: Any = None
) -> GradFunction[P] | SparseJacobian:
    """Make the matrix of second derivatives, of shape in.shape + in.shape.

    For a tuple of `argnums` it is a tuple of rows, each a tuple of blocks. `sparsity`
    is as in `jacobian`.
    """
    made = _derived(_derived(fun, "grad", argnums), "hessian", argnums)
    return made if sparsity is None else _sparse(made, sparsity)


def _sparse(made: GradFunction[Any], sparsity: Any) -> SparseJacobian:
    from symdiff.sparse.derivative import SparseJacobian

    return SparseJacobian(made, sparsity)


def hvp(fun: Callable[P, Any], argnums: Argnums = 0) -> GradFunction[...]:
    """Make the Hessian times a vector: `hvp(fun)(*args, v)`, without the Hessian.

    There is one vector, of the shape of the argument, for each of `argnums`.
    """
    return _derived(_derived(fun, "grad", argnums), "hvp", argnums)


def _derived(
    fun: Callable[..., Any], transform: Transform, argnums: Argnums
) -> GradFunction[Any]:
    return GradFunction(fun, Options(argnums=argnums, transform=transform))


# --- one direction ---


def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """Return the value of a function, and its derivative in a direction.

    There is one tangent for each primal, of its structure and shapes; None stands for
    zero, and for a primal that cannot carry a derivative.
    """
    if len(primals) != len(tangents):
        raise UsageError(
            f"jvp needs a tangent for each of the {len(primals)} primals, not "
            f"{len(tangents)}; None stands for zero"
        )
    wrt = tuple(n for n, tangent in enumerate(tangents) if tangent is not None)
    if not wrt:
        raise UsageError("jvp needs a tangent that is not None")
    primals = _complete(fun, primals)
    chosen = [matching(tangents[n], primals[n], f"tangent {n}", "primal") for n in wrt]
    out, dot = pushforward(fun, wrt)(*_filled(fun, primals), *chosen)
    return out, dot


def _filled(fun: Callable[..., Any], primals: Sequence[Any]) -> list[Any]:
    """The primals, and the defaults of the parameters after them."""
    later = list(inspect.signature(fun).parameters.values())[len(primals) :]
    defaults = [p.default for p in later if p.default is not p.empty]
    return [*primals, *defaults]


def pushforward(fun: Callable[..., Any], argnums: tuple[int, ...]) -> GradFunction[...]:
    """The function behind `jvp`: `f_jvp(x, y, x_dot, y_dot)`, with its `source`."""
    return _cached(fun, "jvp", argnums)


def pullback(fun: Callable[..., Any], argnums: tuple[int, ...]) -> GradFunction[...]:
    """The function behind `vjp`; its source has `f_fwd` and `f_bwd`."""
    return _cached(fun, "vjp", argnums)


@lru_cache(maxsize=256)
def _made(
    fun: Callable[..., Any], transform: Transform, argnums: tuple[int, ...]
) -> GradFunction[Any]:
    return _derived(fun, transform, argnums)


def _cached(
    fun: Callable[..., Any], transform: Transform, argnums: tuple[int, ...]
) -> GradFunction[Any]:
    """Ask the cache, unless the function cannot be looked up in one."""
    try:
        hash(fun)
    except TypeError:
        return _derived(fun, transform, argnums)
    return _made(fun, transform, argnums)


def vjp(fun: Callable[..., Any], *primals: Any) -> tuple[Any, Pullback]:
    """Return the value of a function, and the function that pulls cotangents back.

    `vjp_fn(cotangent)` returns a tuple with one entry for each primal; it is None for
    a primal that cannot carry a derivative. The function itself runs only once.
    """
    wrt = tuple(n for n, primal in enumerate(primals) if has_float(primal))
    if not wrt:
        raise UsageError("no argument is a float, or holds one: nothing to pull back")
    kept = copy.deepcopy(primals)  # later stores into them must not be seen
    maker = pullback(fun, wrt)
    inputs = tuple(maker.bind(kept, {}))  # with the function's defaults
    variant = maker.specialize(*kept)
    captured = copy.deepcopy(variant.captured())
    out, saved = variant.fn(*inputs)
    slots = tuple(wrt.index(n) if n in wrt else None for n in range(len(primals)))
    return out, Pullback(variant, (inputs, captured), slots, copy.deepcopy(out), saved)


class Pullback:
    """The second result of `vjp`: the cotangents of the primals from the value's."""

    def __init__(
        self,
        variant: Variant,
        inputs: tuple[tuple[Any, ...], dict[str, Any]],
        slots: tuple[int | None, ...],
        out: Any,
        saved: Any,
    ) -> None:
        self._variant = variant
        self._inputs = inputs
        self._slots = slots
        self._out = out
        self._saved = saved

    @property
    def source(self) -> str:
        """The generated source, standalone: the forward and the backward function."""
        return self._variant.source

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        """Return the cotangents of the primals."""
        like = matching(cotangent, self._out, "the cotangent", "value")
        seed = flattened(like, self._variant.result)
        found = self._variant.backward(*self._inputs, self._saved, seed)
        several = sum(slot is not None for slot in self._slots) > 1
        parts = found if several else (found,)
        return tuple(None if slot is None else parts[slot] for slot in self._slots)


def _complete(fun: Callable[..., Any], primals: Sequence[Any]) -> tuple[Any, ...]:
    """The primals, and after them the defaults of what they leave out."""
    more: list[Any] = []
    for param in list(inspect.signature(fun).parameters.values())[len(primals) :]:
        if param.default is param.empty or param.kind != param.POSITIONAL_OR_KEYWORD:
            break
        more.append(param.default)
    return (*primals, *more)
