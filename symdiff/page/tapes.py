"""What the generated loop takes back from its tapes, iteration by iteration."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from symdiff.explain.summary import Json
from symdiff.page.run import told


@dataclass(frozen=True, slots=True)
class Tape:
    """`name = tape.pop()`; `stores` assignments to the name came before it was kept."""

    name: str
    tape: str
    stores: int


def tapes(source: str) -> list[Tape]:
    """The tapes of a generated source that keep a variable in a loop."""
    kept: dict[str, tuple[str, int]] = {}
    popped: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.For(body=body) | ast.While(body=body):
                _kept(body, kept)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=tape), attr="pop")),
            ):
                popped[tape] = name
    return [
        Tape(popped[tape], tape, stores)
        for tape, (name, stores) in kept.items()
        if popped.get(tape) == name
    ]


def _kept(body: list[ast.stmt], kept: dict[str, tuple[str, int]]) -> None:
    """Note what a loop's own statements append, and how often it was assigned to."""
    stores: dict[str, int] = {}
    for node in body:
        match node:
            case ast.Expr(
                ast.Call(
                    func=ast.Attribute(value=ast.Name(id=tape), attr="append"),
                    args=[ast.Name(id=name)],
                )
            ):
                kept[tape] = name, stores.get(name, 0)
            case ast.Assign(targets=[ast.Name(id=name)]):
                stores[name] = stores.get(name, 0) + 1


def popped(document: Json) -> list[tuple[tuple[int, ...], str]]:
    """For every iteration that is gone back through, in order, what it takes back."""
    (source,) = (s["text"] for s in document["sources"] if s["id"] == "adjoint")
    known = tapes(source)
    forward = [s for s in document["steps"] if s["phase"] == "forward"]
    order = dict.fromkeys(
        tuple(s["iteration"])
        for s in document["steps"]
        if s["phase"] == "backward" and s["iteration"]
    )
    by: dict[tuple[int, ...], list[Json]] = {}
    for step in forward:
        by.setdefault(tuple(step["iteration"]), []).append(step)
    found = []
    for iteration in order:
        texts = [_taken(document, tape, by.get(iteration, [])) for tape in known]
        found.append((iteration, "; ".join(filter(None, texts))))
    return found


def _taken(document: Json, tape: Tape, steps: list[Json]) -> str:
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
    text = told(document["values"][number])
    return f"{tape.name} = {tape.tape}.pop() takes back {text}"
