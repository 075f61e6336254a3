"""Find the pattern of a Jacobian: run the program on values that know what they need.

Loops over what is known are run as they are. Where the input decides, both arms of a
branch are run and joined; a loop of which it decides the length is refused, and so is
an index that it decides where that changes a shape.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from scipy import sparse

from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Phi,
    Program,
    Stmt,
    Target,
    Var,
    While,
)
from symdiff.rules import registry
from symdiff.sparse.local import apply
from symdiff.sparse.values import (
    Pattern,
    Undetected,
    Value,
    is_container,
    is_known,
    joined,
    known,
    rows,
    sample_of,
)

Env = dict[str, Any]
_CONTAINERS = """
    tuple list append pop insert unpack getitem setitem same builtins.list
    builtins.tuple builtins.reversed builtins.zip builtins.enumerate builtins.range
    """
CONTAINERS = frozenset(_CONTAINERS.split())
"""What only moves the items of containers, and does not look into them."""


class _Raised(Exception):
    """The program raises here: this arm has no value."""


def pattern(program: Program, wrt: int, args: dict[str, Any]) -> Pattern:
    """Which elements of the Jacobian may differ from zero, as a boolean CSR matrix.

    `args` are the arguments by the names of the entry's parameters, `wrt` is the
    position of what is differentiated by. Raises `Undetected` with the reason why
    there is no pattern that is right for all inputs of these shapes.
    """
    env: Env = {}
    for n, param in enumerate(program.main.params):
        value = args[param.name]
        env[param.name] = _input(value, n == wrt)
    walk = _Walk(program)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            walk.block(program.main.body[:-1], env)
    except _Raised:
        raise Undetected("the program raises an error") from None
    result = walk.read(program.main.result, env)
    if is_container(result):
        raise Undetected("several results")
    deps = result.deps
    if deps is None:
        width = int(np.size(args[program.main.params[wrt].name]))
        deps = sparse.csr_matrix((result.size, width), dtype=bool)
    deps.sort_indices()
    return deps


def _input(value: Any, varies: bool) -> Any:
    """An argument: floats may be others at the next call, all else is fixed."""
    if is_container(value):
        return type(value)(_input(item, varies) for item in value)
    if varies:
        size = int(np.size(value))
        return Value(value, sparse.identity(size, dtype=bool, format="csr"))
    kind = np.asarray(value).dtype.kind if not callable(value) else ""
    return Value(value, None, kind not in ("f", "c"))


class _Walk:
    """The functions of one program by name, run on values with dependencies."""

    def __init__(self, program: Program) -> None:
        self.functions = {f.name: f for f in program.functions}

    def read(self, atom: Atom, env: Env) -> Any:
        """The value of an atom."""
        if isinstance(atom, Var):
            return env[atom.name]
        value = atom.value
        return tuple(map(known, value)) if isinstance(value, tuple) else known(value)

    def block(self, block: Block, env: Env) -> None:
        for stmt in block:
            self.stmt(stmt, env)

    def stmt(self, stmt: Stmt, env: Env) -> None:
        match stmt:
            case Apply():
                self.apply(stmt, env)
            case Call(outs=outs):
                args = [self.read(a, env) for a in stmt.args]
                self.bind(outs, self.call(self.functions[stmt.function], args), env)
            case If():
                self.branch(stmt, env)
            case For():
                self.loop(stmt, env)
            case While():
                self.repeat(stmt, env)

    def call(self, fn: Function, args: list[Any]) -> Any:
        env: Env = {name: known(const.value) for name, const in fn.defaults}
        names = [p.name for p in fn.params]
        env.update(zip(names, args, strict=False))
        self.block(fn.body[:-1], env)
        return self.read(fn.result, env)

    def apply(self, stmt: Apply, env: Env) -> None:
        entry = registry.find(stmt.op)
        if stmt.op == "raise":
            raise _Raised
        if entry is not None and entry.effect and not stmt.outs:
            return
        args = [self.read(a, env) for a in stmt.args]
        kwargs = {k: self.read(a, env) for k, a in stmt.kwargs}
        if stmt.op in CONTAINERS and _moves_items(stmt.op, args):
            self.bind(stmt.outs, _moved_items(stmt.op, args, kwargs), env)
        elif stmt.op == "additem" and is_container(args[0]):
            raise Undetected("an item of a list that is added to")
        else:
            self.bind(stmt.outs, apply(stmt, args, kwargs), env)

    def bind(self, outs: Iterable[Var], value: Any, env: Env) -> None:
        outs = tuple(outs)
        if len(outs) == 1:
            env[outs[0].name] = value
        elif outs:
            self.assign(outs, value, env)

    def assign(self, target: Target, value: Any, env: Env) -> None:
        if isinstance(target, Var):
            env[target.name] = value
            return
        for inner, item in zip(target, items_of(value), strict=True):
            self.assign(inner, item, env)

    # --- control flow ---

    def branch(self, stmt: If, env: Env) -> None:
        """One arm if it is known which, else both."""
        test = self.read(stmt.test, env)
        taken = bool(sample_of(test))
        arms = [taken] if is_known(test) else [taken, not taken]
        found: list[Env] = []
        for first in arms:
            inner = dict(env)
            try:
                self.block(stmt.then if first else stmt.orelse, inner)
            except _Raised:
                continue
            found.append(self.merged(stmt.phis, first, inner))
        if not found:
            raise _Raised
        env.update(_either(found))

    def merged(self, phis: tuple[Phi, ...], first: bool, env: Env) -> Env:
        """What phis are, all at once."""
        ends = (p.first if first else p.second for p in phis)
        pairs = zip(phis, ends, strict=True)
        return {p.out.name: self.read(end, env) for p, end in pairs}

    def loop(self, stmt: For, env: Env) -> None:
        env.update(self.merged(stmt.phis, True, env))
        left: list[Env] = []
        for item in items_of(self.read(stmt.iterable, env)):
            self.assign(stmt.target, item, env)
            if self.iteration(stmt, env, left):
                break
        else:
            left.append({p.out.name: env[p.out.name] for p in stmt.phis})
        env.update(_either(left))

    def iteration(self, stmt: For | While, env: Env, left: list[Env]) -> bool:
        """Run the body once; whether the loop is left for certain."""
        self.block(stmt.body, env)
        stop = known(False) if stmt.stop is None else self.read(stmt.stop, env)
        env.update(self.merged(stmt.phis, False, env))
        certain = is_known(stop) and bool(sample_of(stop))
        if certain or not is_known(stop):
            left.append({p.out.name: env[p.out.name] for p in stmt.phis})
        return certain

    def repeat(self, stmt: While, env: Env) -> None:
        env.update(self.merged(stmt.phis, True, env))
        left: list[Env] = []
        while True:
            self.block(stmt.head, env)
            test = self.read(stmt.test, env)
            if not is_known(test):
                raise Undetected("a loop whose length depends on the input")
            if not sample_of(test):
                left.append({p.out.name: env[p.out.name] for p in stmt.phis})
                break
            if self.iteration(stmt, env, left):
                break
        env.update(_either(left))


def _either(found: list[Env]) -> Env:
    """The values after one of several ways."""
    first, *rest = found
    for other in rest:
        first = {name: joined(value, other[name]) for name, value in first.items()}
    return first


def _moves_items(op: str, args: list[Any]) -> bool:
    if op in ("tuple", "list"):
        return True
    return any(is_container(a) for a in args[:1]) or op == "builtins.zip"


def _moved_items(op: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Run what does not look into the items, with plain numbers for places."""
    if op in ("getitem", "setitem", "pop", "insert"):
        if not all(map(is_known, args[1:2])):
            raise Undetected("an item that the input chooses")
        args = [args[0], *map(sample_of, args[1:2]), *args[2:]]
    elif op == "builtins.zip":
        return [tuple(row) for row in zip(*map(items_of, args), strict=False)]
    elif op == "builtins.enumerate":
        first = sample_of(kwargs.get("start", known(0)))
        return [(known(n), v) for n, v in enumerate(items_of(args[0]), first)]
    return meaning(op)(*args)


def items_of(value: Any) -> Iterator[Any]:
    """The items of a container, of an array or of a range."""
    if is_container(value):
        yield from value
        return
    if value.deps is None:
        yield from (Value(item, None, value.known) for item in value.sample)
        return
    ids = np.arange(value.size).reshape(value.shape)
    for item, index in zip(value.sample, ids, strict=True):
        yield Value(item, rows(value.deps, index))
