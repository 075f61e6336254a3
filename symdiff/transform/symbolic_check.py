"""Whether a new form of an expression may stand for the old one: by numbers.

Both are evaluated in float64, on leaves that the primal's own code computes from
independent values, at random, extreme and tied points. Where they differ, exact
arithmetic decides which of the two is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import dtype_of
from symdiff.transform.symbolic_facts import Facts
from symdiff.transform.symbolic_numbers import FLOATS, exact
from symdiff.transform.symbolic_pool import Node, Pool

Points = NDArray[np.float64]

_CLOSURE = 60
_RANDOM = 36
_ENOUGH = 8
_AGREE = 1e-9
_MOST = 0.75
"""The share of the random points where both forms must agree without excuse."""
_TINY = 1e-300
_EXTREME = (1e-300, -1e-300, 1e300, -1e300, 0.0, -0.0, np.inf, -np.inf)
_LARGE = (20.0, -20.0, 40.0, -40.0, 800.0, -800.0, 1.0)
_PRECISION = 3000
"""Bits: enough to tell `1 + exp(-800)` from 1."""


@dataclass(slots=True)
class Check:
    """The points at which expressions over some leaves are compared."""

    pool: Pool
    facts: Facts
    steps: list[Apply]
    free: list[Var]
    points: dict[Var, Points]
    count: int


def prepare(pool: Pool, facts: Facts, leaves: list[Var]) -> Check:
    """Choose the points for expressions over `leaves`."""
    steps, free = _closure(facts, leaves)
    points, count = _points(facts, free)
    check = Check(pool, facts, steps, free, points, count)
    with np.errstate(all="ignore"):
        for step in steps:
            args = [_float(check, a) for a in step.args]
            value = FLOATS[step.op](*args)
            points[step.out] = np.broadcast_to(value * 1.0, (count,))
    return check


def agree(check: Check, old: int, new: int) -> bool:
    """Whether `new` is right wherever `old` is."""
    with np.errstate(all="ignore"):
        a, b = _evaluate(check, old), _evaluate(check, new)
        scale = _magnitude(check, new)
        near = np.abs(a - b) <= _AGREE * np.abs(a)
    usable = np.isfinite(a[:_RANDOM])
    if np.count_nonzero(usable) < _ENOUGH:
        return False
    if np.count_nonzero(near[:_RANDOM] & usable) < _MOST * np.count_nonzero(usable):
        return False
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    near &= np.isfinite(a) & np.isfinite(b)
    for n in np.flatnonzero(~(same | near)):
        truth = _truth(check, old, int(n))
        if not _better(float(a[n]), float(b[n]), float(scale[n]), truth):
            return False
    return True


def _better(old: float, new: float, slack: float, truth: Any) -> bool:
    """Whether `new` is at least as good as `old`; `slack` is excused rounding."""
    if truth is None:
        return bool(np.isnan(old))
    if np.isfinite(old):
        if not np.isfinite(new):
            return bool(abs(truth) > np.finfo(float).max)
        error, before = abs(new - truth), abs(old - truth)
        bound = max(_AGREE * abs(truth), 2 * before, 16 * 2.3e-16 * slack, _TINY)
        return bool(error <= bound)
    if not np.isfinite(new):
        return bool(np.isnan(old) or abs(truth) <= np.finfo(float).max)
    excused = max(_AGREE * abs(truth), 16 * 2.3e-16 * slack, _TINY)
    return bool(abs(new - truth) <= excused)


# ---- the points


def _closure(facts: Facts, leaves: list[Var]) -> tuple[list[Apply], list[Var]]:
    """The primal's operations behind the leaves, in order, and what they start from."""
    steps: dict[Var, Apply] = {}
    free: dict[Var, None] = {}
    todo = sorted(leaves, key=lambda v: -facts.order.get(v, 0))
    while todo:
        var = todo.pop()
        made = facts.definitions.get(var)
        if var in steps or var in free:
            continue
        if made is None or len(steps) >= _CLOSURE or not _computable(made, facts):
            free[var] = None
            continue
        steps[var] = made
        todo.extend(a for a in made.args if isinstance(a, Var))
    order = sorted(steps.values(), key=lambda s: facts.order[s.out])
    return order, sorted(free, key=lambda v: (facts.order.get(v, 0), v.name))


def _computable(stmt: Apply, facts: Facts) -> bool:
    if stmt.op not in FLOATS or stmt.kwargs or stmt.out in facts.cotangents:
        return False
    return all(isinstance(a, Var) or _number(a) for a in stmt.args)


def _number(const: Const) -> bool:
    return type(const.value) in (int, float)


