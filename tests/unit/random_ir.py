"""Random functions of the IR that store, alias, branch and loop a great deal."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
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
)
from symdiff.ir.types import ANY, BOOL, FLOAT, INT, Array, List, Opaque, Tuple, Type

ARRAY = Array("f8", (4,))
MATRIX = Array("f8", (3, 4))
TYPES: dict[str, Type] = {
    "A": ARRAY,
    "M": MATRIX,
    "S": FLOAT,
    "L": List(ARRAY),
    "F": List(FLOAT),
    "N": List(List(ARRAY)),
}
PARAMS = (("a", "A"), ("b", "A"), ("m", "M"), ("s", "S"), ("l", "L"))


def arguments(seed: int) -> tuple[object, ...]:
    rng = np.random.default_rng(seed)
    items = [rng.normal(size=4) for _ in range(4)]
    shared = rng.normal(size=4)
    return (shared, rng.normal(size=4), rng.normal(size=(3, 4)), 0.7, items)


@dataclass
class Scope:
    """The values that are visible in a block, by kind."""

    values: dict[str, list[Atom]]
    stmts: list[Stmt] = field(default_factory=list)

    def inner(self) -> Scope:
        return Scope({k: list(v) for k, v in self.values.items()})


class Generator:
    """One random function."""

    def __init__(self, seed: int, unknown: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.unknown = unknown
        self.helpers: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []

    def program(self, size: int) -> Program:
        functions = []
        if self.random.random() < 0.4:
            functions.append(
                self.function("helper", size // 2, params="AML", returns=2)
            )
            self.helpers.append(("helper", ("A", "M", "L"), self.kinds))
        functions.append(self.function("main", size, "", self.random.randint(1, 4)))
        return Program(tuple(functions))

    def function(self, name: str, size: int, params: str, returns: int) -> Function:
        named = [(f"p{i}", k) for i, k in enumerate(params)] if params else PARAMS
        made = tuple(Var(n, self.type(k), n) for n, k in named)
        scope = Scope({k: [] for k in TYPES})
        scope.values["S"] += [Const(0.5), Const(2.0)]
        for var, (_, kind) in zip(made, named, strict=True):
            scope.values[kind].append(var)
        for _ in range(size):
            self.step(scope, depth=0)
        kinds = [self.random.choice("AAMSLFN") for _ in range(returns)]
        items = [(k, self.pick(scope, k)) for k in kinds]
        items = [(k, v) for k, v in items if v is not None] or [("S", Const(0.5))]
        self.kinds = tuple(k for k, _ in items)
        atoms = tuple(v for _, v in items)
        result: Atom = atoms[0]
        if len(atoms) > 1:
            kind = Tuple(tuple(a.type for a in atoms))
            result = self.fresh(kind, temp=True)
            scope.stmts.append(Apply((result,), "tuple", atoms))
        scope.stmts.append(Return(result))
        return Function(name, made, tuple(scope.stmts))

    # ---- values

    def type(self, kind: str) -> Type:
        return ANY if self.random.random() < self.unknown else TYPES[kind]

    def fresh(self, kind: Type, temp: bool | None = None) -> Var:
        self.count += 1
        if temp is None:
            temp = self.random.random() < 0.5
        base = (
            "" if temp and self.random.random() < 0.8 else self.random.choice("xyzab")
        )
        return Var(f"v{self.count}", kind, base, temp)

    def pick(self, scope: Scope, kind: str) -> Atom | None:
        found = scope.values[kind]
        if not found:
            return None
        if self.random.random() < 0.6:
            return self.random.choice(found[-4:])
        return self.random.choice(found)

    def bind(self, scope: Scope, kind: str, op: str, *args: Atom) -> Var:
        out = self.fresh(self.type(kind))
        scope.stmts.append(Apply((out,), op, args))
        scope.values[kind].append(out)
        return out

    # ---- statements

    def step(self, scope: Scope, depth: int) -> None:
        choices: list[tuple[Callable[[Scope], None], int]] = [
            (self.arithmetic, 5),
            (self.view, 4),
            (self.store, 6),
            (self.augmented, 4),
            (self.containers, 5),
            (self.alias, 1),
            (self.call, 1),
        ]
        if depth < 3:
            inner = depth + 1
            choices += [
                (lambda s: self.branch(s, inner), 2),
                (lambda s: self.loop(s, inner), 2),
                (lambda s: self.partly(s, inner), 1),
            ]
        step = self.random.choices([c for c, _ in choices], [w for _, w in choices])[0]
        step(scope)

    def arithmetic(self, scope: Scope) -> None:
        kind = self.random.choice("AAMS")
        x, y = self.pick(scope, kind), self.pick(scope, kind)
        if x is None or y is None:
            return
        match self.random.randrange(4):
            case 0:
                self.bind(scope, kind, "numpy.sin", x)
            case 1:
                self.bind(scope, kind, self.random.choice(["add", "sub", "mul"]), x, y)
            case 2:
                other = self.pick(scope, "S")
                assert other is not None
                self.bind(scope, kind, "mul", x, other)
            case 3:
                self.bind(scope, "S" if kind == "S" else kind, "neg", x)

    def view(self, scope: Scope) -> None:
        kind = self.random.choice("MAAMAA")
        x = self.pick(scope, kind)
        if x is None:
            return
        if kind == "M" and self.random.random() < 0.5:
            row = Const(self.random.randrange(3))
            self.bind(scope, "A", "getitem", x, row)
        elif kind == "M":
            flipped = self.fresh(Array("f8", (4, 3)))
            scope.stmts.append(Apply((flipped,), "numpy.transpose", (x,)))
            self.bind(scope, "M", "numpy.transpose", flipped)
        else:
            self._part(scope, x)

    def _part(self, scope: Scope, x: Atom) -> None:
        match self.random.randrange(4):
            case 0:
                self.bind(scope, "S", "getitem", x, Const(self.random.randrange(4)))
            case 1:
                step = Const(slice(None, None, self.random.choice([-1, 1])))
                self.bind(scope, "A", "getitem", x, step)
            case 2:
                self.bind(scope, "A", "numpy.copy", x)
            case 3:
                self.bind(scope, "A", "numpy.reshape", x, Const((4,)))

    def store(self, scope: Scope) -> None:
        op = self.random.choice(["setitem", "additem", "additem"])
        match self.random.randrange(4):
            case 0:
                x, v = self.pick(scope, "A"), self.pick(scope, "S")
                index = Const(self.random.randrange(4))
                kind = "A"
            case 1:
                x, v = self.pick(scope, "M"), self.pick(scope, "A")
                index = Const(self.random.randrange(3))
                kind = "M"
            case 2:
                x, v = self.pick(scope, "A"), self.pick(scope, "A")
                index = Const(slice(None))
                kind = "A"
            case _:
                x, v = self.pick(scope, "L"), self.pick(scope, "A")
                index = Const(-1)
                kind = "L"
        if x is not None and v is not None:
            self.bind(scope, kind, op, x, index, v)

    def augmented(self, scope: Scope) -> None:
        kind = self.random.choice("AAMS")
        x, e = self.pick(scope, kind), self.pick(scope, self.random.choice([kind, "S"]))
        if x is not None and e is not None and isinstance(x, Var):
            op = self.random.choice(["iadd", "isub", "imul"])
            self.bind(scope, kind, op, x, e)

    def containers(self, scope: Scope) -> None:
        pairs = {"L": "A", "F": "S", "N": "L"}
        kind = self.random.choice("LLFN")
        held = pairs[kind]
        item, x = self.pick(scope, held), self.pick(scope, kind)
        if x is None or self.random.random() < 0.2:
            found = [self.pick(scope, held) for _ in range(2)]
            if None not in found:
                self.bind(scope, kind, "list", *(a for a in found if a is not None))
            return
        match self.random.randrange(4):
            case 0 | 1 if item is not None:
                self.bind(scope, kind, "append", x, item)
            case 2:
                # A first append keeps the list from being empty.
                self.bind(scope, held, "getitem", x, Const(-1))
            case _ if item is not None:
                longer = self.bind(scope, kind, "append", x, item)
                rest, taken = self.fresh(TYPES[kind]), self.fresh(TYPES[held])
                scope.stmts.append(Apply((rest, taken), "pop", (longer,)))
                scope.values[kind].append(rest)
                scope.values[held].append(taken)

    def alias(self, scope: Scope) -> None:
        kind = self.random.choice("AML")
        x, y = self.pick(scope, kind), self.pick(scope, kind)
        if x is None or y is None:
            return
        if self.random.random() < 0.5:
            self.bind(scope, kind, "same", x)
            return
        pair = self.fresh(Tuple((TYPES[kind], TYPES[kind])), temp=True)
        outs = self.fresh(TYPES[kind]), self.fresh(TYPES[kind])
        scope.stmts.append(Apply((pair,), "tuple", (x, y)))
        scope.stmts.append(Apply(outs, "unpack", (pair,)))
        scope.values[kind] += outs

    def call(self, scope: Scope) -> None:
        if not self.helpers:
            return
        name, params, results = self.random.choice(self.helpers)
        args = [self.pick(scope, k) for k in params]
        if None in args or len(results) < 2:
            return
        outs = tuple(self.fresh(TYPES[k]) for k in results)
        scope.stmts.append(Call(outs, name, tuple(a for a in args if a is not None)))
        for out, kind in zip(outs, results, strict=True):
            scope.values[kind].append(out)

    # ---- regions

    def test(self, scope: Scope) -> Atom:
        x = self.pick(scope, "S")
        assert x is not None
        out = Var(self.fresh(BOOL).name, BOOL, "", True)
        scope.stmts.append(Apply((out,), "gt", (x, Const(0.1))))
        return out

    def branch(self, scope: Scope, depth: int) -> None:
        test = self.test(scope)
        arms = scope.inner(), scope.inner()
        for arm in arms:
            for _ in range(self.random.choice([0, 1, 2, 4])):
                self.step(arm, depth)
        phis = []
        for _ in range(self.random.randint(0, 3)):
            kind = self.random.choice("AMSLF")
            first, second = (self.pick(arm, kind) for arm in arms)
            if first is None or second is None:
                continue
            out = self.fresh(TYPES[kind])
            phis.append((kind, Phi(out, first, second)))
        scope.stmts.append(
            If(
                test,
                tuple(arms[0].stmts),
                tuple(arms[1].stmts),
                tuple(p for _, p in phis),
            )
        )
        for kind, phi in phis:
            scope.values[kind].append(phi.out)

    def partly(self, scope: Scope, depth: int) -> None:
        """A variable that one arm defines, passed on, and read under the same test."""
        test = self.test(scope)
        kind = self.random.choice("AS")
        arm = scope.inner()
        self.step(arm, depth)
        value = self.pick(arm, kind)
        if value is None:
            return
        out, passed, last = (self.fresh(TYPES[kind]) for _ in range(3))
        scope.stmts.append(If(test, tuple(arm.stmts), (), (Phi(out, value, UNDEF),)))
        other = self.pick(scope, kind)
        if other is not None:
            third = self.test(scope)
            scope.stmts.append(If(third, (), (), (Phi(passed, out, out),)))
            out = passed
        again = scope.inner()
        again.values[kind].append(out)
        for _ in range(2):
            self.step(again, depth)
        found = self.pick(again, kind)
        merged = () if other is None or found is None else (Phi(last, found, other),)
        scope.stmts.append(If(test, tuple(again.stmts), (), merged))
        if merged:
            scope.values[kind].append(last)

    def loop(self, scope: Scope, depth: int) -> None:
        inner = scope.inner()
        heads: list[tuple[str, Var, Atom]] = []
        for _ in range(self.random.randint(0, 4)):
            kind = self.random.choice("AAMSLF")
            first = self.pick(scope, kind)
            if first is not None:
                out = self.fresh(TYPES[kind])
                heads.append((kind, out, first))
                inner.values[kind].append(out)
        if self.random.random() < 0.3:
            self._while(scope, inner, heads, depth)
        else:
            self._for(scope, inner, heads, depth)
        for kind, out, _ in heads:
            scope.values[kind].append(out)

    def _body(
        self, inner: Scope, heads: list[tuple[str, Var, Atom]], depth: int
    ) -> list[Phi]:
        for _ in range(self.random.choice([1, 2, 4])):
            self.step(inner, depth)
        phis = []
        for kind, out, first in heads:
            second = self.pick(inner, kind)
            assert second is not None
            phis.append(Phi(out, first, second))
        return phis

    def _stop(self, inner: Scope) -> Atom | None:
        return self.test(inner) if self.random.random() < 0.2 else None

    def _for(
        self, scope: Scope, inner: Scope, heads: list[tuple[str, Var, Atom]], depth: int
    ) -> None:
        kind = self.random.choice(["range", "M", "L", "zip"])
        over = self.pick(scope, kind) if kind in TYPES else None
        rows = self.pick(scope, "M")
        target: Var | tuple[Var, ...]
        if kind == "zip" and rows is not None:
            target = self.fresh(self.type("A")), self.fresh(self.type("A"))
            over = self.fresh(Opaque("zip"), temp=True)
            scope.stmts.append(Apply((over,), "builtins.zip", (rows, rows)))
            inner.values["A"] += target
        elif over is not None:
            target = self.fresh(self.type("A"))
            inner.values["A"].append(target)
        else:
            target = self.fresh(INT)
            over = self.fresh(Opaque("range"), temp=True)
            trips = Const(self.random.randrange(4))
            scope.stmts.append(Apply((over,), "builtins.range", (trips,)))
        phis = self._body(inner, heads, depth)
        stop = self._stop(inner)
        body = tuple(inner.stmts)
        scope.stmts.append(For(target, over, tuple(phis), body, stop=stop))

    def _while(
        self, scope: Scope, inner: Scope, heads: list[tuple[str, Var, Atom]], depth: int
    ) -> None:
        n = Var(self.fresh(INT).name, INT, "n")
        more = Var(self.fresh(INT).name, INT, "n")
        test = Var(self.fresh(BOOL).name, BOOL, "", True)
        head = inner.inner()
        if self.random.random() < 0.4:
            self.step(head, depth=9)
        head.stmts.append(Apply((test,), "lt", (n, Const(self.random.randrange(4)))))
        body = head.inner()
        phis = self._body(body, heads, depth)
        body.stmts.append(Apply((more,), "add", (n, Const(1))))
        phis.append(Phi(n, Const(0), more))
        stop = self._stop(body)
        scope.stmts.append(
            While(tuple(phis), tuple(head.stmts), test, tuple(body.stmts), stop=stop)
        )


def random_program(seed: int, size: int = 12, unknown: float = 0.0) -> Program:
    """A program that is the same for the same seed."""
    return Generator(seed, unknown).program(size)


__all__ = ["UNDEF", "arguments", "random_program"]
