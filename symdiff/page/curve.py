"""A sweep as a slider under the curve of the function's value."""

from __future__ import annotations

import math
from collections.abc import Sequence

from symdiff.explain.summary import Json
from symdiff.page.markup import element, escaped, wrapped
from symdiff.page.run import told
from symdiff.page.sweep import Sweep

WIDTH, HEIGHT, EDGE = 560.0, 150.0, 10.0


def curve(sweep: Sweep, documents: Sequence[Json]) -> str:
    """The section of a sweep: the curve, the slider, and what it is at."""
    numbers = [_number(document["value"]) for document in documents]
    last = len(sweep.values) - 1
    reach = f"{sweep.title} from {sweep.values[0]:g} to {sweep.values[-1]:g}"
    values = " ".join(f"{value:.6g}" for value in sweep.values)
    slider = (
        f'<input type="range" id="sweep" min="-1" max="{last}" value="-1" '
        f'data-values="{escaped(values)}" data-name="{escaped(sweep.title)}" '
        f'aria-label="{escaped(sweep.title)}">'
    )
    name = documents[0]["function"]["name"]
    rows = "".join(
        wrapped(
            "tr",
            element("th", f"{v:.6g}", scope="row") + element("td", told(d["value"])),
        )
        for v, d in zip(sweep.values, documents, strict=True)
    )
    head = wrapped(
        "tr", element("th", sweep.title, scope="col") + element("th", name, scope="col")
    )
    listed = wrapped(
        "details",
        element("summary", "The same as a table") + wrapped("table", head + rows),
    )
    return wrapped(
        "section",
        element("h2", f"Change {sweep.title}", id="change")
        + wrapped(
            "div", _picture(sweep, numbers, f"{name} for {reach}"), class_="scroll"
        )
        + wrapped("div", slider + '<output id="swept"></output>', class_="needs")
        + listed,
        aria_labelledby="change",
    )


def _number(value: Json) -> float | None:
    """The value of the function, if it is one finite number."""
    if value.get("shape") != [] or value["nonfinite"]:
        return None
    entry = value["sample"][0]
    return float(entry) if isinstance(entry, int | float) else None


def _picture(sweep: Sweep, numbers: Sequence[float | None], label: str) -> str:
    """Points, and a line between neighbours that both are finite."""
    known = [n for n in numbers if n is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = (high - low) or 1.0
    first, last = sweep.values[0], sweep.values[-1]
    points: list[tuple[float, float] | None] = [
        None
        if n is None or not math.isfinite(n)
        else (
            EDGE + (WIDTH - 2 * EDGE) * (v - first) / ((last - first) or 1.0),
            HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (n - low) / room,
        )
        for v, n in zip(sweep.values, numbers, strict=True)
    ]
    dots = "".join(
        f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="3" data-run="{at}"/>'
        for at, p in enumerate(points)
        if p
    )
    path = ""
    for before, p in zip([None, *points], points, strict=False):
        if p:
            path += f"{'L' if before else 'M'}{p[0]:.1f} {p[1]:.1f}"
    text = f"{label}; the smallest value is {low:.4g}, the largest {high:.4g}"
    return (
        f'<svg class="curve" role="img" aria-label="{escaped(text)}" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" '
        f'height="{HEIGHT:.0f}"><path d="{path}" fill="none"/>{dots}</svg>'
    )
