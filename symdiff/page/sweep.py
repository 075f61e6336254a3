"""Sweeps: one argument, or one entry of it, over a range of numbers."""

from __future__ import annotations

import ast
import copy
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdiff.errors import UsageError

MOST = 101
_FORM = re.compile(r"(?P<name>\w+)(?:\[(?P<index>[^\]]+)\])?=(?P<range>[^=]+)")


@dataclass(frozen=True, slots=True)
class Sweep:
    """The parameter, the index of the entry in it (or None), and the numbers."""

    name: str
    index: tuple[int, ...] | None
    values: tuple[float, ...]

    @property
    def title(self) -> str:
        """The swept number as it would be written: `k`, `ks[2]`."""
        if self.index is None:
            return self.name
        return f"{self.name}[{', '.join(map(str, self.index))}]"


def parse_sweep(text: str) -> Sweep:
    """Read `k=-3:3:25` or `ks[2]=0:1:11`: first, last, how many."""
    match = _FORM.fullmatch(text.strip().replace(" ", ""))
    form = f"{text!r} is no sweep; write k=-3:3:25 or ks[2]=0:1:11"
    if match is None:
        raise UsageError(form)
    try:
        one, other, many = match["range"].split(":")
        first, last, count = float(one), float(other), int(many)
        index = ast.literal_eval(match["index"]) if match["index"] else None
    except (ValueError, SyntaxError) as error:
        raise UsageError(form) from error
    if not (2 <= count <= MOST and math.isfinite(first) and math.isfinite(last)):
        raise UsageError(f"{text!r}: a sweep has 2 to {MOST} finite numbers")
    place = index if isinstance(index, tuple) or index is None else (index,)
    return Sweep(match["name"], place, tuple(np.linspace(first, last, count).tolist()))


def swept(sweep: Sweep, names: Sequence[str], bound: Sequence[Any]) -> list[list[Any]]:
    """The arguments of every run; raises `UsageError` for what cannot be set."""
    if sweep.name not in names:
        listed = ", ".join(names)
        raise UsageError(f"the sweep is of {sweep.name!r}; the function takes {listed}")
    at = list(names).index(sweep.name)
    return [
        [*bound[:at], _set(sweep, bound[at], value), *bound[at + 1 :]]
        for value in sweep.values
    ]


def _set(sweep: Sweep, old: Any, value: float) -> Any:
    if sweep.index is None:
        if np.ndim(old) != 0 or isinstance(old, str | dict):
            raise UsageError(
                f"{sweep.name} is no number; sweep an entry: {sweep.name}[0]=-1:1:11"
            )
        return value
    new = copy.deepcopy(old)
    try:
        if isinstance(new, np.ndarray):
            new[sweep.index] = value
        else:
            (place,) = sweep.index
            new[place] = value
    except (IndexError, ValueError, TypeError) as error:
        raise UsageError(f"{sweep.title} cannot be set: {error}") from error
    return new
