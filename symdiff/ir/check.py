"""The invariants of the IR; what breaks them is shown inside the dump, at the place.

Each variable is bound once; it is read only where its definition dominates, with
blocks as scopes; `Return` stands last and only there; operations and calls have as
many arguments and results as they should.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symdiff.errors import InternalError
from symdiff.ir.core import ARITY
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
    Var,
    While,
    atoms,
    bound,
    phis,
    targets,
    walk,
)
from symdiff.ir.printer import show_program
from symdiff.ir.references import referred
from symdiff.ir.types import Tuple

_NO_RESULT = ("assert", "raise", "defined", "lastly", "leave")
_TWO_RESULTS = {
    "pop": "rest, item",
    "enter": "context, token",
    "handler": "caught, error",
}
_ONE_RESULT = ARITY.keys() - {"unpack", "verbatim", *_NO_RESULT, *_TWO_RESULTS}


def check(program: Program, *, spans: bool = False) -> None:
    """Raise `InternalError` with the dump and complaints if an invariant is broken.

    `spans` also asks that every statement says where it comes from.
    """
    remarks: dict[int, list[str]] = {}
    _program(program, remarks)
    functions = {f.name: f for f in program.functions}
    for function in program.functions:
        _Checker(program, functions, remarks, spans).function(function)
    if remarks:
        shown = show_program(program, remarks)
        count = sum(map(len, remarks.values()))
        raise InternalError(f"the IR breaks {count} of its invariants:\n{shown}")


def _program(program: Program, remarks: dict[int, list[str]]) -> None:
    names = [f.name for f in program.functions]
    if not names:
        remarks.setdefault(id(program), []).append("the program has no function")
    for name in sorted({n for n in names if names.count(n) > 1}):
        remarks.setdefault(id(program), []).append(f"two functions are called {name}")


class _Checker:
    """One walk over one function; `scopes` are the visible names, innermost last."""

    def __init__(
        self,
        program: Program,
        functions: Mapping[str, Function],
        remarks: dict[int, list[str]],
        spans: bool,
    ) -> None:
        self.constants: Mapping[str, Any] = dict(program.constants)
        self.functions = functions
        self.remarks = remarks
        self.spans = spans
        self.scopes: list[set[str]] = []

    def complain(self, node: object, text: str) -> None:
        self.remarks.setdefault(id(node), []).append(text)

    def function(self, f: Function) -> None:
        self._signature(f)
        self._unique(f)
        self.scopes = [{p.name for p in f.params}]
        if not f.body or not isinstance(f.body[-1], Return):
            self.complain(f, "the body does not end in a return")
        for stmt in f.body[:-1]:
            if isinstance(stmt, Return):
                self.complain(stmt, "a return that is not last")
        self.statements(f.body)

    def _signature(self, f: Function) -> None:
        names = [p.name for p in f.params]
        if f.captured and tuple(names[-len(f.captured) :]) != f.captured:
            self.complain(f, f"the captured {f.captured} are not the last parameters")
        for name, _ in f.defaults:
            if name not in names:
                self.complain(f, f"a default for {name}, which is not a parameter")

    def _unique(self, f: Function) -> None:
        seen: set[str] = set()
        for p in f.params:
            if p.name in seen:
                self.complain(f, f"{p.name} is bound twice")
            seen.add(p.name)
        for stmt in walk(f.body):
            for var in bound(stmt):
                if var.name in seen:
                    self.complain(stmt, f"{var.name} is bound twice")
                seen.add(var.name)

    # ---- blocks

    def block(self, block: Block) -> None:
        """Check a nested block in a scope of its own."""
        for stmt in block:
            if isinstance(stmt, Return):
                self.complain(stmt, "a return inside a block")
        self.statements(block)

    def statements(self, block: Block) -> None:
        opened: list[Var] = []
        for at, stmt in enumerate(block):
            self.edge(stmt, opened)
            if self.spans and not stmt.origin.spans:
                self.complain(stmt, "it does not say where it comes from")
            self.stmt(stmt)
            last = at + 1 == len(block) or isinstance(block[at + 1], Return)
            if isinstance(stmt, Apply) and stmt.op == "raise" and not last:
                self.complain(stmt, "a raise that does not end its block")

    def edge(self, stmt: Stmt, opened: list[Var]) -> None:
        """Check that regions are closed in their block, the innermost first."""
        match stmt:
            case Apply(op="enter" | "attempt", outs=(*_, token)):
                opened.append(token)
            case Apply(op="lastly" | "leave" as op, args=(token,)):
                if token not in opened[-1:]:
                    self.complain(stmt, "it does not belong to the innermost region")
                if op == "leave":
                    del opened[-1:]

    def stmt(self, stmt: Stmt) -> None:
        if isinstance(stmt, For):
            self.read(stmt.iterable, stmt)
        elif not isinstance(stmt, While):
            for atom in atoms(stmt):
                self.read(atom, stmt)
        match stmt:
            case Apply():
                self._apply(stmt)
            case Call():
                self._call(stmt)
            case If():
                self._if(stmt)
            case For():
                self._for(stmt)
            case While():
                self._while(stmt)
        outs = stmt.outs if isinstance(stmt, Apply | Call) else ()
        self.scopes[-1].update(v.name for v in outs)
        self.scopes[-1].update(phi.out.name for phi in phis(stmt))

    def _if(self, stmt: If) -> None:
        for arm, pick in ((stmt.then, "first"), (stmt.orelse, "second")):
            self.scopes.append(set())
            self.block(arm)
            for phi in stmt.phis:
                self.read(getattr(phi, pick), phi)
            self.scopes.pop()

    def _for(self, stmt: For) -> None:
        self._enter(stmt.phis)
        self.scopes.append({v.name for v in targets(stmt.target)})
        self.block(stmt.body)
        self._repeat(stmt)
        self._leave(2)

    def _while(self, stmt: While) -> None:
        self._enter(stmt.phis)
        self.scopes.append(set())
        self.block(stmt.head)
        self.read(stmt.test, stmt)
        self.scopes.append(set())
        self.block(stmt.body)
        self._repeat(stmt)
        self._leave(3)

    def _enter(self, found: tuple[Phi, ...]) -> None:
        for phi in found:
            self.read(phi.first, phi)
        self.scopes.append({phi.out.name for phi in found})

    def _repeat(self, loop: For | While) -> None:
        if loop.stop is not None:
            self.read(loop.stop, loop)
        for phi in loop.phis:
            self.read(phi.second, phi)

    def _leave(self, count: int) -> None:
        del self.scopes[-count:]

    # ---- single statements

    def read(self, atom: Atom, node: object) -> None:
        if isinstance(atom, Const):
            self._constant(atom, node)
        elif not any(atom.name in scope for scope in self.scopes):
            self.complain(node, f"{atom.name} is read where it has no value")

    def _constant(self, const: Const, node: object) -> None:
        declared = const == UNDEF or const.name in self.constants
        known = declared or not const.name or "." in const.name
        known = known or referred(const) in self.functions
        if not known:
            self.complain(node, f"the constant {const.name} is not declared")

    def _apply(self, stmt: Apply) -> None:
        wanted = ARITY.get(stmt.op)
        if wanted is not None and len(stmt.args) != wanted:
            self.complain(stmt, f"{stmt.op} takes {wanted} arguments")
        if stmt.op in ARITY and stmt.kwargs:
            self.complain(stmt, f"{stmt.op} takes no keywords")
        count = len(stmt.outs)
        if stmt.op in _NO_RESULT and count:
            self.complain(stmt, f"{stmt.op} has no result")
        elif stmt.op in _TWO_RESULTS and count != 2:
            names = _TWO_RESULTS[stmt.op]
            self.complain(stmt, f"{stmt.op} has the two results `{names}`")
        elif stmt.op in _ONE_RESULT and count != 1:
            self.complain(stmt, f"{stmt.op} has one result")

    def _call(self, stmt: Call) -> None:
        callee = self.functions.get(stmt.function)
        if callee is None:
            self.complain(stmt, f"no function is called {stmt.function}")
            return
        most = len(callee.params)
        least = most - len(callee.defaults)
        if not least <= len(stmt.args) <= most:
            self.complain(stmt, f"{stmt.function} takes {most} arguments")
        self._results(stmt, callee)

    def _results(self, stmt: Call, callee: Function) -> None:
        last = callee.body[-1] if callee.body else None
        if not isinstance(last, Return) or not isinstance(last.value, Var):
            return
        match last.value.type:
            case Tuple(items=items) if len(stmt.outs) not in (1, len(items)):
                text = f"{stmt.function} returns {len(items)} values"
                self.complain(stmt, text)
