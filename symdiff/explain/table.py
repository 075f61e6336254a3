"""The document of a trace as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symdiff.explain.summary import Json, shown

_HEAD = ("line", "of", "", "upstream", "local", "downstream", "total")


def table(document: Json) -> str:
    """The run, the way back with `upstream x local = downstream`, and the gradient.

    A row of the way back is one contribution: `h <- e` is what `e` hands back to `h`.
    Where the derivative is no product of numbers, `local` is the expression that is
    evaluated. `total` is what the operand has been given so far.
    """
    words = [shown(value) for value in document["values"]]
    nodes = {node["id"]: node for node in document["nodes"]}
    edges = {edge["id"]: edge for edge in document["edges"]}
    forward: list[tuple[str, ...]] = []
    backward: list[tuple[str, ...]] = [_HEAD]
    for step in document["steps"]:
        node = nodes[step["node"]]
        if step["phase"] == "forward":
            if node["active"]:
                row = (_place(step), node["label"], "=", words[step["value"]])
                forward.append(row)
            continue
        for c in step["contributions"]:
            edge = edges.get(c["edge"])
            backward.append(_contribution(step, nodes, edge, c, words))
    wrt = ", ".join(document["function"]["wrt"])
    name = document["function"]["name"]
    rows = [f"{name} = {shown(document['value'])}", "", "forward", *_aligned(forward)]
    rows += ["", f"backward, with respect to {wrt}", *_aligned(backward), ""]
    rows += [
        f"gradient of {g['param']} = {shown(g['value'])}" for g in document["gradient"]
    ]
    rows += [f"note: {note['text']}" for note in document["notes"]]
    error = document["check"]["largest_difference"]
    made = document["function"]["gradient"]
    rows.append(f"the generated {made} gives the same (difference {error:.1e})")
    return "\n".join(rows)


def _contribution(
    step: Json,
    nodes: Mapping[str, Json],
    edge: Json | None,
    found: Json,
    words: Sequence[str],
) -> tuple[str, ...]:
    label = nodes[step["node"]]["label"]
    if found["local"] is not None:
        local = f"x {words[found['local']]}"
    else:
        local = (edge["local"] if edge else "") or "by its rule"
    return (
        _place(step),
        nodes[edge["from"]]["label"] if edge else label,
        f"<- {label}",
        words[found["upstream"]],
        local,
        f"= {words[found['product']]}",
        words[found["after"]],
    )


def _place(step: Json) -> str:
    line = "" if step["line"] is None else str(step["line"])
    numbers = "".join(f"[{n}]" for n in step["iteration"])
    return f"{line}{numbers}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return ["  (nothing depends on what is differentiated by)"]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
