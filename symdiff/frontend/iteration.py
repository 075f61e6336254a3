"""`for` and `while` → `For` and `While`, over values or, if these change, by index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import libcst as cst

from symdiff.analysis.builder import Names
from symdiff.frontend import exits
from symdiff.frontend.assign import assign
from symdiff.frontend.assumptions import Assumption, changed_names, stored_cells
from symdiff.frontend.branches import (
    EXITS,
    decide,
    guard,
    lower_else,
    lower_guarded,
)
from symdiff.frontend.frame import Block, Frame, type_of
from symdiff.frontend.iterators import ENTRIES, Plan
from symdiff.frontend.loops import lower_loop
from symdiff.frontend.picked import at_index, by_index, can_index, is_rearranged
from symdiff.frontend.plans import (
    SHORT,
    counted_items,
    iterable,
    plan,
    sources,
    static_items,
    with_shares,
)
from symdiff.frontend.productions import Production, produce, production
from symdiff.frontend.scope import (
    Scope,
    has_exit,
)
from symdiff.frontend.state import State
from symdiff.frontend.steps import Steps, steps_of
from symdiff.frontend.targets import bind_entry, bind_indices, pattern
from symdiff.frontend.values import BAD, Plain, Value
from symdiff.ir.nodes import UNDEF, Atom, Const, For, Target, While
from symdiff.ir.types import ANY, INT
from symdiff.rules.typing import item_type


@dataclass(eq=False)
class _Made:
    """What one lowering of a loop's body has made; that of the last one counts."""

    target: Target = ()
    source: Atom = UNDEF
    head: Block = field(default_factory=lambda: Block(Names()))
    body: Block = field(default_factory=lambda: Block(Names()))
    test: Atom = UNDEF
    stop: Atom | None = None
    breaks: bool = False


def _finish_body(frame: Frame, node: cst.CSTNode, made: _Made) -> None:
    """The end of an iteration: `continue` ends here, `break` and `return` stop."""
    number = frame.scope.number
    exits.clear(frame.state, number, ("continue",))
    broken = frame.state.names.get((number, "?break"))
    made.breaks = broken is not None
    if broken is not None and getattr(node, "orelse", None) is not None:
        frame.state.names[number, "?else"] = broken
    if frame.state.dead in ("return", "loop"):
        frame.state.dead = ""
    stop = exits.left(frame, node)
    made.stop = None if stop == Const(False) else stop
    exits.clear(frame.state, number, ("break",))


# ---- while


def lower_while(frame: Frame, node: cst.While) -> None:
    """Lower a `while`; its condition is lowered into the head.

    One that assigns (`:=`) goes into the body instead, with a `break`.
    """
    made = _Made()
    inside = has_exit(node.test, (cst.NamedExpr,))

    def body(assume: Assumption, _: State) -> Block:
        with frame.block() as made.head:
            made.test = Const(True) if inside else _condition(frame, node)
            with frame.block() as made.body:
                if inside:
                    lower_guarded(frame, node)
                elif made.test != Const(False):
                    frame.engine.suite(frame, node.body)
                _finish_body(frame, node, made)
        return made.body

    names, cells = changed_names(frame, node), stored_cells(frame, node)
    phis = lower_loop(frame, node, names, cells, body)
    if made.test == Const(True) and made.stop is None:
        advice = "leave it with `break` or `return`"
        frame.report("SD113", "this loop never ends", node.test, help=advice)
    if made.test != UNDEF:
        head, inner = tuple(made.head.stmts), tuple(made.body.stmts)
        origin = frame.origin(node)
        stmt = While(phis, head, made.test, inner, origin, stop=made.stop)
        frame.builder.emit(stmt)
    lower_else(frame, node)
    if made.test == Const(True) and not made.breaks:
        # Only `return` leaves this loop, so nothing after it is reached.
        frame.state.names[frame.scope.number, "?return"] = Plain(Const(True))
        frame.state.dead = "return"


def _condition(frame: Frame, node: cst.While) -> Atom:
    found = decide(frame, frame.engine.evaluate(frame, node.test), node.test)
    return Const(found) if isinstance(found, bool) else found


# ---- for


def lower_for(frame: Frame, node: cst.For) -> None:
    """Lower a `for` statement."""
    made = production(frame, node.iter)
    if made is not None and _lower_production(frame, node, made):
        return
    since = len(frame.builder.stmts)
    source = plan(frame, node.iter)
    if source is None:
        _refused(frame, node)
        return
    steps = steps_of(frame, node.iter, since)

    def suite() -> None:
        frame.engine.suite(frame, node.body)
        if steps is not None:
            steps.check(frame, node.iter, node)

    items = static_items(source)
    if items is not None:
        _unroll(frame, node, items, steps)
        return
    mark, findings = frame.mark(), frame.session.findings.mark()
    lower_for_over(frame, node, node.target, source, suite)
    if frame.session.findings.since(findings):
        items = counted_items(frame, source, node.iter)
        if items is not None:
            frame.rollback(mark)
            items = counted_items(frame, source, node.iter) or ()
            _unroll(frame, node, items, steps)
            return
    lower_else(frame, node)


def _lower_production(frame: Frame, node: cst.For, made: Production) -> bool:
    """Lower a loop over a generator as one that computes the item in its body.

    False, and nothing is done, if there is a finding, or the loop has to be unrolled.
    """
    mark, findings = frame.mark(), frame.session.findings.mark()
    since = len(frame.builder.stmts)
    source = plan(frame, made.iter)
    if source is not None and static_items(source) is None:
        steps = steps_of(frame, made.iter, since)
        scope = made.scope(frame)

        def suite() -> None:
            produce(frame, node, made, scope)
            if steps is not None:
                steps.check(frame, made.iter, node)

        lower_for_over(frame, node, made.target, source, suite, scope=scope)
        if not frame.session.findings.since(findings):
            lower_else(frame, node)
            return True
    frame.rollback(mark)
    return False


