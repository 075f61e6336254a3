"""Which values are printed inside the expression that reads them.

A temp that is read once, in its own block, is nested into its reader, unless a store
or an effect in between could change what it computes, or the expression gets too long.

    t = mul(alpha, d)                 printed      u[1:-1] += alpha * d
    u_1 = additem(u, 1:-1, t)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from symdiff.backend.choices import count_reads, is_expression, operands
from symdiff.backend.operations import (
    has_effect,
    is_display,
    is_free,
    is_part,
    is_short_item,
    is_short_view,
    is_step,
    is_update,
    is_whole,
)
from symdiff.backend.sharing import Places, Sharing
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Return,
    Stmt,
    Var,
    While,
    atoms,
    phis,
    walk,
)
from symdiff.ir.types import Opaque

WIDTH = 150
"""About how many characters are nested into one statement before a part gets a name."""

OWN_WIDTH = 320
"""The same for statements that the user wrote, perhaps over several lines."""

REPEATS = 3
"""How often a slice is written out before it gets a name."""


@dataclass(slots=True)
class Nesting:
    """The definitions that are printed in place of their variables.

    `choices` are the `If`s that are printed as expressions, by the variable they
    define; such a variable may be nested or not.
    """

    nested: dict[str, Apply | Call | If] = field(default_factory=dict)
    choices: dict[str, If] = field(default_factory=dict)
    _leaves: dict[str, tuple[Var, ...]] = field(default_factory=dict)

    def is_choice(self, stmt: Stmt) -> bool:
        """Whether a statement is an `If` that is printed as an expression."""
        match stmt:
            case If(phis=(phi,)):
                return phi.out.name in self.choices
        return False

    def is_hidden(self, stmt: Stmt) -> bool:
        """Whether a statement is printed inside another one."""
        match stmt:
            case Apply(outs=(out,)) | Call(outs=(out,)):
                return out.name in self.nested
            case If(phis=(phi,)):
                return phi.out.name in self.nested
        return False

    def leaves(self, atom: Atom) -> tuple[Var, ...]:
        """The variables that are read where an atom is printed."""
        if not isinstance(atom, Var):
            return ()
        stmt = self.nested.get(atom.name)
        if stmt is None:
            return (atom,)
        if atom.name not in self._leaves:
            self._leaves[atom.name] = self.reads(stmt)
        return self._leaves[atom.name]

    def reads(self, stmt: Stmt) -> tuple[Var, ...]:
        """The variables that a statement reads itself, through what is nested in it."""
        found = [v for a in atoms(stmt) for v in self.leaves(a)]
        if self.is_choice(stmt):
            (phi,) = phis(stmt)
            found += [*self.leaves(phi.first), *self.leaves(phi.second)]
        return tuple(found)


@dataclass(slots=True)
class _Scope:
    """Where in a block the stores and the effects are."""

    stores: dict[str, list[int]] = field(default_factory=dict)
    effects: list[int] = field(default_factory=list)

    def crossed(self, places: Places, start: int, end: int) -> bool:
        """Whether a store to one of the places lies strictly between two positions."""
        return any(
            _between(self.stores[p], start, end) for p in places if p in self.stores
        )


def _between(positions: list[int], start: int, end: int) -> bool:
    return bisect_right(positions, start) < bisect_left(positions, end)


def _append(positions: list[int], position: int) -> None:
    if not positions or positions[-1] != position:
        positions.append(position)


@dataclass(slots=True)
class _Root:
    """A statement that is printed by itself, and how long it has become."""

    scope: _Scope
    position: int
    width: int = 0
    limit: int = WIDTH
    returns: bool = False


def decide(function: Function, sharing: Sharing, impure: set[str]) -> Nesting:
    """Choose what to nest; `impure` are the program's functions that have effects."""
    decider = _Decider(function, sharing, impure)
    decider.block(function.body)
    return decider.out


