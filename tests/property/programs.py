"""Random Python functions, a function of the seed and the features alone."""

from __future__ import annotations

import linecache
import random
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import numpy as np
from expressions import condition, scalar
from nests import CELL
from regions import choice, indent, region
from scope import NEW, Helper, Scope, Shape, Value
from statements import bounded, new_name, unused
from stores import STATEMENTS

HEADER = (
    "import functools\nimport itertools\nimport math\nimport numpy as np\n\n"
    "G = 0.75\n\n\n"
)


@dataclass(frozen=True)
class Program:
    """A module with a function `f`, its arguments, and which are differentiated."""

    source: str
    args: tuple[Any, ...]
    argnums: tuple[int, ...]
    seed: int = 0

    def copies(self) -> tuple[Any, ...]:
        """The arguments, arrays copied."""
        return tuple(np.copy(a) if isinstance(a, np.ndarray) else a for a in self.args)


def function(
    source: str, namespace: dict[str, Any] | None = None
) -> Callable[..., Any]:
    """Execute a module's text and give its `f`; `inspect.getsource` works on it."""
    filename = f"<program {hash(source) & 0xFFFFFFFF:08x}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    space: dict[str, Any] = {"__name__": "program"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        exec(compile(source, filename, "exec"), space)
    space.update(namespace or {})
    return space["f"]  # type: ignore[no-any-return]


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` if the block takes too long, by the processor's time."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def moderate(program: Program) -> float | None:
    """The value of a program, if it runs without a warning to a moderate number."""
    with np.errstate(all="raise"):
        try:
            with limited(2):
                value = function(program.source)(*program.copies())
        except (ArithmeticError, AssertionError, TimeoutError, ValueError):
            return None
    return float(value) if np.ndim(value) == 0 and abs(value) < 1e4 else None


def draw(
    rng: random.Random, features: frozenset[str], size: int, seed: int = 0
) -> Program:
    """Write a program, good or not."""
    s = Scope(rng, features, n=rng.choice([3, 4, 5, 6]), m=rng.choice([2, 3]))
    parts = [CELL.strip()] if s.has("objects") else []
    if s.has("calls"):
        for name in rng.sample(["helper", "step", "mix"], rng.choice([0, 1, 1, 2])):
            text, made = write_helper(s, name)
            parts.append(text)
            s.helpers.append(made)
    params = draw_params(s)
    s.names.update(params)
    rows = block(s, rng.randint(size // 2, size))
    rows.append(f"return {result(s)}")
    parts.append("\n".join([f"def f({', '.join(params)}):", *indent(rows)]))
    args = tuple(draw_argument(rng, v) for v in params.values())
    numbers = tuple(i for i, v in enumerate(params.values()) if not v.integer)
    return Program(HEADER + "\n\n\n".join(parts) + "\n", args, numbers, seed)


def draw_params(s: Scope) -> dict[str, Value]:
    """Parameters: at least one array, at least one number."""
    own = s.has("param_stores")
    shapes: list[Shape] = [(), (s.n,)]
    shapes += s.rng.sample(
        [(), (), (s.n,), (s.m,), (s.m, s.n)], s.rng.choice([0, 1, 2])
    )
    if not s.has("matrices"):
        shapes = [shape for shape in shapes if len(shape) < 2]
    s.rng.shuffle(shapes)
    names = {0: ["x", "y", "z"], 1: ["d", "f1", "b1"], 2: ["A", "B"]}
    out = {}
    for shape in shapes:
        name = names[len(shape)].pop(0)
        out[name] = own_storage(shape, own or not shape)
    if s.has("ints") and s.chance(0.3):
        out["count"] = Value((), integer=True)
    return out


def own_storage(shape: Shape, writable: bool) -> Value:
    """A parameter, which shares no storage with another one."""
    homes = frozenset({next(NEW)} if shape else ())
    return Value(shape, writable=writable, homes=homes)


def draw_argument(rng: random.Random, value: Value) -> Any:
    if value.integer:
        return rng.randrange(4)
    flat = [round(rng.uniform(-1.5, 1.5), 3) for _ in range(int(np.prod(value.shape)))]
    return np.array(flat).reshape(value.shape) if value.shape else flat[0]


def write_helper(s: Scope, name: str) -> tuple[str, Helper]:
    """A function with up to three parameters and one or two results."""
    stores = s.has("mutate_in_call") and s.chance(0.2)
    kinds: list[list[Shape]] = [[()], [(), ()], [(), (s.n,)], [(s.n,)], [(s.n,), ()]]
    shapes = s.rng.choice(kinds)
    if stores:
        shapes = [(s.n,), ()]
    params = [own_storage(shape, stores or not shape) for shape in shapes]
    names = ["x", "d", "t", "u"][: len(params)]
    if s.has("ints") and s.chance(0.2):
        params.append(Value((), integer=True))
        names.append("k")
    inner = s.inner()
    inner.depth = 0
    inner.names = dict(zip(names, params, strict=True))
    inner.helpers = list(s.helpers)
    if stores:
        inner.lent = frozenset().union(*(p.homes for p in params))
    inner.frozen = frozenset({"return"})
    rows = block(inner, s.rng.choice([0, 1, 2, 3]))
    results: tuple[Shape, ...] = s.rng.choice(
        [((),), ((),), ((s.n,),), ((), ()), ((), (s.n,))]
    )
    texts = [bounded(inner, shape) for shape in results]
    rows.append(f"return {', '.join(texts)}")
    optional = s.has("keywords") and s.chance(0.3) and params[-1] == Value()
    heads = [*names[:-1], f"{names[-1]}=0.5"] if optional else names
    header = f"def {name}({', '.join(heads)}):"
    made = Helper(name, tuple(names), tuple(params), results, optional, stores)
    return "\n".join([header, *indent(rows)]), made


def result(s: Scope) -> str:
    """A number that depends on most of what is in sight."""
    terms = []
    for name, v in s.names.items():
        if v.integer or (len(s.names) > 3 and s.chance(0.25)):
            continue
        scale = round(s.rng.uniform(-1.5, 1.5), 1) or 1.0
        text = name
        if v.items or len(v.shape) == 1:
            text = s.pick([f"sum({name})", f"np.sum(np.sin({name}))"])
        elif v.shape:
            text = s.pick([f"np.sum({name})", f"np.mean({name} ** 2)"])
        terms.append(text if scale == 1.0 else f"{scale} * {text}")
    return " + ".join(terms) or "0.0"


# ---- blocks


def block(s: Scope, count: int) -> list[str]:
    """A sequence of statements."""
    rows: list[str] = []
    for _ in range(count):
        rows += control(s) if s.depth < 3 and s.chance(0.3) else simple(s)
    return rows


def simple(s: Scope) -> list[str]:
    table = [row for row in STATEMENTS if s.has(row[1])]
    while True:
        (row,) = s.rng.choices(table, [weight for weight, _, _ in table])
        found = row[2](s)
        if found is not None:
            return found


def control(s: Scope) -> list[str]:
    """An `if`, a `for` or a `while`."""
    kinds = ["branch", "branch", "for", "for", "while", "each"]
    kinds = [k for k in kinds if s.has(k)]
    kinds += [k for k in ("regions", "match") if s.has(k)]
    if s.loops and not s.has("nested"):
        kinds = [k for k in kinds if k in ("branch", "regions", "match")]
    if not kinds:
        return simple(s)
    forms = {"branch": branch, "for": count, "while": repeat, "each": each}
    kind = s.pick(kinds)
    if kind == "regions":
        return region(s, block)
    if kind == "match" and s.integers():
        return choice(s, block)
    return forms.get(kind, branch)(s)


def branch(s: Scope) -> list[str]:
    arms, rows = [], []
    count = s.rng.choice([1, 2, 2, 3])
    for i in range(count):
        arm = s.inner()
        word = "if" if i == 0 else "elif" if i < count - 1 or s.chance(0.2) else "else"
        rows.append("else:" if word == "else" else f"{word} {condition(s)}:")
        body = block(arm, s.rng.choice([1, 1, 2, 3]))
        if s.has("return") and s.chance(0.15) and not s.frozen & {"return"}:
            body.append(f"return {scalar(arm)}")
        rows += indent(body)
        arms.append((word, arm))
    s.leave(*(arm for _, arm in arms))
    if arms[-1][0] == "else":
        shared = set.intersection(*(set(arm.names) for _, arm in arms))
        for name in sorted(shared - set(s.names)):
            values = [arm.names[name] for _, arm in arms]
            known = values[0]
            if known.shape and all(lonely(arm, name) for _, arm in arms):
                values = [replace(v, homes=known.homes) for v in values]
            if all(v == known for v in values):
                s.names[name] = known
    return rows


def lonely(s: Scope, name: str) -> bool:
    """Whether a variable shares no storage with another one."""
    mine = s.names[name].homes
    return not any(mine & v.homes for other, v in s.names.items() if other != name)


def count(s: Scope) -> list[str]:
    """`for i in range(...)`."""
    n = s.n
    vectors = s.of_shape((n,))
    v = s.pick(vectors) if vectors else ""
    forms = [
        (f"range({n})", 0, n - 1),
        (f"range(1, {n})", 1, n - 1),
        ("range(2)", 0, 1),
    ]
    forms += [(f"range({n - 1}, -1, -1)", 0, n - 1), (f"range(0, {n}, 2)", 0, n - 1)]
    forms += [
        (f"range(len({v}))", 0, n - 1),
        (f"range({v}.shape[0])", 0, n - 1),
    ] * bool(v)
    if s.has("zero_trip") and s.chance(0.15):
        free = [k for k in s.integers() if s.names[k].low is None]
        forms = [("range(0)", 0, 0), ("range(3, 1)", 0, 0)]
        forms += [(f"range({k} - 1)", 0, 50) for k in free]
    if s.has("reversed") and s.chance(0.15):
        forms = [(f"reversed(range({n}))", 0, n - 1)]
    text, low, high = s.rng.choice(forms)
    name = unused(s, "i")
    body = s.inner(loop=True)
    body.names[name] = Value((), integer=True, low=low, high=high)
    return [f"for {name} in {text}:", *indent(loop_body(s, body)), *otherwise(s)]


def otherwise(s: Scope) -> list[str]:
    """The `else` of a loop: what runs unless `break` has left it."""
    if not s.has("else") or not s.chance(0.15):
        return []
    inner = s.inner()
    rows = simple(inner)
    s.leave(inner)
    return ["else:", *indent(rows)]


def loop_body(s: Scope, body: Scope) -> list[str]:
    rows = block(body, s.rng.choice([1, 2, 2, 3, 4]))
    for word in ("break", "continue"):
        if s.has(word) and s.chance(0.3):
            stop = [f"if {condition(body)}:", *indent([*simple(body.inner()), word])]
            more = block(body, 1)
            rows = [*rows, *stop, *more]
    s.leave(body)
    return rows


def each(s: Scope) -> list[str]:
    """`for e in v`, also with `enumerate`, `zip` and `reversed`; `for r in A`."""
    body = s.inner(loop=True)
    vectors = s.of_shape((s.n,))
    matrices = s.of_shape((s.m, s.n))
    kinds = ["plain", "plain"] + [
        k for k in ("enumerate", "zip", "reversed") if s.has(k)
    ]
    kind = s.pick(kinds + ["rows"] * bool(matrices))
    if not vectors:
        return count(s)
    v = s.pick(vectors)
    numbers = [n for n in s.of_shape(()) if n not in s.frozen]
    shadow = s.has("shadow") and numbers and s.chance(0.25)
    name = s.pick(numbers) if shadow and kind != "rows" else new_name(s)
    body.names[name] = Value()
    over = [v]
    match kind:
        case "enumerate":
            index = unused(s, "i")
            body.names[index] = Value((), integer=True, low=0, high=s.n - 1)
            head = f"for {index}, {name} in enumerate({v}):"
        case "zip":
            other = new_name(body)
            body.names[other] = Value()
            second = s.pick(vectors)
            over.append(second)
            head = f"for {name}, {other} in zip({v}, {second}):"
        case "reversed":
            head = f"for {name} in reversed({v}):"
        case "rows":
            matrix = s.pick(matrices)
            over = [matrix]
            body.names[name] = replace(s.names[matrix], shape=(s.n,))
            head = f"for {name} in {matrix}:"
        case _:
            head = f"for {name} in {v}:"
    body.held = s.held.union(*(s.names[n].homes for n in over))
    return [head, *indent(loop_body(s, body))]


def repeat(s: Scope) -> list[str]:
    """A loop with a counter, and mostly with a condition on data beside it."""
    name = unused(s, "n")
    limit = s.rng.choice([0, 1, 2, 3, 4] if s.has("zero_trip") else [1, 2, 3, 4])
    start = [f"{name} = 0"]
    numbers = [n for n in s.of_shape(()) if n not in s.frozen]
    guard = f"{name} < {limit}"
    shrink: list[str] = []
    if numbers and s.chance(0.7):
        driver = s.pick(numbers)
        more = [f"abs({driver}) > 0.15", f"{driver} < 1.2", f"({condition(s)})"]
        guard = f"{guard} and {s.pick(more)}"
        shrink = [s.pick([f"{driver} *= 0.6", f"{driver} = {driver} + 0.35"])]
    body = s.inner(loop=True)
    body.frozen = s.frozen | {name}
    body.names[name] = Value((), integer=True, low=1, high=limit + 1)
    rows = [f"{name} += 1", *loop_body(s, body), *shrink]
    s.names[name] = Value((), integer=True)
    s.frozen = s.frozen | {name}
    return [*start, f"while {guard}:", *indent(rows), *otherwise(s)]
