"""Random `with`, `try` and `match` around statements that are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from scope import Scope
from statements import bind, new_name


def indent(rows: list[str]) -> list[str]:
    """The rows of a block."""
    return [f"    {row}" for row in rows]


def guarded(s: Scope, rows: list[str]) -> list[str]:
    """Statements that run under a context, or before a `finally`."""
    match s.pick(["with", "finally", "again", "both"]):
        case "with":
            return ['with np.errstate(under="ignore"):', *indent(rows)]
        case "again":
            handler = ["except ZeroDivisionError:", "    raise"]
            return ["try:", *indent(rows), *handler]
        case "both":
            inside = ['with np.errstate(under="warn"):', *indent(rows)]
            return ["try:", *indent(inside), "finally:", "    pass"]
    last = bind(s, new_name(s), str(s.rng.choice([0.5, -0.3, 1.2])), ())
    return ["try:", *indent(rows), "finally:", *indent([last])]


def cases(s: Scope) -> list[str]:
    """Patterns for what is left of a division by three."""
    first = s.rng.choice(["0", "1", "0 | 2"])
    more = s.rng.choice([[], ["1"], ["k if k > 1"], ["2", "1"]])
    last = s.rng.choice([[], ["_"], ["rest"]])
    return [first, *more, *last]


Block = Callable[[Scope, int], list[str]]
"""What draws a number of statements."""


def region(s: Scope, block: Block) -> list[str]:
    """`with` or `try` around statements, whose names are there afterwards."""
    s.depth += 1
    rows = block(s, s.rng.choice([1, 2, 3]))
    s.depth -= 1
    return guarded(s, rows)


def choice(s: Scope, block: Block) -> list[str]:
    """`match` on a whole number."""
    arms, rows = [], [f"match {s.pick(s.integers())} % 3:"]
    for pattern in cases(s):
        arm = s.inner()
        rows.append(f"    case {pattern}:")
        rows += indent(indent(block(arm, s.rng.choice([1, 2]))))
        arms.append(arm)
    s.leave(*arms)
    return rows
