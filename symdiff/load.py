"""Compile a live function's gradient and load it: a variant of a `GradFunction`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from symdiff import pipeline
from symdiff.api import Variant
from symdiff.backend import load
from symdiff.ir.types import Type
from symdiff.options import Options


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
        compiled.primal_ir,
        compiled.adjoint_ir,
        tuple(lowered.guards),
    )


def _with_captures(
    fn: Callable[..., Any], captures: tuple[tuple[str, Callable[[], Any]], ...]
) -> Callable[..., Any]:
    """Pass the arrays of the enclosing scopes along, as they are at the time of the call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **{name: get() for name, get in captures}, **kwargs)

    return partial(call)
