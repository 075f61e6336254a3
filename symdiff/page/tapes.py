"""What the generated loops take back from their tapes, iteration by iteration."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdiff.explain.summary import Json
from symdiff.page.run import told

_LOOP = re.compile(r"line \d+: (for|while) ")
Place = tuple[tuple[str, ...], tuple[int, ...]]
"""The loops around a step, outermost first, and their iterations."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A variable that a loop keeps in `tape` in every iteration, to take it back.

    `line` is that of the loop in the generated source; `stores` assignments to the
    variable came before it was kept.
    """

    name: str
    tape: str
    line: int
    stores: int


def tapes(source: str) -> list[Tape]:
    """The tapes of a generated source that keep a variable in a loop."""
    tree = ast.parse(source)
    taken = set(_taken(tree))
    kept = (tape for node in ast.walk(tree) for tape in _kept(node))
    return [tape for tape in kept if (tape.name, tape.tape) in taken]


def _kept(node: ast.AST) -> Iterator[Tape]:
    """What the statements of a loop itself append, not those of regions in it."""
    if not isinstance(node, ast.For | ast.While):
        return
    stores: dict[str, int] = {}
    for stmt in node.body:
        match stmt:
            case ast.Expr(
                ast.Call(
                    func=ast.Attribute(value=ast.Name(id=tape), attr="append"),
                    args=[
                        ast.Name(id=name)
                        | ast.Call(
                            func=ast.Attribute(value=ast.Name(id=name), attr="copy")
                        )
                    ],
                )
            ):
                yield Tape(name, tape, node.lineno, stores.get(name, 0))
            case ast.Assign(targets=[ast.Name(id=name)]):
                stores[name] = stores.get(name, 0) + 1


def _taken(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Variables with the tapes that they are taken back from."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=tape), attr="pop")),
            ):
                yield name, tape
            case ast.For(target=target, iter=over):
                yield from _matched(target, over)


def _matched(target: ast.expr, over: ast.expr) -> Iterator[tuple[str, str]]:
    """`for h in reversed(tape)`, also with several in one `zip`."""
    match target, over:
        case (
            ast.Tuple(elts=names),
            ast.Call(func=ast.Name(id="zip"), args=parts),
        ):
            for name, part in zip(names, parts, strict=False):
                yield from _matched(name, part)
        case (
            ast.Name(id=name),
            ast.Call(func=ast.Name(id="reversed"), args=[ast.Name(id=tape)]),
        ):
            yield name, tape


def popped(document: Json) -> dict[int, str]:
    """For steps of the way back, by their place in the list, what the loop takes back.

    Only what is certain is said: the tape is kept by the generated loop that belongs
    to the loop of the step, and the steps of the same iteration tell the value.
    """
    (source,) = (s["text"] for s in document["sources"] if s["id"] == "adjoint")
    known = _by_loop(document, tapes(source))
    nodes = {node["id"]: node for node in document["nodes"]}
    forward: dict[Place, list[Json]] = {}
    back: dict[Place, list[int]] = {}
    for at, step in enumerate(document["steps"]):
        place = _place(step, nodes[step["node"]])
        if place[0] and step["phase"] == "forward":
            forward.setdefault(place, []).append(step)
        elif place[0]:
            back.setdefault(place, []).append(at)
    found: dict[int, str] = {}
    for place, steps in back.items():
        given = forward.get(place, [])
        texts = [_said(document, tape, given) for tape in known.get(place[0][-1], ())]
        text = "; ".join(filter(None, texts))
        if text:
            found |= dict.fromkeys(steps, text)
    return found


def _place(step: Json, node: Json) -> Place:
    """The loops around a step; none where the trace counts other ones as well."""
    loops = tuple(group for group in node["group"] if _LOOP.match(group))
    iteration = tuple(step["iteration"])
    return (loops, iteration) if len(loops) == len(iteration) else ((), ())


def _by_loop(document: Json, known: list[Tape]) -> dict[str, list[Tape]]:
    """The tapes by the user's loop that the generated loop belongs to."""
    found: dict[str, list[Tape]] = {}
    loops = {group for node in document["nodes"] for group in node["group"]}
    for node in document["nodes"]:
        if node["op"] not in ("item", "phi") or not node["primal"]:
            continue
        own = f"line {node['primal'][0]['line']}: "
        lines = {place["line"] for place in node["adjoint"]}
        for loop in loops:
            if _LOOP.match(loop) and loop.startswith(own):
                found[loop] = [tape for tape in known if tape.line in lines]
    return found


def _said(document: Json, tape: Tape, steps: list[Json]) -> str:
    """The value that a tape gives back, if the steps of its iteration tell."""
    labels = {node["id"]: node["label"] for node in document["nodes"]}
    origin = {edge["id"]: edge["from"] for edge in document["edges"]}
    made = [s for s in steps if labels[s["node"]] == tape.name]
    number: int | None = None
    if tape.stores:
        number = made[tape.stores - 1]["value"] if len(made) >= tape.stores else None
    else:
        own = {s["node"] for s in made}
        read = (
            value
            for s in steps
            for at, value in enumerate(s["args"])
            if (name := origin.get(f"{s['node']}:{at}")) is not None
            and labels[name] == tape.name
            and name not in own
        )
        number = next(read, None)
    if number is None:
        return ""
    value = told(document["values"][number])
    return f"{tape.tape} gives back {tape.name} = {value}"
