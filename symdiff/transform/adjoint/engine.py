"""Reverse mode: a function and its forward sweep in, forward and reverse sweep out.

The reverse sweep that is made here refers to values of the primal as if they were all
still there, also those of a loop's iteration. That makes it simple to simplify; what
is still referred to afterwards is recorded by `symdiff.transform.record`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symdiff.analysis.activity import active, differentiable
from symdiff.analysis.builder import Builder, Names
from symdiff.analysis.complexes import has_complex
from symdiff.analysis.findings import prints_or_draws, runs_twice
from symdiff.analysis.recursion import Recursive
from symdiff.errors import Diagnostic
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Origin,
    Program,
    Return,
    Var,
    While,
    bound,
    walk,
)
from symdiff.ir.types import AnyType, Scalar, Tuple, dtype_of
from symdiff.transform.adjoint.branch import reverse_if
from symdiff.transform.adjoint.call import reverse_call
from symdiff.transform.adjoint.checkpoint import reverse_checkpointed
from symdiff.transform.adjoint.loop import reverse_for, reverse_while
from symdiff.transform.adjoint.naming import name_value
from symdiff.transform.adjoint.prepare import Prepared
from symdiff.transform.adjoint.region import EDGES, reverse_edge
from symdiff.transform.adjoint.scope import Bar, Scope, backward, cotangent_type
from symdiff.transform.adjoint.split import cut, is_cheap, keep_parameters
from symdiff.transform.adjoint.store import Stores, is_store, restore
from symdiff.transform.adjoint.straight import reverse_apply
from symdiff.transform.adjoint.sweep import CallAdjoint, Key, Sweep
from symdiff.transform.borders import Chosen, nested
from symdiff.transform.undefined import undefined

Finish = Callable[[Function], Function]


@dataclass(frozen=True, slots=True)
class Adjoint:
    """The functions that take the place of a callee, and of its reverse.

    `kept` are the parameters that the backward function reads besides what is saved.
    """

    forward: str
    backward: str
    kept: frozenset[str] = frozenset()


def visit(scope: Scope, block: Block) -> None:
    """Reverse the statements of a block, last to first."""
    for stmt in reversed(block):
        scope.build.origin = backward(stmt.origin)
        match stmt:
            case Apply(op=op) if op in EDGES:
                reverse_edge(scope, stmt)
            case Apply():
                if is_store(stmt):
                    restore(scope, scope.sweep.stores, stmt, scope.build.origin)
                reverse_apply(scope, stmt)
            case Call():
                reverse_call(scope, stmt)
            case If():
                reverse_if(scope, stmt, visit)
            case For(mark=mark) if mark in scope.sweep.checkpoints:
                reverse_checkpointed(scope, stmt, scope.sweep.checkpoints[mark])
            case For():
                reverse_for(scope, stmt, visit)
            case While():
                reverse_while(scope, stmt, visit)


@dataclass(slots=True)
class Engine:
    """Differentiates the functions of one program, callees on demand.

    `finish` simplifies a differentiated function and records what it needs.
    """

    program: Program
    finish: Finish
    made: dict[Key, tuple[Function, ...]] = field(default_factory=dict)
    assumed: dict[Key, Adjoint] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    findings: list[Diagnostic] = field(default_factory=list)
    recursive: Recursive = field(init=False)

    def __post_init__(self) -> None:
        """Find the functions that call themselves."""
        self.recursive = Recursive(self.program)

    def gradient(
        self,
        chosen: Chosen,
        *,
        value: bool,
        name: str,
        aux: bool = False,
    ) -> Function:
        """The gradient of the program's entry with respect to what is chosen.

        `aux`: the entry returns a value and something else, which is handed on.
        """
        fn, wrt = self.program.main, chosen.leaves
        seed: Bar = (Const(1.0), None) if aux else Const(1.0)
        forward, scope = self._sweeps(fn, [fn.params[n] for n in wrt], seed)
        origin = Origin((), "reverse")
        grads = [_cotangent(scope, fn.params[n], origin) for n in wrt]
        result = nested(scope.build, chosen.nest, grads, origin)
        if value:
            forward, primal = name_value(forward, fn.result)
            result = scope.build.apply("tuple", primal, result, origin=origin)
        elif aux:
            more = scope.build.apply("getitem", fn.result, Const(1), origin=origin)
            result = scope.build.apply("tuple", result, more, origin=origin)
        what = "Value and gradient" if value else "Gradient"
        return self.finish(
            replace(
                fn,
                name=name,
                body=(*forward, *scope.build.stmts, Return(result, origin)),
                doc=f"{what} of `{fn.name}` with respect to {chosen.listed}.",
            )
        )

    def pullback(self, chosen: Chosen) -> tuple[Function, Function]:
        """The entry's forward and backward functions (see `split.cut`)."""
        fn = self.program.main
        mask = tuple(n in chosen.leaves for n in range(len(fn.params)))
        whole = self._joint(replace(fn, captured=()), mask, with_result=True)
        names = self._free(f"{fn.name}_fwd"), self._free(f"{fn.name}_bwd")
        return cut(whole, *names)

    def _sweeps(self, fn: Function, wrt: list[Var], seed: Bar) -> tuple[Block, Scope]:
        """The forward sweep, and the function's scope after the reverse sweep."""
        live = set(active(fn, wrt))
        names = Names(_names(fn))

        def split(call: Call, build: Builder) -> CallAdjoint | None:
            return self._split(fn, call, build, live)

        prepared = Prepared(names, split, live)
        body = prepared.block(fn.body)
        definitions = {v: s for s in walk(body) for v in bound(s)}
        stores = Stores(definitions, body)
        stores.slots = prepared.slots
        sweep = Sweep(
            fn, live, names, definitions, stores, prepared.counters, prepared.backward
        )
        sweep.partial = undefined(body)
        sweep.checkpoints = prepared.checkpoints
        sweep.mixed = has_complex(self.program)
        sweep.derive, sweep.define = self.derive, self.define
        sweep.function = self.program.function
        scope = Scope(sweep)
        last = body[-1]
        assert isinstance(last, Return)
        scope.add(last.value, seed, backward(last.origin))
        visit(scope, body)
        self.findings += sweep.findings
        return body[:-1], scope

    # --- calls ---

    def _split(
        self, fn: Function, call: Call, build: Builder, live: set[Var]
    ) -> CallAdjoint | None:
        """Emit the forward sweep's version of a call; None if it stays as it is."""
        mask = tuple(isinstance(a, Var) and a in live for a in call.args)
        if not any(mask) or not any(out in live for out in call.outs):
            return None
        mask = self.recursive.widened(call.function, mask)
        adjoint = self._adjoint_of(call.function, mask)
        callee = self.program.function(call.function)
        if callee.again and prints_or_draws(self.program, callee.body):
            self.findings.append(runs_twice(fn, callee, call.origin))
        wrt = tuple(
            a if isinstance(a, Var) and a in live else None
            for a, on in zip(call.args, mask, strict=True)
            if on
        )
        result = self._result(call, build, callee, live)
        outs: tuple[Var, ...] = (result,)
        args = call.args
        if adjoint.forward != call.function:
            saved = build.fresh(f"{callee.shown}_saved", temp=False)
            outs = (result, saved)
            pairs = zip(callee.params, call.args, strict=True)
            args = (*(a for p, a in pairs if p.name in adjoint.kept), saved)
        build.emit(Call(outs, adjoint.forward, call.args, call.origin))
        if result not in call.outs:
            build.emit(Apply(call.outs, "unpack", (result,), (), call.origin))
        return CallAdjoint(adjoint.backward, args, wrt, result)

    def _result(
        self, call: Call, build: Builder, callee: Function, live: set[Var]
    ) -> Var:
        """The variable of the callee's result; several results are unpacked from it."""
        if len(call.outs) == 1:
            return call.outs[0]
        result = build.fresh("", Tuple(tuple(out.type for out in call.outs)), temp=True)
        live.add(result)
        return result

    def derive(self, name: str, mask: tuple[bool, ...]) -> str:
        """The name of the joint adjoint of a function that an operation calls."""
        key = (f"{name} joint", mask)
        if key not in self.made:
            fn = self.program.function(name)
            self.made[key] = (self._joint(fn, mask, with_result=False),)
        return self.made[key][0].name

    def define(self, key: Key, base: str, make: Callable[[str], Function]) -> str:
        """The name of a further function that an operation is given."""
        if key not in self.made:
            self.made[key] = (self.finish(make(self._free(base))),)
        return self.made[key][0].name

    def _adjoint_of(self, name: str, mask: tuple[bool, ...]) -> Adjoint:
        """The adjoint of a callee: one joint function, or forward and backward."""
        key = (name, mask)
        if key in self.assumed:
            return self.assumed[key]
        if key not in self.made:
            if name in self.recursive.names:
                self._recursive(key)
            else:
                self._straight(key)
        pair = self.made[key]
        if len(pair) == 1:
            return Adjoint(name, pair[0].name)
        return _adjoint(*pair)

    def _straight(self, key: Key) -> None:
        fn, mask = self.program.function(key[0]), key[1]
        joint = self._joint(fn, mask, with_result=False)
        if fn.again or is_cheap(joint):
            self.made[key] = (joint,)
            return
        whole = self._joint(fn, mask, with_result=True)
        names = self._free(f"{fn.shown}_fwd"), self._free(f"{fn.shown}_bwd")
        self.made[key] = cut(whole, *names)

    def _recursive(self, key: Key) -> None:
        """The adjoint of a function that calls itself, whose adjoint does as well.

        What its backward function takes of the parameters is what it reads of them;
        as its call of itself may read more, that is found by trying.
        """
        fn, mask = self.program.function(key[0]), key[1]
        names = self._free(f"{fn.shown}_fwd"), self._free(f"{fn.shown}_bwd")
        before = dict(self.made)
        self.assumed[key] = Adjoint(*names)
        while True:
            pair = cut(self._joint(fn, mask, with_result=True), *names)
            found = _adjoint(*pair)
            if found.kept <= self.assumed[key].kept:
                break
            self.made = dict(before)
            self.assumed[key] = replace(found, kept=found.kept | self.assumed[key].kept)
        kept = self.assumed.pop(key).kept
        self.made[key] = keep_parameters(pair, fn, kept)

    def _joint(
        self, fn: Function, mask: tuple[bool, ...], *, with_result: bool
    ) -> Function:
        chosen = [p for p, on in zip(fn.params, mask, strict=True) if on]
        taken = Names(_names(fn)).take("out_bar")
        result = fn.result
        seed = Var(taken, cotangent_type(result.type), "out_bar", False)
        forward, scope = self._sweeps(
            replace(fn, params=(*fn.params, seed)), chosen, seed
        )
        origin = Origin((), "reverse")
        parts = [_cotangent(scope, p, origin) for p in chosen]
        if with_result:
            parts = [result, *parts]
        one = len(parts) == 1
        value = parts[0] if one else scope.build.apply("tuple", *parts, origin=origin)
        listed = ", ".join(p.name for p in chosen)
        plural = "s" if len(chosen) > 1 else ""
        return self.finish(
            replace(
                fn,
                name=fn.name if with_result else self._free(f"{fn.name}_vjp"),
                params=(*fn.params, seed),
                defaults=(),
                captured=(),
                body=(*forward, *scope.build.stmts, Return(value, origin)),
                doc=f"Adjoint of `{fn.shown}`: the cotangent{plural} of {listed}.",
            )
        )

    def _free(self, name: str) -> str:
        names = Names({*self.taken, *(f.name for f in self.program.functions)})
        free = names.take(name)
        self.taken.add(free)
        return free


