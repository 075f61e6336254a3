"""Check derivatives against differences of the function itself.

`check_grads` is for users' tests; `compare` also serves `symdiff check` and knows
nothing of how the gradient was made.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from symdiff.errors import UsageError
from symdiff.options import Options
from symdiff.structures import Path, fetch, leaves, matching, put

Method = Literal["central", "complex"]
STEPS = (1e-2, 1e-3, 1e-4, 1e-5)
SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number of a gradient, and what differences, or the other mode, say of it."""

    where: str
    got: float
    want: float
    ok: bool
    other: str = "differences"

    @property
    def error(self) -> float:
        """The difference, relative to the larger of the two where that exceeds 1."""
        return abs(self.got - self.want) / max(1.0, abs(self.got), abs(self.want))

    def __str__(self) -> str:
        return f"{self.where}: symdiff {self.got:.9g}, {self.other} {self.want:.9g}"


def check_grads(
    fun: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = ("fwd", "rev"),
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Raise `AssertionError` where symdiff's derivatives and differences disagree.

    Every float argument is checked, containers leaf by leaf; a result that is no
    number is multiplied by random cotangents. With both modes it is also checked that
    they agree with each other. `order` 2 does the same for the gradient, 3 for the
    gradient of the gradient along a random direction, and so on.
    """
    if order < 1 or not modes or set(modes) - {"fwd", "rev"}:
        raise UsageError("check_grads takes an order from 1, and modes 'fwd' and 'rev'")
    argnums = active(args)
    if not argnums:
        raise UsageError("no argument is a float, or holds one: nothing to check")
    name = getattr(fun, "__name__", "the function")
    for level in range(1, order + 1):
        loose = 10 ** (level - 1)
        wrong = _disagreements(fun, args, argnums, modes, loose * rtol, loose * atol)
        _raise(f"the {_ordinal(level)} of {name} is wrong", wrong)
        if level < order:
            fun, args = _next(fun, args, argnums)


def _next(
    fun: Callable[..., Any], args: Sequence[Any], argnums: tuple[int, ...]
) -> tuple[Callable[..., Any], Sequence[Any]]:
    """The gradient of a function; of a gradient, its derivative in a direction."""
    from symdiff.derived import GradFunction

    if not isinstance(fun, GradFunction):
        return GradFunction(fun, Options(argnums=argnums)), args
    rng = np.random.default_rng(len(args))
    ways = [drawn(args[n], rng) for n in argnums]
    made: GradFunction[...] = GradFunction(
        fun, Options(argnums=argnums, transform="hvp")
    )
    return made, [*args, *ways]


def _ordinal(level: int) -> str:
    words = {1: "gradient", 2: "second derivative", 3: "third derivative"}
    return words.get(level, f"derivative of order {level}")


def check_rule(fun: Any, args: Sequence[Any]) -> None:
    """Raise `AssertionError` where a rule of the user's and differences disagree.

    The static parameters are not moved. A rule with a tangent is checked in forward
    mode too. Raises `UsageError` if `fun` has not been given to `symdiff.rule`.
    """
    from symdiff.frontend.library import ruled

    entry = ruled(fun)
    if entry is None or entry.user is None:
        raise UsageError(f"no rule has been declared for {fun!r}")
    static, names = entry.user.static, [p.name for p in entry.params]
    argnums = tuple(n for n in active(args) if names[n] not in static)
    modes = ("fwd", "rev") if all(case.dot for case in entry.cases) else ("rev",)
    wrong = _disagreements(fun, args, argnums, modes, 1e-6, 1e-8)
    _raise(f"the rule of {entry.op} is wrong", wrong)


def _raise(what: str, wrong: list[Comparison]) -> None:
    if not wrong:
        return
    listed = "\n".join(f"  {row}" for row in wrong[:10])
    more = f"\n  and {len(wrong) - 10} more" if len(wrong) > 10 else ""
    raise AssertionError(f"{what}:\n{listed}{more}")


def _disagreements(
    fun: Callable[..., Any],
    args: Sequence[Any],
    argnums: Sequence[int],
    modes: Sequence[str],
    rtol: float,
    atol: float,
) -> list[Comparison]:
    """Compare first derivatives of `fun` with differences, and with each other."""
    from symdiff.transforms import jvp, vjp

    rng = np.random.default_rng(1)
    seed = drawn(fun(*copy.deepcopy(list(args))), rng)
    ways = {n: drawn(args[n], rng) for n in argnums}

    @wraps(fun, updated=())
    def weighed(*trial: Any) -> float:
        return inner(seed, fun(*trial))

    rows: list[Comparison] = []
    numbers: list[float] = []
    if "rev" in modes:
        bars = vjp(fun, *args)[1](seed)
        found = [bars[n] for n in argnums]
        rows += compare(weighed, found, args, argnums, rtol=rtol, atol=atol)
        numbers.append(sum(inner(bars[n], ways[n]) for n in argnums))
    if "fwd" in modes:
        tangents = [ways.get(n) for n in range(len(args))]
        slope = inner(seed, jvp(fun, args, tangents)[1])
        numbers.append(slope)

        def line(step: float) -> float:
            return weighed(*moved(args, ways, step))

        (row, *_) = compare(line, [slope], [0.0], [0], rtol=rtol, atol=atol)
        rows.append(dataclasses.replace(row, where="forward mode, one direction"))
    if len(numbers) == 2:
        bound = 1e-10 * (1 + max(map(abs, numbers)))
        close = abs(numbers[0] - numbers[1]) <= bound
        where = "reverse mode, one direction"
        reverse, forward = numbers
        rows.append(Comparison(where, reverse, forward, close, "forward mode"))
    return [row for row in rows if not row.ok]


def drawn(like: Any, rng: np.random.Generator) -> Any:
    """Draw random floats in the structure of a value; what is no float becomes 0."""
    out = matching(None, like, "the direction", "value")
    for path, leaf in leaves(like):
        new = rng.normal(size=np.shape(leaf))
        kind = np.asarray(leaf).dtype
        out = put(out, path, new.astype(kind) if np.shape(leaf) else float(new))
    return out


def inner(a: Any, b: Any) -> float:
    """Sum the products of the float leaves of two values; None stands for zero."""
    pairs = [(np.asarray(x, dtype=np.float64), fetch(b, path)) for path, x in leaves(a)]
    return sum(float(np.sum(x * y)) for x, y in pairs if y is not None)


def moved(args: Sequence[Any], ways: dict[int, Any], step: float) -> list[Any]:
    """Move arguments by a step along directions, by position."""
    out = copy.deepcopy(list(args))
    for n, way in ways.items():
        for path, leaf in leaves(args[n]):
            out[n] = put(out[n], path, leaf + step * fetch(way, path))
    return out


def active(args: Sequence[Any]) -> tuple[int, ...]:
    """List the positions of the arguments that hold a float."""
    return tuple(i for i, arg in enumerate(args) if any(leaves(arg)))


def compare(
    fun: Callable[..., Any],
    gradients: Sequence[Any],
    args: Sequence[Any],
    argnums: Sequence[int],
    *,
    method: Method = "central",
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> list[Comparison]:
    """Compare `gradients`, one for each of `argnums`, with differences of `fun`.

    Up to 40 numbers of every array are moved one by one, and all of them together in
    one random direction. The complex step is exact but needs a function that is
    analytic: no abs, no comparison, no conversion to float.
    """
    names = _names(fun, len(args))
    rng = np.random.default_rng(0)
    rows: list[Comparison] = []
    for argnum, gradient in zip(argnums, gradients, strict=True):
        for path, leaf in leaves(args[argnum], whole=True):
            got = np.asarray(fetch(gradient, path))
            where = names[argnum] + "".join(f"[{key!r}]" for key in path)
            if got.shape != np.shape(leaf):
                shapes = f"{got.shape}, not {np.shape(leaf)}"
                raise AssertionError(f"the gradient of {where} has shape {shapes}")
            along = partial(_along, fun, args, argnum, path)
            for label, direction in _directions(leaf, rng):
                want, error = _derivative(along, direction, method, leaf)
                found = float(np.sum(got * direction))
                size = max(abs(want), abs(found))
                bound = atol + rtol * size + min(10 * error, 1e-4 * (1 + size))
                ok = bool(abs(found - want) <= bound or found == want)
                rows.append(Comparison(where + label, found, want, ok))
    return rows


def _names(fun: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(fun).parameters)
    except (TypeError, ValueError):
        names = []
    return names[:count] + [f"argument {i}" for i in range(len(names), count)]


def _directions(
    leaf: Any, rng: np.random.Generator
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield single entries of the leaf's shape, then one direction that moves all."""
    shape = np.shape(leaf)
    size = int(np.prod(shape))
    chosen = np.arange(size)
    if size > SAMPLES:
        chosen = np.sort(rng.choice(size, SAMPLES, replace=False))
    for flat in chosen:
        direction = np.zeros(shape)
        index = tuple(map(int, np.unravel_index(flat, shape)))
        direction[index] = 1.0
        yield (f"[{', '.join(map(str, index))}]" if shape else ""), direction
    if size > 1:
        yield " along a random direction", rng.normal(size=shape) / np.sqrt(size)


def _along(
    fun: Callable[..., Any],
    args: Sequence[Any],
    argnum: int,
    path: Path,
    shift: NDArray[Any],
) -> Any:
    """Evaluate the function with one leaf shifted, on copies of the arguments."""
    trial = copy.deepcopy(list(args))
    leaf = np.asarray(fetch(trial[argnum], path))
    kind = leaf.dtype if shift.dtype.kind == "f" and leaf.dtype.kind == "f" else None
    moved = (leaf + shift).astype(kind or (leaf + shift).dtype)
    plain = isinstance(fetch(args[argnum], path), float | int)
    trial[argnum] = put(trial[argnum], path, moved.item() if plain else moved[()])
    return fun(*trial)


def _derivative(
    along: Callable[[NDArray[Any]], Any],
    direction: NDArray[np.float64],
    method: Method,
    leaf: Any,
) -> tuple[float, float]:
    """Return the derivative in a direction, and how far it may be off.

    Central differences are extrapolated once, and the step is the one at which they
    settle best: a long one suits a smooth function, a short one a nearby kink.
    """
    if method == "complex":
        return float(np.imag(along(direction * 1e-30j)) / 1e-30), 0.0
    found: list[float] = []
    for step in STEPS:
        wide = _central(along, direction, step)
        near = _central(along, direction, step / 2)
        found.append((4 * near - wide) / 3)
    value = np.asarray(along(0 * direction))
    noise = max(_epsilon(leaf), _epsilon(value)) * (1 + abs(float(value)))
    errors = [
        abs(a - b) + noise / step
        for (a, b), step in zip(pairwise(found), STEPS, strict=False)
    ]
    best = min(
        range(len(errors)), key=lambda i: (not np.isfinite(errors[i]), errors[i])
    )
    return found[best], errors[best]


def _epsilon(value: Any) -> float:
    dtype = np.asarray(value).dtype
    return float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)


def _central(
    along: Callable[[NDArray[Any]], Any], direction: NDArray[np.float64], step: float
) -> float:
    ahead, behind = along(direction * step), along(direction * -step)
    return float((np.float64(ahead) - np.float64(behind)) / (2 * step))
