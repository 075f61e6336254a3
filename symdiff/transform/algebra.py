"""Cheap algebra on the derivative's statements: one pass forwards with local rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Builder
from symdiff.ir.edit import map_phis, map_reads, map_vars, reads
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Stmt,
    Var,
    While,
)
from symdiff.ir.references import called
from symdiff.ir.types import Scalar, dtype_of, rank
from symdiff.transform import (
    algebra_axes,
    algebra_eye,
    algebra_masks,
    algebra_products,
    algebra_shapes,
    algebra_stores,
)
from symdiff.transform.algebra_forms import Context, Form, Rule, form, names_of
from symdiff.transform.dce import dce

_TABLES = tuple(
    part.RULES
    for part in (
        algebra_masks,
        algebra_eye,
        algebra_products,
        algebra_axes,
        algebra_shapes,
        algebra_stores,
    )
)
_RULES: dict[str, tuple[Rule, ...]] = {
    op: tuple(rule for table in _TABLES for rule in table.get(op, ()))
    for op in dict.fromkeys(op for table in _TABLES for op in table)
}
_FUEL = 32
"""How often one operation may be rewritten; normal forms need three or four."""


def algebra(fn: Function, sweeps: Collection[str] = ("reverse",)) -> Function:
    """Rewrite what a person would not have written; leave the user's own code alone.

        t = mul(1.0, g)
        u = neg(t)                    →      y_bar = mul(2, x)
        v = mul(x, 2)                        x_bar = isub(a, y_bar)
        y_bar = same(v)
        x_bar = iadd(a, neg(y_bar))

    A minus is moved out of products, to where a sum takes it up; `settle` puts what is
    left of them back.

    Each rule keeps value, shape and dtype (`x * 0` is not 0: `x` may be infinite);
    rounding may differ in the last place where constants are folded. `sweeps` says
    which statements may be rewritten.
    """
    main = _Pass(fn, sweeps)
    body = main.block(fn.body, main.context)
    if main.renames:
        body = map_vars(body, lambda v: main.renames.get(v, v))
    return dce(replace(fn, body=body), set(called(body)))


def reduce(context: Context, at: Form) -> Atom | Form:
    """Apply the rules to an operation until none fits."""
    for _ in range(_FUEL):
        found = _step(context, at)
        if not isinstance(found, Form):
            return at if found is None else found
        at = found
    return at


def _step(context: Context, at: Form) -> Atom | Form | None:
    rules = _RULES.get(at.op, ())
    if algebra_shapes.elementwise(at.op):
        rules = (*algebra_shapes.EVERYWHERE, *rules)
    for rule in rules:
        found = rule(context, at)
        if found is None or found == at:
            continue
        if _agree(found, at):
            return replace(found, type=at.type) if isinstance(found, Form) else found
    return None


def _agree(new: Atom | Form, old: Form) -> bool:
    """Whether nothing that is known of the types speaks against the rewrite."""
    for fact in (dtype_of, rank):
        a, b = fact(new.type), fact(old.type)
        if a is not None and b is not None and a != b:
            return False
    return True


@dataclass(slots=True)
class _Pass:
    """One function; `values` says what stands for a dropped variable."""

    fn: Function
    sweeps: Collection[str]
    context: Context = field(init=False)
    values: dict[Var, Atom] = field(default_factory=dict)
    renames: dict[Var, Var] = field(default_factory=dict)

    def __post_init__(self) -> None:
        uses = Counter(reads(self.fn.body))
        build = Builder(names_of(self.fn))
        self.context = Context(build, {}, uses, reduce)

    def read(self, atom: Atom) -> Atom:
        return self.values.get(atom, atom) if isinstance(atom, Var) else atom

    def block(self, block: Block, context: Context) -> Block:
        for stmt in block:
            self.stmt(map_reads(stmt, self.read), context)
        return tuple(context.build.stmts)

    def inner(self, block: Block, context: Context) -> Block:
        return self.block(block, context.inner(context.build.nested()))

    def stmt(self, stmt: Stmt, context: Context) -> None:
        match stmt:
            case Apply():
                self.apply(stmt, context)
                return
            case If(then=then, orelse=orelse, phis=phis):
                stmt = replace(
                    stmt,
                    then=self.inner(then, context),
                    orelse=self.inner(orelse, context),
                )
                stmt = replace(stmt, phis=map_phis(phis, self.read))
            case For(body=body, phis=phis):
                stmt = replace(stmt, body=self.inner(body, context))
                stmt = replace(stmt, phis=map_phis(phis, self.read))
            case While(head=head, body=body, phis=phis):
                stmt = replace(
                    stmt,
                    head=self.inner(head, context),
                    body=self.inner(body, context),
                )
                stmt = replace(stmt, phis=map_phis(phis, self.read))
        # A loop's test and stop are read inside: what they read is known only now.
        inside = isinstance(stmt, For | While)
        context.build.emit(map_reads(stmt, self.read) if inside else stmt)

    def apply(self, stmt: Apply, context: Context) -> None:
        if self.is_literal(stmt):
            value = tuple(a.value for a in stmt.args if isinstance(a, Const))
            self.values[stmt.out] = Const(value)
            return
        if stmt.origin.sweep not in self.sweeps:
            self.keep(stmt, context)
            return
        context.build.origin = stmt.origin
        parts = algebra_shapes.unpacked(context, stmt)
        if parts is not None:
            for out, part in zip(stmt.outs, parts, strict=True):
                self.bind(out, part, stmt, context)
        elif len(stmt.outs) != 1:
            self.keep(stmt, context)
        else:
            at = Form(stmt.op, stmt.args, stmt.kwargs, stmt.out.type)
            found = stmt.args[0] if stmt.op == "same" else reduce(context, at)
            if found == at:
                self.keep(stmt, context)
            else:
                self.bind(stmt.out, found, stmt, context)

    def is_literal(self, stmt: Apply) -> bool:
        """Whether a statement is a display of literals that has no name, `(0, 1)`."""
        if stmt.op != "tuple" or not stmt.out.temp or not stmt.args:
            return False
        return all(isinstance(a, Const) and not a.name for a in stmt.args)

    def keep(self, stmt: Apply, context: Context) -> None:
        context.build.emit(stmt)
        context.note(stmt)

    def bind(self, out: Var, found: Atom | Form, stmt: Apply, context: Context) -> None:
        """Bind `out` to what was found, by its name or by reading the other value."""
        if isinstance(found, Form):
            out = self.retyped(out, found)
            kept = Apply((out,), found.op, found.args, found.kwargs, stmt.origin)
            self.keep(kept, context)
            return
        if not out.temp and not self.rename(out, found, context):
            self.keep(Apply((out,), "same", (found,), (), stmt.origin), context)
            return
        self.values[out] = found
        if isinstance(found, Var):
            own = 0 if found in context.made else context.uses[found] - 1
            context.uses[found] = own + context.uses[out]
            context.made.discard(found)

    def retyped(self, out: Var, found: Form) -> Var:
        """The variable with the type that it has now: Python's number, or NumPy's."""
        have = form(found.op, found.args, found.kwargs).type
        old = out.type
        if not isinstance(have, Scalar) or not isinstance(old, Scalar):
            return out
        if have.python == old.python:
            return out
        out = replace(out, type=replace(old, python=have.python))
        self.values[out] = self.renames[out] = out
        return out

    def rename(self, out: Var, found: Atom, context: Context) -> bool:
        """Let the temporary that `out` is equal to take its name."""
        if not isinstance(found, Var) or not self.renames.get(found, found).temp:
            return False
        made = context.definitions.get(found)
        if found not in context.local or made is None:
            return False
        if made.origin.sweep not in self.sweeps:
            return False
        self.renames[found] = replace(found, base=out.base, temp=False)
        context.local.discard(found)
        return True
