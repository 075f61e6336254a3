"""Random statements that store: into arrays, lists and dictionaries; and the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import functions
import nests
import statements as plain
from expressions import index, part, scalar, vector
from scope import Scope, Shape, Value
from statements import bind, bounded, target

Statement = Callable[[Scope], list[str] | None]


def _update(s: Scope, shape: Shape) -> str:
    """The right of a store: `= e`, `+= e`, `*= e`."""
    e = bounded(s, s.rng.choice([shape, ()]))
    row = s.rng.choice(["=", "=", "+=", "+=", "-=", "*="])
    if row == "*=":
        return f"*= np.cos({e})"
    return f"{row} 0.6 * np.sin({e})" if row != "=" and s.loops else f"{row} {e}"


def store(s: Scope) -> list[str] | None:
    """`v[i] = e`, `v[1:] += e`, `A[i, j] *= e`, `A[:, j] = e`, `A[i][j] = e`."""
    names = s.of_rank(1, writable=True) + s.of_rank(2, writable=True)
    if not names:
        return None
    name = s.pick(names)
    shape = s.names[name].shape
    if len(shape) == 1:
        if s.has("slices") and s.chance(0.3):
            text, n = part(s, shape[0])
            return [f"{name}[{text}] {_update(s, (n,))}"] if n else None
        return [f"{name}[{index(s, shape[0])}] {_update(s, ())}"]
    i, j = index(s, shape[0]), index(s, shape[1])
    places: list[tuple[str, Shape]] = [
        (f"{name}[{i}, {j}]", ()),
        (f"{name}[{i}][{j}]", ()),
        (f"{name}[{i}]", shape[1:]),
        (f"{name}[:, {j}]", shape[:1]),
    ]
    place, rest = s.rng.choice(places)
    return [f"{place} {_update(s, rest)}"]


def inplace(s: Scope) -> list[str] | None:
    """`v *= e`, `v += e`, `v[:] = e` on whole arrays."""
    names = s.of_rank(1, writable=True) + s.of_rank(2, writable=True)
    if not names:
        return None
    name = s.pick(names)
    shape = s.names[name].shape
    return [s.pick([f"{name} ", f"{name} ", f"{name}[:] "]) + _augmented(s, shape)]


def _augmented(s: Scope, shape: Shape) -> str:
    row = _update(s, shape)
    return f"+{row}" if row.startswith("= ") else row


def masked(s: Scope) -> list[str] | None:
    """`v[v > c] = e`, `v[v < c] *= e`: wherever a condition holds."""
    names = s.of_rank(1, writable=True)
    if not names:
        return None
    name = s.pick(names)
    return [f"{name}[{name} {s.pick(['<', '>'])} {s.number()}] {_update(s, ())}"]


def gathered(s: Scope) -> list[str] | None:
    """`v[[0, 2, 0]] = e`, also with one place twice: the last store wins."""
    names = s.of_rank(1, writable=True)
    if not names:
        return None
    name = s.pick(names)
    n = s.names[name].shape[0]
    count = s.rng.choice([2, 3])
    places = [s.rng.randrange(-n, n) for _ in range(count)]
    return [f"{name}[{places}] {_update(s, (count,))}"]


def rows(s: Scope) -> list[str] | None:
    """`A[:] = v`, `A += v`: a row for every row."""
    names = s.of_rank(2, writable=True)
    if not names:
        return None
    name = s.pick(names)
    e = bounded(s, s.names[name].shape[1:])
    if s.loops:
        return [f"{name} {s.pick(['+=', '-='])} 0.3 * np.sin({e})"]
    return [s.pick([f"{name}[:] = {e}", f"{name} += {e}", f"{name}[...] = {e}"])]


def output(s: Scope) -> list[str] | None:
    """`np.multiply(v, w, out=v)`."""
    names = s.of_rank(1, writable=True)
    if not names:
        return None
    name = s.pick(names)
    e = f"np.cos({bounded(s, s.names[name].shape)})"
    op = s.pick(["add", "multiply", "subtract"])
    return [f"np.{op}(0.5 * {name}, {e}, out={name})"]


def make_array(s: Scope) -> list[str]:
    """`v = np.zeros(n)`, filled later."""
    shape = s.rng.choice(
        [(s.n,), (s.n,), (s.m, s.n)] if s.has("matrices") else [(s.n,)]
    )
    size = str(shape[0]) if len(shape) == 1 else str(shape)
    f = s.pick(["np.zeros", "np.zeros", "np.ones"])
    like = s.of_shape(shape)
    text = f"{f}({size})"
    if like and s.chance(0.4):
        name = s.pick(like)
        text = s.pick([f"np.zeros_like({name})", f"{name}.copy()", f"{name} * 1.0"])
    name = target(s, shape, text)
    rows = [bind(s, name, text, shape)]
    if len(shape) == 1 and s.has("stores"):
        rows.append(f"{name}[{index(s, shape[0])}] = {bounded(s, ())}")
    return rows


def make_list(s: Scope) -> list[str]:
    """`l = [a, b]`, `l.append(e)`, `l[0] = e`."""
    lists = s.lists()
    if lists and s.chance(0.75):
        name = s.pick(lists)
        at = s.rng.randrange(s.names[name].items)
        text = bounded(s, ())
        forms = [[f"{name}.append({text})"], [f"{name}[{at}] = {text}"]]
        if s.has("pops"):
            kept = target(s, ())
            forms.append([f"{name}.extend([{text}, {scalar(s, 0)}])"])
            forms.append([f"{name}.append({text})", f"{kept} = {name}.pop()"])
        found = s.rng.choice(forms)
        if found[-1].endswith(".pop()"):
            s.names[kept] = Value()
        return found
    name = f"items{len(lists)}"
    n = s.rng.choice([1, 2, 3])
    text = f"[{', '.join(scalar(s, 1) for _ in range(n))}]"
    s.names[name] = Value((), items=n)
    return [f"{name} = {text}"]


def comprehension(s: Scope) -> list[str]:
    """`v = np.array([f(e) for e in w])`, `s = sum(e * a for e in w)`."""
    inner = s.inner()
    inner.names["item"] = Value()
    source, body = vector(s, s.n, 1), scalar(inner, 1)
    if s.chance(0.5):
        text = f"np.array([{body} for item in {source}])"
        return [bind(s, target(s, (s.n,)), text, (s.n,))]
    return [bind(s, target(s, ()), f"sum([{body} for item in {source}])", ())]


def steps(s: Scope) -> list[str]:
    """A loop over a generator or a `map`, which may change what the steps read."""
    name, start = target(s, ()), scalar(s, 0)
    s.names[name] = Value()
    inner = s.inner()
    inner.names["item"] = Value()
    source, body = vector(s, s.n, 1), scalar(inner, 1)
    forms = [f"({body} for item in {source})", f"map(lambda item: {body}, {source})"]
    turn = f"    {name} = 0.5 * {name} + np.tanh(part)"
    return [f"{name} = {start}", f"for part in {s.rng.choice(forms)}:", turn]


def dictionary(s: Scope) -> list[str]:
    """`d = {"a": e}` and its use."""
    a, b, c = scalar(s, 1), scalar(s, 1), scalar(s, 0)
    rows = [f"conf = {{'a': {a}, 'b': {b}}}", f"conf['a'] = conf['b'] * {c}"]
    name = target(s, ())
    s.names[name] = Value()
    return [*rows, f"{name} = np.sin(conf['a'] + conf['b'])"]


def closure(s: Scope) -> list[str]:
    """A function inside the function, called at once."""
    inner = replace(s.inner(), frozen=s.frozen)
    inner.names["arg"] = Value()
    body, argument = scalar(inner, 1), scalar(s, 1)
    name = target(s, ())
    s.names[name] = Value()
    return ["def local(arg):", f"    return {body}", f"{name} = local({argument})"]


def effect(s: Scope) -> list[str]:
    """An assertion that holds."""
    return [f"assert {scalar(s, 0)} < 1e6, 'too large'"]


STATEMENTS: list[tuple[int, str, Statement]] = [
    (6, "", plain.assign),
    (5, "", plain.augment),
    (2, "rebind", plain.rebind),
    (2, "swap", plain.swap),
    (1, "chain", plain.chain),
    (4, "alias", plain.alias),
    (3, "views", plain.view),
    (1, "reshape", plain.flatten),
    (6, "stores", store),
    (3, "inplace", inplace),
    (1, "masks", masked),
    (1, "gathers", gathered),
    (1, "rows", rows),
    (1, "out", output),
    (1, "unpack", plain.unpack),
    (3, "calls", plain.several),
    (2, "calls", plain.single),
    (2, "ints", plain.whole),
    (3, "stores", make_array),
    (4, "lists", make_list),
    (3, "comprehensions", comprehension),
    (1, "steps", steps),
    (2, "dicts", dictionary),
    (2, "closures", closure),
    (2, "recursion", functions.recursion),
    (2, "dispatch", functions.dispatch),
    (2, "star_args", functions.star),
    (1, "effects", effect),
    (2, "walrus", nests.walrus),
    (2, "nests", nests.nest),
    (2, "picking", nests.picking),
    (2, "objects", nests.objects),
]
