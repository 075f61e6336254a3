"""Random simple statements on names: bindings, views, aliases, swaps, calls."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable

from expressions import call, expression, index, part, scalar
from scope import NEW, Scope, Shape, Value

Statement = Callable[[Scope], list[str] | None]

PLAIN = "s t u v w p q r a b c e g h total acc tmp left right"
ODD = "x_bar x_1 s_2 t_tape out x_dot v_bar over y_bar t_1 i_2 carry done"


def new_name(s: Scope) -> str:
    """A name that is not in sight; now and then one that a compiler would use."""
    pool = ODD if s.has("names") and s.chance(0.2) else PLAIN
    free = [n for n in pool.split() if n not in s.names and n not in s.frozen]
    return s.pick(free) if free else f"z{len(s.names)}"


def unused(s: Scope, prefix: str) -> str:
    """A name for a whole number: `i`, or `i2`, `i3`, ..."""
    names = (prefix if k == 1 else f"{prefix}{k}" for k in itertools.count(1))
    return next(n for n in names if n not in s.names)


def target(s: Scope, shape: Shape, text: str = "", shared: bool = False) -> str:
    """A name to bind to `text`: mostly one that has a value of that shape already."""
    shared = shared or bool(shape and text and homes(s, text))
    known = [n for n in s.of_shape(shape) if n not in s.frozen]
    known = [n for n in known if s.may_bind(n, shared)]
    if known and s.chance(0.65):
        return s.pick(known)
    return new_name(s)


def some_shape(s: Scope) -> Shape:
    """A shape; numbers are the most frequent."""
    shapes: list[Shape] = [(), (), (), (s.n,), (s.n,), (s.m,)]
    if s.has("matrices"):
        shapes += [(s.m, s.n), (s.m, s.m)]
    return s.rng.choice(shapes)


def bounded(s: Scope, shape: Shape) -> str:
    """An expression to carry around a loop."""
    text = expression(s, shape)
    if not s.loops or s.chance(0.2):
        return text
    f = s.pick(["np.tanh", "np.sin", "np.cos"])
    names = s.of_shape(shape)
    if names and s.chance(0.4):
        return f"0.7 * {s.pick(names)} + 0.4 * {f}({text})"
    return f"{f}({text})"


def source(text: str) -> ast.expr:
    """What an expression is a view of: a name, a call of a helper, or itself."""
    node = ast.parse(text, mode="eval").body
    while True:
        match node:
            case ast.Subscript(value=inner) | ast.Attribute(value=inner):
                node = inner
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np"), attr="flip" | "ravel"),
                args=[inner, *_],
            ):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="reshape" | "ravel")):
                node = inner
            case _:
                return node


def fresh(s: Scope, text: str) -> bool:
    """Whether the value of an expression shares no memory with an argument."""
    match source(text):
        case ast.Name(id=name):
            return name in s.names and s.names[name].writable
        case ast.Call(func=ast.Name()):
            return False
    return True


def homes(s: Scope, text: str) -> frozenset[int]:
    """The storage of arrays in sight that the value of an expression may be in."""
    match source(text):
        case ast.Name(id=name):
            return s.names[name].homes if name in s.names else frozenset()
        case ast.Call(func=ast.Name()) as node:
            names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
            known = [s.names[n].homes for n in names if n in s.names]
            return frozenset().union(*known)
    return frozenset()


def bind(s: Scope, name: str, text: str, shape: Shape) -> str:
    """`name = text`, with the scope told."""
    s.names[name] = bound(s, text, shape)
    return f"{name} = {text}"


def bound(s: Scope, text: str, shape: Shape) -> Value:
    """The value of an expression, with the storage that it may be in."""
    if not shape:
        return Value()
    home = homes(s, text) or frozenset({next(NEW)})
    return Value(shape, writable=fresh(s, text), homes=home)


def assign(s: Scope) -> list[str]:
    """`s = e`, `v = e`."""
    shape = some_shape(s)
    text = bounded(s, shape)
    return [bind(s, target(s, shape, text), text, shape)]


def rebind(s: Scope) -> list[str] | None:
    """Give a name a value of another shape: only where every path passes."""
    if s.depth:
        return None
    names = [n for n, v in s.names.items() if not v.integer and not v.items]
    shape = some_shape(s)
    return [bind(s, s.pick(names), bounded(s, shape), shape)] if names else None


def augment(s: Scope) -> list[str] | None:
    """`s += e`, `s *= e` on numbers."""
    names = [n for n in s.of_shape(()) if n not in s.frozen]
    if not names:
        return None
    name = s.pick(names)
    factor = f"{s.pick(['np.cos', 'np.tanh'])}({scalar(s)})"
    shift = f"0.5 * np.sin({scalar(s)})" if s.loops else scalar(s)
    row = s.pick([f"+= {shift}", f"+= {shift}", f"-= {shift}", f"*= {factor}"])
    return [f"{name} {row}"]


def swap(s: Scope) -> list[str] | None:
    """`a, b = b, a`, `a, b = e1, e2`, `a, b, c = b, c, a`."""
    shape = s.rng.choice([(), (), (s.n,)])
    names = [n for n in s.of_shape(shape) if n not in s.frozen]
    names = [n for n in names if s.may_bind(n, shared=True)]
    if len(names) < 2:
        return None
    found = s.rng.sample(names, min(len(names), s.rng.choice([2, 2, 3])))
    if s.chance(0.6):
        right = found[1:] + found[:1]
    else:
        right = [bounded(s, shape) for _ in found]
    values = [bound(s, text, shape) for text in right]
    s.names.update(zip(found, values, strict=True))
    return [f"{', '.join(found)} = {', '.join(right)}"]


def chain(s: Scope) -> list[str]:
    """`a = b = e`."""
    shape = s.rng.choice([(), (), (s.n,)])
    text = bounded(s, shape)
    a, b = target(s, shape, shared=True), target(s, shape, shared=True)
    bind(s, a, text, shape)
    s.names[b] = s.names[a]
    return [f"{a} = {b} = {text}"]


def alias(s: Scope) -> list[str] | None:
    """`y = x` of arrays."""
    names = [n for n in s.names if s.names[n].shape]
    if not names:
        return None
    old = s.pick(names)
    shape = s.names[old].shape
    return [bind(s, target(s, shape, old), old, shape)]


def view(s: Scope) -> list[str] | None:
    """`y = x[1:-1]`, `y = A[i]`, `y = A.T`."""
    names = [n for n in s.names if s.names[n].shape]
    if not names:
        return None
    old = s.pick(names)
    shape = s.names[old].shape
    if len(shape) == 1:
        text, n = part(s, shape[0])
        text = f"{old}[{text}]"
        return [bind(s, target(s, (n,), text), text, (n,))] if n else None
    forms = [
        (f"{old}[{index(s, shape[0])}]", shape[1:]),
        (f"{old}[:, {index(s, shape[1])}]", shape[:1]),
        (f"{old}.T", shape[::-1]),
    ]
    if s.has("reshape") and s.has("wild"):
        # A view or a copy, which depends on how the array lies in memory.
        forms.append((f"{old}.reshape(-1)", (shape[0] * shape[1],)))
    text, shape = s.rng.choice(forms)
    return [bind(s, target(s, shape, text), text, shape)]


def flatten(s: Scope) -> list[str]:
    """`A = np.zeros((m, n))`, `v = A.reshape(-1)`: surely a view."""
    shape = (s.m, s.n)
    made = s.pick([f"np.zeros({shape})", f"np.full({shape}, {scalar(s, 0)})"])
    name = new_name(s)
    rows = [bind(s, name, made, shape)]
    text = s.pick([f"{name}.reshape(-1)", f"{name}.ravel()", f"np.ravel({name})"])
    return [*rows, bind(s, new_name(s), text, (s.m * s.n,))]


def unpack(s: Scope) -> list[str] | None:
    """`a, b = v` for a short vector."""
    vectors = s.of_shape((s.m,))
    if not vectors:
        return None
    names: list[str] = []
    while len(names) < s.m:
        names += {target(s, ())} - {*names, *s.frozen}
    rows = [f"{', '.join(names)} = {s.pick(vectors)}"]
    s.names.update({name: Value() for name in names})
    return rows


def several(s: Scope) -> list[str] | None:
    """`a, b = helper(x)`."""
    found = [h for h in s.helpers if len(h.results) > 1]
    if not found:
        return None
    h = s.rng.choice(found)
    text = call(s, h.results, 1, statement=True)
    assert text is not None
    found_homes = homes(s, text)
    names: list[str] = []
    for shape in h.results:
        name = target(s, shape, text)
        while name in names:
            name = new_name(s) if s.chance(0.7) else f"{name}_"
        names.append(name)
        home = found_homes or frozenset({next(NEW)}) if shape else frozenset()
        s.names[name] = Value(shape, writable=not shape, homes=home)
    return [f"{', '.join(names)} = {text}"]


def single(s: Scope) -> list[str] | None:
    """`a = helper(x)`."""
    found = [h for h in s.helpers if len(h.results) == 1]
    if not found:
        return None
    results = s.rng.choice(found).results
    text = call(s, results, 1, statement=True)
    assert text is not None
    return [bind(s, target(s, results[0], text), text, results[0])]


def whole(s: Scope) -> list[str]:
    """`k = 0`, `k = k + 1`, `k = len(v)`."""
    free = [n for n in s.integers() if n not in s.frozen and s.names[n].low is None]
    vectors = s.of_rank(1)
    if free and s.chance(0.7):
        name = s.pick(free)
        return [s.pick([f"{name} += 1", f"{name} = ({name} + 2) % 5", f"{name} = 1"])]
    name = unused(s, "k")
    s.names[name] = Value((), integer=True)
    texts = [str(s.rng.randrange(4))]
    matrices = s.of_rank(2)
    if matrices and s.chance(0.3):
        other = unused(s, "k")
        s.names[other] = Value((), integer=True)
        return [f"{name}, {other} = {s.pick(matrices)}.shape"]
    if vectors:
        v = s.pick(vectors)
        texts += [f"len({v})", f"{v}.shape[0] - 1", f"{v}.size"]
    return [f"{name} = {s.pick(texts)}"]