class _Decider:
    """One walk backwards: a value's readers are known when its definition comes."""

    def __init__(self, function: Function, sharing: Sharing, impure: set[str]) -> None:
        self.source = function.source
        self.sharing = sharing
        self.impure = impure
        self.out = Nesting()
        self.readers: dict[str, list[_Root | None]] = {}
        self.counts = count_reads(function.body)
        self.stored = _stored_places(function.body, sharing)

    def block(self, block: Block, test: Atom | None = None) -> None:
        """Decide for a block; `test` is read at its end, in a loop's head or body."""
        scope = self._scope(block)
        if test is not None:
            self._read((test,), _Root(scope, len(block)))
        for position in range(len(block) - 1, -1, -1):
            stmt = block[position]
            limit = WIDTH if stmt.origin.sweep == "reverse" else OWN_WIDTH
            self._stmt(stmt, _Root(scope, position, limit=limit))

    def _scope(self, block: Block) -> _Scope:
        scope = _Scope()
        for position, stmt in enumerate(block):
            for inner in walk((stmt,)):
                if isinstance(inner, Apply) and is_update(inner.op):
                    for place in self.sharing.of(inner.args[0]).reach:
                        _append(scope.stores.setdefault(place, []), position)
                if self._has_effect(inner):
                    _append(scope.effects, position)
        return scope

    def _has_effect(self, stmt: Stmt) -> bool:
        match stmt:
            case Apply(op=op):
                return has_effect(op)
            case Call(function=name):
                return name in self.impure
        return False

    def _read(self, found: Iterable[Atom], root: _Root | None) -> None:
        for atom in found:
            if isinstance(atom, Var):
                self.readers.setdefault(atom.name, []).append(root)
            if root is not None:
                root.width += _width(atom)

    def _stmt(self, stmt: Stmt, root: _Root) -> None:
        match stmt:
            case If() if is_expression(stmt, self.counts, self.source):
                self._choice(stmt, root)
                return
            case If(then=then, orelse=orelse):
                self._merge(stmt)
                self.block(orelse)
                self.block(then)
            case For(body=body, stop=stop, iterable=iterable):
                self._merge(stmt)
                self.block(body, stop)
                self._read((iterable,), root)
                return
            case While(head=head, test=test, body=body, stop=stop):
                self._merge(stmt)
                self.block(body, stop)
                self.block(head, test)
                return
            case Apply() | Call():
                self._define(stmt, root)
                return
            case Return():
                root.returns = True
        self._read(atoms(stmt), root)

    def _merge(self, stmt: Stmt) -> None:
        for phi in phis(stmt):
            self._read((phi.first, phi.second), None)

    def _choice(self, stmt: If, root: _Root) -> None:
        """Print an `If` as an expression, in its reader if that can be done."""
        read = operands(stmt)
        reader = self._reader(stmt.phis[0].out, root, read)
        for inner in walk((stmt, *stmt.then, *stmt.orelse)):
            match inner:
                case If(phis=(phi,)):
                    self.out.choices[phi.out.name] = inner
                    if inner is not stmt or reader is not None:
                        self.out.nested[phi.out.name] = inner
                case Apply(outs=(out,)):
                    self.out.nested[out.name] = inner
        self._read(read, reader or root)

    def _define(self, stmt: Apply | Call, root: _Root) -> None:
        reader: _Root | None = None
        read = list(atoms(stmt))
        if isinstance(stmt, Apply) and (is_update(stmt.op) or stmt.op == "unpack"):
            self._read(read, root)  # `(a,) = t` is no expression
            return
        if len(stmt.outs) == 1 and stmt.outs[0].temp:
            if isinstance(stmt, Apply) and self._repeat(stmt, root):
                return
            reader = self._reader(stmt.outs[0], root, read, _is_tuple(stmt))
            if reader is not None:
                self.out.nested[stmt.outs[0].name] = stmt
                reader.width += _own_width(stmt)
        self._read(read, reader or root)

    def _repeat(self, stmt: Apply, root: _Root) -> bool:
        """Nest `x.shape` or `x[1:-1]` into every reader: clearer than a name for it."""
        found = self.readers.get(stmt.outs[0].name, [])
        readers = [r for r in found if r is not None]
        moved = len(readers) == len(found) > 1 and self._repeats(stmt, root, readers)
        if moved or is_part(stmt):
            self.out.nested[stmt.outs[0].name] = stmt
            for reader in found:
                self._read(atoms(stmt), reader)
        return moved or is_part(stmt)

    def _repeats(self, stmt: Apply, root: _Root, readers: list[_Root]) -> bool:
        if stmt.op in ("tuple", "slice"):
            return all(self._is_plain(a) for a in stmt.args)
        if is_step(stmt):
            return True
        x = stmt.args[0] if stmt.args else None
        if not isinstance(x, Var) or x.temp:
            return False
        places = self.sharing.of(x).own
        often = REPEATS if is_short_view(stmt) else 2 if is_short_item(stmt) else 0
        if len(readers) <= often:
            return all(
                r.scope is root.scope
                and not root.scope.crossed(places, root.position, r.position)
                for r in readers
            )
        return is_free(stmt) and not places & self.stored

    def _is_plain(self, atom: Atom) -> bool:
        """Whether an atom may be read at any later place as well."""
        if isinstance(atom, Const) or is_whole(atom) or _is_slice(atom):
            return True
        return not atom.temp and not self.sharing.of(atom).own & self.stored

    def _reader(
        self, out: Var, root: _Root, read: list[Atom], is_tuple: bool = False
    ) -> _Root | None:
        """The one statement that a definition can be moved into."""
        readers = self.readers.get(out.name, [])
        if not out.temp or len(readers) != 1 or readers[0] is None:
            return None
        reader, scope = readers[0], root.scope
        # `return a, b, ...` may be as long as it likes.
        long = reader.width > reader.limit and not (is_tuple and reader.returns)
        if reader.scope is not scope or long:
            return None
        if _between(scope.effects, root.position, reader.position):
            return None
        places = frozenset().union(*(self.sharing.of(a).reach for a in read))
        if scope.crossed(places, root.position, reader.position):
            return None
        return reader


def _is_slice(atom: Atom) -> bool:
    return isinstance(atom.type, Opaque) and atom.type.kind == "slice"


def _stored_places(block: Block, sharing: Sharing) -> Places:
    found: set[str] = set()
    for stmt in walk(block):
        if isinstance(stmt, Apply) and is_update(stmt.op):
            found |= sharing.of(stmt.args[0]).reach
    return frozenset(found)


def _width(atom: Atom) -> int:
    """About how long an operand is on the page."""
    if isinstance(atom, Var):
        return 0 if atom.temp else len(atom.base)
    return len(atom.name) or _length(atom.value)


def _length(value: object) -> int:
    match value:
        case slice():
            return 4
        case tuple():
            return sum(map(_length, value)) + 2 * len(value)
    return min(len(repr(value)), 20)


def _is_tuple(stmt: Apply | Call) -> bool:
    return isinstance(stmt, Apply) and is_display(stmt.op)


def _own_width(stmt: Apply | Call) -> int:
    """About what the operation itself adds to a line."""
    name = stmt.function if isinstance(stmt, Call) else stmt.op
    return 3 if "." not in name else len(name.rpartition(".")[2]) + 5
