"""Forward mode: every statement followed by its tangent.

        t = numpy.sin(x)      →      t = numpy.sin(x)
                                     t_dot = x_dot * numpy.cos(x)

Control flow stays as it is; a phi of an active value gets a phi of its tangents
beside it. A tangent has the structure of its value: a tuple for a tuple, a list for
a list.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import cache

from symdiff.analysis.activity import differentiable, result_varies, varied
from symdiff.analysis.builder import Builder, Names
from symdiff.errors import Diagnostic
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
    Origin,
    Phi,
    Program,
    Return,
    Target,
    Var,
    While,
    bound,
    targets,
    walk,
)
from symdiff.ir.types import List, Scalar, Tuple
from symdiff.rules import registry
from symdiff.rules.cases import NoCase, environment, select
from symdiff.rules.template import emit
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.scope import cotangent_type

STRUCTURAL = {"tuple", "list", "getitem", "setitem", "append", "pop", "unpack", "same"}


@dataclass(slots=True)
class Forward:
    """Adds tangents to the functions of one program, callees on demand."""

    program: Program
    made: dict[tuple[str, tuple[bool, ...]], Function] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def tangent(self, fn: Function, mask: tuple[bool, ...], name: str) -> Function:
        """The function that returns the result and its tangent.

        It takes the parameters, and after them the tangents of those in `mask`.
        """
        key = (fn.name, mask)
        if key not in self.made:
            self.made[key] = _Tangent(self, fn, mask).function(name)
        return self.made[key]


class _Tangent:
    """Adds tangents to one function."""

    def __init__(self, owner: Forward, fn: Function, mask: tuple[bool, ...]) -> None:
        self.owner = owner
        self.fn = fn
        chosen = [p for p, on in zip(fn.params, mask, strict=True) if on]
        self.active = varied(fn, chosen)
        taken = {p.name for p in fn.params}
        taken.update(v.name for s in walk(fn.body) for v in bound(s))
        self.names = Names(taken)
        self.dots: dict[Var, Atom] = {p: self._dot(p) for p in chosen}

    def function(self, name: str) -> Function:
        """The whole function with its tangents."""
        params = (
            *self.fn.params,
            *(d for d in self.dots.values() if isinstance(d, Var)),
        )
        build = Builder(self.names)
        self._block(self.fn.body[:-1], build)
        last = self.fn.body[-1]
        assert isinstance(last, Return)
        dot = self._read(last.value, build, last.origin)
        both = build.apply("tuple", last.value, dot, origin=last.origin)
        body = (*build.stmts, Return(both, last.origin))
        doc = f"Value and tangent of `{self.fn.name}`."
        return replace(self.fn, name=name, params=params, body=body, doc=doc)

    # --- values ---

    def _dot(self, var: Var) -> Var:
        base = f"{var.base}_dot" if var.base else ""
        return Var(self.names.take(base), cotangent_type(var.type), base, var.temp)

    def _read(self, atom: Atom, build: Builder, origin: Origin) -> Atom:
        """The tangent of a value; zero, of its shape, if it does not depend on anything."""
        if isinstance(atom, Var) and atom in self.dots:
            return self.dots[atom]
        return self._zero(atom, build, origin)

    def _zero(self, atom: Atom, build: Builder, origin: Origin) -> Atom:
        if atom == UNDEF:
            return UNDEF
        match atom.type:
            case Scalar():
                return Const(0.0)
            case Tuple(items=items):
                parts: list[Atom] = []
                for n, kind in enumerate(items):
                    if isinstance(kind, Scalar) or not differentiable(kind):
                        parts.append(Const(0.0))
                    else:
                        item = build.apply("getitem", atom, Const(n), origin=origin)
                        parts.append(self._zero(item, build, origin))
                return build.apply("tuple", *parts, origin=origin)
            case List():
                return build.apply("zeros", atom, origin=origin)
        return build.apply("numpy.zeros_like", atom, origin=origin)

    def _bind(self, var: Var, dot: Atom, build: Builder, origin: Origin) -> None:
        """Call a tangent by its value's name, if that has one."""
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
            self.dots[var] = build.apply(
                "same", dot, base=base, temp=False, origin=origin
            )

    # --- statements ---

    def _block(self, block: Block, build: Builder) -> None:
        for stmt in block:
            build.origin = stmt.origin
            match stmt:
                case Apply():
                    build.emit(stmt)
                    self._apply(stmt, build)
                case Call():
                    self._call(stmt, build)
                case If():
                    self._if(stmt, build)
                case For():
                    self._for(stmt, build)
                case While():
                    self._while(stmt, build)

    def _apply(self, stmt: Apply, build: Builder) -> None:
        if not any(out in self.active for out in stmt.outs):
            return
        if stmt.op in STRUCTURAL:
            self._structural(stmt, build)
            return
        entry = registry.find(stmt.op)
        try:
            case = None if entry is None else select(entry, stmt.args, stmt.kwargs)
        except NoCase:
            case = None
        if entry is None or case is None or not case.dot:
            self._refuse(stmt)
            return
        names = dict(environment(entry, stmt.args, stmt.kwargs))
        names["out"] = stmt.outs[0]
        names.update((f"out{n}", out) for n, out in enumerate(stmt.outs))
        live = {
            f"{k}_dot"
            for k, a in names.items()
            if isinstance(a, Var) and a in self.dots
        }
        text, rest = linear_part(case.dot, frozenset(live))
        for name in rest:
            names[name] = self._zero(
                names[name.removesuffix("_dot")], build, stmt.origin
            )
        for name in live:
            names[name] = self._read(
                names[name.removesuffix("_dot")], build, stmt.origin
            )
        dot = emit(text, names, Emitter(build, stmt.origin))
        if len(stmt.outs) == 1:
            self._bind(stmt.outs[0], dot, build, stmt.origin)
            return
        fresh = tuple(self._dot(out) for out in stmt.outs)
        build.emit(Apply(fresh, "unpack", (dot,), (), stmt.origin))
        self.dots.update(zip(stmt.outs, fresh, strict=True))

    def _structural(self, stmt: Apply, build: Builder) -> None:
        """The same operation on the tangents of what it moves around."""
        passive = {1} if stmt.op in ("getitem", "setitem") else set()
        args = [
            a if n in passive else self._read(a, build, stmt.origin)
            for n, a in enumerate(stmt.args)
        ]
        fresh = tuple(self._dot(out) for out in stmt.outs)
        build.emit(Apply(fresh, stmt.op, tuple(args), stmt.kwargs, stmt.origin))
        self.dots.update(zip(stmt.outs, fresh, strict=True))

    def _call(self, stmt: Call, build: Builder) -> None:
        mask = tuple(isinstance(a, Var) and a in self.dots for a in stmt.args)
        program = self.owner.program
        if not any(mask) or not result_varies(program, stmt.function, mask):
            build.emit(stmt)
            return
        callee = program.function(stmt.function)
        name = f"{callee.name}_jvp"
        if any(f.name == name for f in self.owner.made.values()):
            name += f"_{len(self.owner.made)}"
        made = self.owner.tangent(callee, mask, name)
        dots = [
            self.dots[a] for a in stmt.args if isinstance(a, Var) and a in self.dots
        ]
        one = len(stmt.outs) == 1
        value = (
            stmt.outs[0]
            if one
            else build.fresh("", Tuple(tuple(v.type for v in stmt.outs)), True)
        )
        dot = self._dot(value)
        build.emit(Call((value, dot), made.name, (*stmt.args, *dots), stmt.origin))
        if one:
            self.dots[value] = dot
            return
        fresh = tuple(self._dot(out) for out in stmt.outs)
        build.emit(Apply(stmt.outs, "unpack", (value,), (), stmt.origin))
        build.emit(Apply(fresh, "unpack", (dot,), (), stmt.origin))
        self.dots.update(zip(stmt.outs, fresh, strict=True))

    # --- regions ---

    def _if(self, stmt: If, build: Builder) -> None:
        arms, ends = [], []
        live = [p for p in stmt.phis if p.out in self.active]
        for block, side in ((stmt.then, 0), (stmt.orelse, 1)):
            inner = build.nested(stmt.origin)
            self._block(block, inner)
            ends.append(
                [
                    self._read(p.second if side else p.first, inner, stmt.origin)
                    for p in live
                ]
            )
            arms.append(tuple(inner.stmts))
        merged = []
        for phi, a, b in zip(live, *ends, strict=True):
            dot = replace(self._dot(phi.out), temp=False)
            self.dots[phi.out] = dot
            merged.append(Phi(dot, a, b))
        build.emit(
            replace(stmt, then=arms[0], orelse=arms[1], phis=(*stmt.phis, *merged))
        )

    def _heads(self, stmt: For | While, build: Builder) -> list[tuple[Phi, Phi]]:
        out = []
        for phi in stmt.phis:
            if phi.out in self.active:
                first = self._read(phi.first, build, stmt.origin)
                dot = replace(self._dot(phi.out), temp=False)
                out.append((phi, Phi(dot, first, first)))
        for phi, head in out:
            self.dots[phi.out] = head.out
        return out

    def _ends(
        self, heads: list[tuple[Phi, Phi]], inner: Builder, origin: Origin
    ) -> tuple[Phi, ...]:
        return tuple(
            replace(head, second=self._read(phi.second, inner, origin))
            for phi, head in heads
        )

    def _for(self, stmt: For, build: Builder) -> None:
        heads = self._heads(stmt, build)
        inner = build.nested(stmt.origin)
        target, iterable = stmt.target, stmt.iterable
        if any(v in self.active for v in targets(stmt.target)):
            over = self._read(stmt.iterable, build, stmt.origin)
            iterable = build.apply(
                "builtins.zip", stmt.iterable, over, origin=stmt.origin
            )
            target = (stmt.target, self._target(stmt.target))
        self._block(stmt.body, inner)
        phis = (*stmt.phis, *self._ends(heads, inner, stmt.origin))
        body = tuple(inner.stmts)
        build.emit(
            replace(stmt, target=target, iterable=iterable, phis=phis, body=body)
        )

    def _target(self, target: Target) -> Target:
        if isinstance(target, tuple):
            return tuple(map(self._target, target))
        dot = replace(self._dot(target), temp=False)
        if target in self.active:
            self.dots[target] = dot
        return dot

    def _while(self, stmt: While, build: Builder) -> None:
        heads = self._heads(stmt, build)
        first, inner = build.nested(stmt.origin), build.nested(stmt.origin)
        self._block(stmt.head, first)
        self._block(stmt.body, inner)
        phis = (*stmt.phis, *self._ends(heads, inner, stmt.origin))
        build.emit(
            replace(stmt, phis=phis, head=tuple(first.stmts), body=tuple(inner.stmts))
        )

    def _refuse(self, stmt: Apply) -> None:
        source = self.fn.source
        self.owner.findings.append(
            Diagnostic(
                code="SD201",
                message=f"`{stmt.op}` has no derivative rule in forward mode",
                span=stmt.origin.spans[0] if stmt.origin.spans else None,
                help="declare one with symdiff.rule",
                filename=source.filename if source else "<unknown>",
                function=self.fn.name,
                lines=tuple(source.text.splitlines()) if source else (),
            )
        )


@cache
def linear_part(text: str, live: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """A tangent's template without the terms that are zero, and the zeros that it needs.

    Each term of a sum is linear in the tangents that it reads, so a term of which no
    tangent is in `live` is zero. Other tangents that a remaining term reads are
    returned: they must be there as zeros.
    """
    terms: list[tuple[bool, ast.expr]] = []
    todo = [(True, ast.parse(text.strip(), mode="eval").body)]
    while todo:
        plus, node = todo.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            todo.append((plus == isinstance(node.op, ast.Add), node.right))
            todo.append((plus, node.left))
        else:
            terms.append((plus, node))
    kept = [(plus, node) for plus, node in terms if _dots(node) & live]
    out = ""
    for plus, node in kept:
        sign = ("" if plus else "-") if not out else (" + " if plus else " - ")
        out += f"{sign}({ast.unparse(node)})"
    rest = {name for _, node in kept for name in _dots(node)} - live
    return out, tuple(sorted(rest))


def _dots(node: ast.expr) -> set[str]:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return {n for n in names if n.endswith("_dot")}
