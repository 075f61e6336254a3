"""A derivative that a function asks for: made here, and called like a function of its.

    def step(w):                                  def loss_grad(w): ...
        return w - 0.1 * grad(loss)(w)     →
                                                  def step(w):
                                                      return w - 0.1 * loss_grad(w)

The function is lowered as an entry would be: it gets parameters for the leaves of its
arguments and for what it reads of the scopes around it. What the transforms make of
that program becomes part of the program around, whose derivatives go through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from symdiff.errors import UnsupportedError, UsageError
from symdiff.frontend.callee import Callee, callee_of, split, tangent_names
from symdiff.frontend.finish import finish, renamed
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import bind_arguments
from symdiff.frontend.parts import Parts, flat, nested, take, value_of
from symdiff.frontend.session import Returned
from symdiff.frontend.summary import NotFirstOrder
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Derived,
    Items,
    Plain,
    Pulled,
    Value,
)
from symdiff.ir.lengths import forget, spelled_with
from symdiff.ir.nodes import Atom, Call, Function, Program
from symdiff.ir.records import Branch, Layout, Tree
from symdiff.ir.references import called
from symdiff.options import Options

Chain = tuple[Options, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The functions that transforms have made, under the names they have for now.

    `layouts` are those of the entry, and of the backward function of a `vjp`.
    """

    main: Function
    layout: Layout
    back: Function | None = None
    pulled: Layout | None = None


@dataclass(frozen=True, slots=True)
class Backward:
    """A function that pulls cotangents back: takes what is `known`, and a seed.

    `result` and `value` are the structures of the cotangents and of the value; of the
    arguments, those whose `slots` are true have a cotangent.
    """

    function: Function
    known: tuple[str, ...]
    result: Tree
    value: Tree
    slots: tuple[bool, ...]


def call_derived(
    frame: Frame,
    derived: Derived,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
    tangents: Sequence[Value] = (),
) -> Value:
    """Call what transforms have made of a function.

    The `tangents` follow the arguments, unless they are given apart.
    """
    callee = callee_of(frame, derived.function, node)
    if callee is None:
        return BAD
    names = tangent_names(callee.shown, derived.chain)
    if isinstance(names, str):
        return _refuse(frame, callee, names, node)
    dots, wrt = names
    divided = split(list(args), dict(kwargs), dots, list(tangents))
    if divided is None:
        return _refuse(frame, callee, "misses a tangent", node)
    args, kwargs, ways = divided
    parts = _parts(frame, callee, args, kwargs, wrt, node)
    made = None if parts is None else _made(frame, callee, parts, derived.chain, node)
    if parts is None or made is None:
        return BAD
    trees = dict(made.layout.params)
    for name, value in zip(dots, ways, strict=True):
        leaves = flat(frame, value, trees[name], node)
        if leaves is None:
            return _refuse(frame, callee, "gets a tangent of another structure", node)
        parts.atoms.update(leaves)
    out = _called(frame, made.main, parts.atoms, node)
    return value_of(frame, made.layout.result, out, node)


def pull_back(
    frame: Frame, function: Value, primals: Sequence[Value], node: cst.CSTNode
) -> Value:
    """`vjp(f, *primals)`: the value, and what pulls cotangents back."""
    chain: Chain = ()
    match function:
        case Derived(function=inner, chain=before):
            function, chain = inner, before
    callee = callee_of(frame, function, node)
    if callee is None:
        return BAD
    names = callee.shown[: len(primals)]
    parts = _parts(frame, callee, primals, {}, set(names), node)
    if parts is None:
        return BAD
    slots = tuple(parts.has_float(name) for name in names)
    wrt = tuple(name for name, slot in zip(names, slots, strict=True) if slot)
    if not wrt:
        return _refuse(frame, callee, "has no argument that is a float", node)
    chain = (*chain, Options(argnums=wrt, transform="vjp"))
    made = _made(frame, callee, parts, chain, node)
    if made is None or made.back is None or made.pulled is None:
        return BAD
    pair = _called(frame, made.main, parts.atoms, node)
    out, saved = frame.builder.bind(
        "unpack", [pair], {}, ("", "saved"), origin=frame.origin(node)
    )
    free = [p.name for p in made.back.params if p.name not in parts.atoms]
    atoms = {**parts.atoms, free[0]: saved}
    known = tuple(p.name for p in made.back.params if p.name in atoms)
    assert isinstance(made.layout.result, Branch)
    tree = made.layout.result.items[0]
    back = Backward(made.back, known, made.pulled.result, tree, slots)
    given = tuple(Plain(atoms[name]) for name in known)
    return Items((value_of(frame, tree, out, node), Pulled(back, given)))


