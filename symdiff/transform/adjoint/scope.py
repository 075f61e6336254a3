"""The state of a reverse sweep: cotangents so far, region by region.

A `Scope` belongs to one region (the function's body, an arm, a loop's body). It holds
the cotangents of the values that the region defines or adds to, and the statements
of the reverse region. What is common to the whole function is in its `Sweep`.
"""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.activity import differentiable, holds_table
from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Const, Origin, Var
from symdiff.ir.types import (
    AnyType,
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    dtype_of,
)
from symdiff.rules.projection import is_complex
from symdiff.transform.adjoint.sweep import Sweep

Bar = Atom | tuple["Bar | None", ...]
"""A cotangent: one value, or for a tuple whose items are known one for each item."""


_CONTAINERS = "append insert setitem list builtins.list builtins.tuple"
_ITEMS = "same getitem pop unpack ifelse plus zeros builtins.reversed"
_HANDED_ON = frozenset((_CONTAINERS + " " + _ITEMS).split())
"""What hands values on that may be lists."""

_RECENT = 16
"""A contribution has been made by one of the last so many statements."""


class Scope:
    """One region of the reverse sweep."""

    def __init__(self, sweep: Sweep, parent: Scope | None = None) -> None:
        """Open a region inside `parent`, or the function's own."""
        self.sweep = sweep
        self.parent = parent
        self.build = Builder(sweep.names)
        self.bars: dict[Var, Bar] = {}
        self.values: dict[Var, Atom] = {}
        self.heads: frozenset[Var] = frozenset()

    # --- values of the primal ---

    def read(self, atom: Atom) -> Atom:
        """The name in the reverse sweep of a value of the primal.

        Loop targets and restored arrays have names of their own; everything else is
        referred to as it is, and `record` sees to it that it is there. `heads` are the
        phis of the loop being reversed: in its body they are those of the iteration.
        """
        scope: Scope | None = self
        while scope is not None and isinstance(atom, Var):
            if atom in scope.values:
                return scope.values[atom]
            if atom in scope.heads:
                return atom
            scope = scope.parent
        return atom

    # --- cotangents ---

    def take(self, var: Var) -> Bar | None:
        """Remove and return the cotangent of a value whose definition is reached."""
        return self.bars.pop(var, None)

    def is_active(self, atom: Atom) -> bool:
        """Whether a derivative flows through the value."""
        return isinstance(atom, Var) and atom in self.sweep.active

    def add(
        self,
        atom: Atom,
        contribution: Bar | None,
        origin: Origin,
        since: int | None = None,
    ) -> None:
        """Add a contribution to the cotangent of `atom`.

        Statements from `since` on were made for this contribution alone, so the last
        of them may be given the cotangent's name.
        """
        if contribution is None or not isinstance(atom, Var):
            return
        if not self.is_active(atom):
            return
        since = len(self.build.stmts) if since is None else since
        contribution = self.fitted(atom, contribution, origin)
        contribution = self._as_real(atom, contribution, origin)
        old = self.bars.get(atom)
        if old is not None:
            contribution = self._sum(atom, old, contribution, origin)
        self.bars[atom] = self.named(atom, contribution, origin, since)

    def put(
        self, atom: Var, cotangent: Bar, origin: Origin, since: int | None = None
    ) -> None:
        """Replace the cotangent of `atom`: what was there is part of the new one."""
        since = len(self.build.stmts) if since is None else since
        self.bars[atom] = self.named(atom, cotangent, origin, since)

    def fitted(self, var: Var, bar: Bar, origin: Origin) -> Bar:
        """A list for a list, an array for an array: the items are the same ones."""
        if isinstance(bar, tuple):
            return bar
        if isinstance(var.type, Tuple):
            return self._apart(var.type, bar, origin)
        if isinstance(var.type, Array) and isinstance(bar.type, List | Tuple):
            return self.build.apply("numpy.array", bar, origin=origin)
        if not isinstance(var.type, List) or isinstance(bar.type, List):
            return bar
        base = "" if var.base else "items_bar"
        deep = isinstance(bar.type, Array) and _is_table(var.type)
        op = "ndarray.tolist" if deep else "builtins.list"
        return self.build.apply(op, bar, base=base, origin=origin)

    def _apart(self, type: Tuple, bar: Atom, origin: Origin) -> Bar:
        """The cotangent of a tuple item by item, out of one of another kind."""
        if isinstance(bar.type, Tuple):
            return bar
        return tuple(
            self.build.apply("getitem", bar, Const(n), origin=origin)
            for n in range(len(type.items))
        )

    def _as_real(self, var: Var, bar: Bar, origin: Origin) -> Bar:
        """The real part, where a real value became one of complex ones.

        This is so for an item of `[x, 1j * y]` and for an arm of an `if`.
        """
        if isinstance(bar, tuple) or isinstance(var.type, List | Tuple | Opaque):
            return bar
        have, want = dtype_of(bar.type), dtype_of(var.type)
        if want is None and self.sweep.mixed:
            return self.build.apply("real_like", bar, self.read(var), origin=origin)
        unknown = have is None and self.sweep.mixed
        if want is None or want[0] == "c" or not (unknown or is_complex(bar.type)):
            return bar
        return self.build.apply("numpy.real", bar, origin=origin)

    def _sum(self, var: Var, old: Bar, new: Bar, origin: Origin) -> Bar:
        if isinstance(old, tuple) and isinstance(new, tuple):
            pairs = zip(old, new, strict=True)
            return tuple(
                b if a is None else a if b is None else self._sum(var, a, b, origin)
                for a, b in pairs
            )
        left, right = self.whole(var, old, origin), self.whole(var, new, origin)
        number = isinstance(var.type, Scalar | Array)
        if not number and not self.numeric(left) and not self.numeric(right):
            op = "plus_entries" if holds_table(var.type) else "plus"
            return self.build.apply(op, left, right, origin=origin)
        op = "add" if var.temp else "iadd"
        return self.build.apply(op, left, right, origin=origin)

    def numeric(self, bar: Atom) -> bool:
        """Whether a cotangent is surely a number or an array, which `+` adds up.

        Two lists it would join. What arithmetic has made is a number or an array, and
        so is then what it is added to.
        """
        if isinstance(bar, Const) or isinstance(bar.type, Scalar | Array):
            return True
        if not isinstance(bar.type, AnyType):
            return False
        recent = reversed(self.build.stmts[-_RECENT:])
        made = (s for s in recent if isinstance(s, Apply) and bar in s.outs)
        return any(s.op not in _HANDED_ON for s in made)

    def named(self, var: Var, bar: Bar, origin: Origin, since: int) -> Bar:
        """Give the cotangent of a named value its name: `x_bar`."""
        if var.temp or not var.base or not isinstance(bar, Var):
            return bar
        base = f"{var.base}_bar"
        if isinstance(bar, Var) and bar.base == base and not bar.temp:
            return bar
        last = self.build.stmts[-1] if len(self.build.stmts) > since else None
        if isinstance(last, Apply) and last.outs == (bar,) and last.out.temp:
            out = Var(self.sweep.names.take(base), last.out.type, base, False)
            self.build.stmts[-1] = Apply(
                (out,), last.op, last.args, last.kwargs, last.origin
            )
            return out
        return self.build.apply("same", bar, base=base, temp=False, origin=origin)

    def whole(self, var: Var, bar: Bar, origin: Origin) -> Atom:
        """The cotangent of `var` as one value, its missing items zero."""
        if not isinstance(bar, tuple):
            return bar
        assert isinstance(var.type, Tuple)
        items = [
            self.zero_item(var, n, origin)
            if part is None
            else self._part(var, n, part, origin)
            for n, part in enumerate(bar)
        ]
        return self.build.apply("tuple", *items, origin=origin)

    def _part(self, var: Var, n: int, bar: Bar, origin: Origin) -> Atom:
        if not isinstance(bar, tuple):
            return bar
        item = self.build.apply("getitem", self.read(var), Const(n), origin=origin)
        return self.whole(item, bar, origin)

    def zero(self, var: Var, origin: Origin) -> Atom:
        """A zero cotangent of the shape of `var`."""
        match var.type:
            case Scalar():
                return Const(0.0)
            case Tuple(items=items):
                parts = [self.zero_item(var, n, origin) for n in range(len(items))]
                return self.build.apply("tuple", *parts, origin=origin)
            case List():
                op = "zero_entries" if holds_table(var.type) else "zeros"
                return self.build.apply(op, self.read(var), origin=origin)
            case Table():
                return no_entries(self.build, cotangent_type(var.type), origin)
        base = "" if var.temp else f"{var.base}_bar"
        return self.build.apply(
            "numpy.zeros_like", self.read(var), base=base, temp=var.temp, origin=origin
        )

    def zero_item(self, var: Var, n: int, origin: Origin) -> Atom:
        """A zero cotangent of the shape of an item of a tuple."""
        assert isinstance(var.type, Tuple)
        t = var.type.items[n]
        if isinstance(t, Scalar) or not differentiable(t):
            return Const(0.0)
        item = self.build.apply("getitem", self.read(var), Const(n), origin=origin)
        if isinstance(t, Table):
            return no_entries(self.build, cotangent_type(t), origin)
        op = "zeros" if isinstance(t, Tuple | List) else "numpy.zeros_like"
        return self.build.apply(op, item, origin=origin)

    def current(self, var: Var, origin: Origin) -> Atom:
        """The cotangent of `var` so far as one value, zero if there is none."""
        bar = self.bars.get(var)
        return self.zero(var, origin) if bar is None else self.whole(var, bar, origin)


