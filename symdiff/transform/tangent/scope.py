"""The state of forward mode in one function: the tangents so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symdiff.analysis.activity import differentiable, holds_table
from symdiff.analysis.builder import Builder, Names
from symdiff.errors import Diagnostic, InternalError
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Function,
    Origin,
    Stmt,
    Var,
)
from symdiff.ir.types import Array, List, Scalar, Table, Tuple, Type
from symdiff.transform.adjoint.scope import cotangent_type
from symdiff.transform.adjoint.sweep import Key

Visit = Callable[["Tangents", Block, Builder], None]
SWEEP = "tangent"
Define = Callable[[Key, str, Callable[[str], Function]], str]


def _no_function(name: str, mask: tuple[bool, ...]) -> str:
    raise InternalError(f"nothing derives {name} in {mask}")


def _nowhere(key: Key, base: str, make: Callable[[str], Function]) -> str:
    raise InternalError(f"nothing holds {base}")


@dataclass(slots=True)
class Tangents:
    """What is known while tangents are added to one function.

    `dots` maps a value to its tangent; `callee(call)` is the name of the function that
    computes a call's result and its tangent, and the parameters that it takes tangents
    of; None if the call has no tangent. In a `mixed` program values of unknown type may
    be complex. `slope(name, mask)` is the name of the derivative of a function that a
    solver calls, in one direction; `define` that of another function for it.
    """

    fn: Function
    active: frozenset[Var]
    names: Names
    definitions: dict[Var, Stmt]
    callee: Callable[[Call, tuple[bool, ...]], tuple[str, tuple[bool, ...]] | None]
    mixed: bool = False
    slope: Callable[[str, tuple[bool, ...]], str] = _no_function
    define: Define = _nowhere
    dots: dict[Var, Atom] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def has(self, atom: Atom) -> bool:
        """Whether a value has a tangent of its own."""
        return isinstance(atom, Var) and atom in self.dots

    def fresh(self, var: Var, *, named: bool = False) -> Var:
        """A variable for the tangent of a value; `named` ones are never inlined."""
        base = f"{var.base}_dot" if var.base else ""
        temp = var.temp and not named
        return Var(self.names.take(base), cotangent_type(var.type), base, temp)

    def read(self, atom: Atom, build: Builder) -> Atom:
        """The tangent of a value; zero, of its structure, if it depends on nothing."""
        if isinstance(atom, Var) and atom in self.dots:
            return self.dots[atom]
        return self.zero(atom, build)

    def zero(self, atom: Atom, build: Builder) -> Atom:
        """A zero tangent of the structure of a value."""
        if atom == UNDEF:
            return UNDEF
        match atom.type:
            case Scalar():
                return Const(0.0)
            case Tuple(items=items):
                parts = [self._item(atom, n, t, build) for n, t in enumerate(items)]
                return build.apply("tuple", *parts)
            case Table():
                return build.apply("zero_entries", atom)
            case List():
                made = self.definitions.get(atom) if isinstance(atom, Var) else None
                if isinstance(made, Apply) and made.op == "list" and not made.args:
                    return build.apply("list")
                op = "zero_entries" if holds_table(atom.type) else "zeros"
                return build.apply(op, atom)
            case kind if not differentiable(kind) and not isinstance(kind, Array):
                return Const(0.0)
        return build.apply("numpy.zeros_like", atom)

    def _item(self, atom: Atom, n: int, kind: Type, build: Builder) -> Atom:
        if not isinstance(kind, Array | Tuple | List) and not differentiable(kind):
            return Const(0.0)
        return self.zero(build.apply("getitem", atom, Const(n)), build)

    def bind(self, var: Var, dot: Atom, build: Builder) -> None:
        """Note the tangent of a value, under the value's name if that has one."""
        if var.temp or not isinstance(dot, Var):
            self.dots[var] = dot
            return
        base = f"{var.base}_dot"
        last = build.stmts[-1] if build.stmts else None
        if isinstance(last, Apply) and last.outs == (dot,) and last.out.temp:
            named = Var(self.names.take(base), dot.type, base, False)
            build.stmts[-1] = replace(last, outs=(named,))
            self.dots[var] = named
        else:
            self.dots[var] = build.apply("same", dot, base=base, temp=False)

    def refuse(self, op: str, origin: Origin) -> None:
        """Note that an operation has no tangent; all notes are raised together."""
        source = self.fn.source
        self.findings.append(
            Diagnostic(
                code="SD201",
                message=f"`{op}` has no derivative rule in forward mode",
                span=origin.spans[0] if origin.spans else None,
                help="write it with operations that `symdiff ops` lists",
                filename=source.filename if source else "<unknown>",
                function=self.fn.name,
                lines=tuple(source.text.splitlines()) if source else (),
            )
        )


def beside(origin: Origin) -> Origin:
    """The origin of the tangent of a statement."""
    return Origin(origin.spans, SWEEP)
