"""A program and arguments → everything that happened, in order: the trace's events.

Works as the reference interpreter (`symdiff.ir.run`) does, but every value is in a
slot that knows which operation has made it. What only moves values (phis, calls,
loop targets) hands the slot on, so a sweep over the events from last to first is
reverse mode, whatever the control flow was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdiff.analysis.activity import differentiable, operand_atoms
from symdiff.errors import InternalError, UsageError
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Phi,
    Program,
    Return,
    Stmt,
    Target,
    Var,
    While,
    targets,
)
from symdiff.ir.references import referred
from symdiff.ir.types import Opaque, Type, type_of_value

ITERATORS = ("builtins.zip", "builtins.enumerate", "builtins.reversed")
_HIDDEN = ("verbatim", "external", "attempt", "handler", "lastly")


@dataclass(slots=True, eq=False)
class Slot:
    """One value at run time; `bar` is its cotangent, once the way back has begun.

    An `active` value depends differentiably on what is differentiated by.
    """

    value: Any
    active: bool = False
    made: Event | None = None
    bar: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One operation as it was run.

    `function` and `stmt` say which statement of the program it was; `iteration` are
    the numbers of the loops' iterations around it, outermost first, and `calls` the
    functions of the program that were entered. `reached` are the positions of the
    arguments that a derivative goes to.
    """

    index: int
    function: str
    stmt: Apply
    args: tuple[Slot, ...]
    outs: tuple[Slot, ...]
    reached: tuple[int, ...]
    iteration: tuple[int, ...] = ()
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Item `number` of an active sequence, before it is known who takes it."""

    over: Slot
    number: int


Env = dict[str, Slot]
Item = Slot | Taken | tuple["Item", ...]


@dataclass(slots=True)
class Recorder:
    """Runs a program and lists its events."""

    program: Program
    events: list[Event] = field(default_factory=list)
    iteration: tuple[int, ...] = ()
    calls: tuple[str, ...] = ()

    def run(self, arguments: Mapping[str, Slot]) -> Slot:
        """Run the entry with its parameters in these slots; the slot of its result.

        Raises `UsageError` for an operation whose inside cannot be shown.
        """
        return self._call(self.program.main, dict(arguments))

    def _call(self, fn: Function, env: Env) -> Slot:
        for name, const in fn.defaults:
            env.setdefault(name, Slot(const.value))
        self._block(fn, fn.body[:-1], env)
        return _read(fn.result, env)

    def _block(self, fn: Function, block: Block, env: Env) -> None:
        for stmt in block:
            self._stmt(fn, stmt, env)

    def _stmt(self, fn: Function, stmt: Stmt, env: Env) -> None:
        match stmt:
            case Apply():
                self._apply(fn, stmt, env)
            case Call():
                self._enter(fn, stmt, env)
            case If(test=test, then=then, orelse=orelse, phis=phis):
                taken = bool(_read(test, env).value)
                self._block(fn, then if taken else orelse, env)
                _merge(phis, taken, env)
            case For():
                self._loop(fn, stmt, env)
            case While():
                self._repeat(fn, stmt, env)
            case Return():
                raise InternalError("a return inside a block")

    def _apply(self, fn: Function, stmt: Apply, env: Env) -> None:
        _require_visible(stmt)
        args = tuple(_read(a, env) for a in (*stmt.args, *(a for _, a in stmt.kwargs)))
        outs = self._event(fn.name, stmt, args)
        env.update(zip((out.name for out in stmt.outs), outs, strict=True))

    def _event(
        self, function: str, stmt: Apply, args: tuple[Slot, ...]
    ) -> tuple[Slot, ...]:
        """Run one operation, and note it."""
        count = len(stmt.args)
        kwargs = {
            name: arg.value
            for (name, _), arg in zip(stmt.kwargs, args[count:], strict=True)
        }
        value = meaning(stmt.op)(*(a.value for a in args[:count]), **kwargs)
        reached = tuple(n for n in _operands(stmt) if args[n].active)
        values = (value,) if len(stmt.outs) == 1 else tuple(value or ())
        pairs = zip(values, stmt.outs, strict=True)
        outs = tuple(Slot(v, bool(reached) and varies(v, o.type)) for v, o in pairs)
        where = self.iteration, self.calls
        index = len(self.events)
        event = Event(index, function, stmt, args, outs, reached, *where)
        for out in outs:
            out.made = event
        self.events.append(event)
        return outs

    def _enter(self, fn: Function, stmt: Call, env: Env) -> None:
        callee = self.program.function(stmt.function)
        names = (p.name for p in callee.params)
        inner = {n: _peek(a, env) for n, a in zip(names, stmt.args, strict=False)}
        before = self.iteration, self.calls
        self.iteration, self.calls = (), (*self.calls, callee.name)
        result = self._call(callee, inner)
        self.iteration, self.calls = before
        if len(stmt.outs) == 1:
            env[stmt.outs[0].name] = result
        elif stmt.outs:
            unpack = Apply(stmt.outs, "unpack", (stmt.outs[0],), (), stmt.origin)
            outs = self._event(fn.name, unpack, (result,))
            env.update(zip((out.name for out in stmt.outs), outs, strict=True))

    def _loop(self, fn: Function, stmt: For, env: Env) -> None:
        _merge(stmt.phis, True, env)
        around = self.iteration
        for number, item in enumerate(items(_read(stmt.iterable, env))):
            self.iteration = (*around, number)
            self._assign(fn, stmt, stmt.target, item, env)
            if self._iteration(fn, stmt, env):
                break
        self.iteration = around

    def _repeat(self, fn: Function, stmt: While, env: Env) -> None:
        _merge(stmt.phis, True, env)
        around, number = self.iteration, 0
        self.iteration = (*around, number)
        self._block(fn, stmt.head, env)
        while _read(stmt.test, env).value and not self._iteration(fn, stmt, env):
            number += 1
            self.iteration = (*around, number)
            self._block(fn, stmt.head, env)
        self.iteration = around

    def _iteration(self, fn: Function, stmt: For | While, env: Env) -> bool:
        """Run the body once and say whether it was the last time."""
        self._block(fn, stmt.body, env)
        stop = stmt.stop is not None and bool(_read(stmt.stop, env).value)
        _merge(stmt.phis, False, env)
        return stop

    # --- what a loop's targets take

    def _assign(
        self, fn: Function, stmt: For, target: Target, item: Item, env: Env
    ) -> None:
        if isinstance(target, Var):
            env[target.name] = self._value(fn, stmt, target, item)
            return
        parts = item
        if not isinstance(parts, tuple):
            whole = self._value(fn, stmt, next(targets(target)), parts)
            parts = self._unpacked(fn, stmt, target, whole)
        for inner, part in zip(target, parts, strict=True):
            self._assign(fn, stmt, inner, part, env)

    def _value(self, fn: Function, stmt: For, target: Var, item: Item) -> Slot:
        """An item as one value; to take it is an operation of its own."""
        if isinstance(item, Slot):
            return item
        if isinstance(item, Taken):
            parts: tuple[Slot, ...] = (item.over, Slot(item.number))
            atoms: tuple[Atom, ...] = (stmt.iterable, Const(item.number))
            made = Apply((target,), "getitem", atoms, (), stmt.origin)
        else:
            parts = tuple(self._value(fn, stmt, target, part) for part in item)
            atoms = tuple(Var(f"{target.name}_{n}") for n in range(len(parts)))
            made = Apply((target,), "tuple", atoms, (), stmt.origin)
        (out,) = self._event(fn.name, made, parts)
        return out

    def _unpacked(
        self, fn: Function, stmt: For, target: tuple[Target, ...], whole: Slot
    ) -> tuple[Slot, ...]:
        if not whole.active:
            return tuple(map(Slot, whole.value))
        outs = tuple(next(targets(t)) for t in target)
        unpack = Apply(outs, "unpack", (outs[0],), (), stmt.origin)
        return self._event(fn.name, unpack, (whole,))


def items(over: Slot) -> Iterator[Item]:
    """The items of an iterable, each with what it is an item of.

    zip, enumerate and reversed are looked through, so that an item of an active
    sequence is known to be one.
    """
    made = over.made
    if not over.active:
        yield from map(Slot, over.value)
    elif made is None or made.stmt.op not in ITERATORS:
        yield from (Taken(over, number) for number, _ in enumerate(over.value))
    elif made.stmt.op == "builtins.zip":
        yield from zip(*map(items, made.args), strict=False)
    elif made.stmt.op == "builtins.enumerate":
        start = made.args[1].value if len(made.args) > 1 else 0
        for number, item in enumerate(items(made.args[0]), start):
            yield Slot(number), item
    else:
        yield from reversed(list(items(made.args[0])))


def kind_of(value: Any, declared: Type) -> Type:
    """The type of a value; what that does not say, the program knows."""
    kind = type_of_value(value)
    return declared if isinstance(kind, Opaque) else kind


def varies(value: Any, declared: Type) -> bool:
    """Whether a value can carry a derivative."""
    return differentiable(kind_of(value, declared))


def _operands(stmt: Apply) -> list[int]:
    """The positions of the arguments that a derivative can go to."""
    reach = {id(atom) for _, atom in operand_atoms(stmt)}
    every = (*stmt.args, *(a for _, a in stmt.kwargs))
    return [n for n, atom in enumerate(every) if id(atom) in reach]


def _require_visible(stmt: Apply) -> None:
    every = (*stmt.args, *(a for _, a in stmt.kwargs))
    if stmt.op in _HIDDEN or any(map(referred, every)):
        span = stmt.origin.spans[0] if stmt.origin.spans else None
        place = f"line {span.line}: " if span else ""
        raise UsageError(
            f"{place}the trace does not show what happens inside of `{stmt.op}`; "
            "`symdiff grad` prints the gradient, and `symdiff check` compares it"
        )


def _peek(atom: Atom, env: Env) -> Slot:
    return env[atom.name] if isinstance(atom, Var) else Slot(atom.value)


def _read(atom: Atom, env: Env) -> Slot:
    slot = _peek(atom, env)
    if slot.value is UNDEF.value:
        name = atom.base or atom.name if isinstance(atom, Var) else atom.name
        raise UnboundLocalError(f"local variable {name!r} has no value here")
    return slot


def _merge(phis: tuple[Phi, ...], first: bool, env: Env) -> None:
    """Bind all phis at once: `a, b = b, a` is two phis that read each other."""
    slots = [_peek(phi.first if first else phi.second, env) for phi in phis]
    env.update(zip((phi.out.name for phi in phis), slots, strict=True))