def _adjoint(forward: Function, backward: Function) -> Adjoint:
    kept = frozenset(p.name for p in backward.params[:-2])
    return Adjoint(forward.name, backward.name, kept)


def _names(fn: Function) -> set[str]:
    names = {p.name for p in fn.params}
    names.update(v.name for s in walk(fn.body) for v in bound(s))
    return names


def _cotangent(scope: Scope, param: Var, origin: Origin) -> Atom:
    """The finished cotangent of a parameter, in the parameter's dtype."""
    if not differentiable(param.type):
        return Const(0.0)
    bar = scope.bars.get(param)
    if bar is None:
        return scope.zero(param, origin)
    out = scope.whole(param, bar, origin)
    want, have = param.type, out.type
    if isinstance(want, Scalar):
        unknown = any(isinstance(v.type, AnyType) for v in scope.sweep.active)
        known = isinstance(have, Scalar) and not unknown
        known = known or isinstance(out, Const)
        return out if known else scope.build.apply("builtins.float", out, origin=origin)
    wanted, found = dtype_of(want), dtype_of(have)
    if wanted is not None and found not in (None, wanted):
        dtype = scope.build.apply("ndarray.dtype", param, origin=origin)
        return scope.build.apply("ndarray.astype", out, dtype, origin=origin)
    return out
