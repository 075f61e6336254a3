"""`symdiff check`: run the function and its gradient, compare with differences."""

from __future__ import annotations

import argparse
import copy
import inspect
import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from symdiff.cli.failures import NEGATIVE, OK, USAGE, Failure
from symdiff.cli.grad import parse_argnums
from symdiff.cli.target import load_target, parse_target
from symdiff.cli.values import Draw, annotated, parse_at
from symdiff.errors import SymdiffError
from symdiff.testing import Comparison, active, compare
from symdiff.typespec import parse_types

TRIES = 20


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
    for _ in range(points):
        values = _point(fun, draw, rng)
        argnums = _argnums(fun, args.argnums, values)
        names = [list(draw.parameters)[i] for i in argnums]
        rows += _compare(fun, values, argnums, args)
    _report(args, names, points, rows)
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
        return compare(
            fun, gradients, values, argnums, method=args.method, rtol=args.rtol
        )
    except TypeError as error:
        if args.method != "complex":
            raise
        message = f"the function does not take complex numbers: {error}"
        raise Failure(USAGE, message, "use --method central") from error


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
    args: argparse.Namespace, names: list[str], points: int, rows: list[Comparison]
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
                    {"where": row.where, "symdiff": row.got, "differences": row.want}
                    for row in wrong
                ],
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
