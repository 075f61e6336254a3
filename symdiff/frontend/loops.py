"""Loops: the phis at their head, found by lowering the body until nothing changes.

A body is lowered under an assumption: which names and cells it changes, what types
they have at the head, what may share storage there. If the body turns out to do more,
it is lowered again under the larger assumption. The assumption is remembered for each
loop, so that an inner loop starts from it when the outer one is lowered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from symdiff.errors import InternalError
from symdiff.frontend.assumptions import Assumption, Body, Loop
from symdiff.frontend.exits import base, hidden, is_flag
from symdiff.frontend.frame import Block, Frame, type_of
from symdiff.frontend.heads import (
    Head,
    Leaf,
    Path,
    part,
    site_of,
    value_before,
    widen,
)
from symdiff.frontend.join import Arm, read_at_end, referenced
from symdiff.frontend.sharing import Relation
from symdiff.frontend.state import Key, State
from symdiff.frontend.values import (
    DATA,
    Dict,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
)
from symdiff.ir.lengths import loose
from symdiff.ir.nodes import UNDEF, Const, Phi
from symdiff.ir.types import join

ATTEMPTS = 100


def lower_loop(
    frame: Frame,
    node: cst.CSTNode,
    names: Iterable[Key],
    stored: Iterable[int],
    body: Body,
) -> tuple[Phi, ...]:
    """Lower a loop that assigns `names` and stores into the cells `stored`, as a guess.

    Leaves the state after the loop as the present one. The caller builds the statement
    from what the last call of `body` has lowered.
    """
    slot = ("loop", id(node), frame.scope.number)
    assume = frame.memo.get(slot)
    if assume is None:
        assume = frame.memo[slot] = Assumption()
        assume.names.update(dict.fromkeys(names))
        for cell in stored:
            assume.cells[site_of(frame, cell)] = type_of(frame.version(cell))
    mark = frame.mark()
    pending, wanted = set(frame.pending), frame.wanted
    entered, frame.entered = frame.entered, frame.names.mark()
    for _ in range(ATTEMPTS):
        frame.pending, frame.wanted = set(pending), set()
        loop = _attempt(frame, node, assume)
        before = assume.size()
        builder = body(assume, loop.before)
        loop.end = frame.state
        if assume.size() == before:
            _learn(loop, builder)
        if assume.size() == before:
            frame.pending = pending
            frame.wanted = wanted | (pending & assume.names.keys())
            phis = _finish(loop, builder)
            frame.entered = entered
            return phis
        frame.rollback(mark)
    raise InternalError("the types of a loop do not settle")


def _attempt(frame: Frame, node: cst.CSTNode, assume: Assumption) -> Loop:
    before = frame.state.copy()
    head = Head(frame, node, frame.builder, before)
    loop = Loop(frame, node, assume, frame.builder, before, head, frame.scopes)
    for key in list(assume.names):
        _enter_name(loop, key)
    for cell in list(before.heap):
        _enter_cell(loop, cell)
    _enter_sharing(loop)
    loop.start = frame.state.copy()
    return loop


def _enter_name(loop: Loop, key: Key) -> None:
    if hidden(key):
        # No iteration starts after an exit, so that there is nothing at the head.
        return
    value = value_before(loop.before, key)
    if value is not None and not isinstance(value, DATA):
        return
    if isinstance(value, Dict) and loop.assume.names[key] is None:
        # Until the body makes a new dict of that name, it is one and the same.
        return
    arm = Arm(loop.outer, loop.before)
    tree = widen(loop.assume.names[key], loop.frame, arm, value, loop.node)
    loop.assume.names[key] = tree
    if tree is None:
        loop.frame.state.names.pop(key, None)
        loop.frame.pending.add(key)
    else:
        loop.frame.state.names[key] = loop.head.value(tree, key, (), value)


def _enter_cell(loop: Loop, cell: int) -> None:
    frame, site = loop.frame, site_of(loop.frame, cell)
    if site not in loop.assume.cells:
        return
    first = loop.before.heap[cell]
    type = join(loop.assume.cells[site], loose(type_of(first)))
    loop.assume.cells[site] = type
    out = frame.builder.fresh(frame.cell(cell).name, type)
    loop.cells.append((cell, out, first))
    frame.state.heap[cell] = out


def _enter_sharing(loop: Loop) -> None:
    state, frame = loop.frame.state, loop.frame
    outside = range(-len(frame.captures), 0)
    sites = {site_of(frame, cell): cell for cell in (*outside, *state.heap)}
    state.sharing.add(_relations(loop, loop.before, lambda leaf: leaf.before))
    state.sharing.add(
        (kind, sites[one], sites[two])
        for kind, one, two in sorted(loop.assume.sharing, key=repr)
        if one in sites and two in sites
    )
    for site, poison in loop.assume.poison.items():
        if site in sites:
            state.poison[sites[site]] = poison
    for leaf in loop.head.leaves:
        for cell in sorted(leaf.before):
            if leaf.cell is not None and cell in loop.before.poison:
                state.poison.setdefault(leaf.cell, loop.before.poison[cell])


def _relations(
    loop: Loop, state: State, cells: Callable[[Leaf], frozenset[int]]
) -> set[Relation]:
    """What may share storage at the head, as far as one edge into it tells."""
    outside = range(-len(loop.frame.captures), 0)
    parts = {c: frozenset({c}) for c in (*outside, *loop.before.heap)}
    for leaf in loop.head.leaves:
        if leaf.cell is not None:
            parts[leaf.cell] = cells(leaf)
    return state.sharing.between(parts)


# ---- the end of an iteration


def _learn(loop: Loop, builder: Block) -> None:
    """Add to the assumption what the iteration has changed beyond it."""
    frame, assume, end = loop.frame, loop.assume, loop.end
    arm = Arm(builder, end)
    if end.dead == "raise":
        return
    for key in dict.fromkeys([*assume.names, *loop.start.names, *end.names]):
        _learn_name(loop, key, arm)
    for cell in loop.before.heap:
        _learn_cell(loop, cell)
    for relation in _relations(loop, end, lambda leaf: _cells_at_end(loop, leaf)):
        if not loop.start.sharing.has(relation):
            kind, a, b = relation
            assume.sharing.add((kind, site_of(frame, a), site_of(frame, b)))
    _learn_poison(loop)


def _learn_cell(loop: Loop, cell: int) -> None:
    now = loop.end.heap[cell]
    if now != loop.start.heap[cell]:
        site = site_of(loop.frame, cell)
        seen = loop.frame.outside(type_of(now))
        known = loop.assume.cells.get(site)
        loop.assume.cells[site] = seen if known is None else join(known, seen)


def _learn_poison(loop: Loop) -> None:
    """What is stale at the end of an iteration is so at the head of the next.

    That of a name whose storage changes is what it refers to at the end.
    """
    end, known = loop.end, loop.start.poison
    found = {cell: end.poison[cell] for cell in loop.before.heap if cell in end.poison}
    for leaf in loop.head.leaves:
        if leaf.cell is not None:
            stale = sorted(_cells_at_end(loop, leaf) & end.poison.keys())
            found.update((leaf.cell, end.poison[cell]) for cell in stale)
    for cell, poison in found.items():
        if cell not in known:
            loop.assume.poison[site_of(loop.frame, cell)] = poison


def _cells_at_end(loop: Loop, leaf: Leaf) -> frozenset[int]:
    value = part(value_before(loop.end, leaf.key), leaf.path, loop.end)
    return frozenset() if value is None else cells_of(value)


def _learn_name(loop: Loop, key: Key, arm: Arm) -> None:
    if hidden(key):
        return
    frame, assume = loop.frame, loop.assume
    value = value_before(loop.end, key)
    before = value_before(loop.before, key)
    if before is not None and not isinstance(before, DATA):
        if value != before and frame.live_at_head(loop.node, key):
            frame.report(
                "SD131",
                f"the function that `{key[1]}` stands for changes in a loop",
                loop.node,
                help="call the functions by their own names, in an `if`",
            )
        return
    if key not in assume.names:
        inner = before is None and key[0] > loop.scopes
        live = frame.live_at_head(loop.node, key)
        if value is None or value == before or inner or not live:
            # Without a value, every path of the body has left by `return`.
            return
        assume.names[key] = widen(None, frame, arm, before, loop.node)
    tree = assume.names[key]
    if isinstance(before, Dict) and tree is None:
        if value == before:
            return
        _new_dict(loop, key, before, arm)
        tree = assume.names[key]
    if tree is not None or key in frame.wanted:
        assume.names[key] = widen(tree, frame, arm, value, loop.node)


def _new_dict(loop: Loop, key: Key, before: Dict, arm: Arm) -> None:
    """A dict that the body replaces: each entry becomes a phi of its own."""
    frame = loop.frame
    if referenced(loop.before, before, key):
        name = base(frame, key)
        frame.report(
            "SD131",
            f"`{name}` is replaced in a loop while its dict has another name",
            loop.node,
            help="copy the dict first: `dict(…)`",
        )
    start = Arm(loop.outer, loop.before)
    loop.assume.names[key] = widen(None, frame, start, before, loop.node)


def _finish(loop: Loop, builder: Block) -> tuple[Phi, ...]:
    """The phis, and the state after the loop: that of the head."""
    frame, end = loop.frame, loop.end
    arm = Arm(builder, end)
    gone = end.dead == "raise"
    phis: list[Phi] = []
    for leaf in loop.head.leaves:
        value = part(value_before(end, leaf.key), leaf.path, end)
        second = leaf.out if gone else read_at_end(frame, arm, value, loop.node)
        phis.append(Phi(leaf.out, leaf.first, second))
    for cell, out, first in loop.cells:
        phis.append(Phi(out, first, out if gone else end.heap[cell]))
    frame.state = loop.start
    frame.state.doubts |= end.doubts
    for key in frame.state.names.keys() | end.names.keys():
        if not frame.live_after(loop.node, key):
            frame.state.names.pop(key, None)
    for key, tree in loop.assume.names.items():
        if tree is None and not gone and frame.live_after(loop.node, key):
            _bind_after(loop, key, arm, phis)
    return tuple(phis)


def _bind_after(loop: Loop, key: Key, arm: Arm, phis: list[Phi]) -> None:
    """A name without a value before the loop: after it, that of the last iteration."""
    value = loop.end.names.get(key)
    if value is None:
        return
    loop.frame.state.names[key] = _after(loop, key, (), value, arm, phis)


def _after(
    loop: Loop,
    key: Key,
    path: Path,
    value: Value,
    arm: Arm,
    phis: list[Phi],
) -> Value:
    if isinstance(value, Items):
        pairs = enumerate(value.items)
        items = tuple(_after(loop, key, (*path, i), v, arm, phis) for i, v in pairs)
        return Items(items, value.cls)
    if isinstance(value, Dict):
        return _dict_after(loop, key, path, value, arm, phis)
    if not isinstance(value, Plain | Ref):
        return value
    second = read_at_end(loop.frame, arm, value, loop.node)
    type = loop.frame.outside(type_of(second))
    found = loop.head.leaf(type, key, path, UNDEF, None)
    leaf = loop.head.leaves[-1]
    phis.append(Phi(leaf.out, Const(False) if is_flag(key) else UNDEF, second))
    if leaf.cell is not None:
        cells = cells_of(value)
        for cell in sorted(cells & loop.end.poison.keys()):
            loop.frame.state.poison[leaf.cell] = loop.end.poison[cell]
        parts = {c: frozenset({c}) for c in loop.before.heap}
        for known in loop.head.leaves[:-1]:
            if known.cell is not None:
                parts[known.cell] = _cells_at_end(loop, known)
        parts[leaf.cell] = cells
        loop.frame.state.sharing.add(loop.end.sharing.between(parts))
    return found


def _dict_after(
    loop: Loop, key: Key, path: Path, value: Dict, arm: Arm, phis: list[Phi]
) -> Value:
    if value.number <= loop.scopes:
        return value
    made = Dict(loop.frame.scope_number(), value.sites)
    for (number, name), entry in list(loop.end.names.items()):
        if number == value.number:
            after = _after(loop, key, (*path, name), entry, arm, phis)
            loop.frame.state.names[made.number, name] = after
    return made
