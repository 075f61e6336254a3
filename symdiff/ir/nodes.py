"""The language that all steps share: structured SSA in a dozen frozen classes.

A program is a tuple of functions; a function is a block of statements that ends in
one `Return`. Values are immutable: a store `x[i] = v` is `x_1 = setitem(x, i, v)`,
and the back-end prints it in place again where `x` is dead. Control flow is kept as
regions (`If`, `For`, `While`) whose merged values are `Phi` nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff.errors import Span
from symdiff.ir.types import ANY, Type, type_of_value


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from: spans of the user's code, and the sweep it is in.

    `sweep` is "" before differentiation, then "forward" or "reverse", or "tangent".
    """

    spans: tuple[Span, ...] = ()
    sweep: str = ""

    def join(self, other: Origin) -> Origin:
        """The union of two origins, for a statement made from two others."""
        spans = tuple(sorted({*self.spans, *other.spans}))
        return Origin(spans, self.sweep or other.sweep)


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Var:
    """An SSA value: bound once, named uniquely in its function.

    `base` is the name a reader should see (`h` for `h_2`, `h_bar` for a cotangent).
    A `temp` has no name of its own in the user's text: it is printed inside the
    expression that reads it where that can be done, and then `base` is not needed.
    """

    name: str
    type: Type = field(default=ANY, compare=False)
    base: str = field(default="", compare=False)
    temp: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Const:
    """A literal, or a constant that is printed by its name: `2`, `numpy.pi`, `G`."""

    value: Any
    name: str = ""

    def __eq__(self, other: object) -> bool:
        """Constants are equal if type and value are: `1`, `1.0` and `True` differ."""
        if not isinstance(other, Const):
            return NotImplemented
        return self.name == other.name and _key(self.value) == _key(other.value)

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return hash((self.name, _key(self.value)))

    @property
    def type(self) -> Type:
        """The type of the constant's value."""
        return type_of_value(self.value)


def _key(value: Any) -> Any:
    """A hashable stand-in that tells 1, 1.0, True, -0.0 and NaN apart."""
    if isinstance(value, slice):
        return "slice", _key(value.start), _key(value.stop), _key(value.step)
    if isinstance(value, tuple):
        return "tuple", *map(_key, value)
    return type(value).__name__, repr(value)


class Undefined:
    """The value of a variable on a path that does not define it."""

    def __repr__(self) -> str:
        """The spelling in the IR's text."""
        return "undef"


