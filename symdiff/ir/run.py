"""The reference interpreter: a program and arguments → its value.

It says what the IR means and is used by tests; it is simple, not fast.
"""

from __future__ import annotations

from typing import Any

from symdiff.errors import InternalError
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
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
)

Env = dict[str, Any]


def run(program: Program, *args: Any, **kwargs: Any) -> Any:
    """Evaluate the entry of a program; no argument is ever written to."""
    return _Interpreter(program).call(program.main, args, kwargs)


class _Interpreter:
    """The functions of one program by name."""

    def __init__(self, program: Program) -> None:
        self.functions = {f.name: f for f in program.functions}

    def call(self, f: Function, args: tuple[Any, ...], kwargs: Env) -> Any:
        env = _arguments(f, args, kwargs)
        self.block(f.body[:-1], env)
        return _read(f.result, env)

    def block(self, block: Block, env: Env) -> None:
        for stmt in block:
            self.stmt(stmt, env)

    def stmt(self, stmt: Stmt, env: Env) -> None:
        match stmt:
            case Apply(outs=outs, op=op):
                args = [_read(a, env) for a in stmt.args]
                kwargs = {k: _read(v, env) for k, v in stmt.kwargs}
                _bind(outs, meaning(op)(*args, **kwargs), env)
            case Call(outs=outs, function=name):
                args = [_read(a, env) for a in stmt.args]
                _bind(outs, self.call(self.functions[name], tuple(args), {}), env)
            case If(test=test, then=then, orelse=orelse, phis=phis):
                taken = bool(_read(test, env))
                self.block(then if taken else orelse, env)
                _merge(phis, taken, env)
            case For():
                self.loop(stmt, env)
            case While():
                self.repeat(stmt, env)
            case Return():
                raise InternalError("a return inside a block")

    def loop(self, stmt: For, env: Env) -> None:
        _merge(stmt.phis, True, env)
        for item in _read(stmt.iterable, env):
            _assign(stmt.target, item, env)
            if self.iteration(stmt, env):
                break

    def repeat(self, stmt: While, env: Env) -> None:
        _merge(stmt.phis, True, env)
        self.block(stmt.head, env)
        while _read(stmt.test, env) and not self.iteration(stmt, env):
            self.block(stmt.head, env)

    def iteration(self, stmt: For | While, env: Env) -> bool:
        """Run the body once and say whether it was the last time."""
        self.block(stmt.body, env)
        stop = stmt.stop is not None and bool(_read(stmt.stop, env))
        _merge(stmt.phis, False, env)
        return stop


def _arguments(f: Function, args: tuple[Any, ...], kwargs: Env) -> Env:
    names = [p.name for p in f.params]
    if len(args) > len(names) or set(kwargs) - set(names[len(args) :]):
        raise TypeError(f"{f.name}() takes {names}, got {len(args)} and {list(kwargs)}")
    env = {name: const.value for name, const in f.defaults}
    env.update(zip(names, args, strict=False))
    env.update(kwargs)
    missing = [name for name in names if name not in env]
    if missing:
        raise TypeError(f"{f.name}() misses the arguments {missing}")
    return env


def _read(atom: Atom, env: Env) -> Any:
    value = _peek(atom, env)
    if value is UNDEF.value:
        name = atom.base or atom.name if isinstance(atom, Var) else atom.name
        raise UnboundLocalError(f"local variable {name!r} has no value here")
    return value


def _peek(atom: Atom, env: Env) -> Any:
    return env[atom.name] if isinstance(atom, Var) else atom.value


def _merge(phis: tuple[Phi, ...], first: bool, env: Env) -> None:
    """Bind all phis at once: `a, b = b, a` is two phis that read each other."""
    values = [_peek(phi.first if first else phi.second, env) for phi in phis]
    env.update(zip((phi.out.name for phi in phis), values, strict=True))


def _bind(outs: tuple[Var, ...], value: Any, env: Env) -> None:
    if len(outs) == 1:
        env[outs[0].name] = value
    elif outs:
        _assign(outs, value, env)


def _assign(target: Target, value: Any, env: Env) -> None:
    if isinstance(target, Var):
        env[target.name] = value
        return
    items = list(value)
    if len(items) != len(target):
        raise ValueError(f"expected {len(target)} values to unpack, got {len(items)}")
    for inner, item in zip(target, items, strict=True):
        _assign(inner, item, env)