def call_pulled(
    frame: Frame, pulled: Pulled, args: Sequence[Value], node: cst.CSTNode
) -> Value:
    """Call the second result of `vjp`: a tuple with an entry for each primal."""
    back: Backward = pulled.backward
    if len(args) != 1:
        return frame.report("SD203", "a pullback takes one cotangent", node)
    leaves = flat(frame, args[0], back.value, node)
    if leaves is None:
        what = "the cotangent has another structure than the value"
        return frame.report("SD204", what, node)
    atoms: dict[str, Atom] = {}
    for name, value in zip(back.known, pulled.given, strict=True):
        assert isinstance(value, Plain)
        atoms[name] = value.atom
    (seed,) = (p.name for p in back.function.params if p.name not in atoms)
    atoms[seed] = nested(frame, back.value, [atom for _, atom in leaves], node)
    out = _called(frame, back.function, atoms, node)
    found = value_of(frame, back.result, out, node)
    several = sum(back.slots) > 1
    bars = iter(found.items if several and isinstance(found, Items) else (found,))
    return Items(tuple(next(bars) if slot else NOTHING for slot in back.slots))


# ---- arguments


def _parts(
    frame: Frame,
    callee: Callee,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    wrt: set[str],
    node: cst.CSTNode,
) -> Parts | None:
    """The arguments bound by name and taken apart; None, with a finding, if not."""
    text = callee.text
    defaults = {} if callee.closure is None else dict(callee.closure.defaults)
    every = [*callee.first, *args]
    values = bind_arguments(
        frame, text, defaults, every, {**callee.named, **kwargs}, node
    )
    if values is None or any(isinstance(v, Bad) for v in values.values()):
        return None
    return take(frame, callee, values, wrt, node)


# ---- the functions that are made


def _made(
    frame: Frame, callee: Callee, parts: Parts, chain: Chain, node: cst.CSTNode
) -> Made | None:
    """What transforms make of a function; None, with a finding, if they cannot."""
    session, text = frame.session, callee.text
    if text in session.active:
        _refuse(frame, callee, "is asked for while it is being computed", node)
        return None
    mark = session.findings.mark()
    try:
        found = frame.engine.function(text, parts.given, entry=True)
    except NotFirstOrder:
        _refuse(frame, callee, "is not data: it returns a function", node)
        return None
    for capture in found.captures:
        parts.atoms[capture.name] = frame.version(frame.capture(capture))
    if session.findings.since(mark):
        session.findings.trace(mark, text.name, frame.place(node))
        return None
    key = (found.function.name, chain, tuple(parts.trees.items()))
    if key not in session.derived:
        session.derived[key] = _derive(frame, callee, found, parts, chain, node)
    made: Made | None = session.derived[key]
    return made


def _derive(
    frame: Frame,
    callee: Callee,
    found: Returned,
    parts: Parts,
    chain: Chain,
    node: cst.CSTNode,
) -> Made | None:
    session = frame.session
    known = {f.function.name: f.function for f in session.functions.values()}
    known |= session.outlined
    if not _is_complete(found.function, known):
        _refuse(frame, callee, "is asked for while it is being computed", node)
        return None
    program = finish(found.function, known, session.constants)
    shown = ((name, parts.trees[name]) for name in callee.shown)
    layout = Layout(tuple(shown), found.layout.result)
    assert session.derive is not None
    try:
        made, layouts = session.derive(program, layout, chain)
    except UnsupportedError as error:
        session.findings.add(error.diagnostics)
        return None
    except UsageError as error:
        frame.report("SD204", str(error), node)
        return None
    return _kept(frame, program, made, layouts)


def _kept(
    frame: Frame, primal: Program, made: Program, layouts: Mapping[str, Layout]
) -> Made:
    """Add the functions that were made to the program around, under names for now."""
    session = frame.session
    number = len(session.derived)
    names = {f.name: f"{f.name}#d{number}" for f in made.functions}
    free = [replace(f, captured=(), defaults=()) for f in renamed(made, names)]
    session.outlined.update((f.name, f) for f in free)
    for name, value in made.constants:
        session.constant(name, value)
    by_name = {f.name: f for f in free}
    main = made.main.name
    others = [name for name in layouts if name != main]
    back = by_name[names[others[0]]] if others else None
    pulled = layouts[others[0]] if others else None
    return Made(by_name[names[main]], layouts[main], back, pulled)


def _is_complete(main: Function, known: Mapping[str, Function]) -> bool:
    """Whether all that a function calls has been lowered."""
    todo, seen = [main], {main.name}
    while todo:
        for name in called(todo.pop().body):
            if name not in known:
                return False
            if name not in seen:
                seen.add(name)
                todo.append(known[name])
    return True


def _called(
    frame: Frame, function: Function, atoms: Mapping[str, Atom], node: cst.CSTNode
) -> Atom:
    """Emit the call of a function whose arguments are known by name."""
    args = tuple(atoms[p.name] for p in function.params)
    mine = spelled_with(type_of(atom) for atom in args)
    kind = forget(type_of(function.result), lambda name: name not in mine)
    out = frame.builder.fresh("", kind, True)
    frame.builder.emit(Call((out,), function.name, args, frame.origin(node)))
    return out


def _refuse(frame: Frame, callee: Callee, what: str, node: cst.CSTNode) -> Value:
    return frame.report(
        "SD204",
        f"the derivative of `{callee.text.name}` {what}",
        node,
        help="write a function for it that takes numbers and arrays",
    )