UNDEF = Const(Undefined(), "undef")
Atom = Var | Const
Target = Var | tuple["Target", ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """Bind `outs` to an operation: `t = numpy.tanh(x)`, `q, r = numpy.linalg.qr(a)`."""

    outs: tuple[Var, ...]
    op: str
    args: tuple[Atom, ...]
    kwargs: tuple[tuple[str, Atom], ...] = ()
    origin: Origin = NOWHERE

    @property
    def out(self) -> Var:
        """The single result."""
        (out,) = self.outs
        return out


@dataclass(frozen=True, slots=True)
class Call:
    """Bind `outs` to a call of another function of the program: `y = helper(x)`."""

    outs: tuple[Var, ...]
    function: str
    args: tuple[Atom, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Phi:
    """One value from two places.

    At the end of an `If`: the value after the then-arm and after the else-arm.
    At the head of a loop: the value before the loop and after an iteration.
    """

    out: Var
    first: Atom
    second: Atom


@dataclass(frozen=True, slots=True)
class If:
    """Run one of two blocks; `phis` merge what they define.

    `mark`, here and on loops, pairs a region with its reverse while a function is
    being differentiated; it means nothing before and after.
    """

    test: Atom
    then: Block
    orelse: Block
    phis: tuple[Phi, ...] = ()
    origin: Origin = NOWHERE
    mark: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class For:
    """Run `body` for each item; a phi's `out` is its value at the head and after all.

    `target` is a variable or a nested tuple of them, unpacked as Python does. `stop` is
    read at the end of an iteration, in the scope of the body: if it is true the loop
    is left, with the phis' `second` values. So a `break` is a flag.
    """

    target: Target
    iterable: Atom
    phis: tuple[Phi, ...]
    body: Block
    origin: Origin = NOWHERE
    mark: str = field(default="", compare=False)
    stop: Atom | None = None


@dataclass(frozen=True, slots=True)
class While:
    """Run `head`, which computes `test`; while that is true run `body` and start over.

    `stop` is as in `For`.
    """

    phis: tuple[Phi, ...]
    head: Block
    test: Atom
    body: Block
    origin: Origin = NOWHERE
    mark: str = field(default="", compare=False)
    stop: Atom | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Leave the function with a value: the last statement of its body, only there."""

    value: Atom
    origin: Origin = NOWHERE


Stmt = Apply | Call | If | For | While | Return
Block = tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of the user's text: its header on one line, and its comments."""

    span: Span
    text: str
    above: tuple[str, ...] = ()
    trailing: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The text a function comes from; `lines` lists its statements in textual order."""

    filename: str
    text: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program.

    `defaults` are by parameter name. `captured` are the trailing keyword-only
    parameters that stand for arrays and containers of the enclosing scopes. `base` is
    what a reader should see, if that is not the name: `f` for `f_2`. One that runs
    `again` is run once more by its adjoint, instead of storing what that needs.
    """

    name: str
    params: tuple[Var, ...]
    body: Block
    doc: str = ""
    defaults: tuple[tuple[str, Const], ...] = ()
    captured: tuple[str, ...] = ()
    source: Source | None = field(default=None, compare=False)
    base: str = field(default="", compare=False)
    again: bool = field(default=False, compare=False)

    @property
    def shown(self) -> str:
        """What a reader should see of the name."""
        return self.base or self.name

    @property
    def result(self) -> Atom:
        """The returned value."""
        last = self.body[-1]
        assert isinstance(last, Return)
        return last.value


@dataclass(frozen=True, slots=True)
class Program:
    """Functions in the order of definition: callees first, the entry last.

    `constants` are the named numbers of the user's module (`G = 9.81`).
    """

    functions: tuple[Function, ...]
    constants: tuple[tuple[str, Any], ...] = ()

    @property
    def main(self) -> Function:
        """The function that was asked for."""
        return self.functions[-1]

    def function(self, name: str) -> Function:
        """The function called `name`."""
        return next(f for f in self.functions if f.name == name)

    def with_main(self, main: Function) -> Program:
        """The same program with another entry."""
        return replace(self, functions=(*self.functions[:-1], main))


def targets(target: Target) -> Iterator[Var]:
    """Every variable of a loop target, left to right."""
    todo = [target]
    while todo:
        head = todo.pop()
        if isinstance(head, tuple):
            todo.extend(reversed(head))
        else:
            yield head


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks directly inside a statement."""
    match stmt:
        case If(then=then, orelse=orelse):
            return then, orelse
        case For(body=body):
            return (body,)
        case While(head=head, body=body):
            return head, body
    return ()


def atoms(stmt: Stmt) -> Iterator[Atom]:
    """What the statement itself reads, without its blocks and phis."""
    match stmt:
        case Apply(args=args, kwargs=kwargs):
            yield from args
            yield from (value for _, value in kwargs)
        case Call(args=args):
            yield from args
        case If(test=test) | While(test=test):
            yield test
        case For(iterable=iterable):
            yield iterable
        case Return(value=value):
            yield value
    if isinstance(stmt, For | While) and stmt.stop is not None:
        yield stmt.stop


def phis(stmt: Stmt) -> tuple[Phi, ...]:
    """The phis of a region."""
    return stmt.phis if isinstance(stmt, If | For | While) else ()


def bound(stmt: Stmt) -> Iterator[Var]:
    """What the statement itself binds in its own block, or at its loop's head."""
    match stmt:
        case Apply(outs=outs) | Call(outs=outs):
            yield from outs
        case For(target=target):
            yield from targets(target)
    yield from (phi.out for phi in phis(stmt))


def walk(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside, outer before inner."""
    todo = [iter(block)]
    while todo:
        for stmt in todo[-1]:
            yield stmt
            inner = blocks(stmt)
            if inner:
                todo.append(iter([s for b in inner for s in b]))
                break
        else:
            todo.pop()
