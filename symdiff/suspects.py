"""Where a derivative goes wrong: the first statement of the user's that disagrees.

Every operation of one run is differentiated alone, in both modes, and compared with
differences of itself: <bars, J dots> for random dots and bars, three times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdiff.derived import GradFunction
from symdiff.errors import UnsupportedError
from symdiff.explain.local import Locals
from symdiff.explain.record import Event
from symdiff.explain.trace import trace
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import Function
from symdiff.options import Options
from symdiff.testing import Comparison, compare, drawn, inner, moved

CLOSE = 1e-10
"""How far the two modes may be apart, relative to the larger of them."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A statement whose derivative is wrong, by what its operation gives alone.

    The numbers are <bars, J dots> in reverse mode, in forward mode (None if there is
    none) and by differences.
    """

    filename: str
    line: int
    text: str
    operation: str
    reverse: float
    forward: float | None
    differences: float

    def __str__(self) -> str:
        forward = "" if self.forward is None else f", forward mode {self.forward:.9g}"
        return (
            f"{self.filename}:{self.line}: {self.text}\n"
            f"    `{self.operation}`: reverse mode {self.reverse:.9g}{forward}, "
            f"differences {self.differences:.9g}"
        )


def first_suspect(
    fun: Callable[..., Any], argnums: tuple[int, ...], args: Sequence[Any]
) -> Suspect | None:
    """Find the first statement that disagrees; None if every one agrees.

    The function is run. Raises `UsageError` where a run cannot be followed operation
    by operation.
    """
    gradient: GradFunction[...] = GradFunction(fun, Options(argnums=argnums))
    found = trace(gradient, *args)
    rng, local = np.random.default_rng(0), Locals()
    for event in found.events:
        if event.reached and any(out.active for out in event.outs):
            numbers = _numbers(event, local, rng)
            if numbers is not None:
                program = gradient.specialize(*args).compiled.primal
                return _suspect(event, program.function(event.function), numbers)
    return None


def _suspect(
    event: Event, fn: Function, numbers: tuple[float, float | None, float]
) -> Suspect:
    """Name the statement of the user's that an operation belongs to."""
    spans, source = event.stmt.origin.spans, fn.source
    line = spans[0].line if spans else 0
    filename, text = "", ""
    if source is not None:
        filename = source.filename
        around = [s for s in source.lines if s.span.line <= line <= s.span.end_line]
        text = around[-1].text if around else ""
    return Suspect(filename, line, text, event.stmt.op, *numbers)


def _numbers(
    event: Event, local: Locals, rng: np.random.Generator
) -> tuple[float, float | None, float] | None:
    """What the modes and differences say of one operation, None if they agree."""
    dots = [drawn(event.args[n].value, rng) for n in event.reached]
    outs = [out.value for out in event.outs]
    bars = [drawn(out, rng) for out in outs]
    found = local.cotangents(event, bars)
    pairs = zip(event.reached, dots, strict=True)
    reverse = sum(inner(dot, found[n]) for n, dot in pairs)
    forward: float | None = None
    try:
        ways = local.tangent(event, dots)
        forward = sum(inner(bar, way) for bar, way in zip(bars, ways, strict=True))
    except UnsupportedError:
        pass  # A rule of the user's may be for reverse mode only.
    row = _differences(event, dots, bars, reverse)
    apart = forward is not None and abs(forward - reverse) > CLOSE * max(
        1.0, abs(forward), abs(reverse)
    )
    return (reverse, forward, row.want) if apart or not row.ok else None


def _differences(
    event: Event, dots: list[Any], bars: list[Any], reverse: float
) -> Comparison:
    """Compare with differences of the operation along the direction."""
    stmt, count = event.stmt, len(event.stmt.args)
    names = [name for name, _ in stmt.kwargs]

    def along(step: float) -> float:
        ways = dict(zip(event.reached, dots, strict=True))
        values = moved([arg.value for arg in event.args], ways, step)
        kwargs = dict(zip(names, values[count:], strict=True))
        result = meaning(stmt.op)(*values[:count], **kwargs)
        results = [result] if len(stmt.outs) == 1 else list(result)
        return sum(inner(bar, out) for bar, out in zip(bars, results, strict=True))

    (row,) = compare(along, [reverse], [0.0], [0])
    return row
