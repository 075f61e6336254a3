"""The gradient-flow meter: how large the gradient is at every step of the way back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from symdiff.explain.summary import Json
from symdiff.page.markup import element, escaped, wrapped

HEIGHT = 120.0
WIDTH = 900.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a badge is shown.

    `saturated`: the median of the absolute local derivatives of a function is below;
    `dead`: that share of a mask is zero; `vanishing`, `exploding`: the norm of a
    gradient relative to the one where the way back begins is below or above.
    """

    saturated: float = 1e-2
    dead: float = 0.9
    vanishing: float = 1e-3
    exploding: float = 1e3


@dataclass(frozen=True, slots=True)
class Bar:
    """The norm of one gradient; `step` is its place among the steps, or None.

    `single`: it is a single number, as the gradient that the way back begins with.
    """

    title: str
    single: bool
    norm: float
    finite: bool
    step: int | None


@dataclass(frozen=True, slots=True)
class Badge:
    """What is remarkable about a gradient, and at which step it is seen first."""

    kind: str
    text: str
    step: int | None


def bars(document: Json) -> list[Bar]:
    """The norm of every gradient of the way back, then those of the parameters."""
    nodes = {node["id"]: node for node in document["nodes"]}
    found: list[Bar] = []
    for at, step in enumerate(document["steps"]):
        if step["phase"] == "backward":
            title = nodes[step["node"]]["label"] + _iteration(step)
            found += _bar(title, document["values"][step["value"]], at)
    for given in document["gradient"]:
        found += _bar(f"gradient of {given['param']}", given["value"], None)
    return found


def _iteration(step: Json) -> str:
    return "".join(f"[{n}]" for n in step["iteration"])


def _bar(title: str, value: Json, step: int | None) -> list[Bar]:
    if "norm" not in value:
        return []
    norm = float(value["norm"])
    single = math.prod(value["shape"]) == 1
    return [
        Bar(title, single, norm, not value["nonfinite"] and math.isfinite(norm), step)
    ]


def badges(document: Json, limits: Thresholds) -> list[Badge]:
    """The first gradient of every kind of trouble, and every operation in trouble."""
    found = bars(document)
    every = [*_not_finite(document), *_flow(found, limits)]
    seen: set[tuple[str, str]] = set()
    nodes = {node["id"]: node for node in document["nodes"]}
    for at, step in enumerate(document["steps"]):
        for given in step["contributions"]:
            kind = _operation(document, nodes[step["node"]], given, limits)
            label = nodes[step["node"]]["label"]
            if kind and (kind, label) not in seen:
                seen.add((kind, label))
                every.append(Badge(kind, f"{label}{_iteration(step)}{_SAID[kind]}", at))
    return every


_SAID = {
    "saturated": ": most local derivatives are almost zero, so little goes back",
    "dead": ": the mask is zero almost everywhere, so nothing goes back there",
}


def _operation(document: Json, node: Json, given: Json, limits: Thresholds) -> str:
    """Whether one step back is through something saturated or dead."""
    values = document["values"]
    if given["local"] is None or "." not in node["op"]:
        return ""
    local = values[given["local"]]
    if "shape" not in local or local["nonfinite"]:
        return ""
    size = math.prod(local["shape"])
    if not size:
        return ""
    if local["shape"] and local["zeros"] / size > limits.dead:
        return "dead"
    sizes = [abs(float(n)) for n in local["sample"] if not isinstance(n, str)]
    # Of what is not listed in full the root of the mean square stands for the median.
    typical = float(local["norm"]) / math.sqrt(size)
    if local["full"] and sizes:
        typical = median(sizes)
    return "saturated" if typical < limits.saturated else ""


def _not_finite(document: Json) -> Iterator[Badge]:
    """The first value that is not finite, forward and on the way back."""
    nodes = {node["id"]: node for node in document["nodes"]}
    values = document["values"]
    for phase, what in (("forward", "value"), ("backward", "gradient")):
        for at, step in enumerate(document["steps"]):
            numbers = [step["value"], *(c["product"] for c in step["contributions"])]
            bad = any(values[n].get("nonfinite") for n in numbers)
            if step["phase"] == phase and bad:
                label = nodes[step["node"]]["label"] + _iteration(step)
                text = f"the first {what} that is not finite is at {label}"
                yield Badge("not finite", text, at)
                break


