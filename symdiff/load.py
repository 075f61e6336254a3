"""Compile a live function's gradient and load it: a variant of a `GradFunction`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from symdiff.backend import load
from symdiff.ir.nodes import Apply, Var
from symdiff.ir.records import Branch, Leaf, Part, Source, Tree, leaf_paths
from symdiff.options import Options
from symdiff.pipeline import Compiled, compile_chain


@dataclass(frozen=True)
class Variant:
    """A gradient compiled for the types and shapes of one set of arguments.

    `fn` is the plain generated function; arrays that the primal takes from enclosing
    scopes are bound to it.
    """

    source: str
    fn: Callable[..., Any]
    compiled: Compiled = field(repr=False)
    guards: tuple[Any, ...] = field(default=(), repr=False)

    @cached_property
    def stored(self) -> frozenset[Source]:
        """The arrays that the primal stores into: each is copied to its name."""
        main = self.compiled.primal.main
        copies = (s for s in main.body if isinstance(s, Apply) and s.op == "numpy.copy")
        made = [(s.args[0].name, s.out) for s in copies if isinstance(s.args[0], Var)]
        named = {name for name, _ in made}
        # The copy of a parameter that the user makes has another name.
        own = {name for name, out in made if out.base == name}
        found: set[Source] = set()
        for name, tree in self.compiled.lowered.layout.params:
            match tree:
                case Leaf(name=leaf) if leaf in own:
                    found.add((name,))
                case Branch():
                    paths = leaf_paths(tree)
                    found |= {path for path, leaf in paths if leaf.name in named}
        return frozenset(found)

    @property
    def rebound(self) -> frozenset[Source]:
        """The containers of the arguments whose items the primal replaces."""
        return self.compiled.lowered.layout.rebound

    def writes(self, *paths: Source) -> bool:
        """Whether the primal stores into a part of an argument."""
        return any(path in self.stored or path in self.rebound for path in paths)

    @property
    def result(self) -> Tree:
        """How the primal's result makes up the user's containers."""
        return self.compiled.result

    @property
    def plain(self) -> Any:
        """The generated function itself, nothing bound to it."""
        found: Any = self.fn
        return found.args[0] if isinstance(self.fn, partial) else found

    @property
    def ir(self) -> str:
        """The SSA form of the function, as text."""
        return self.compiled.primal_ir

    @property
    def adjoint_ir(self) -> str:
        """The SSA form of the gradient, as text."""
        return self.compiled.adjoint_ir

    def captured(self) -> dict[str, Any]:
        """What the function takes from enclosing scopes, as it is now."""
        return {name: get() for name, get in self.compiled.lowered.captures}

    def backward(
        self, primals: tuple[Any, ...], captured: Mapping[str, Any], *rest: Any
    ) -> Any:
        """Call the backward function of a `vjp` with what it reads of the primals."""
        back, main = self.compiled.program.functions[-2:]
        names = (p.name for p in main.params if p.name not in main.captured)
        given = dict(zip(names, primals, strict=True))
        kept = [given[p.name] for p in back.params if p.name in given]
        module: dict[str, Any] = self.plain.__globals__
        named = {name: captured[name] for name in back.captured}
        return module[back.name](*kept, *rest, **named)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the generated function."""
        return self.fn(*args, **kwargs)

    def save(self, path: str | Path) -> None:
        """Write the source as an importable module."""
        Path(path).write_text(self.source)


def variant(
    fun: Callable[..., Any], chain: tuple[Options, ...], types: Mapping[str, Part]
) -> Variant:
    """Compile transforms of `fun`, innermost first, for arguments of these types."""
    compiled = compile_chain(fun, chain, types)
    fn = load(compiled.source, compiled.name)
    lowered = compiled.lowered
    if lowered.captures:
        fn = partial(_with_captures, fn, lowered.captures)
    return Variant(
        compiled.source,
        fn,
        compiled,
        tuple(guard.holds for guard in lowered.guards),
    )


def _with_captures(
    fn: Callable[..., Any],
    captures: tuple[tuple[str, Callable[[], Any]], ...],
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Pass the arrays of the enclosing scopes along, as they are at the call."""
    return fn(*args, **{name: get() for name, get in captures}, **kwargs)
