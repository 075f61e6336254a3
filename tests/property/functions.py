"""Random calls: functions that call themselves, tables of functions, star arguments."""

from __future__ import annotations

from dataclasses import replace

from expressions import condition, scalar
from scope import Scope, Value
from statements import target


def _inside(s: Scope) -> Scope:
    """A scope for the body of a nested function of `arg`, which binds no outer name."""
    inner = replace(s.inner(), frozen=s.frozen)
    inner.names["arg"] = Value()
    return inner


def _bound(s: Scope, *rows: str, text: str) -> list[str]:
    """Rows, and a number bound to what they are for."""
    name = target(s, ())
    s.names[name] = Value()
    return [*rows, f"{name} = {text}"]


def recursion(s: Scope) -> list[str]:
    """A function that calls itself, once or twice on each path."""
    inner = _inside(s)
    first, body, step = (scalar(inner, 1) for _ in range(3))
    more = "again(0.3 * arg, k - 2)" if s.chance(0.5) else "arg"
    rows = ["def again(arg, k):", "    if k <= 0:", f"        return np.sin({first})"]
    if s.chance(0.4):
        rows += [f"    if {condition(inner)}:", "        return again(-arg, k - 1)"]
    rows += [f"    part = again(np.tanh({step}), k - 1)"]
    rows += [f"    return 0.5 * part + np.cos({body}) * {more}"]
    return _bound(s, *rows, text=f"again({scalar(s, 1)}, {s.rng.randint(0, 4)})")


def dispatch(s: Scope) -> list[str]:
    """A function out of a table, or the one that a condition chooses."""
    inner = _inside(s)
    body, argument, test = scalar(inner, 1), scalar(s, 1), condition(s)
    if s.chance(0.4):
        row = f"fun = np.tanh if {test} else (lambda arg: {body})"
        return _bound(s, row, text=f"fun({argument})")
    if s.chance(0.5):
        row = f"table = {{'a': np.sin, 'b': lambda arg: {body}}}"
        return _bound(s, row, text=f"table['a' if {test} else 'b']({argument})")
    row = f"table = [np.cos, lambda arg: {body}, np.tanh]"
    return _bound(s, row, text=f"table[{s.rng.randint(-3, 2)}]({argument})")


def star(s: Scope) -> list[str]:
    """A function of any number of arguments, with keywords."""
    inner = _inside(s)
    body = scalar(inner, 1)
    rows = ["def every(arg, *more, scale=0.5, **named):", f"    out = scale * {body}"]
    rows += ["    for item in more:", "        out = out + 0.5 * np.sin(item) * arg"]
    rows += ["    return out * named['last'] if 'last' in named else out"]
    args = [scalar(s, 0) for _ in range(s.rng.randint(1, 3))]
    if s.chance(0.5):
        args.append(f"scale={scalar(s, 0)}")
    if s.chance(0.5):
        args.append(f"last=np.cos({scalar(s, 0)})")
    return _bound(s, *rows, text=f"every({', '.join(args)})")
