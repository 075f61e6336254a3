"""Forward mode: every statement followed by its tangent.

        t = numpy.sin(x)      →      t = numpy.sin(x)
                                     t_dot = x_dot * numpy.cos(x)

Control flow stays as it is; a phi of an active value gets a phi of its tangents
beside it. A tangent has the structure of its value: a tuple for a tuple, a list for
a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symdiff.analysis.activity import active, result_varies
from symdiff.analysis.builder import Builder, Names
from symdiff.analysis.complexes import has_complex
from symdiff.analysis.recursion import Recursive
from symdiff.errors import Diagnostic
from symdiff.ir.nodes import (
    Apply,
    Block,
    Call,
    For,
    Function,
    If,
    Origin,
    Program,
    Return,
    Stmt,
    Var,
    While,
    bound,
    walk,
)
from symdiff.transform.tangent.call import tangent_call
from symdiff.transform.tangent.region import tangent_for, tangent_if, tangent_while
from symdiff.transform.tangent.scope import Tangents, beside
from symdiff.transform.tangent.straight import tangent_apply

Finish = Callable[[Function], Function]


def visit(at: Tangents, block: Block, build: Builder) -> None:
    """Emit the statements of a block, each followed by its tangent."""
    for stmt in block:
        origin = Origin(stmt.origin.spans, "forward")
        build.origin = beside(stmt.origin)
        stmt = replace(stmt, origin=origin)
        match stmt:
            case Apply():
                build.emit(stmt)
                tangent_apply(at, stmt, build)
            case Call():
                tangent_call(at, stmt, build, origin)
            case If():
                tangent_if(at, stmt, build, visit)
            case For():
                tangent_for(at, stmt, build, visit)
            case While():
                tangent_while(at, stmt, build, visit)


@dataclass(slots=True)
class Forward:
    """Adds tangents to the functions of one program, callees on demand.

    `finish` simplifies a function with its tangents.
    """

    program: Program
    finish: Finish = lambda fn: fn
    made: dict[tuple[str, tuple[bool, ...]], Function] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    names: dict[tuple[str, tuple[bool, ...]], str] = field(default_factory=dict)
    recursive: Recursive = field(init=False)

    def __post_init__(self) -> None:
        """Find the functions that call themselves."""
        self.recursive = Recursive(self.program)

    def tangent(self, fn: Function, mask: tuple[bool, ...], name: str) -> Function:
        """The function that returns the result and its tangent.

        It takes the parameters, and after them the tangents of those in `mask`.
        """
        key = (fn.name, mask)
        if key not in self.made:
            self.taken.add(name)
            self.names[key] = name
            self.made[key] = self.finish(self._function(fn, mask, name))
        return self.made[key]

    def _function(self, fn: Function, mask: tuple[bool, ...], name: str) -> Function:
        chosen = [p for p, on in zip(fn.params, mask, strict=True) if on]
        definitions: dict[Var, Stmt] = {v: s for s in walk(fn.body) for v in bound(s)}
        names = Names({p.name for p in fn.params} | {v.name for v in definitions})
        live, mixed = active(fn, chosen), has_complex(self.program)
        at = Tangents(fn, live, names, definitions, self._callee, mixed, self._slope)
        at.define = self._define
        dots = {p: at.fresh(p, named=True) for p in chosen}
        at.dots.update(dots)
        build = Builder(names)
        visit(at, fn.body[:-1], build)
        last = fn.body[-1]
        assert isinstance(last, Return)
        build.origin = beside(last.origin)
        both = build.apply("tuple", last.value, at.read(last.value, build))
        self.findings += at.findings
        listed = ", ".join(p.name for p in chosen)
        doc = f"Value of `{fn.shown}`, and its derivative in a direction of {listed}."
        return replace(
            fn,
            name=name,
            params=(*fn.params, *dots.values()),
            defaults=(),
            captured=(),
            body=(*build.stmts, Return(both, build.origin)),
            doc=doc,
        )

    def _slope(self, name: str, mask: tuple[bool, ...]) -> str:
        """The derivative of a function in one direction, without its value."""
        key = (f"{name} slope", mask)
        if key not in self.made:
            taken = Names({*self.taken, *(f.name for f in self.program.functions)})
            own = taken.take(f"{name}_dot")
            self.taken.add(own)
            whole = self._function(self.program.function(name), mask, own)
            *before, pack, last = whole.body
            assert isinstance(pack, Apply)
            body = (*before, Return(pack.args[1], last.origin))
            doc = whole.doc.replace("Value of", "Derivative of").replace(
                ", and its derivative", ""
            )
            self.made[key] = self.finish(replace(whole, body=body, doc=doc))
        return self.made[key].name

    def _define(
        self,
        key: tuple[str, tuple[bool, ...]],
        base: str,
        make: Callable[[str], Function],
    ) -> str:
        """The name of a further function that an operation is given."""
        if key not in self.made:
            taken = Names({*self.taken, *(f.name for f in self.program.functions)})
            own = taken.take(base)
            self.taken.add(own)
            self.made[key] = self.finish(make(own))
        return self.made[key].name

    def _callee(
        self, call: Call, mask: tuple[bool, ...]
    ) -> tuple[str, tuple[bool, ...]] | None:
        """The tangent function of a callee, and the parameters that it has tangents of.

        None if the result has no tangent.
        """
        if not result_varies(self.program, call.function, mask):
            return None
        mask = self.recursive.widened(call.function, mask)
        key = (call.function, mask)
        if key not in self.names:
            taken = Names({*self.taken, *(f.name for f in self.program.functions)})
            fn = self.program.function(call.function)
            self.tangent(fn, mask, taken.take(f"{fn.shown}_jvp"))
        return self.names[key], mask