def _points(facts: Facts, free: list[Var]) -> tuple[dict[Var, Points], int]:
    """Random points, then one value at a time at its extremes, then ties."""
    rng = np.random.default_rng(20)
    rows = [_random(facts, rng, v) for v in free]
    table = np.array(rows, dtype=float).reshape(len(free), _RANDOM)
    columns = [table]
    primal = [n for n, v in enumerate(free) if _kind(facts, v) == "primal"]
    for n in primal:
        for value in (*_EXTREME, *_LARGE):
            columns.append(_with(table, rng, {n: value}))
    for i, a in enumerate(primal[:6]):
        for b in primal[i + 1 : 6]:
            tied = float(rng.normal())
            columns.append(_with(table, rng, {a: tied, b: tied}))
    for value in (0.0, 1.0):
        columns.append(_with(table, rng, dict.fromkeys(primal, value)))
        columns.append(_with(table, rng, {n: value for n in range(len(free))}))
    whole = np.concatenate(columns, axis=1)
    return {v: whole[n] for n, v in enumerate(free)}, whole.shape[1]


def _with(table: Points, rng: np.random.Generator, fixed: dict[int, float]) -> Points:
    """Two random points with some of the values replaced."""
    picked = table[:, rng.integers(0, _RANDOM, size=2)].copy()
    for n, value in fixed.items():
        picked[n] = value
    return picked


def _kind(facts: Facts, var: Var) -> str:
    dtype = dtype_of(var.type)
    if dtype == "b1":
        return "mask"
    if dtype is not None and dtype[0] in "iu":
        return "count"
    return "cotangent" if var in facts.cotangents else "primal"


def _random(facts: Facts, rng: np.random.Generator, var: Var) -> Points:
    """Random values of a kind: a third of them positive, a third in (0, 1)."""
    match _kind(facts, var):
        case "mask":
            return rng.integers(0, 2, size=_RANDOM).astype(float)
        case "count":
            return rng.integers(1, 50, size=_RANDOM).astype(float)
    third = _RANDOM // 3
    spread = rng.normal(size=third) * np.exp(rng.normal(size=third))
    positive = np.abs(rng.normal(size=third)) * 3 + 0.05
    unit = rng.uniform(0.02, 0.98, size=_RANDOM - 2 * third)
    return np.concatenate([spread, positive, unit])


# ---- the values


def _float(check: Check, atom: Atom) -> Any:
    return check.points[atom] if isinstance(atom, Var) else float(atom.value)


def _fold(check: Check, root: int, step: Callable[[str, list[Any]], Any]) -> Any:
    """Evaluate a node, operands first."""
    found: dict[int, Any] = {}
    for n in check.pool.below([root]):
        item = check.pool.items[n]
        if isinstance(item, Node):
            found[n] = step(item.op, [found[a] for a in item.args])
        else:
            found[n] = step("", [item])
    return found[root]


def _evaluate(check: Check, root: int) -> Points:
    def step(op: str, args: list[Any]) -> Any:
        return FLOATS[op](*args) if op else _float(check, args[0])

    value = _fold(check, root, step)
    return np.broadcast_to(np.asarray(value, dtype=float), (check.count,))


def _magnitude(check: Check, root: int) -> Points:
    """The size of what is summed: an error of one rounding of it is excused.

    Where values that are themselves rounded cancel, as in `p - y`, no form of the
    expression can be better than that. A denominator that cancels is not excused.
    """

    def step(op: str, args: list[Any]) -> Any:
        if not op:
            value = _float(check, args[0])
            return value, np.abs(value)
        plain, sizes = [a for a, _ in args], [s for _, s in args]
        value = FLOATS[op](*plain)
        match op:
            case "add" | "sub":
                return value, sizes[0] + sizes[1]
            case "truediv":
                return value, sizes[0] / np.abs(plain[1])
            case "pow":
                return value, sizes[0] ** plain[1]
        return value, np.prod(np.broadcast_arrays(*sizes), axis=0)

    _, size = _fold(check, root, step)
    finite = np.nan_to_num(np.asarray(size, dtype=float), nan=0.0, posinf=0.0)
    return np.broadcast_to(finite, (check.count,))


def _truth(check: Check, root: int, point: int) -> Any:
    """The exact value at a point; None where there is none."""
    import mpmath

    with mpmath.workprec(_PRECISION):
        values: dict[Var, Any] = {}
        for var in check.free:
            value = float(check.points[var][point])
            if not np.isfinite(value):
                return None
            values[var] = mpmath.mpf(value)

        def read(atom: Atom) -> Any:
            return values[atom] if isinstance(atom, Var) else mpmath.mpf(atom.value)

        try:
            for made in check.steps:
                values[made.out] = exact(made.op)(*map(read, made.args))
            result = _fold(
                check, root, lambda op, args: exact(op)(*args) if op else read(args[0])
            )
        except (ZeroDivisionError, ValueError, OverflowError, TypeError):
            return None
        return result if mpmath.isfinite(result) and _real(result) else None


def _real(value: Any) -> bool:
    return not hasattr(value, "imag") or value.imag == 0
