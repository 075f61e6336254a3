"""Emit the templates of rules through a builder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symdiff.analysis.builder import Builder
from symdiff.ir.lengths import bound
from symdiff.ir.nodes import Apply, Atom, For, Origin, Phi, Target, Var
from symdiff.ir.types import INT, Array, Type, join, shape_of
from symdiff.rules.build import Body, Names, Targets
from symdiff.rules.typing import item_type


class Emitter:
    """What templates need of a builder (see `rules.build.Build`), for one origin."""

    def __init__(self, builder: Builder, origin: Origin) -> None:
        """Emit into `builder`."""
        self.builder = builder
        self.origin = origin

    def __call__(
        self, op: str, args: tuple[Atom, ...], kwargs: Mapping[str, Atom]
    ) -> Atom:
        """Bind one operation that has one result."""
        return self.builder.bind(op, args, kwargs, origin=self.origin)[0]

    def many(
        self, n: int, op: str, args: tuple[Atom, ...], kwargs: Mapping[str, Atom]
    ) -> tuple[Atom, ...]:
        """Bind one operation that has `n` results."""
        return self.builder.bind(op, args, kwargs, ("",) * n, origin=self.origin)

    def named(self, atom: Atom, base: str) -> Atom:
        """Suggest a name for a value, should it need one."""
        if not isinstance(atom, Var) or not atom.temp or atom.base:
            return atom
        return self._changed(atom, replace(atom, base=base))

    def like(self, atom: Atom, operand: Atom) -> Atom:
        """Note that a value has the shape of an operand, as its contribution has."""
        have, want = atom.type, shape_of(operand.type)
        if not isinstance(atom, Var) or not isinstance(have, Array) or not want:
            return atom
        return self._changed(atom, replace(atom, type=Array(have.dtype, want)))

    def _changed(self, atom: Var, new: Var) -> Var:
        """The variable as another one, if the last statement has bound it."""
        last = self.builder.stmts[-1] if self.builder.stmts else None
        if not isinstance(last, Apply) or atom not in last.outs:
            return atom
        outs = tuple(new if v == atom else v for v in last.outs)
        self.builder.stmts[-1] = replace(last, outs=outs)
        return new

    def loop(
        self, target: Targets, iterable: Atom, carried: Names, body: Body
    ) -> Names:
        """Emit a loop of the template."""
        builder = self.builder
        inner = builder.nested(self.origin)
        names: dict[str, Atom] = {}

        def bind(part: Targets, item: object) -> Target:
            if isinstance(part, tuple):
                return tuple(bind(p, None) for p in part)
            var = builder.fresh(part, item if item is not None else INT)  # type: ignore[arg-type]
            names[part] = var
            return var

        pattern = bind(
            target, item_type(iterable.type) if isinstance(target, str) else None
        )
        heads = {
            name: builder.fresh(name, atom.type, False)
            for name, atom in carried.items()
        }
        ends = body(Emitter(inner, self.origin), {**names, **heads})
        phis = tuple(
            Phi(
                replace(heads[n], type=_either(heads[n], ends[n])),
                carried[n],
                ends[n],
            )
            for n in carried
        )
        builder.emit(For(pattern, iterable, phis, tuple(inner.stmts), self.origin))
        return {name: phi.out for name, phi in zip(carried, phis, strict=True)}


def _either(head: Var, end: Atom) -> Type:
    """The type at the head of a loop of a value that an iteration changes."""
    return bound(join(head.type, end.type), head.name)
