"""Why a derivative is what it is: the rule as mathematics, and its shapes in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symdiff.explain.summary import Json
from symdiff.page.markup import element, escaped, wrapped
from symdiff.page.maths import equation
from symdiff.page.picture import Drawing
from symdiff.page.run import Run
from symdiff.rules import registry

_SUMS = ("numpy.sum", "builtins.sum", "numpy.trace", "numpy.cumsum")
_SWITCH = "A switch: the upstream goes to the side that was chosen."
_WINNER = "Only the winner had an effect: it is given the upstream."
_MOVE = "Entries only move; their gradients move back to where they were."

_SAID = {
    "getitem": (
        "Only the entries that were read have an effect here: they are given the "
        "upstream, the others nothing."
    ),
    **dict.fromkeys(
        ("numpy.maximum", "numpy.minimum", "numpy.where", "ifelse"), _SWITCH
    ),
    **dict.fromkeys(
        ("numpy.max", "numpy.min", "builtins.max", "builtins.min"), _WINNER
    ),
    **dict.fromkeys(
        ("numpy.transpose", "numpy.reshape", "numpy.ravel", "numpy.squeeze"), _MOVE
    ),
}
"""What is true of an operation whatever the shapes are."""

_BETWEEN = {
    **dict.fromkeys(("add", "iadd"), "A sum hands its upstream on as it is."),
    **dict.fromkeys(
        ("mul", "imul"), "A product crosses over: each factor is given the other one."
    ),
}
"""What is true of an operation on equal shapes."""


def why(document: Json, found: Drawing, run: Run) -> str:
    """A section for every operation that the gradient goes through."""
    into: dict[str, list[Json]] = {}
    out: dict[str, int] = {}
    for edge in document["edges"]:
        if edge["active"]:
            into.setdefault(edge["to"], []).append(edge)
            out[edge["from"]] = out.get(edge["from"], 0) + 1
    nodes = {node["id"]: node for node in document["nodes"]}
    parts: list[str] = []
    for at, node in enumerate(found.nodes):
        if node["active"] and found.owner[node["id"]] == at:
            edges = into.get(node["id"], [])
            body = _operation(node, edges, nodes, run)
            if out.get(node["id"], 0) > 1:
                body += element("p", _several(node["label"], out[node["id"]]))
            title = wrapped("h3", f"<code>{escaped(node['label'])}</code>")
            parts.append(wrapped("article", title + body, id=f"why-{at}", tabindex=0))
    return "\n".join(parts)


def _operation(
    node: Json, edges: Sequence[Json], nodes: Mapping[str, Json], run: Run
) -> str:
    if node["op"] == "parameter":
        text = "An argument: what comes back to it is the gradient."
        return element("p", text if node["wrt"] else "An argument of the function.")
    if node["op"] == "phi":
        text = (
            "The same name has a value from one of two places: from before, or from "
            "the last iteration or the branch that was taken. The gradient goes back "
            "to where the value came from, and nowhere else."
        )
        return element("p", text)
    rule = node["rule"]
    rows: list[str] = []
    if rule and rule["formula"]:
        rows.append(element("p", f"Rule of {rule['id']}: {rule['formula']}"))
    for edge in edges:
        operand = nodes[edge["from"]]
        if edge["local"]:
            rows.append(equation(operand["label"], node["label"], edge["local"]))
        reason = _reason(node, operand, edge, run)
        rows += [element("p", reason)] if reason else []
    return "".join(dict.fromkeys(rows))


def _reason(node: Json, operand: Json, edge: Json, run: Run) -> str:
    """A sentence that says where the form of a derivative comes from."""
    name, made, op = operand["label"], node["label"], node["op"]
    one, other = _shape(operand, run), _shape(node, run)
    if op in _SAID:
        return _SAID[op]
    if one is None or other is None:
        return ""
    shapes = f"{name} has shape {one}, {made} has shape {other}"
    if op == "matmul" and one and "@" in edge["local"] + made:
        return _product(name, made, edge["local"], shapes)
    if op in _SUMS:
        return (
            f"{shapes}: every entry went into its sum with the factor 1, so each is "
            "given the whole upstream of that sum."
        )
    if op == "numpy.mean":
        return (
            f"{shapes}: every entry went into its mean with the factor 1/n, so each "
            "is given that part of the upstream."
        )
    if one != other and _elementwise(op):
        return (
            f"{shapes}: {name} was stretched, so one entry of it went into several of "
            "the result. Its gradient is the sum over all of them, and has the shape "
            f"of {name} again."
        )
    return _BETWEEN.get(op, "")


def _elementwise(op: str) -> bool:
    rule = registry.find(op)
    return rule is not None and rule.elementwise


def _product(name: str, made: str, local: str, shapes: str) -> str:
    text = f"Why this product: {shapes}. The upstream has the shape of {made}, and "
    text += f"what is handed on must have the shape of {name}. "
    if ".T" in local:
        return text + (
            "In the product each entry was a row times a column, summed over what is "
            "between them; one entry took part in a whole row or column of results, so "
            "its gradient sums over those instead. That sum is the product with the "
            "transpose."
        )
    return text + (
        "Each entry met one entry of the other factor for each result, so its "
        "gradient is that entry times the upstream of the result, summed where there "
        "are several."
    )


def _several(name: str, count: int) -> str:
    return (
        f"{name} is used in {count} places. It has an effect along each of these "
        "paths, and its gradient is the sum of what comes back along them: this is why "
        "gradients are added up (+=) and not overwritten."
    )


def _shape(node: Json, run: Run) -> tuple[int, ...] | None:
    """The shape that a value had in the run."""
    value = run.values.get(node["id"])
    if value is None or "shape" not in value:
        return None
    return tuple(value["shape"])
