"""What a batching rule works with: the values so far, and how to give them the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, Stmt, Var
from symdiff.ir.types import (
    ANY,
    Array,
    Length,
    List,
    Scalar,
    Tuple,
    Type,
    dtype_of,
    rank,
)

ALL = Const(slice(None))


class NotBatched(Exception):
    """Raised where a function has to be run once for each direction."""


@dataclass(slots=True)
class Scope:
    """The values of one function that have the axis, and how long that is.

    A value keeps its name when it gets the axis; `wide` has it with its new type.
    `count` is the number of directions, `length` the same as a dimension; `positive`:
    there is at least one. `sweep` is that of the statements with the axis,
    `over` the value whose numbers the directions are.
    """

    batched: frozenset[Var]
    definitions: dict[Var, Stmt]
    count: Atom
    length: Length
    positive: bool = False
    sweep: str = "tangent"
    over: Atom = UNDEF
    wide: dict[Var, Var] = field(default_factory=dict)

    def has(self, atom: Atom) -> bool:
        """Whether a value has the axis."""
        return isinstance(atom, Var) and atom in self.batched

    def read(self, atom: Atom) -> Atom:
        """A value as it is now, with the axis if it has one."""
        return self.wide.get(atom, atom) if isinstance(atom, Var) else atom

    def widen(self, var: Var) -> Var:
        """The variable for a value with the axis, from now on read in its place."""
        wide = replace(var, type=self.typed(var.type))
        self.wide[var] = wide
        return wide

    def typed(self, kind: Type) -> Type:
        """The type of a value with the axis; raises `NotBatched` if it has no rank."""
        match kind:
            case Scalar(dtype=dtype):
                return Array(dtype, (self.length,))
            case Array(dtype=dtype, shape=shape) if shape is not None:
                return Array(dtype, (self.length, *shape))
            case List(item=item, length=length):
                # Nothing is known yet of the items of an empty list.
                return List(ANY if item == ANY else self.typed(item), length)
        raise NotBatched(f"a value of type {kind}")

    # --- giving a value the axis ---

    def promote(self, atom: Atom, kind: Type, build: Builder) -> Atom:
        """A value with the axis, also if it is the same for every direction."""
        if atom == UNDEF or self.has(atom):
            return self.read(atom)
        if isinstance(kind, List):
            made = self.made(atom, "list")
            if made is None or made.args:
                raise NotBatched("a list that is the same for every direction")
            return atom
        if rank(kind) is None:
            raise NotBatched(f"a value of type {kind}")
        if isinstance(atom.type, Scalar) and rank(kind) == 0:
            if atom == Const(0.0):
                return build.apply("numpy.zeros", self.count)
            return build.apply("numpy.full", self.count, atom)
        if rank(atom.type) != rank(kind):
            raise NotBatched(f"a {atom.type} for a {kind}")
        return self._repeated(atom, build)

    def _repeated(self, atom: Atom, build: Builder) -> Atom:
        made = self.made(atom, "numpy.zeros_like", "numpy.zeros")
        if made is not None and not made.kwargs and dtype_of(atom.type) == "f8":
            shape = (
                made.args[0]
                if made.op == "numpy.zeros"
                else self.shape(made.args[0], build)
            )
            return build.apply("numpy.zeros", self.joined(shape, build))
        shape = self.joined(self.shape(atom, build), build)
        return build.apply("numpy.copy", build.apply("numpy.broadcast_to", atom, shape))

    def shape(self, atom: Atom, build: Builder) -> Atom:
        """The shape of a value without the axis, read off what it is made like."""
        while (made := self.made(atom, "numpy.zeros_like")) is not None:
            atom = made.args[0]
        if rank(atom.type) == 1 and not self.has(atom):
            count = (
                build.apply("builtins.len", atom) if atom != self.over else self.count
            )
            return build.apply("tuple", count)
        shape = build.apply("ndarray.shape", self.read(atom))
        if self.has(atom):
            return build.apply("getitem", shape, Const(slice(1, None)))
        return shape

    def joined(self, shape: Atom, build: Builder) -> Atom:
        """A shape with the axis in front."""
        if isinstance(shape, Const):
            rest = shape.value if isinstance(shape.value, tuple) else (shape.value,)
            return self._tuple(tuple(map(Const, rest)), build)
        made = self.made(shape, "tuple")
        if made is None and build.stmts and isinstance(shape, Var):
            last = build.stmts[-1]  # it may have been made just now
            if isinstance(last, Apply) and last.outs == (shape,):
                made = last if last.op == "tuple" else None
        if made is not None:
            return self._tuple(made.args, build)
        if isinstance(shape.type, Scalar):
            return self._tuple((shape,), build)
        if not isinstance(shape.type, Tuple):
            raise NotBatched("a shape that is not known to be a tuple")
        return build.apply("add", build.apply("tuple", self.count), shape)

    def _tuple(self, rest: Sequence[Atom], build: Builder) -> Atom:
        parts = (self.count, *rest)
        if all(isinstance(p, Const) and not p.name for p in parts):
            return Const(tuple(p.value for p in parts if isinstance(p, Const)))
        return build.apply("tuple", *parts)

    # --- what rules ask ---

    def made(self, atom: Atom, *ops: str) -> Apply | None:
        """The operation that gives a value, if it is one of `ops`."""
        found = self.definitions.get(atom) if isinstance(atom, Var) else None
        return found if isinstance(found, Apply) and found.op in ops else None

    def rank(self, atom: Atom) -> int:
        """The rank of a value without the axis; raises `NotBatched` if unknown."""
        found = rank(atom.type)
        if found is None:
            raise NotBatched(f"a value of type {atom.type}")
        return found

    def aligned(self, atom: Atom, want: int, build: Builder, after: int = 0) -> Atom:
        """A value whose own axes line up with the last ones of `want` axes.

        A vector for each direction meets a matrix as `v[:, np.newaxis]`. `after` is
        the number of axes to add at the end.
        """
        wide = self.read(atom)
        more = max(0, want - self.rank(atom))
        if not self.has(atom) or more + after == 0:
            return wide
        index: tuple[Any, ...] = (slice(None), *(None,) * more)
        if after:
            index = (*index, ..., *(None,) * after)
        return build.apply("getitem", wide, Const(index))

    def items(self, atom: Atom, build: Builder) -> Atom:
        """An array whose first axis is the value's own, to go through its items."""
        if self.rank(atom) == 1:
            return build.apply("numpy.transpose", self.read(atom))
        return build.apply("numpy.swapaxes", self.read(atom), Const(0), Const(1))
