"""The public functions: read options, ask the pipeline, wrap the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, overload

from symdiff.derived import GradFunction
from symdiff.errors import UsageError
from symdiff.options import Argnums, Options

__all__ = ["GradFunction", "grad", "value_and_grad"]

P = ParamSpec("P")


@overload
def grad(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> GradFunction[P]: ...
@overload
def grad(
    fun: None = None,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> Callable[[Callable[P, Any]], GradFunction[P]]: ...
def grad(
    fun: Callable[P, Any] | None = None,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> Any:
    """Make the gradient of a function that returns one real number.

    `argnums` is a position or a parameter name, or a tuple of them; a tuple gives a
    tuple of gradients. Each has the structure, shape and dtype of its argument.
    With `has_aux` the function returns `(value, aux)`, and the result is `(gradients,
    aux)`.
    Works as `grad(f)`, `@grad` and `@grad(argnums=...)`. Raises `UnsupportedError`
    before anything runs if the function has a part that cannot be differentiated.
    """
    return _transform(fun, argnums, value=False, has_aux=has_aux, backend=backend)


@overload
def value_and_grad(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> GradFunction[P]: ...
@overload
def value_and_grad(
    fun: None = None,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> Callable[[Callable[P, Any]], GradFunction[P]]: ...
def value_and_grad(
    fun: Callable[P, Any] | None = None,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
) -> Any:
    """Make a function that returns `(value, gradients)`; otherwise like `grad`.

    With `has_aux` it returns `((value, aux), gradients)`.
    """
    return _transform(fun, argnums, value=True, has_aux=has_aux, backend=backend)


def _transform(
    fun: Any, argnums: Argnums, *, value: bool, has_aux: bool, backend: str
) -> Any:
    if backend != "numpy":
        raise UsageError(f"there is no backend {backend!r}; there is 'numpy'")
    options = Options(argnums=argnums, value=value, aux=has_aux)
    if fun is None:
        return lambda f: GradFunction(f, options)
    return GradFunction(fun, options)