def _is_table(t: List) -> bool:
    """Whether lists of numbers are nested: then the rows of an array are lists."""
    item = t.item
    while isinstance(item, List):
        item = item.item
    return isinstance(t.item, List) and isinstance(item, Scalar)


def no_entries(build: Builder, kind: Type, origin: Origin) -> Var:
    """A zero cotangent of a dict: every key that is missing stands for zero."""
    made = build.apply(
        "collections.defaultdict", Const(float, "builtins.float"), origin=origin
    )
    out = replace(made, type=kind)
    last = build.stmts[-1]
    assert isinstance(last, Apply)
    build.stmts[-1] = replace(last, outs=(out,))
    return out


def cotangent_type(t: Type) -> Type:
    """The type of the cotangent of a value."""
    match t:
        case Scalar(dtype=dtype):
            return Scalar(dtype if dtype[0] in "fc" else "f8")
        case Array():
            return t
        case List(item=item, length=length):
            return List(cotangent_type(item), length)
        case Table(key=key, value=value, empty=empty):
            return Table(key, cotangent_type(value), "float", empty)
        case Tuple(items=items):
            return Tuple(tuple(map(cotangent_type, items)))
    return AnyType()


def backward(origin: Origin) -> Origin:
    """The origin of what reverses a statement."""
    return Origin(origin.spans, "reverse")
