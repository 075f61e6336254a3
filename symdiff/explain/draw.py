"""The document's graph as text for Graphviz (`dot`) and for Mermaid.

Forward edges are solid, and beside each edge that a derivative goes back along there
is a dashed one, with what it is multiplied by. Loops, branches and functions are boxes.
What has no part in the gradient is left out, unless the gradient's values read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symdiff.explain.summary import Json


@dataclass(slots=True)
class Box:
    """A region of the program with what is directly inside of it."""

    nodes: list[Json] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)


def drawn(document: Json) -> tuple[list[Json], list[Json]]:
    """The nodes and edges that are drawn."""
    live = {node["id"] for node in document["nodes"] if node["active"]}
    edges = [edge for edge in document["edges"] if edge["to"] in live]
    ends = live | {edge["from"] for edge in edges}
    return [node for node in document["nodes"] if node["id"] in ends], edges


def dot(document: Json) -> str:
    """The graph in the language of Graphviz."""
    nodes, edges = drawn(document)
    numbers = _numbers(nodes)
    name = document["function"]["name"]
    rows = [
        f"digraph {_quoted(name)} {{",
        "    rankdir=TB;",
        '    node [shape=box, style=rounded, fontname="monospace"];',
        '    edge [fontname="monospace"];',
    ]

    def show(node: Json) -> str:
        extra = ", penwidth=2" if node["wrt"] else ""
        if not node["active"]:
            extra = ', style="rounded,dotted"'
        return f"{numbers[node['id']]} [label={_quoted(_label(node))}{extra}];"

    def begin(count: int, title: str) -> list[str]:
        return [f"subgraph cluster_{count} {{", f"    label={_quoted(title)};"]

    rows += _boxes(_boxed(nodes), show, begin, "}")
    for edge in edges:
        one, other = numbers[edge["from"]], numbers[edge["to"]]
        rows.append(f"    {one} -> {other};")
        if edge["active"]:
            style = "style=dashed, constraint=false"
            if edge["local"]:
                style += f", label={_quoted(edge['local'])}"
            rows.append(f"    {other} -> {one} [{style}];")
    return "\n".join([*rows, "}"]) + "\n"


def mermaid(document: Json) -> str:
    """The graph in the language of Mermaid."""
    nodes, edges = drawn(document)
    numbers = _numbers(nodes)

    def show(node: Json) -> str:
        return f'{numbers[node["id"]]}["{_escaped(_label(node))}"]'

    def begin(count: int, title: str) -> list[str]:
        return [f'subgraph box{count}["{_escaped(title)}"]']

    rows = ["flowchart TB", *_boxes(_boxed(nodes), show, begin, "end")]
    for edge in edges:
        one, other = numbers[edge["from"]], numbers[edge["to"]]
        rows.append(f"    {one} --> {other}")
        if edge["active"]:
            text = f'|"{_escaped(edge["local"])}"|' if edge["local"] else ""
            rows.append(f"    {other} -.->{text} {one}")
    return "\n".join(rows) + "\n"


def _numbers(nodes: list[Json]) -> dict[str, str]:
    """Names that either language takes for every node."""
    return {node["id"]: f"n{number}" for number, node in enumerate(nodes)}


def _label(node: Json) -> str:
    """The user's name, and the operation if that does not say it already."""
    op = node["op"].removeprefix("builtins.")
    op = f"np.{op[6:]}" if op.startswith("numpy.") else op
    plain = node["op"] in ("parameter", "same") or not node["label"].isidentifier()
    return str(node["label"]) if plain else f"{node['label']}: {op}"


def _boxed(nodes: list[Json]) -> Box:
    top = Box()
    for node in nodes:
        box = top
        for title in node["group"]:
            box = box.boxes.setdefault(title, Box())
        box.nodes.append(node)
    return top


def _boxes(
    top: Box,
    show: Callable[[Json], str],
    begin: Callable[[int, str], list[str]],
    end: str,
) -> list[str]:
    """The lines of all boxes, each indented by how deep it is."""
    rows: list[str] = []
    count = 0
    todo: list[tuple[int, str, Box | None]] = [(1, "", top)]
    while todo:
        depth, title, box = todo.pop()
        indent = "    " * depth
        if box is None:
            rows.append(f"{indent}{end}")
            continue
        if title:
            rows += [f"{indent}{row}" for row in begin(count, title)]
            count += 1
            depth += 1
            todo.append((depth - 1, "", None))
        rows += [f"{'    ' * depth}{show(node)}" for node in box.nodes]
        inner = [(depth, name, part) for name, part in box.boxes.items()]
        todo += reversed(inner)
    return rows


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _escaped(text: str) -> str:
    """Text for Mermaid, which writes the entities of HTML with `#` in place of `&`."""
    entities = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;"}
    return "".join(entities.get(letter, letter) for letter in text)
