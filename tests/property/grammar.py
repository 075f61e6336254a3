"""The grammar of expressions: what a nonterminal can be, drawn by weight.

The productions are in `numeric` and `arrays`, and `expressions` enters them here.
"""

from __future__ import annotations

from collections.abc import Callable

from scope import Scope, Shape, Value

Production = tuple[int, str, Callable[[Scope, Shape, int], str | None]]

TABLES: dict[str, list[Production]] = {}

SLICES: list[tuple[int | None, int | None, int | None]] = [
    (1, None, None),
    (None, -1, None),
    (1, -1, None),
    (None, 2, None),
    (-2, None, None),
    (0, None, 1),
    (None, None, None),
    (None, None, 2),
    (1, None, 2),
    (None, None, -1),
    (None, 0, -1),
    (-1, None, -2),
]


def choose(s: Scope, table: str, shape: Shape, depth: int) -> str:
    """Draw a production by weight until one applies; the last one always does."""
    rows = [row for row in TABLES[table] if s.has(row[1])]
    for _ in range(30):
        (row,) = s.rng.choices(rows, [weight for weight, _, _ in rows])
        text = row[2](s, shape, depth)
        if text is not None:
            return text
    text = rows[-1][2](s, shape, depth)
    assert text is not None
    return text


def expression(s: Scope, shape: Shape, depth: int = 2) -> str:
    """An expression of a shape, moderate in value."""
    kind = ("scalar", "vector", "matrix")[len(shape)]
    return choose(s, kind if depth > 0 else f"{kind} leaf", shape, depth)


def scalar(s: Scope, depth: int = 2) -> str:
    """A number."""
    return expression(s, (), depth)


def vector(s: Scope, n: int, depth: int = 2) -> str:
    """A vector of length n."""
    return expression(s, (n,), depth)


def matrix(s: Scope, shape: Shape, depth: int = 2) -> str:
    """A matrix of a shape."""
    return expression(s, shape, depth)


def condition(s: Scope) -> str:
    """A condition that hardly ever sits on its edge."""
    return choose(s, "condition", (), 1)


def index(s: Scope, n: int) -> str:
    """An index into an axis of length n."""
    ints = s.integers()
    if ints and s.has("ints") and s.chance(0.75):
        name = s.pick(ints)
        v = s.names[name]
        if v.low is not None and v.high is not None:
            shift = s.rng.choice([0, 0, 0, -1, 1])
            if -n <= v.low + shift and v.high + shift < n:
                return name if not shift else f"{name} {'-+'[shift > 0]} 1"
            if v.low >= 0 and v.high < n and s.chance(0.5):
                return f"{n - 1} - {name}"
        return f"({name} + {s.rng.randrange(3)}) % {n}"
    return str(s.rng.randrange(-n, n))


def part(s: Scope, n: int) -> tuple[str, int]:
    """A slice of an axis of length n, and how long it is."""
    a, b, step = s.rng.choice(SLICES)
    shown = [str(v) if v is not None else "" for v in (a, b)]
    text = ":".join(shown) + (f":{step}" if step else "")
    return text, len(range(*slice(a, b, step).indices(n)))


def call(
    s: Scope, results: tuple[Shape, ...], depth: int, statement: bool = False
) -> str | None:
    """A call of a helper that returns values of these shapes, if there is one.

    One that stores into an argument is a statement of its own in a tame program.
    """
    tame = not statement and not s.has("wild")
    found = [h for h in s.helpers if h.results == results]
    found = [h for h in found if not (tame and h.stores)]
    if not found:
        return None
    h = s.rng.choice(found)
    args = [argument(s, p, depth) for p in h.params]
    if h.optional and s.chance(0.4):
        args.pop()
    elif s.has("keywords") and s.chance(0.3):
        args[-1] = f"{h.names[-1]}={args[-1]}"
    return f"{h.name}({', '.join(args)})"


def argument(s: Scope, p: Value, depth: int) -> str:
    """What to pass for a parameter; an array that is stored to is mostly a variable."""
    if p.integer:
        return s.pick([*s.integers(), "2"])
    if p.shape and p.writable:
        names = s.of_shape(p.shape, writable=True)
        copy = f"{expression(s, p.shape, 0)} + 0.1"
        return s.pick(names) if names and s.chance(0.7) else copy
    return expression(s, p.shape, depth - 1)
