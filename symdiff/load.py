"""Compile a live function's gradient and load it: a variant of a `GradFunction`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from symdiff import pipeline
from symdiff.backend import load
from symdiff.ir.types import Type
from symdiff.options import Options


@dataclass(frozen=True, slots=True)
class Variant:
    """A gradient compiled for the types and shapes of one set of arguments.

    `fn` is the plain generated function; arrays that the primal takes from enclosing
    scopes are bound to it.
    """

    source: str
    fn: Callable[..., Any]
    compiled: pipeline.Compiled = field(repr=False)
    guards: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def ir(self) -> str:
        """The SSA form of the function, as text."""
        return self.compiled.primal_ir

    @property
    def adjoint_ir(self) -> str:
        """The SSA form of the gradient, as text."""
        return self.compiled.adjoint_ir

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the generated function."""
        return self.fn(*args, **kwargs)

    def save(self, path: str | Path) -> None:
        """Write the source as an importable module."""
        Path(path).write_text(self.source)


def variant(
    fun: Callable[..., Any], options: Options, types: Mapping[str, Type]
) -> Variant:
    """Compile `fun` for arguments of these types and load the result."""
    compiled = pipeline.compile_live(fun, options, types)
    fn = load(compiled.source, compiled.name)
    lowered = compiled.lowered
    if lowered.captures:
        fn = _with_captures(fn, lowered.captures)
    return Variant(
        compiled.source,
        fn,
        compiled,
        tuple(guard.holds for guard in lowered.guards),
    )


def _with_captures(
    fn: Callable[..., Any], captures: tuple[tuple[str, Callable[[], Any]], ...]
) -> Callable[..., Any]:
    """Pass the arrays of the enclosing scopes along, as they are at the call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **{name: get() for name, get in captures}, **kwargs)

    return partial(call)
