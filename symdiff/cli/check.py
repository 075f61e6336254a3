"""`symdiff check`: run the function and its gradient, compare with differences."""

from __future__ import annotations

import argparse
import copy
import inspect
import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from symdiff.cli.failures import NEGATIVE, OK, USAGE, Failure
from symdiff.cli.grad import parse_argnums
from symdiff.cli.target import load_target, parse_target
from symdiff.cli.values import Draw, annotated, parse_at
from symdiff.errors import SymdiffError, UnsupportedError
from symdiff.suspects import Suspect, first_suspect
from symdiff.testing import Comparison, active, compare, drawn, inner
from symdiff.typespec import parse_types

TRIES = 20
DOT = 1e-9
"""How far apart the two modes may be, relative to the derivative."""


def run(args: argparse.Namespace) -> int:
    """Compare at one given point, or at several random ones; 1 if a number differs."""
    fun = load_target(parse_target(args.target))
    types = parse_types(args.types)
    fixed = parse_at(args.at, {**annotated(fun), **types})
    draw = Draw(fun, types, fixed)
    rng = np.random.default_rng(args.seed)
    points = 1 if set(draw.parameters) <= set(fixed) else args.random
    rows: list[Comparison] = []
    names: list[str] = []
    suspect: Suspect | None = None
    for _ in range(points):
        values = _point(fun, draw, rng)
        argnums = _argnums(fun, args.argnums, values)
        names = [list(draw.parameters)[i] for i in argnums]
        found = _compare(fun, values, argnums, args)
        if suspect is None and not all(row.ok for row in found):
            suspect = _suspect(fun, values, argnums)
        rows += found
    _report(args, names, points, rows, suspect)
    return OK if all(row.ok for row in rows) else NEGATIVE


def _compare(
    fun: Callable[..., Any],
    values: list[Any],
    argnums: tuple[int, ...],
    args: argparse.Namespace,
) -> list[Comparison]:
    from symdiff.api import grad

    gradients = grad(fun, argnums=argnums)(*copy.deepcopy(values))
    try:
        rows = compare(
            fun, gradients, values, argnums, method=args.method, rtol=args.rtol
        )
    except TypeError as error:
        if args.method != "complex":
            raise
        message = f"the function does not take complex numbers: {error}"
        raise Failure(USAGE, message, "use --method central") from error
    return [*rows, *_dot_product(fun, gradients, values, argnums)]


def _dot_product(
    fun: Callable[..., Any],
    gradients: Sequence[Any],
    values: list[Any],
    argnums: tuple[int, ...],
) -> list[Comparison]:
    """Compare the gradient along a direction with forward mode, to rounding.

    Nothing is compared where forward mode is refused: a rule may be for reverse only.
    """
    from symdiff.transforms import jvp

    rng = np.random.default_rng(0)
    ways = {n: drawn(values[n], rng) for n in argnums}
    tangents = [ways.get(n) for n in range(len(values))]
    try:
        _, dot = jvp(fun, copy.deepcopy(values), tangents)
    except UnsupportedError:
        return []
    found = sum(inner(ways[n], g) for n, g in zip(argnums, gradients, strict=True))
    kind = np.asarray(dot).dtype
    near = DOT * (1 if kind == np.float64 else 1e7) * max(1.0, abs(found))
    ok = bool(abs(found - float(dot)) <= near)
    where = "along a random direction"
    return [Comparison(where, found, float(dot), ok, "forward mode")]


def _suspect(
    fun: Callable[..., Any], values: list[Any], argnums: tuple[int, ...]
) -> Suspect | None:
    """The first statement whose derivative is wrong, where a run can be followed."""
    try:
        return first_suspect(fun, argnums, copy.deepcopy(values))
    except SymdiffError:
        return None


def _point(fun: Callable[..., Any], draw: Draw, rng: np.random.Generator) -> list[Any]:
    """Draw arguments that the function is defined at: any sign first, then positive."""
    problem = "its value is not finite"
    for attempt in range(TRIES):
        values = draw.arguments(rng, positive=attempt >= TRIES // 2)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = fun(*copy.deepcopy(values))
        except SymdiffError:
            raise
        except Exception as error:
            problem = f"it raises {type(error).__name__}: {error}"
            continue
        if not np.all(np.isfinite(np.asarray(value, dtype=float))):
            continue
        return values
    message = f"the function has no value at {TRIES} random points: {problem}"
    raise Failure(USAGE, message, "give a point with --at, or shapes with --types")


def _argnums(
    fun: Callable[..., Any], text: str | None, values: list[Any]
) -> tuple[int, ...]:
    if text is None:
        found = active(values)
        if not found:
            raise Failure(USAGE, "no argument is a float", "add --argnums or --types")
        return found
    wanted = parse_argnums(text)
    names = list(inspect.signature(fun).parameters)
    keys = wanted if isinstance(wanted, tuple) else (wanted,)
    unknown = [k for k in keys if k not in names and k not in range(len(names))]
    if unknown:
        help = f"the parameters are {', '.join(names)}"
        raise Failure(USAGE, f"--argnums {unknown[0]} is no parameter", help)
    return tuple(names.index(k) if isinstance(k, str) else k for k in keys)


def _report(
    args: argparse.Namespace,
    names: list[str],
    points: int,
    rows: list[Comparison],
    suspect: Suspect | None,
) -> None:
    wrong = [row for row in rows if not row.ok]
    largest = max((row.error for row in rows), default=0.0)
    if args.json:
        document = {
            "schema": 1,
            "check": {
                "target": args.target,
                "wrt": names,
                "method": args.method,
                "points": points,
                "compared": len(rows),
                "largest_error": largest,
                "ok": not wrong,
                "mismatches": [
                    {
                        "where": row.where,
                        "symdiff": row.got,
                        row.other.replace(" ", "_"): row.want,
                    }
                    for row in wrong
                ],
                "suspect": None if suspect is None else asdict(suspect),
            },
        }
        print(json.dumps(document, indent=2))
        return
    what = f"{args.target}: gradient with respect to {', '.join(names)}"
    where = "1 point" if points == 1 else f"{points} points"
    count = "1 number" if len(rows) == 1 else f"{len(rows)} numbers"
    if not wrong:
        print(
            f"{what} agrees with {args.method} differences at {where} "
            f"({count}, largest error {largest:.1e})"
        )
        return
    print(f"{what} differs from {args.method} differences at {where}:")
    for row in wrong[:20]:
        print(f"  {row}")
    if len(wrong) > 20:
        print(f"  and {len(wrong) - 20} more")
    if suspect is not None:
        print(f"the first statement whose derivative is wrong:\n  {suspect}")
