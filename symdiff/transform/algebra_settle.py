"""The last touch: what only other rules want is turned into what people write."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Stmt,
    Var,
    While,
    atoms,
    blocks,
    phis,
    walk,
)
from symdiff.ir.types import Array, Scalar, dtype_of
from symdiff.transform.algebra_forms import names_of, number

_STORES = ("additem", "setitem", "iadd", "isub", "numpy.add.at")


def settle(fn: Function, sweeps: Collection[str] = ("reverse",)) -> Function:
    """Put signs into products, and give broadcast constants storage of their own.

        t = mul(2, x)                          y_bar = mul(-2, x)
        y_bar = neg(t)                  →      b_bar = numpy.ones_like(b)
        b_bar = broadcast_to(1.0, s)

    A minus stays outside where a store takes it up (`x[i] -= e`). A broadcast is a
    read-only view: one that is returned or stored into becomes an array.
    """
    found = _Settling(fn, sweeps)
    found.build = Builder(names_of(fn))
    return replace(fn, body=found.block(fn.body))


@dataclass(slots=True)
class _Readers:
    """Who reads a value: how often, by a store of it, or by somebody who keeps it."""

    count: int = 0
    stored: bool = False
    kept: bool = False


class _Settling:
    """One walk over a function whose readers and definitions are known."""

    build: Builder

    def __init__(self, fn: Function, sweeps: Collection[str]) -> None:
        self.sweeps = sweeps
        self.readers: dict[Var, _Readers] = {}
        self.definitions: dict[Var, Apply] = {}
        self._note(fn.body)
        self.dropped: dict[Var, Apply] = {}

    def _note(self, body: Block) -> None:
        for stmt in walk(body):
            kept = not isinstance(stmt, Apply) or stmt.op in ("tuple", "list", "append")
            for atom in atoms(stmt):
                self._read(atom, kept, isinstance(stmt, Apply) and stmt.op in _STORES)
            for phi in phis(stmt):
                self._read(phi.first, True, False)
                self._read(phi.second, True, False)
            if isinstance(stmt, Apply) and stmt.op in _STORES:
                self._read(stmt.args[0], True, False)
            if isinstance(stmt, Apply) and len(stmt.outs) == 1:
                self.definitions[stmt.out] = stmt

    def _read(self, atom: Atom, kept: bool, stored: bool) -> None:
        if isinstance(atom, Var):
            found = self.readers.setdefault(atom, _Readers())
            found.count += 1
            found.kept |= kept
            found.stored |= stored

    def block(self, block: Block) -> Block:
        local = {s.out: s for s in block if isinstance(s, Apply) and len(s.outs) == 1}
        out: list[Stmt] = []
        for stmt in block:
            if isinstance(stmt, Apply):
                out += self._apply(stmt, local)
            else:
                out.append(self._region(stmt))
        gone = self.dropped.keys()
        return tuple(
            s for s in out if not (isinstance(s, Apply) and gone & set(s.outs))
        )

    def _region(self, stmt: Stmt) -> Stmt:
        if not blocks(stmt):
            return stmt
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(stmt, then=self.block(then), orelse=self.block(orelse))
            case For(body=body):
                return replace(stmt, body=self.block(body))
            case While(head=head, body=body):
                return replace(stmt, head=self.block(head), body=self.block(body))
        return stmt

    def _apply(self, stmt: Apply, local: dict[Var, Apply]) -> list[Stmt]:
        if stmt.origin.sweep not in self.sweeps or len(stmt.outs) != 1:
            return [stmt]
        if stmt.op == "neg":
            return self._minus(stmt, local)
        if stmt.op == "numpy.broadcast_to":
            return [self._filled(stmt)]
        return [stmt]

    def _minus(self, stmt: Apply, local: dict[Var, Apply]) -> list[Stmt]:
        """`-(2 * x)` is `-2 * x`; `-(a * b)` is `-a * b`."""
        reader = self.readers.get(stmt.out, _Readers())
        path: list[Apply] = []
        at = stmt.args[0]
        while isinstance(at, Var) and at.temp and at in local:
            made = local[at]
            single = self.readers[at].count == 1
            if made.op not in ("mul", "truediv") or not single or at in self.dropped:
                break
            path.append(made)
            at = made.args[0]
        if not path or (reader.stored and stmt.out.temp):
            return [stmt]
        front = number(at)
        if front is None and (dtype_of(at.type) or "b")[0] not in "fci":
            return [stmt]  # a mask has no negative
        if front is not None:
            head: Atom = Const(-front)
        else:
            self.build.origin = path[-1].origin
            head = self.build.apply("neg", at)
        return self._rebuilt(stmt, path, head)

    def _rebuilt(self, stmt: Apply, path: list[Apply], head: Atom) -> list[Stmt]:
        """The chain again with its sign inside, in the place of the minus."""
        new = self.build.stmts
        self.build.stmts = []
        for step in path:
            self.dropped[step.out] = step
        for step in reversed(path[1:]):
            out = self.build.fresh(step.out.base, step.out.type, True)
            new.append(replace(step, outs=(out,), args=(head, *step.args[1:])))
            head = out
        last = path[0]
        new.append(replace(last, outs=stmt.outs, args=(head, *last.args[1:])))
        return new

    def _filled(self, stmt: Apply) -> Apply:
        """A broadcast that is kept: `numpy.ones_like(x)`, `numpy.full(x.shape, g)`."""
        reader = self.readers.get(stmt.out, _Readers())
        value, shape = stmt.args
        if not reader.kept or not isinstance(value.type, Scalar):
            return stmt
        source = self.definitions.get(shape) if isinstance(shape, Var) else None
        like = _like(stmt, source)
        if like is None:
            return replace(stmt, op="numpy.full", args=(shape, value))
        if number(value) in (0, 1):
            name = "numpy.ones_like" if number(value) else "numpy.zeros_like"
            return replace(stmt, op=name, args=(like,))
        return replace(stmt, op="numpy.full_like", args=(like, value))


def _like(stmt: Apply, source: Apply | None) -> Atom | None:
    """The array whose shape is taken, if it also has the dtype."""
    if source is None or source.op != "ndarray.shape":
        return None
    (x,) = source.args
    same = isinstance(x.type, Array) and dtype_of(x.type) == dtype_of(stmt.out.type)
    return x if same and dtype_of(x.type) is not None else None
