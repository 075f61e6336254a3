"""Functions that transforms make of functions: compiled when they are called.

A `GradFunction` of a `GradFunction` is compiled as one chain of transforms of the
user's function, innermost first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec

import numpy as np

from symdiff.errors import UnsupportedError, UsageError
from symdiff.options import Argnums, Options, Transform, Transformed

if TYPE_CHECKING:
    from symdiff.load import Variant

P = ParamSpec("P")
NAMES = {"grad": "gradient", "elementwise": "elementwise gradient"}


class GradFunction(Transformed, Generic[P]):
    """What a transform makes of a function: call it, or read its `source`.

    The first call with new types or shapes compiles a variant, which later calls use.
    """

    def __init__(self, fun: Callable[P, Any], options: Options) -> None:
        if not callable(fun):
            kind = type(fun).__name__
            raise UsageError(f"{options.transform} takes a function, not {kind}")
        self.primal = fun
        self.options = options
        inner = fun if isinstance(fun, GradFunction) else None
        self.root: Callable[..., Any] = fun if inner is None else inner.root
        self.chain: tuple[Options, ...] = (*(inner.chain if inner else ()), options)
        self._variants: dict[Any, Variant] = {}
        self._by_types: dict[Any, Variant] = {}
        self._last: Variant | None = None
        self._by_value = False
        given = inspect.signature(fun) if inner is None else inner.__signature__
        names = list(given.parameters)
        self._wrt = positions(options.argnums, names)
        self._given = given
        self.__signature__: inspect.Signature = derived_signature(
            given, options.transform, self._wrt
        )
        self._names = tuple(self.__signature__.parameters)
        self._reals: tuple[int, ...] = tuple(
            dict.fromkeys((*(inner._reals if inner else ()), *self._wrt))
        )
        self._plain = all(
            p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            for p in self.__signature__.parameters.values()
        )
        self.__name__ = getattr(fun, "__name__", "fun")
        self.__qualname__ = getattr(fun, "__qualname__", self.__name__)
        self.__module__ = getattr(fun, "__module__", __name__)
        self.__doc__ = fun.__doc__

    # --- calling ---

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Return the gradient (or value and gradient) at these arguments."""
        return self.run(self.bind(args, kwargs), {})

    def run(self, bound: list[Any], more: Mapping[str, Any]) -> Any:
        """Call the variant for arguments in the order of the parameters."""
        variant = self._variant(bound)
        if variant.stored or variant.rebound:
            self._require_distinct(variant, bound)
        return variant.fn(*bound, **more)

    def _require_distinct(self, variant: Variant, bound: list[Any]) -> None:
        """Refuse arguments that a store into one of them would change as well.

        The user's function does not see tangents, so these may share storage.
        """
        from symdiff.signature import inside, spelled

        pairs = zip(self._given.parameters, bound, strict=False)
        found = [part for name, value in pairs for part in inside(value, name)]
        for at, (path, value) in enumerate(found):
            for other, item in found[at + 1 :]:
                if variant.writes(path, other) and shares(value, item):
                    one, two = spelled(path), spelled(other)
                    copy = f"{two}.copy()" if hasattr(item, "copy") else "a copy"
                    raise UsageError(
                        f"`{one}` and `{two}` share storage and the function stores "
                        f"into one of them; pass {copy}"
                    )

    def specialize(self, *args: P.args, **kwargs: P.kwargs) -> Variant:
        """The variant for arguments of these types and shapes."""
        return self._variant(self.bind(args, kwargs))

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """The arguments in the order of the parameters, defaults filled in."""
        if kwargs or len(args) != len(self._names) or not self._plain:
            bound = self._filled(args, kwargs)
        else:
            bound = list(args)
        from symdiff.signature import as_real

        for at in self._reals:
            if type(bound[at]) is not float:
                bound[at] = as_real(bound[at], self._names[at])
        return bound

    def _filled(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Fill in defaults: those of the function come before the tangents."""
        first = len(self._given.parameters)
        dots = len(self._names) - first
        named = any(name in kwargs for name in self._names[first:])
        if dots and not named and len(args) >= dots:
            found = self._given.bind(*args[:-dots], **kwargs)
            found.apply_defaults()
            return [*found.arguments.values(), *args[-dots:]]
        found = self.__signature__.bind(*args, **kwargs)
        found.apply_defaults()
        return [found.arguments[name] for name in self._names]

    def _variant(self, bound: list[Any]) -> Variant:
        key = self._key(bound)
        found = self._variants.get(key)
        if found is None or not all(guard() for guard in found.guards):
            found = self._compile(bound)
            self._variants[self._key(bound)] = found
        self._last = found
        return found

    def _key(self, bound: list[Any]) -> tuple[Any, ...]:
        """What two calls have in common if one variant is right for both."""
        from symdiff.signature import raw

        key = tuple(map(raw, bound))
        return (*key, *self._choices(bound).items()) if self._by_value else key

    def _choices(self, bound: list[Any]) -> dict[str, Any]:
        """The arguments that choose what is computed: strings, ints and bools."""
        return {
            name: value
            for at, (name, value) in enumerate(zip(self._names, bound, strict=True))
            if at not in self._reals and type(value) in (str, int, bool)
        }

    def _compile(self, bound: list[Any]) -> Variant:
        from symdiff.ir.records import Static
        from symdiff.signature import abstract, concrete

        # Which mode is cheaper depends on how long things are.
        jacobian = any(options.transform == "jacobian" for options in self.chain)
        types = (concrete if jacobian else abstract)(
            dict(zip(self._names, bound, strict=True))
        )
        chosen = {n: Static(value) for n, value in self._choices(bound).items()}
        if self._by_value:
            return self._cached({**types, **chosen})
        try:
            return self._cached(types)
        except UnsupportedError as refused:
            if not chosen:
                raise
            # What is not possible for every axis or mode may be so for this one.
            try:
                found = self._cached({**types, **chosen})
            except UnsupportedError:
                raise refused from None
            self._by_value = True
            return found

    def _cached(self, types: dict[str, Any]) -> Variant:
        key = tuple(types.items())
        found = self._by_types.get(key)
        if found is None or not all(guard() for guard in found.guards):
            found = self._by_types[key] = self._build(types)
        return found

    def _build(self, types: Any) -> Variant:
        from symdiff.load import variant

        return variant(self.root, self.chain, types)

    # --- looking ---

    def _current(self) -> Variant:
        """The variant of the last call; before any, the one of the annotations."""
        if self._last is None:
            self._last = self._build({})
        return self._last

    @property
    def source(self) -> str:
        """The generated source, standalone: that of the last call, if there was one."""
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
        found: Callable[..., Any] = self._current().plain
        return found

    def save(self, path: str | Path) -> None:
        """Write the source as an importable module."""
        self._current().save(path)

    def to_html(
        self, path: str | Path, *args: Any, sweep: str = "", **kwargs: Any
    ) -> Path:
        """Write the teaching page of a run at these arguments; return its path.

        The page is one file that asks for nothing from the network. `sweep` adds a
        slider: `"k=-3:3:25"` runs 25 values of the number `k`, and `"ks[2]=0:1:11"`
        those of one entry. Raises `UsageError` for what cannot be shown step by step.
        """
        # The views are made of gradients, so a gradient finds them by name only.
        views = import_module("symdiff.page.write")
        found: Path = views.write(self, path, args, kwargs, sweep)
        return found

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """What a notebook shows: the function and its gradient as text."""
        return import_module("symdiff.page.notebook").bundle(self)

    # --- being a function ---

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Bind to an instance, as a function does."""
        if instance is None:
            return self
        method = getattr(self.root, "__get__")(instance, owner)  # noqa: B009
        return reduce(GradFunction, self.chain, method)

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
        what = NAMES.get(self.options.transform, self.options.transform)
        return f"<{what} of {self.__qualname__} with respect to {wrt}>"


def shares(a: Any, b: Any) -> bool:
    """Whether a store into one of two arrays or containers is seen in the other."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return bool(np.shares_memory(a, b))
    return a is b and not isinstance(a, tuple)


def positions(argnums: Argnums, names: list[str]) -> tuple[int, ...]:
    """The positions of the parameters that are named by position or by name."""
    keys = argnums if isinstance(argnums, tuple) else (argnums,)
    return tuple(_position(key, names) for key in keys)


def _position(key: int | str, names: list[str]) -> int:
    if isinstance(key, str):
        if key not in names:
            listed = ", ".join(names)
            raise UsageError(f"argnums names {key!r}, but the function takes {listed}")
        return names.index(key)
    if not isinstance(key, int) or not -len(names) <= key < len(names):
        raise UsageError(
            f"argnums is {key!r}, but the function has {len(names)} parameters"
        )
    return key % len(names)


def derived_signature(
    given: inspect.Signature, transform: Transform, wrt: tuple[int, ...]
) -> inspect.Signature:
    """The signature of what a transform makes: tangents come after the parameters."""
    if transform not in ("jvp", "hvp"):
        return given
    old = list(given.parameters.values())
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    taken = {p.name for p in old}
    dots = []
    for n in wrt:
        name = f"{old[n].name}_dot"
        while name in taken:
            name += "_"
        taken.add(name)
        dots.append(inspect.Parameter(name, kind))
    plain = [p.replace(default=p.empty, kind=kind) for p in old]
    return given.replace(parameters=[*plain, *dots])
