"""Conditions and numbers that the generator can write."""

from __future__ import annotations

from grammar import Production, call, condition, index, matrix, scalar, vector
from scope import Scope, Shape


def _compare(s: Scope, shape: Shape, d: int) -> str:
    sign = s.pick(["<", ">", "<=", ">="])
    return f"{_leaf(s)} {sign} {scalar(s, d - 1)}"


def _near(s: Scope, shape: Shape, d: int) -> str:
    return f"{_leaf(s)} {s.pick(['<', '>'])} {s.number()}"


def _chained(s: Scope, shape: Shape, d: int) -> str:
    return f"{s.number()} < {_leaf(s)} < {scalar(s, d - 1)}"


def _leaf(s: Scope) -> str:
    """A variable or an item of one, if there is any."""
    return _name(s, (), 0) or _item(s, (), 0) or s.number()


def _boolean(s: Scope, shape: Shape, d: int) -> str:
    if s.chance(0.2):
        return f"not ({condition(s)})"
    return f"{condition(s)} {s.pick(['and', 'or'])} {condition(s)}"


def _whole(s: Scope, shape: Shape, d: int) -> str | None:
    ints = s.integers()
    if not ints:
        return None
    name = s.pick(ints)
    return s.pick([f"{name} % 2 == 0", f"{name} > 1", f"{name} != 1", f"{name} == 0"])


CONDITIONS: list[Production] = [
    (3, "compare", _compare),
    (2, "compare", _chained),
    (2, "boolean", _boolean),
    (3, "ints", _whole),
    (3, "", _near),
]


def _constant(s: Scope, shape: Shape, d: int) -> str:
    return s.number()


def _name(s: Scope, shape: Shape, d: int) -> str | None:
    names = s.of_shape(())
    return s.pick(names) if names else None


def _item(s: Scope, shape: Shape, d: int) -> str | None:
    names = s.of_rank(1)
    if not names:
        return None
    name = s.pick(names)
    return f"{name}[{index(s, s.names[name].shape[0])}]"


def _cell(s: Scope, shape: Shape, d: int) -> str | None:
    names = s.of_rank(2)
    if not names:
        return None
    name = s.pick(names)
    m, n = s.names[name].shape
    i, j = index(s, m), index(s, n)
    return s.pick([f"{name}[{i}, {j}]", f"{name}[{i}, {j}]", f"{name}[{i}][{j}]"])


def _counted(s: Scope, shape: Shape, d: int) -> str | None:
    ints = s.integers()
    return f"0.1 * {s.pick(ints)}" if ints else None


def _of_list(s: Scope, shape: Shape, d: int) -> str | None:
    lists = s.lists()
    if not lists:
        return None
    name = s.pick(lists)
    if s.chance(0.2):
        return f"0.2 * sum({name})"
    return f"{name}[{s.rng.randrange(-s.names[name].items, s.names[name].items)}]"


def _function(s: Scope, shape: Shape, d: int, module: str = "np") -> str:
    e = scalar(s, d - 1)
    arc = "math.atan" if module == "math" else "np.arctan"
    return s.pick(
        [
            f"{module}.{s.pick(['sin', 'cos', 'tanh'])}({e})",
            f"{arc}({e})",
            f"{module}.exp(-abs({e}))",
            f"{module}.exp(0.3 * {module}.sin({e}))",
            f"{module}.sqrt(1.0 + ({e}) ** 2)",
            f"{module}.log(1.5 + ({e}) ** 2)",
        ]
    )


def _math(s: Scope, shape: Shape, d: int) -> str:
    return _function(s, shape, d, "math")


def _arithmetic(s: Scope, shape: Shape, d: int) -> str:
    a, b = scalar(s, d - 1), scalar(s, d - 1)
    return s.pick(
        [
            f"({a} + {b})",
            f"({a} - {b})",
            f"({a}) * ({b})",
            f"({a}) * ({b})",
            f"({a}) / (1.5 + ({b}) ** 2)",
            f"0.5 * ({a}) + {b}",
            f"-({a})",
            f"({a}) ** {s.rng.choice([2, 3])}",
            f"{s.pick(['max', 'min'])}({a}, {b})",
        ]
    )


def _reduced(s: Scope, shape: Shape, d: int) -> str:
    v = vector(s, s.rng.choice([s.n, s.n, s.m, s.n - 1]), d - 1)
    return s.pick(
        [
            f"np.sum({v})",
            f"np.mean({v})",
            f"({v}).sum()",
            f"np.max({v})",
            f"sum({v})",
            f"0.3 * np.prod({v})",
            f"np.sqrt(1.0 + np.sum(({v}) ** 2))",
        ]
    )


def _reduced_matrix(s: Scope, shape: Shape, d: int) -> str:
    a = matrix(s, (s.m, s.n), d - 1)
    return s.pick([f"np.mean({a})", f"np.sum({a})", f"({a}).max()"])


def _inner(s: Scope, shape: Shape, d: int) -> str:
    a, b = vector(s, s.n, d - 1), vector(s, s.n, d - 1)
    return s.pick([f"({a}) @ ({b})", f"np.dot({a}, {b})"])


def _ternary(s: Scope, shape: Shape, d: int) -> str:
    return f"({scalar(s, d - 1)} if {condition(s)} else {scalar(s, d - 1)})"


def _call(s: Scope, shape: Shape, d: int) -> str | None:
    return call(s, ((),), d)


def _global(s: Scope, shape: Shape, d: int) -> str:
    return "G"


SCALAR_LEAVES: list[Production] = [
    (1, "globals", _global),
    (5, "", _name),
    (4, "", _item),
    (2, "matrices", _cell),
    (1, "ints", _counted),
    (2, "lists", _of_list),
    (2, "", _constant),
]
SCALARS: list[Production] = [
    (4, "numpy", _function),
    (3, "math", _math),
    (3, "reductions", _reduced),
    (1, "matrices", _reduced_matrix),
    (1, "linalg", _inner),
    (2, "ternary", _ternary),
    (3, "calls", _call),
    (6, "", _arithmetic),
]
