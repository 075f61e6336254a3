"""The events of a run, last to first: what each operation hands back, and to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdiff.explain.local import Locals
from symdiff.explain.record import Event, Slot


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one operand of an operation is given: `upstream x local = product`.

    `operand` is its position among the arguments. `before` and `after` are the
    operand's cotangent without and with the product; `before` is None if there was
    none yet. `local` is None where the product is none of numbers (`Locals.local`).
    """

    operand: int
    upstream: Any
    local: Any
    product: Any
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """The reverse of one event."""

    event: Event
    bars: tuple[Any, ...]
    contributions: tuple[Contribution, ...]


def reverse(
    events: Iterable[Event], result: Slot, *, masked: bool = False
) -> list[Step]:
    """Go back through the events; afterwards every slot has its cotangent.

    With `masked`, what is multiplied by an upstream of zero is zero, also if it is
    infinite or no number: so it is where the generated source has put `np.where`
    around the product. Raises `UnsupportedError` for an operation that has no
    derivative.
    """
    result.bar = plus(result.bar, 1.0)
    locals_ = Locals()
    steps: list[Step] = []
    for event in reversed(list(events)):
        bars = [out.bar for out in event.outs]
        if event.reached and any(bar is not None for bar in bars):
            steps.append(_step(locals_, event, bars, masked))
    return steps


def _step(locals_: Locals, event: Event, bars: list[Any], masked: bool) -> Step:
    made: list[Contribution] = []
    upstream = bars[0] if len(bars) == 1 else tuple(bars)
    for at, product in locals_.cotangents(event, bars).items():
        if masked:
            product = _kept_zero(upstream, product)
        operand = event.args[at]
        before = operand.bar
        operand.bar = plus(before, product)
        local = locals_.local(event, at)
        made.append(Contribution(at, upstream, local, product, before, operand.bar))
    return Step(event, tuple(bars), tuple(made))


def _kept_zero(upstream: Any, product: Any) -> Any:
    """The product with zeros where the upstream is zero, entry by entry."""
    if not isinstance(product, np.ndarray) or np.shape(upstream) != product.shape:
        return product
    return np.where(np.asarray(upstream) == 0, np.zeros_like(product), product)


def plus(a: Any, b: Any) -> Any:
    """The sum of two cotangents, item by item for containers; None is nothing."""
    if a is None or b is None:
        return b if a is None else a
    match a, b:
        case (list(), list()) | (tuple(), tuple()):
            return type(a)([plus(x, y) for x, y in zip(a, b, strict=True)])
        case dict(), dict():
            sums = {key: plus(a.get(key), b.get(key)) for key in {**a, **b}}
            return defaultdict(float, sums)
    # A part that nothing has reached has the cotangent 0.0, whatever it holds.
    if isinstance(a, list | tuple | dict):
        return a
    if isinstance(b, list | tuple | dict):
        return b
    return np.add(a, b) if isinstance(a, np.ndarray) else a + b
