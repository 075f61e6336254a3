"""Where a store may be printed in place, and the least copies that make it so.

    x_1 = setitem(x, i, v)            printed      x[i] = v
                                      or           x_1 = x.copy()
                                                   x_1[i] = v

In place is safe if nothing that may share the storage of `x` is read afterwards and
the storage is not the caller's. What stands in the way is copied where that costs
least: a view where it is taken, a loop's first value before the loop, else the array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from symdiff.backend.inline import Nesting
from symdiff.backend.liveness import Live, walk_liveness
from symdiff.backend.operations import (
    AUGMENTED,
    has_storage,
    is_container,
    is_display,
    is_update,
    shown_items,
)
from symdiff.backend.sharing import FIXED, Copies, Places, Sharing, Summary, is_fixed
from symdiff.backend.unset import nullable
from symdiff.backend.views import is_strict_view
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    Phi,
    Stmt,
    Var,
    While,
    blocks,
    walk,
)
from symdiff.ir.types import AnyType, List


@dataclass(frozen=True, slots=True)
class _Store:
    """A store, the loops around it from the inside out, and who else may see it."""

    stmt: Apply
    loops: tuple[For | While, ...]
    others: tuple[str, ...]

    @property
    def is_read_later(self) -> bool:
        """Whether the very version that is stored to is still read afterwards."""
        x = self.stmt.args[0]
        return isinstance(x, Var) and x.name in self.others


@dataclass(slots=True)
class Ownership:
    """The copies to print, and which results of `return` share storage with another."""

    copies: Copies = field(default_factory=Copies)
    returned: dict[int, str] = field(default_factory=dict)
    summary: Summary = field(default_factory=lambda: Summary((), ()))


def own(
    function: Function,
    nesting: Nesting,
    first: Sharing,
    summaries: Mapping[str, Summary],
    is_main: bool,
) -> Ownership:
    """Decide all copies; `first` is the sharing with which `nesting` was decided."""
    used_up = first.used_up
    stores = list(_stores(function, nesting, first))
    definitions = _definitions(function.body)
    out = Ownership()
    _copy_recorded_views(function.body, first, definitions, out.copies)
    for store in stores:
        if store.is_read_later:
            out.copies.updates.add(store.stmt.outs[0].name)

    def share(copies: Copies) -> Sharing:
        return Sharing(function, copies, summaries, used_up)

    sharing = share(out.copies)
    while _repair_all(stores, sharing, out.copies, definitions, share):
        sharing = share(out.copies)
    if is_main:
        out.returned = _shared_results(function, sharing, nesting.nested)
    out.summary = _summary(function, sharing, nesting.nested)
    return out


def _definitions(block: Block) -> dict[str, Stmt]:
    found: dict[str, Stmt] = {}
    for stmt in walk(block):
        if isinstance(stmt, Apply):
            found.update((v.name, stmt) for v in stmt.outs)
    return found


def _stores(function: Function, nesting: Nesting, sharing: Sharing) -> Iterator[_Store]:
    """Every store in textual order with what is live after it and may share storage."""
    sharers: dict[str, Live] = {}
    for name, storage in sharing.values.items():
        for place in storage.reach:
            sharers.setdefault(place, set()).add(name)
    others: dict[str, tuple[str, ...]] = {}

    def define(outs: tuple[Var, ...], live: Live, stmt: Stmt | None) -> None:
        if not (isinstance(stmt, Apply) and is_update(stmt.op)):
            return
        seen: Live = set()
        for place in sharing.of(stmt.args[0]).own:
            seen |= sharers.get(place, set()) & live
        others[outs[0].name] = tuple(sorted(seen - {outs[0].name}))

    walk_liveness(function, nesting, define)
    for stmt, loops in _with_loops(function.body, ()):
        if is_update(stmt.op) and has_storage(stmt.outs[0].type):
            yield _Store(stmt, loops, others.get(stmt.outs[0].name, ()))


def _with_loops(
    block: Block, loops: tuple[For | While, ...]
) -> Iterator[tuple[Apply, tuple[For | While, ...]]]:
    for stmt in block:
        if isinstance(stmt, Apply):
            yield stmt, loops
        around = (stmt, *loops) if isinstance(stmt, For | While) else loops
        for inner in blocks(stmt):
            yield from _with_loops(inner, around)


def _blame(store: _Store, sharing: Sharing, copies: Copies) -> Places:
    """The places that the store may not write to."""
    stmt = store.stmt
    if stmt.outs[0].name in copies.updates:
        return frozenset()
    mine = sharing.of(stmt.args[0]).own
    bad = {p for p in mine if p.startswith(FIXED)}
    for name in store.others:
        bad |= mine & sharing.values[name].reach
    return frozenset(bad)


def _repair_all(
    stores: list[_Store],
    sharing: Sharing,
    copies: Copies,
    definitions: dict[str, Stmt],
    share: Callable[[Copies], Sharing],
) -> bool:
    """Repair what is unsafe, but nothing that an earlier repair may have mended."""
    touched: set[str] = set()
    for store in stores:
        mine = sharing.of(store.stmt.args[0]).own
        if not mine & touched and _blame(store, sharing, copies):
            _repair(store, sharing, copies, definitions, share)
            touched |= mine
    return bool(touched)


def _repair(
    store: _Store,
    sharing: Sharing,
    copies: Copies,
    definitions: dict[str, Stmt],
    share: Callable[[Copies], Sharing],
) -> None:
    """Add the copy that lets a store be printed in place; at last, of its operand."""
    blame = _blame(store, sharing, copies)
    if _copy_views(store, sharing, copies, definitions):
        return
    phi = _entry(store, sharing, blame, definitions)
    if phi is not None and phi.out.name not in copies.entries:
        first = phi.first.name if isinstance(phi.first, Var) else ""
        made = definitions.get(first)
        view = isinstance(made, Apply) and is_strict_view(made)
        trial = Copies({*copies.values}, copies.updates, {*copies.entries})
        (trial.values if view else trial.entries).add(first if view else phi.out.name)
        if not _blame(store, share(trial), trial):
            copies.values, copies.entries = trial.values, trial.entries
            return
    copies.updates.add(store.stmt.outs[0].name)


def _copy_views(
    store: _Store, sharing: Sharing, copies: Copies, definitions: dict[str, Stmt]
) -> bool:
    """Copy the views that are read after the store, if nothing else is in the way."""
    mine = sharing.of(store.stmt.args[0]).own
    if is_fixed(mine):
        return False
    seen = [n for n in store.others if mine & sharing.values[n].reach]
    for name in seen:
        stmt = definitions.get(name)
        known = isinstance(stmt, Apply) and is_strict_view(stmt)
        if not known or name in copies.values:
            return False
    copies.values.update(seen)
    return bool(seen)


def _entry(
    store: _Store, sharing: Sharing, blame: Places, definitions: dict[str, Stmt]
) -> Phi | None:
    """The phi of the outermost loop through which the blamed storage comes in."""
    if isinstance(store.stmt.args[0].type, AnyType) and store.stmt.op in AUGMENTED:
        return None
    around = {p.out.name: p for loop in store.loops for p in loop.phis}
    found: Phi | None = None
    atom: Atom = store.stmt.args[0]
    while isinstance(atom, Var):
        phi = around.get(atom.name)
        if phi is not None:
            if not blame & sharing.of(phi.first).own:
                break
            found, atom = phi, phi.first
            continue
        stmt = definitions.get(atom.name)
        if not (isinstance(stmt, Apply) and is_update(stmt.op)):
            break
        atom = stmt.args[0]
    return found


def _copy_recorded_views(
    block: Block, sharing: Sharing, definitions: dict[str, Stmt], copies: Copies
) -> None:
    """Copy a view that is put into a list if its array is stored to anywhere.

    Otherwise each store after `tape.append(u[1:-1])` would copy all of `u`.
    """
    stored: set[str] = set()
    for stmt in walk(block):
        if isinstance(stmt, Apply) and is_update(stmt.op):
            stored |= sharing.of(stmt.args[0]).own
    for stmt in walk(block):
        for atom in _recorded(stmt):
            made = definitions.get(atom.name) if isinstance(atom, Var) else None
            match made:
                case Apply(op="getitem", outs=(out,)) if is_strict_view(made):
                    if sharing.of(out).own & stored:
                        copies.values.add(out.name)


def _recorded(stmt: Stmt) -> tuple[Atom, ...]:
    """What a statement puts into a list."""
    match stmt:
        case Apply(op="append", args=(_, item)):
            return (item,)
        case Apply(op="insert", args=(_, _, item)):
            return (item,)
        case Apply(op="setitem", args=(x, _, item)) if isinstance(x.type, List):
            return (item,)
        case Apply(op="list", args=items):
            return items
    return ()


def returned(function: Function, nested: Mapping[str, Stmt]) -> tuple[Atom, ...]:
    """The results one by one, if `return` is followed by a tuple display."""
    value = function.result
    stmt = nested.get(value.name) if isinstance(value, Var) else None
    if isinstance(stmt, Apply) and stmt.op == "tuple":
        return stmt.args
    return (value,)


def displayed(atom: Atom, nested: Mapping[str, Stmt]) -> Iterator[Atom]:
    """What is in a returned value that is written out, left to right."""
    todo = [atom]
    while todo:
        found = todo.pop()
        stmt = nested.get(found.name) if isinstance(found, Var) else None
        if isinstance(stmt, Apply) and is_display(stmt.op):
            todo += reversed(shown_items(stmt))
        else:
            yield found


def _shared_results(
    function: Function, sharing: Sharing, nested: Mapping[str, Stmt]
) -> dict[int, str]:
    """Which results must be copied, by position: the caller owns all that it gets."""
    taken: set[str] = set()
    found: dict[int, str] = {}
    unset = nullable(function)
    for i, atom in enumerate(displayed(function.result, nested)):
        seen = sharing.of(atom).reach
        if is_fixed(seen) or seen & taken:
            may_be_none = isinstance(atom, Var) and atom.name in unset
            deep = is_container(atom.type) or may_be_none
            found[i] = "deep" if deep else "array"
        else:
            taken |= seen
    return found


def _summary(
    function: Function, sharing: Sharing, nested: Mapping[str, Stmt]
) -> Summary:
    names = tuple(p.name for p in function.params)
    items = tuple(sharing.of(a) for a in returned(function, nested))
    return Summary(names, items, _apart(function, sharing, nested))


def _apart(function: Function, sharing: Sharing, nested: Mapping[str, Stmt]) -> bool:
    """Whether what a forward function saves can be used up by its backward."""
    items = returned(function, nested)
    if len(items) != 2:
        return False
    seen = sharing.of(items[0]).reach
    record = nested.get(items[1].name) if isinstance(items[1], Var) else None
    packed = isinstance(record, Apply) and record.op == "tuple"
    for atom in record.args if isinstance(record, Apply) and packed else items[1:]:
        reach = sharing.of(atom).reach
        if is_fixed(reach) or reach & seen:
            return False
        seen |= reach
    return True
