"""`symdiff trace`: run the function at one point and show every step of the reverse."""

from __future__ import annotations

import argparse
import contextlib
import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from symdiff.api import grad
from symdiff.cli.failures import OK, USAGE, Failure
from symdiff.cli.grad import parse_argnums
from symdiff.cli.target import load_target, parse_target
from symdiff.cli.values import Draw, annotated, parse_at
from symdiff.derived import GradFunction
from symdiff.errors import SymdiffError
from symdiff.explain.table import table
from symdiff.explain.trace import trace
from symdiff.typespec import parse_types

T = TypeVar("T")


def run(args: argparse.Namespace) -> int:
    """Print the table, or the document; what the function prints goes to stderr."""
    if args.most < 2:
        raise Failure(USAGE, f"--most {args.most} is less than two steps")
    with contextlib.redirect_stdout(sys.stderr):
        at = point(args)
        found = at.show(lambda: trace(at.gradient, *at.positional, **at.keywords))
    document = found.document(args.most)
    if args.json:
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        print(table(document))
    return OK


@dataclass(frozen=True, slots=True)
class Point:
    """A gradient and the arguments that it is shown at."""

    gradient: GradFunction[...]
    positional: list[Any]
    keywords: dict[str, Any]

    def show(self, what: Callable[[], T]) -> T:
        """What is to be shown; says that it is the function that raises, if it is."""
        try:
            return what()
        except SymdiffError:
            raise
        except Exception:
            _require_value(self.gradient.primal, self.positional, self.keywords)
            raise


def point(args: argparse.Namespace) -> Point:
    """Load the target, and read or draw its arguments."""
    fun = load_target(parse_target(args.target))
    # What is a gradient already is traced as it is, by what its author chose.
    made = fun if isinstance(fun, GradFunction) else None
    primal = made.primal if made is not None and not args.argnums else fun
    argnums = parse_argnums(args.argnums) if args.argnums else 0
    gradient = made if made is not None and not args.argnums else grad(primal, argnums)
    types = parse_types(args.types)
    fixed = parse_at(args.at, {**annotated(primal), **types})
    draw = Draw(primal, types, fixed)
    values = draw.arguments(np.random.default_rng(args.seed))
    pairs = list(zip(draw.parameters.values(), values, strict=True))
    keywords = {p.name: v for p, v in pairs if p.kind is p.KEYWORD_ONLY}
    positional = [v for p, v in pairs if p.kind is not p.KEYWORD_ONLY]
    return Point(gradient, positional, keywords)


def _require_value(
    fun: Callable[..., Any], args: list[Any], keywords: dict[str, Any]
) -> None:
    """Say that it is the function that raises, if it is."""
    try:
        fun(*copy.deepcopy(args), **copy.deepcopy(keywords))
    except Exception as error:
        message = f"the function raises {type(error).__name__}: {error}"
        raise Failure(USAGE, message, "give another point with --at") from error
