"""Vectors and matrices that the generator can write."""

from __future__ import annotations

from grammar import Production, call, index, matrix, part, scalar, vector
from scope import Scope, Shape


def _vector_name(s: Scope, shape: Shape, d: int) -> str | None:
    (n,) = shape
    names = s.of_shape((n,))
    return s.pick(names) if names else None


def _vector_part(s: Scope, shape: Shape, d: int) -> str | None:
    (n,) = shape
    names = s.of_rank(1)
    if not names:
        return None
    name = s.pick(names)
    text, length = part(s, s.names[name].shape[0])
    return f"{name}[{text}]" if length == n else None


def _line(s: Scope, shape: Shape, d: int) -> str | None:
    (n,) = shape
    names = s.of_rank(2)
    if not names:
        return None
    name = s.pick(names)
    rows, columns = s.names[name].shape
    if columns == n:
        i = index(s, rows)
        return s.pick([f"{name}[{i}]", f"{name}[{i}, :]", f"{name}[{i}]"])
    if rows == n:
        j = index(s, columns)
        return s.pick([f"{name}[:, {j}]", f"{name}.T[{j}]"])
    return None


def _gather(s: Scope, shape: Shape, d: int) -> str | None:
    (n,) = shape
    names = s.of_rank(1)
    if not names:
        return None
    name = s.pick(names)
    length = s.names[name].shape[0]
    return f"{name}[{[s.rng.randrange(-length, length) for _ in range(n)]}]"


def _display(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    return f"np.array([{', '.join(scalar(s, d - 1) for _ in range(n))}])"


def _filled(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    return s.pick([f"np.full({n}, {scalar(s, 0)})", f"np.ones({n}) * {scalar(s, 0)}"])


def _mapped(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    e = vector(s, n, d - 1)
    return s.pick(
        [
            f"np.{s.pick(['sin', 'cos', 'tanh', 'arctan'])}({e})",
            f"np.exp(-({e}) ** 2)",
            f"np.sqrt(1.0 + ({e}) ** 2)",
            f"np.abs({e})",
            f"-({e})",
        ]
    )


def _combined(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    a, b = vector(s, n, d - 1), vector(s, n, d - 1)
    return s.pick(
        [
            f"({a} + {b})",
            f"({a} - {b})",
            f"({a}) * ({b})",
            f"np.maximum({a}, {b})",
            f"({a}) / (1.2 + ({b}) ** 2)",
            f"({a}) * ({b})",
        ]
    )


def _scaled(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    a, b = vector(s, n, d - 1), scalar(s, d - 1)
    return s.pick([f"({a}) * ({b})", f"({b}) * ({a})", f"({a} + {b})", f"({b} - {a})"])


def _selected(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    a, b, c = (vector(s, n, d - 1) for _ in range(3))
    return f"np.where({a} > {scalar(s, 0)}, {b}, {c})"


def _shuffled(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    a = vector(s, n, d - 1)
    k = s.rng.randrange(1, n) if n > 1 else 0
    return s.pick(
        [
            f"np.cumsum({a})",
            f"np.roll({a}, {k})",
            f"({a})[::-1]",
            f"({a}).copy()",
            f"({a} - np.mean({a}))",
            f"np.concatenate([({a})[{k}:], ({a})[:{k}]])",
            f"np.flip({a})",
            f"np.clip({a}, -1.0, 1.1)",
        ]
    )


def _product(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    a = matrix(s, (n, s.m), d - 1)
    return s.pick([f"({a}) @ ({vector(s, s.m, d - 1)})", f"np.sum({a}, axis=1)"])


def _column_sum(s: Scope, shape: Shape, d: int) -> str:
    (n,) = shape
    return f"np.{s.pick(['sum', 'mean'])}({matrix(s, (s.m, n), d - 1)}, axis=0)"


def _vector_call(s: Scope, shape: Shape, d: int) -> str | None:
    (n,) = shape
    return call(s, ((n,),), d)


VECTOR_LEAVES: list[Production] = [
    (6, "", _vector_name),
    (4, "slices", _vector_part),
    (2, "matrices", _line),
    (1, "fancy", _gather),
    (1, "", _filled),
]
VECTORS: list[Production] = [
    (4, "numpy", _mapped),
    (4, "", _combined),
    (3, "broadcast", _scaled),
    (1, "where", _selected),
    (2, "numpy", _shuffled),
    (1, "linalg", _product),
    (1, "matrices", _column_sum),
    (2, "calls", _vector_call),
    (1, "numpy", _display),
    (3, "", _vector_name),
    (1, "", _filled),
]


def _matrix_name(s: Scope, shape: Shape, d: int) -> str | None:
    names = s.of_shape(shape)
    return s.pick(names) if names else None


def _transposed(s: Scope, shape: Shape, d: int) -> str | None:
    names = s.of_shape(shape[::-1])
    return f"{s.pick(names)}.T" if names else None


def _outer(s: Scope, shape: Shape, d: int) -> str:
    a, b = vector(s, shape[0], d - 1), vector(s, shape[1], d - 1)
    return s.pick([f"np.outer({a}, {b})", f"({a})[:, None] * ({b})"])


def _matrix_mapped(s: Scope, shape: Shape, d: int) -> str:
    return f"np.{s.pick(['tanh', 'sin', 'cos'])}({matrix(s, shape, d - 1)})"


def _matrix_combined(s: Scope, shape: Shape, d: int) -> str:
    a = matrix(s, shape, d - 1)
    right = [matrix(s, shape, d - 1), scalar(s, d - 1), vector(s, shape[1], d - 1)]
    column = f"np.sum({matrix(s, shape, d - 1)}, axis=1, keepdims=True)"
    return f"({a}) {s.pick(['*', '+', '-'])} ({s.pick([*right, column])})"


def _matrix_product(s: Scope, shape: Shape, d: int) -> str:
    a = matrix(s, (shape[0], s.m), d - 1)
    return f"({a}) @ ({matrix(s, (s.m, shape[1]), d - 1)})"


MATRIX_LEAVES: list[Production] = [
    (4, "", _matrix_name),
    (2, "", _transposed),
    (1, "", _outer),
]
MATRICES: list[Production] = [
    (3, "", _matrix_name),
    (3, "numpy", _matrix_mapped),
    (3, "broadcast", _matrix_combined),
    (1, "linalg", _matrix_product),
    (2, "", _outer),
]
