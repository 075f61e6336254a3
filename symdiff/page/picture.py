"""The computational graph as SVG: names, values and gradients, readable by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symdiff.explain.draw import drawn
from symdiff.explain.summary import Json
from symdiff.page.layout import layout
from symdiff.page.markup import element, wrapped
from symdiff.page.run import BOX, Run, boxed, cut

HEIGHT = 54.0
LETTER = 7.3
MOST = 300


@dataclass(frozen=True, slots=True)
class Drawing:
    """The nodes that are drawn, in order, the edges by their places, and a notice.

    `owner` gives for every node of the document the place of the one that stands for
    it: itself, or what it was put together with.
    """

    nodes: tuple[Json, ...]
    edges: tuple[tuple[int, int, Json], ...]
    owner: Mapping[str, int]
    notice: str


def drawing(document: Json, most: int = MOST) -> Drawing:
    """What is drawn of a document: of more than `most` nodes, regions as one node."""
    nodes, edges = drawn(document)
    depths = range(max((len(n["group"]) for n in nodes), default=0), -1, -1)
    for depth in depths:
        found = _merged(nodes, depth)
        if len(found) <= most:
            return _joined(found, edges, len(nodes), "loops, branches and calls")
    found = _by_line(nodes)
    if len(found) <= most:
        return _joined(found, edges, len(nodes), "lines")
    cut = dict(list(found.items())[-most:])
    return _joined(cut, edges, len(nodes), f"lines, only the last {most} of them,")


Key = tuple[object, ...]


def _merged(nodes: Sequence[Json], depth: int) -> dict[Key, list[Json]]:
    """The nodes by themselves, those deeper than `depth` by their region."""
    found: dict[Key, list[Json]] = {}
    for node in nodes:
        group = node["group"]
        key = (node["id"],) if len(group) <= depth else ("", *group[: depth + 1])
        found.setdefault(key, []).append(node)
    return found


def _by_line(nodes: Sequence[Json]) -> dict[Key, list[Json]]:
    found: dict[Key, list[Json]] = {}
    for node in nodes:
        places = node["primal"]
        key = (node["source"], places[0]["line"]) if places else (node["id"],)
        found.setdefault(key, []).append(node)
    return found


def _joined(
    groups: Mapping[Key, list[Json]], edges: Sequence[Json], count: int, what: str
) -> Drawing:
    owner = {
        node["id"]: at for at, nodes in enumerate(groups.values()) for node in nodes
    }
    firsts: list[Json] = []
    for key, nodes in groups.items():
        one = nodes[-1]
        if len(nodes) > 1:
            title = str(key[-1]) if key[0] == "" else f"line {key[-1]}"
            active = any(node["active"] for node in nodes)
            one = {**one, "label": f"{title} ({len(nodes)})", "active": active}
        firsts.append(one)
    pairs: dict[tuple[int, int], Json] = {}
    for edge in edges:
        a, b = owner.get(edge["from"]), owner.get(edge["to"])
        if a is None or b is None or (a == b and edge["from"] != edge["to"]):
            continue
        old = pairs.get((a, b))
        if old is None or (edge["active"] and not old["active"]):
            pairs[a, b] = edge
    notice = ""
    if len(groups) < count:
        notice = f"The graph has {count} values; they are put together by {what}."
    joined = tuple((a, b, edge) for (a, b), edge in pairs.items())
    return Drawing(tuple(firsts), joined, owner, notice)


def svg(found: Drawing, name: str, run: Run | None = None) -> str:
    """The drawing; with a run every node has its last value and its whole gradient."""
    again = {b for a, b, _ in found.edges if a >= b}
    texts = [_texts(node, run, n in again) for n, node in enumerate(found.nodes)]
    widths = [max(map(len, text)) * LETTER + 22 for text in texts]
    made = layout(widths, HEIGHT, [(a, b) for a, b, _ in found.edges])
    margin = 26.0
    arrows = [
        _arrow(
            made.places[a],
            made.bends[n],
            made.places[b],
            n in made.back,
            edge,
            made.width,
        )
        for n, (a, b, edge) in enumerate(found.edges)
    ]
    boxes = [
        _box(n, node, made.places[n], widths[n], texts[n])
        for n, node in enumerate(found.nodes)
    ]
    width, height = made.width + 2 * margin + 30, made.height + 2 * margin
    title = element("title", f"Computational graph of {name}")
    inside = wrapped(
        "g", "\n".join([*arrows, *boxes]), transform=f"translate({margin} {margin})"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" font-family="monospace" font-size="12">'
        f"{title}{_MARKERS}{inside}</svg>"
    )


_MARKERS = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" '
    'class="tip" fill="#767676"/></marker></defs>'
)


def _texts(node: Json, run: Run | None, again: bool) -> list[str]:
    """Name, value and gradient; what comes around again is the value so far."""
    label = cut(node["label"])
    if node["op"] == "phi":
        label += " (so far)" if again else " (either)"
    if run is None:
        return [label, node["type"] if len(node["type"]) < BOX else ""]
    value, bar = run.values.get(node["id"]), run.gradients.get(node["id"])
    texts = [label, boxed(value) if value else ""]
    return [*texts, f"∂L {boxed(bar)}" if bar and node["active"] else ""]


def _box(
    number: int, node: Json, at: tuple[float, float], width: float, texts: list[str]
) -> str:
    x, y = at
    colours = "wrt" if node["wrt"] else "live" if node["active"] else "fixed"
    kinds = ("name", "value", "bar")
    lines = "".join(
        element(
            "text",
            text,
            class_=kind,
            x=x,
            y=y - 11 + 16 * n,
            text_anchor="middle",
            font_weight="bold" if kind == "name" else None,
        )
        for n, (kind, text) in enumerate(zip(kinds, texts, strict=False))
    )
    strong = ' stroke-width="2.5"' if node["wrt"] else ""
    dots = "" if node["active"] else ' stroke-dasharray="2 3"'
    rect = (
        f'<rect x="{x - width / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{width:.1f}" '
        f'height="{HEIGHT:.0f}" rx="6" fill="none" stroke="#767676"{strong}{dots}/>'
    )
    title = element("title", f"{node['label']}: {node['type']}")
    return wrapped(
        "g", title + rect + lines, id=f"n-{number}", class_=f"node {colours}"
    )


def _arrow(
    start: tuple[float, float],
    bends: tuple[tuple[float, float], ...],
    end: tuple[float, float],
    back: bool,
    edge: Json,
    right: float,
) -> str:
    half = HEIGHT / 2
    if back:
        path = _upwards(start, end, right + 24)
    else:
        points = [(start[0], start[1] + half), *bends, (end[0], end[1] - half)]
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for (a, b), (c, d) in pairwise(points):
            mid = (b + d) / 2
            path += f"C{a:.1f} {mid:.1f} {c:.1f} {mid:.1f} {c:.1f} {d:.1f}"
    line = f'<path d="{path}" fill="none" stroke="#767676" marker-end="url(#tip)"/>'
    if not edge["active"]:
        return wrapped("g", line, class_="edge fixed")
    # The way back of the same edge: dashed, a little beside it.
    dashed = (
        f'<path d="{path}" fill="none" class="way" stroke="#b3261e" '
        f'stroke-dasharray="5 4" marker-start="url(#tip)" transform="translate(7 0)"/>'
    )
    title = element("title", f"goes back: {edge['local']}") if edge["local"] else ""
    return wrapped("g", title + line + dashed, class_="edge")


def _upwards(start: tuple[float, float], end: tuple[float, float], side: float) -> str:
    """A way up along the right side: the value goes into the next iteration."""
    (a, b), (c, d) = start, end
    low, high = b + HEIGHT / 2, d - HEIGHT / 2
    return (
        f"M{a:.1f} {low:.1f}C{a:.1f} {low + 34:.1f} {side:.1f} {low + 30:.1f} "
        f"{side:.1f} {(b + d) / 2:.1f}S{c + 30:.1f} {high - 34:.1f} {c:.1f} {high:.1f}"
    )
