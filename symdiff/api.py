"""The public functions: read options, ask the pipeline, wrap the result."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from symdiff.errors import UsageError
from symdiff.options import Argnums, Options

if TYPE_CHECKING:
    from symdiff.load import Variant

P = ParamSpec("P")
R = TypeVar("R")


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
    """Make a function that returns `(value, gradients)`; otherwise like `grad`."""
    return _transform(fun, argnums, value=True, has_aux=has_aux, backend=backend)


def _transform(
    fun: Any, argnums: Argnums, *, value: bool, has_aux: bool, backend: str
) -> Any:
    if backend != "numpy":
        raise UsageError(f"there is no backend {backend!r}; there is 'numpy'")
    if has_aux:
        raise UsageError("has_aux is not supported; return the value alone")
    options = Options(argnums=argnums, value=value)
    if fun is None:
        return lambda f: GradFunction(f, options)
    return GradFunction(fun, options)


class GradFunction(Generic[P]):
    """The gradient of a function: call it, or read its `source`.

    The first call with new types or shapes compiles a variant, which later calls use.
    """

    def __init__(self, fun: Callable[P, Any], options: Options) -> None:
        if isinstance(fun, GradFunction):
            raise UsageError("the gradient of a gradient is not supported yet")
        if not callable(fun):
            raise UsageError(f"grad takes a function, not {type(fun).__name__}")
        self.primal = fun
        self.options = options
        self._variants: dict[Any, Variant] = {}
        self._by_types: dict[Any, Variant] = {}
        self._last: Variant | None = None
        self.__signature__ = inspect.signature(fun)
        self._names = tuple(self.__signature__.parameters)
        self._plain = all(
            p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            for p in self.__signature__.parameters.values()
        )
        keys = (
            options.argnums
            if isinstance(options.argnums, tuple)
            else (options.argnums,)
        )
        self._wrt = tuple(self._position(key) for key in keys)
        self.__name__ = getattr(fun, "__name__", "fun")
        self.__qualname__ = getattr(fun, "__qualname__", self.__name__)
        self.__module__ = getattr(fun, "__module__", __name__)
        self.__doc__ = fun.__doc__

    def _position(self, key: int | str) -> int:
        if isinstance(key, str):
            if key not in self._names:
                listed = ", ".join(self._names)
                raise UsageError(
                    f"argnums names {key!r}, but the function takes {listed}"
                )
            return self._names.index(key)
        if not isinstance(key, int) or not -len(self._names) <= key < len(self._names):
            count = len(self._names)
            raise UsageError(
                f"argnums is {key!r}, but the function has {count} parameters"
            )
        return key % len(self._names)

    # --- calling ---

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Return the gradient (or value and gradient) at these arguments."""
        bound = self._bind(args, kwargs)
        return self._variant(bound).fn(*bound)

    def specialize(self, *args: P.args, **kwargs: P.kwargs) -> Variant:
        """The variant for arguments of these types and shapes."""
        return self._variant(self._bind(args, kwargs))

    def _bind(self, args: Any, kwargs: Any) -> list[Any]:
        if kwargs or len(args) != len(self._names) or not self._plain:
            found = self.__signature__.bind(*args, **kwargs)
            found.apply_defaults()
            bound = [found.arguments[name] for name in self._names]
        else:
            bound = list(args)
        from symdiff.signature import as_real

        for at in self._wrt:
            if type(bound[at]) is not float:
                bound[at] = as_real(bound[at], self._names[at])
        return bound

    def _variant(self, bound: list[Any]) -> Variant:
        from symdiff.signature import raw

        key = tuple(map(raw, bound))
        found = self._variants.get(key)
        if found is None or not all(guard() for guard in found.guards):
            found = self._compile(bound)
            self._variants[key] = found
        self._last = found
        return found

    def _compile(self, bound: list[Any]) -> Variant:
        from symdiff.signature import abstract

        types = abstract(dict(zip(self._names, bound, strict=True)))
        key = tuple(types.items())
        found = self._by_types.get(key)
        if found is None or not all(guard() for guard in found.guards):
            found = self._by_types[key] = self._build(types)
        return found

    def _build(self, types: Any) -> Variant:
        from symdiff.load import variant

        return variant(self.primal, self.options, types)

    # --- looking ---

    def _current(self) -> Variant:
        """The variant of the last call; before any, the one that the annotations give."""
        if self._last is None:
            self._last = self._build({})
        return self._last

    @property
    def source(self) -> str:
        """The generated source, standalone: of the last call's variant, if there was one."""
        return self._current().source

    @property
    def fn(self) -> Callable[..., Any]:
        """The plain generated function, without dispatch."""
        return self._current().fn

    @property
    def ir(self) -> str:
        """The SSA form of the function, as text."""
        return self._current().ir

    @property
    def adjoint_ir(self) -> str:
        """The SSA form of the gradient, as text."""
        return self._current().adjoint_ir

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The generated function, for `inspect.getsource`."""
        fn = self.fn
        return getattr(fn, "func", fn)

    def save(self, path: str | Path) -> None:
        """Write the source as an importable module."""
        self._current().save(path)

    # --- being a function ---

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Bind to an instance, as a function does."""
        if instance is None:
            return self
        method = getattr(self.primal, "__get__")(instance, owner)
        return GradFunction(method, self.options)

    def __reduce__(self) -> Any:
        """Pickle by name where the name leads here, otherwise by the function."""
        import sys

        found: Any = sys.modules.get(self.__module__)
        for part in self.__qualname__.split("."):
            found = getattr(found, part, None)
        if found is self:
            return self.__qualname__
        return GradFunction, (self.primal, self.options)

    def __repr__(self) -> str:
        """The function's name and what is differentiated."""
        wrt = ", ".join(self._names[n] for n in self._wrt)
        return f"<gradient of {self.__qualname__} with respect to {wrt}>"