def _refused(frame: Frame, node: cst.For) -> None:
    """Lower the body once, for its findings, where the iterable was refused."""
    with frame.block():
        assign(frame, node.target, BAD, node.target)
        frame.engine.suite(frame, node.body)
    for key in changed_names(frame, node):
        if not exits.hidden(key):
            frame.state.names[key] = BAD
    exits.clear(frame.state, frame.scope.number, ("return", "break", "continue"))
    frame.state.dead = ""


def _unroll(
    frame: Frame, node: cst.For, items: Sequence[Value], steps: Steps | None
) -> None:
    """Lower the body for each item in turn: they are functions or objects, not data."""
    if len(items) > SHORT and has_exit(node, EXITS):
        frame.report(
            "SD114",
            f"a loop over {len(items)} functions or objects is left early",
            node.iter,
            help="put the condition into an `if` around the rest of the body",
        )
    _iterations(frame, node, tuple(items))
    if steps is not None:
        steps.check(frame, node.iter, node)
    number = frame.scope.number
    broken = frame.state.names.get((number, "?break"))
    if broken is not None and node.orelse is not None:
        frame.state.names[number, "?else"] = broken
    exits.clear(frame.state, number, ("break",))
    if frame.state.dead == "loop":
        frame.state.dead = ""
    if not frame.state.dead:
        lower_else(frame, node)


def _iterations(frame: Frame, node: cst.For, items: tuple[Value, ...]) -> None:
    """Lower iterations in a row, each only if the ones before have not left."""
    for at, item in enumerate(items):
        assign(frame, node.target, item, node.target)
        frame.engine.suite(frame, node.body)
        exits.clear(frame.state, frame.scope.number, ("continue",))
        found = exits.flags(frame)
        if Const(True) in found or frame.state.dead in ("return", "raise"):
            return
        frame.state.dead = ""
        if found:
            rest = partial(_iterations, frame, node, items[at + 1 :])
            guard(frame, rest, (node.iter, node))
            return


def lower_for_over(
    frame: Frame,
    node: cst.CSTNode,
    target: cst.BaseExpression,
    source: Plan,
    suite: Callable[[], None],
    stored: Sequence[int] = (),
    scope: Scope | None = None,
) -> None:
    """Lower a loop over a planned iterable, `suite` lowering its body.

    The names of the target are in a `scope` of their own, if one is given.
    The items are those of the version before the loop, unless the body stores into
    what is looped over: then they are taken by index, each from the present version.
    """
    made = _Made()
    outer = frame.builder

    def body(assume: Assumption, before: State) -> Block:
        assume.indexed |= source.numbered
        make = by_index if assume.indexed else iterable
        with frame.reopen(outer, before):
            made.source = make(frame, source, target)
        heap, first = dict(frame.state.heap), len(frame.cells)
        rearranged, frame.rearranged = frame.rearranged, set()
        with frame.block() as made.body:
            with frame.inside(scope or frame.scope):
                made.target = _bind(frame, target, source, made.source, assume)
            items = range(first, len(frame.cells))
            suite()
            _finish_body(frame, node, made)
        end, over = frame.state, sources(source)
        stored = any(cell in frame.written for cell in items)
        if stored and assume.places:
            # An item of a list that has no name is no place that others could see.
            _stored_into(frame, target)
        assume.places |= stored
        if assume.places or any(end.heap.get(c) != heap.get(c) for c in over):
            _take_by_index(frame, source, assume, target)
        if any(c in end.poison and c not in before.poison for c in over):
            _stored_into(frame, target)
        frame.rearranged |= rearranged
        return made.body

    names, cells = changed_names(frame, node), stored_cells(frame, node)
    phis = lower_loop(frame, node, names, [*cells, *stored], body)
    if made.source != UNDEF:
        inner = tuple(made.body.stmts)
        origin = frame.origin(node)
        stmt = For(made.target, made.source, phis, inner, origin, stop=made.stop)
        frame.builder.emit(stmt)


def _take_by_index(
    frame: Frame, source: Plan, assume: Assumption, target: cst.CSTNode
) -> None:
    if can_index(frame, source) and not (
        assume.places and is_rearranged(frame, source)
    ):
        assume.indexed = True
    else:
        _stored_into(frame, target)


def _stored_into(frame: Frame, target: cst.CSTNode) -> None:
    frame.report(
        "SD306",
        "the loop stores into what it runs over",
        target,
        help="loop over `range(len(…))`, or over a copy",
    )


def _bind(
    frame: Frame,
    target: cst.BaseExpression,
    source: Plan,
    over: Atom,
    assume: Assumption,
) -> Target:
    """The loop's target, and the names of the text bound to the item."""
    if assume.indexed:
        index = frame.builder.fresh("k", INT)
        item = at_index(frame, source, index, target, assume.places)
        assign(frame, target, item, target)
        return index
    type = item_type(type_of(over)) if over != UNDEF else ANY
    if source.kind == "indices":
        return bind_indices(frame, target, source)
    if source.kind in ENTRIES:
        return bind_entry(frame, target, source, type)
    found, value = pattern(frame, target, type, source, [])
    assign(frame, target, with_shares(frame, source, value), target)
    return found
