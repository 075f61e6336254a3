"""Events and their reverses → the steps of the document, in the order of the run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symdiff.explain.nodes import Graph
from symdiff.explain.record import Event
from symdiff.explain.reverse import Contribution, Step
from symdiff.explain.summary import Json, summary


@dataclass(slots=True)
class Values:
    """The values of a document, each once: steps name them by their number."""

    listed: list[Json] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def of(self, value: Any) -> int:
        """The number of a value."""
        found = summary(value)
        key = json.dumps(found)
        if key not in self.known:
            self.known[key] = len(self.listed)
            self.listed.append(found)
        return self.known[key]


def steps(
    graph: Graph, events: Sequence[Event], back: Sequence[Step], most: int
) -> tuple[list[Json], list[Json], int]:
    """The operations as they were run, then the way back.

    Of more than `most` steps the first and the last are kept. Returns them, the values
    that they name, and the number of all steps.
    """
    every = [event for event in events if event.stmt.outs]
    total = len(every) + len(back)
    gap = range(most - most // 2, total - most // 2) if total > most else range(0)
    values = Values()
    calls = {n["id"] for n in graph.nodes if n["op"].startswith("call ")}
    known = frozenset(edge["id"] for edge in graph.edges if edge["active"])
    out: list[Json] = []
    numbers = {event.index: number for number, event in enumerate(every)}
    for number, event in enumerate(every):
        if number not in gap:
            given = [slot.value for slot in event.outs]
            made = _step(graph, event, "forward", values, given)
            read = [values.of(slot.value) for slot in event.args]
            out.append({"i": number, **made, "args": read, "contributions": []})
    for number, step in enumerate(back, len(every)):
        if number in gap:
            continue
        node = _node(graph, step.event)
        # What a call returns is unpacked, which is none of the call's own edges.
        own = frozenset() if node in calls else known
        edges = [f"{node}:{c.operand}" for c in step.contributions]
        contributions = [
            _contribution(c, edge if edge in own else None, values)
            for c, edge in zip(step.contributions, edges, strict=True)
        ]
        made = _step(graph, step.event, "backward", values, step.bars)
        of = numbers[step.event.index]
        out.append({"i": number, **made, "of": of, "contributions": contributions})
    return out, values.listed, total


def _step(
    graph: Graph, event: Event, phase: str, values: Values, given: Sequence[Any]
) -> Json:
    spans = event.stmt.origin.spans
    return {
        "phase": phase,
        "node": _node(graph, event),
        "iteration": list(event.iteration),
        "calls": list(event.calls),
        "line": spans[0].line if spans else None,
        "value": values.of(given[0] if len(given) == 1 else tuple(given)),
    }


def _contribution(found: Contribution, edge: str | None, values: Values) -> Json:
    return {
        "edge": edge,
        "upstream": values.of(found.upstream),
        "local": None if found.local is None else values.of(found.local),
        "product": values.of(found.product),
        "before": None if found.before is None else values.of(found.before),
        "after": values.of(found.after),
    }


def _node(graph: Graph, event: Event) -> str:
    return graph.node_of(event.function, event.stmt.outs[0])