def _flow(found: list[Bar], limits: Thresholds) -> Iterator[Badge]:
    """The first gradient that is much smaller or larger than where it all begins."""
    usable = [bar for bar in found if bar.finite and bar.norm]
    if not usable:
        return
    # A mean divides by the number of entries, which is no vanishing: where there are
    # arrays it begins with the first of them.
    start = next((bar for bar in usable if not bar.single), usable[0])
    usable = usable[usable.index(start) :]
    for kind, reached in (("vanishing", "below"), ("exploding", "above")):
        small = kind == "vanishing"
        limit = limits.vanishing if small else limits.exploding
        hit = _lasting(usable, limit * start.norm) if small else _above(usable, limit)
        if hit is not None:
            text = (
                f"at {hit.title} the norm is {hit.norm / start.norm:.3g} times that at "
                f"{start.title}, {reached} {limit:g}"
            )
            yield Badge(kind, text, hit.step)


def _above(found: list[Bar], limit: float) -> Bar | None:
    """The first gradient that is larger than the limit allows."""
    return next((bar for bar in found if bar.norm > limit * found[0].norm), None)


def _lasting(found: list[Bar], least: float) -> Bar | None:
    """The first gradient from which on all are small: where one cancels out, not."""
    way = [bar for bar in found if bar.step is not None]
    hit = None
    for bar in reversed(way):
        if bar.norm >= least:
            break
        hit = bar
    return hit


def meter(document: Json, limits: Thresholds) -> str:
    """The bars as a picture, and the badges as a list."""
    found, marks = bars(document), badges(document, limits)
    rows = [
        wrapped(
            "li",
            element("strong", badge.kind, class_="badge") + f" {escaped(badge.text)}",
            data_step=badge.step,
        )
        for badge in marks
    ]
    told = wrapped("ul", "".join(rows), id="badges")
    if not rows:
        told = element(
            "p", "Nothing remarkable: no gradient vanishes, explodes or is not finite."
        )
    box = wrapped(
        "div",
        _picture(found),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label="Norms of the gradients",
    )
    return box + told


def _picture(found: list[Bar]) -> str:
    logs = [math.log10(bar.norm) for bar in found if bar.finite and bar.norm > 0]
    low = math.floor(min(logs, default=-1.0)) - 0.5
    high = max(math.ceil(max(logs, default=0.0)), low + 1.5)
    width = WIDTH / max(1, len(found))
    rects = []
    for n, bar in enumerate(found):
        known = bar.finite and bar.norm > 0
        share = (math.log10(bar.norm) - low) / (high - low) if known else 1.0
        height = max(1.0, HEIGHT * share) if bar.norm > 0 or not bar.finite else 1.0
        said = f"{bar.norm:.3g}" if bar.finite else "not finite"
        rect = (
            f'<rect x="{40 + n * width:.1f}" y="{HEIGHT + 8 - height:.1f}" '
            f'width="{max(0.8, width * 0.8):.1f}" height="{height:.1f}"/>'
        )
        kind = "bar" if bar.finite else "bar bad"
        title = element("title", f"{bar.title}: norm {said}")
        rects.append(wrapped("g", title + rect, class_=kind, data_step=bar.step))
    axis = "".join(
        f'<text x="34" y="{HEIGHT + 12 - HEIGHT * (p - low) / (high - low):.1f}" '
        f'text-anchor="end">1e{p}</text>'
        for p in _ticks(low, high)
    )
    label = (
        f"Norms of {len(found)} gradients on a logarithmic axis, in the order of the "
        f"way back, from {_norm(found[:1])} to {_norm(found[-1:])}"
    )
    return (
        f'<svg class="meter" role="img" aria-label="{escaped(label)}" font-size="11" '
        f'viewBox="0 0 {WIDTH + 48:.0f} {HEIGHT + 16:.0f}" width="{WIDTH + 48:.0f}" '
        f'height="{HEIGHT + 16:.0f}">{axis}{"".join(rects)}</svg>'
    )


def _ticks(low: float, high: float) -> list[int]:
    first, last = math.ceil(low), math.floor(high)
    step = max(1, (last - first) // 4)
    return list(range(first, last + 1, step))


def _norm(found: list[Bar]) -> str:
    return "".join(f"{bar.norm:.3g}" if bar.finite else "not finite" for bar in found)
