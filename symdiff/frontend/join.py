"""Where two paths meet: two states → one, with a phi for whatever differs.

Storage that is one thing on one path and another on the other becomes a cell of its
own, which may share storage with both; nothing is lost as long as nobody writes
through either of them, and a read after such a write is refused.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.alternatives import merged
from symdiff.frontend.frame import Block, Frame, plain, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.state import Key, Poison, State, base_name
from symdiff.frontend.values import (
    BAD,
    Bad,
    Conflict,
    Dict,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    immutable,
    leaves,
    part_words,
)
from symdiff.frontend.words import describe
from symdiff.ir.nodes import UNDEF, Atom, Phi
from symdiff.ir.types import Type, join


@dataclass(frozen=True, eq=False)
class Arm:
    """One of two paths: its block and the state at its end."""

    builder: Block
    state: State

    @property
    def raised(self) -> bool:
        """Whether nothing of this path is read after the two meet."""
        return self.state.dead == "raise"

    def lacks(self, key: Key, scope: int) -> bool:
        """Whether a name does not matter any more: its function has returned."""
        gone = self.state.dead == "return" and not exits.hidden(key)
        return self.raised or (gone and key[0] == scope)

    def value(self, key: Key, scope: int) -> Value | None:
        """What a name is at the end of this path, as far as that matters later."""
        if self.lacks(key, scope):
            return None
        return self.state.names.get(key, exits.default(key))


@dataclass(eq=False)
class _Join:
    """Two paths while they are joined; `merged` are the new cells and theirs."""

    frame: Frame
    before: State
    arms: tuple[Arm, Arm]
    node: cst.CSTNode
    out: State
    test: Atom | None = None
    phis: list[Phi] = field(default_factory=list)
    merged: dict[int, tuple[frozenset[int], frozenset[int]]] = field(
        default_factory=dict
    )


def join_arms(
    frame: Frame,
    before: State,
    left: Arm,
    right: Arm,
    node: cst.CSTNode,
    results: tuple[Value, Value] | None = None,
    test: Atom | None = None,
) -> tuple[tuple[Phi, ...], Value]:
    """Make the state after two paths the present one; `results` are merged as well.

    A path that has ended by `raise` contributes nothing.
    """
    test = None if test == UNDEF else test
    work = _Join(frame, before, (left, right), node, State(), test)
    frame.state = work.out
    work.out.sharing = left.state.sharing.join(right.state.sharing)
    for arm in work.arms:
        stale = _stale(arm, frame.scope.number)
        work.out.poison |= stale
        work.out.doubts |= arm.state.doubts | (arm.state.poison.keys() - stale.keys())
    work.out.dead = _dead(left.state.dead, right.state.dead)
    _join_cells(work)
    _join_names(work)
    value: Value = BAD
    if results is not None and not (left.raised and right.raised):
        first = None if left.raised else results[0]
        second = None if right.raised else results[1]
        value = _merge(work, first, second, "", (id(node), "result"))
    _pair(work)
    return tuple(work.phis), value


def _stale(arm: Arm, scope: int) -> dict[int, Poison]:
    """What is stale on a path, as far as anybody reads it after the two meet."""
    if arm.state.dead not in ("return", "raise"):
        return arm.state.poison
    names = arm.state.names.items()
    read = (cells_of(value) for key, value in names if not arm.lacks(key, scope))
    kept = frozenset().union(*read)
    return {cell: p for cell, p in arm.state.poison.items() if cell in kept}


def _dead(first: str, second: str) -> str:
    """How two paths have ended, taken together."""
    if not first or not second or first == second:
        return first if first == second else ""
    ends = {first, second} - {"raise"}
    return ends.pop() if len(ends) == 1 else "loop"


def _join_cells(work: _Join) -> None:
    left, right = (arm.state.heap for arm in work.arms)
    for cell in left.keys() | right.keys():
        first, second = left.get(cell), right.get(cell)
        if cell not in work.before.heap:
            continue
        if first == second and first is not None:
            work.out.heap[cell] = first
            continue
        first = UNDEF if first is None or work.arms[0].raised else first
        second = UNDEF if second is None or work.arms[1].raised else second
        work.out.heap[cell] = _phi(work, first, second, work.frame.cell(cell).name)


def _phi(work: _Join, first: Atom, second: Atom, base: str) -> Atom:
    type = join_types(first, second)
    out = work.frame.builder.fresh(base, type, not base)
    work.phis.append(Phi(out, first, second))
    return out


def join_types(first: Atom, second: Atom) -> Type:
    """What is known of a value that is one of two; an undefined one does not count."""
    if first == UNDEF:
        return type_of(second)
    if second == UNDEF:
        return type_of(first)
    return join(type_of(first), type_of(second))


def _join_names(work: _Join) -> None:
    left, right = work.arms
    scope = work.frame.scope.number
    loops = _leaves_loop(left) or _leaves_loop(right)
    for key in dict.fromkeys([*left.state.names, *right.state.names]):
        if not loops and not work.frame.live_after(work.node, key):
            continue
        value = _join_name(work, key, left.value(key, scope), right.value(key, scope))
        if value is not None:
            work.out.names[key] = value


def _leaves_loop(arm: Arm) -> bool:
    """Whether `break` or `continue` was taken: what is read then is not in the text."""
    return any(name in ("?break", "?continue") for _, name in arm.state.names)


def _join_name(
    work: _Join, key: Key, first: Value | None, second: Value | None
) -> Value | None:
    if first == second:
        return first
    scope = work.frame.scope.number
    for arm, value in zip(work.arms, (first, second), strict=True):
        if value is None and not arm.lacks(key, scope) and key in work.frame.pending:
            # On this path the name has the value of the iteration before.
            work.frame.wanted.add(key)
    before = work.before.names.get(key)
    gone = [arm.lacks(key, scope) for arm in work.arms]
    if not exits.hidden(key):
        if (gone[0] and second == before) or (gone[1] and first == before):
            return before
    elif exits.is_flag(key) and (work.arms[0].raised or work.arms[1].raised):
        return second if first is None else first
    return _merge(
        work, first, second, exits.base(work.frame, key), (key, id(work.node))
    )


def _merge(
    work: _Join, first: Value | None, second: Value | None, base: str, site: Hashable
) -> Value:
    one = second if first is None else first
    other = first if second is None else second
    assert one is not None
    assert other is not None
    if isinstance(one, Items) and isinstance(other, Items):
        if len(one.items) == len(other.items):
            return _merge_items(work, first, second, base, site)
    elif isinstance(one, Bad) or isinstance(other, Bad):
        return BAD
    elif isinstance(one, Dict) and isinstance(other, Dict) and one != other:
        return _merge_dicts(work, one, other, base)
    elif not isinstance(one, Plain | Ref | Items):
        return one if one == other else _either(work, one, other)
    elif not isinstance(other, Plain | Ref | Items):
        return Conflict(describe(other))
    return _merge_leaf(work, first, second, base, site)


def _either(work: _Join, one: Value, other: Value) -> Value:
    """One function or another; what they are is known, which it is is not."""

    def phi(first: Atom, second: Atom) -> Atom:
        return _phi(work, first, second, "")

    return merged(work.test, (one, other), phi) or Conflict(describe(one))


def _merge_dicts(work: _Join, first: Dict, second: Dict, base: str) -> Value:
    """A dict for either of two: a new one, so nobody else may refer to theirs."""
    left, right = (arm.state for arm in work.arms)
    if referenced(left, first) > 1 or referenced(right, second) > 1:
        return Conflict(f"the dict `{base}`")
    made = Dict(work.frame.scope_number(), first.sites | second.sites)
    names = [name for n, name in left.names if n == first.number]
    names += [name for n, name in right.names if n == second.number]
    for name in dict.fromkeys(names):
        one = left.names.get((first.number, name))
        other = right.names.get((second.number, name))
        same = one if one == other else None
        entry = base_name(name)
        site = (base, name, id(work.node))
        value = same or _merge(work, one, other, entry, site)
        work.out.names[made.number, name] = value
    return made


def referenced(state: State, made: Dict, besides: Key | None = None) -> int:
    """How often a dict is referred to, by names and from inside of other values."""
    return sum(
        made in leaves(value) for key, value in state.names.items() if key != besides
    )


def _merge_items(
    work: _Join, first: Value | None, second: Value | None, base: str, site: Hashable
) -> Value:
    lefts = first.items if isinstance(first, Items) else None
    rights = second.items if isinstance(second, Items) else None
    whole = first if isinstance(first, Items) else second
    found: list[Value] = []
    for at, word in enumerate(part_words(whole)):
        one = lefts[at] if lefts is not None else None
        other = rights[at] if rights is not None else None
        same = one == other and one is not None
        found.append(
            one if same and one else _merge(work, one, other, word or base, (site, at))
        )
    cls = first.cls if isinstance(first, Items) else None
    cls = second.cls if cls is None and isinstance(second, Items) else cls
    return Items(tuple(found), cls)


def _merge_leaf(
    work: _Join, first: Value | None, second: Value | None, base: str, site: Hashable
) -> Value:
    if first is not None and first == second:
        return first
    frame = work.frame
    atoms: list[Atom] = []
    cells: list[frozenset[int]] = []
    for arm, value in zip(work.arms, (first, second), strict=True):
        atoms.append(read_at_end(frame, arm, value, work.node))
        cells.append(frozenset() if value is None else cells_of(value))
    if atoms[0] == atoms[1] and not any(cells):
        return plain(atoms[0])
    out = _phi(work, atoms[0], atoms[1], base)
    if immutable(type_of(out)):
        return plain(out)
    if not base:
        return plain(out, _reach(work, cells))
    number = frame.new_cell(Plain(out), base, site)
    work.out.heap[number] = out
    work.merged[number] = (cells[0], cells[1])
    return Ref(number)


def _reach(work: _Join, cells: list[frozenset[int]]) -> frozenset[int]:
    """The cells of before that a value without a name may share storage with."""
    found: set[int] = set()
    for arm, mine in zip(work.arms, cells, strict=True):
        near = mine.union(*(arm.state.sharing.reached(cell) for cell in mine))
        found |= {cell for cell in near if cell < 0 or cell in work.before.heap}
    return frozenset(found)


def read_at_end(frame: Frame, arm: Arm, value: Value | None, node: cst.CSTNode) -> Atom:
    """The atom that a value has at the end of a path, undefined if there is none.

    A stale value is passed on as it is: reading it later is what is refused.
    """
    if value is None or isinstance(value, Bad):
        return UNDEF
    with frame.reopen(arm.builder, arm.state):
        poison, arm.state.poison = arm.state.poison, {}
        try:
            return atom_of(frame, value, node)
        finally:
            arm.state.poison = poison


def _pair(work: _Join) -> None:
    """The cells that the new ones may share storage with, path by path."""
    same = {cell: frozenset({cell}) for cell in work.out.heap}
    outside = range(-len(work.frame.captures), 0)
    same |= {cell: frozenset({cell}) for cell in outside}
    for at, arm in enumerate(work.arms):
        mine = {cell: cells[at] for cell, cells in work.merged.items()}
        if mine:
            work.out.sharing.add(arm.state.sharing.between(same | mine))
        for cell, parts in mine.items():
            for part in sorted(parts & arm.state.poison.keys()):
                work.out.poison.setdefault(cell, arm.state.poison[part])
